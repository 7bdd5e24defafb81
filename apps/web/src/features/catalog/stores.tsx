import { Button, TextInput } from "@mantine/core";
import { ApiError } from "@relance/contract/client";
import { listStores, putStore, type Store, type StoreInput } from "@relance/contract/catalog";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { useRefusal } from "../../api/refusal.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, Waiting } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { Frame } from "./frame.tsx";
import { History } from "./history.tsx";
import { Fresh, Named, useMayChange } from "./shared.tsx";
import { catalogWords } from "./words.ts";

export function Stores() {
  const say = useWords(catalogWords);
  const may = useMayChange();
  const [open, setOpen] = useState<Store | "new" | null>(null);
  const { data, error } = useQuery(ask(listStores, {}));
  const add = may && (
    <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setOpen("new")}>
      {say.add.store}
    </Button>
  );
  return (
    <Frame part="stores" actions={add}>
      <RefusalNote error={error} />
      {!data && !error && <Waiting lines={4} />}
      {data?.items.length === 0 && <Empty title={say.noStores} text={say.noStoresText} />}
      {data && data.items.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.name}</th>
              <th>{say.country}</th>
              <th className="wide">{say.languages}</th>
              <th>{say.currency}</th>
              <th className="wide">{say.zone}</th>
              <th className="wide">{say.sender}</th>
              <th className="wide">{say.source}</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((one) => (
              <tr key={one.id}>
                <td>
                  <Named name={one.name} note={one.code}>
                    <button type="button" className="link-button" onClick={() => setOpen(one)}>
                      <b>{one.name}</b>
                    </button>
                    {one.archived && (
                      <>
                        {" "}
                        <Status kind="done" word={say.archived} />
                      </>
                    )}
                  </Named>
                </td>
                <td>{one.country}</td>
                <td className="wide">{one.languages.join(", ")}</td>
                <td>{one.currency}</td>
                <td className="wide">{one.timeZone}</td>
                <td className="wide small">{one.sender.email || <span className="faint">—</span>}</td>
                <td className="wide">
                  <Fresh {...one} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {open !== null && (
        <StoreDialog key={open === "new" ? "new" : open.id} store={open === "new" ? null : open} close={() => setOpen(null)} />
      )}
    </Frame>
  );
}

const FIELDS = [
  "name",
  "code",
  "country",
  "languages",
  "currency",
  "timeZone",
  "url",
  "latitude",
  "longitude",
  "senderName",
  "senderEmail",
  "postal",
] as const;
type Field = (typeof FIELDS)[number];
type Values = Readonly<Record<Field, string>>;

function StoreDialog({ store, close }: { readonly store: Store | null; readonly close: () => void }) {
  const say = useWords(catalogWords);
  const form = useId();
  const may = useMayChange();
  const word = useRefusal();
  const put = useChange(putStore);
  const [values, setValues] = useState(() => valuesOf(store));
  const field = put.error instanceof ApiError ? (put.error.field ?? put.error.problems[0]?.field ?? "") : "";
  const labels: Readonly<Record<Field, string>> = {
    name: say.name,
    code: say.code,
    country: say.country,
    languages: say.languages,
    currency: say.currency,
    timeZone: say.zone,
    url: say.link,
    latitude: say.latitude,
    longitude: say.longitude,
    senderName: say.senderName,
    senderEmail: say.senderEmail,
    postal: say.postal,
  };
  const help: Partial<Record<Field, string>> = {
    country: say.countryHelp,
    languages: say.languagesHelp,
    currency: say.currencyHelp,
    timeZone: say.zoneHelp,
  };
  const input = (one: Field) => (
    <TextInput
      key={one}
      label={labels[one]}
      description={help[one]}
      required={["name", "code", "country", "languages", "currency", "timeZone"].includes(one)}
      disabled={one === "code" && store !== null}
      value={values[one]}
      error={field === one || field.startsWith(`${one}.`) || field.startsWith(`${one}[`) ? word(put.error) : null}
      onChange={(event) => {
        put.reset();
        setValues({ ...values, [one]: event.currentTarget.value });
      }}
    />
  );
  const send = (archived: boolean): void => put.mutate({ body: { ...inputOf(values, store), archived } }, { onSuccess: close });
  return (
    <Dialog
      wide
      title={store?.name ?? say.add.store}
      close={close}
      closeWord={say.cancel}
      foot={
        may && (
          <>
            {store && (
              <Button variant="subtle" onClick={() => send(!store.archived)}>
                {store.archived ? say.restore : say.archive}
              </Button>
            )}
            <Button variant="default" onClick={close}>
              {say.cancel}
            </Button>
            <Button type="submit" form={form} loading={put.isPending}>
              {say.save}
            </Button>
          </>
        )
      }
    >
      <form
        id={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send(store?.archived ?? false);
        }}
      >
        <div className="two-fields">{FIELDS.slice(0, 9).map(input)}</div>
        <fieldset className="fieldset stack">
          <legend>{say.sender}</legend>
          <p className="small soft">{say.senderHelp}</p>
          <div className="two-fields">{FIELDS.slice(9).map(input)}</div>
        </fieldset>
        <RefusalNote error={put.error} />
      </form>
      {store && <History kind="store" object={store.id} />}
    </Dialog>
  );
}

const valuesOf = (store: Store | null): Values => ({
  name: store?.name ?? "",
  code: store?.code ?? "",
  country: store?.country ?? "",
  languages: store?.languages.join(", ") ?? "",
  currency: store?.currency ?? "",
  timeZone: store?.timeZone ?? "",
  url: store?.url ?? "",
  latitude: store?.latitude == null ? "" : String(store.latitude),
  longitude: store?.longitude == null ? "" : String(store.longitude),
  senderName: store?.sender.name ?? "",
  senderEmail: store?.sender.email ?? "",
  postal: store?.sender.postalAddress ?? "",
});

const degrees = (text: string): number | null => (text.trim() === "" ? null : Number(text.replace(",", ".")));
const inputOf = (values: Values, store: Store | null): StoreInput => ({
  code: values.code,
  name: values.name,
  country: values.country.trim().toUpperCase(),
  languages: values.languages
    .split(/[\s,;]+/)
    .filter((one) => one !== "")
    .map((one) => one.toLowerCase()),
  currency: values.currency.trim().toUpperCase(),
  timeZone: values.timeZone.trim(),
  url: values.url.trim() || null,
  latitude: degrees(values.latitude),
  longitude: degrees(values.longitude),
  sender: { name: values.senderName, email: values.senderEmail.trim(), replyTo: store?.sender.replyTo ?? "", postalAddress: values.postal },
});
