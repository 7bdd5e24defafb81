import "./shops.css";
import "./sources.css";
import "../settings/settings.css";
import { Button } from "@mantine/core";
import {
  changeConnectionAccess,
  changeConnectionSecret,
  listConnections,
  readConnection,
  removeConnection,
  stopReading,
  type Connection,
} from "@relance/contract/connectors";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { api, ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useNow } from "../../ui/now.ts";
import { Empty, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { SourcesHead } from "./head.tsx";
import { freshSecret, KeyFields, keysOf } from "./shop-keys.tsx";
import { Paste } from "./shop-paste.tsx";
import { Refusals } from "./shop-refusals.tsx";
import { shopWords } from "./shop-words.ts";
import { ReadingState } from "./shops.tsx";

const WATCH_MS = 2_000;

/** One shop: how its deliveries and its reading go, what could not be read, what to paste where. */
export function ShopPage() {
  const say = useWords(shopWords);
  const { shop } = useParams({ strict: false });
  const { workspace } = useSession();
  const { data, error } = useQuery({ ...ask(listConnections, {}), refetchInterval: WATCH_MS });
  const found = data?.items.find((one) => one.id === shop);
  return (
    <>
      <SourcesHead shown="all" />
      <Sheet>
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={8} />}
        {data && !found && (
          <Empty title={say.gone} text={say.goneText}>
            <Link to="/sources">{say.back}</Link>
          </Empty>
        )}
        {found && <One shop={found} may={workspace?.role === "admin"} />}
      </Sheet>
    </>
  );
}

function One({ shop, may }: { readonly shop: Connection; readonly may: boolean }) {
  const say = useWords(shopWords);
  return (
    <>
      <div className="row wrap" style={{ marginBottom: 4 }}>
        <h1>{shop.name}</h1>
        <ReadingState shop={shop} />
      </div>
      <p className="soft">
        {say.kinds[shop.shop]} · {shop.domain}
      </p>
      {!may && (
        <div className="call" data-kind="info" style={{ marginTop: 12 }}>
          {say.asAdmin}
        </div>
      )}
      <Reading shop={shop} may={may} />
      <Deliveries shop={shop} />
      {may && <Refusals shop={shop} />}
      {may && <Pasting shop={shop} />}
      {may && <Removing shop={shop} />}
    </>
  );
}

function Reading({ shop, may }: { readonly shop: Connection; readonly may: boolean }) {
  const say = useWords(shopWords);
  const { ago } = useFormats();
  const now = useNow();
  const [keys, setKeys] = useState(false);
  const read = useChange(readConnection);
  const stop = useChange(stopReading);
  const params = { id: shop.id };
  const waits = shop.reading === "reading" && shop.nextReadAt !== null && Date.parse(shop.nextReadAt) > now;
  return (
    <Part title={say.reading}>
      {!shop.hasAccess && (
        <p className="soft" style={{ marginBottom: 12 }}>
          {say.noAccess}
        </p>
      )}
      {shop.reading === "failed" && shop.readProblem && (
        <div className="call" role="status" style={{ marginBottom: 12 }}>
          {say.failed(named(say.parts, shop.readProblem.reason))}
        </div>
      )}
      {waits && (
        <div className="call" data-kind="review" role="status" style={{ marginBottom: 12 }}>
          {say.waitsUntil(ago(shop.nextReadAt!, now))} {shop.readProblem?.reason}
        </div>
      )}
      {shop.parts.length > 0 && <Progress shop={shop} />}
      {shop.readAt !== null && (
        <p className="small soft" style={{ marginTop: 8 }}>
          {say.readAt(ago(shop.readAt, now))} {shop.reading === "idle" && shop.nextReadAt !== null && say.nextAt(ago(shop.nextReadAt, now))}
        </p>
      )}
      {may && (
        <div className="row wrap" style={{ marginTop: 14 }}>
          {shop.hasAccess && shop.reading === "reading" && (
            <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate({ params })}>
              {say.stop}
            </Button>
          )}
          {shop.hasAccess && shop.reading !== "reading" && (
            <Button variant="default" loading={read.isPending} onClick={() => read.mutate({ params, body: {} })}>
              {shop.reading === "stopped" || shop.reading === "failed" ? say.goOn : say.now}
            </Button>
          )}
          {shop.hasAccess && shop.reading === "idle" && (
            <Button variant="subtle" loading={read.isPending} onClick={() => read.mutate({ params, body: { whole: true } })}>
              {say.again}
            </Button>
          )}
          <Button variant={shop.hasAccess ? "subtle" : "default"} onClick={() => setKeys(!keys)}>
            {shop.hasAccess ? say.keys : say.addKeys}
          </Button>
        </div>
      )}
      <RefusalNote error={read.error ?? stop.error} />
      {keys && <Keys shop={shop} end={() => setKeys(false)} />}
    </Part>
  );
}

/** What a shop's rows name by number only: of use to its other rows, and soon read. */
const LISTS: ReadonlySet<string> = new Set([
  "currencies",
  "languages",
  "countries",
  "states",
  "order_states",
  "product_options",
  "product_option_values",
  "product_features",
  "product_feature_values",
  "attributes",
  "views",
]);

/** A reason begins with the part it is about; it is told by its name. */
const named = (names: Readonly<Record<string, string>>, reason: string): string =>
  reason.replace(/^([\w-]+): /, (whole, part: string) => (names[part] === undefined ? whole : `${names[part]}\u00a0– `));

function Progress({ shop }: { readonly shop: Connection }) {
  const say = useWords(shopWords);
  const { number, day } = useFormats();
  const nameOf = (part: string): string => (part in say.parts ? say.parts[part as keyof typeof say.parts] : part);
  const under = shop.parts.find((part) => part.finishedAt === null)?.part;
  const [lists, parts] = [
    shop.parts.filter((part) => LISTS.has(part.part) && part.finishedAt !== null),
    shop.parts.filter((part) => !LISTS.has(part.part) || part.finishedAt === null),
  ];
  return (
    <table className="plain shop-parts">
      <tbody>
        {parts.map((part) => (
          <tr key={part.part}>
            <td>
              {nameOf(part.part)}
              <div className="small faint">{part.since === null ? say.whole : say.since(day(part.since))}</div>
            </td>
            <td className="wide" style={{ width: "40%" }}>
              {part.part === under && shop.reading === "reading" && (
                <progress
                  style={{ width: "100%" }}
                  aria-label={nameOf(part.part)}
                  {...(part.total !== null && { value: part.rows, max: Math.max(part.total, 1) })}
                />
              )}
            </td>
            <td className="right">
              {part.total === null || part.finishedAt !== null ? number(part.rows) : say.ofTotal(number(part.rows), number(part.total))}
            </td>
            <td className="right small soft">
              {part.finishedAt !== null
                ? say.partDone
                : part.part !== under
                  ? say.partNext
                  : shop.reading === "failed" || shop.reading === "stopped"
                    ? say.states[shop.reading]
                    : say.partNow}
            </td>
          </tr>
        ))}
        {lists.length > 0 && (
          <tr>
            <td>
              {say.lists}
              <div className="small faint">{lists.map((part) => nameOf(part.part)).join(", ")}</div>
            </td>
            <td className="wide" />
            <td className="right">{number(lists.reduce((sum, part) => sum + part.rows, 0))}</td>
            <td className="right small soft">{say.partDone}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Keys({ shop, end }: { readonly shop: Connection; readonly end: () => void }) {
  const say = useWords(shopWords);
  const change = useChange(changeConnectionAccess);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const body = keysOf(shop.shop, new FormData(event.currentTarget));
    if (body) change.mutate({ params: { id: shop.id }, body: body as Parameters<typeof change.mutate>[0]["body"] }, { onSuccess: end });
  };
  return (
    <form className="form" style={{ marginTop: 16 }} onSubmit={submit}>
      <p className="soft">{say.where[shop.shop].a}</p>
      <KeyFields shop={shop.shop} required />
      <RefusalNote error={change.error} />
      <div className="row">
        <Button type="submit" loading={change.isPending}>
          {say.save}
        </Button>
        <Button variant="default" onClick={end}>
          {say.cancel}
        </Button>
      </div>
    </form>
  );
}

function Deliveries({ shop }: { readonly shop: Connection }) {
  const say = useWords(shopWords);
  const { number, ago } = useFormats();
  const now = useNow();
  const { stored, repeated, ignored, refused } = shop;
  return (
    <Part title={say.deliveries}>
      {shop.lastReceivedAt === null ? (
        <p className="soft">{say.noDelivery}</p>
      ) : (
        <>
          <p>
            {say.lastDelivery(ago(shop.lastReceivedAt, now))}{" "}
            {say.received(
              number(stored + repeated + ignored + refused),
              number(stored),
              number(repeated),
              number(ignored),
              number(refused),
            )}
          </p>
          {shop.lastProblem && <p className="small soft">{say.lastProblem(shop.lastProblem.reason, ago(shop.lastProblem.at, now))}</p>}
        </>
      )}
    </Part>
  );
}

function Pasting({ shop }: { readonly shop: Connection }) {
  const say = useWords(shopWords);
  const [secret, setSecret] = useState<string | null>(null);
  const change = useChange(changeConnectionSecret);
  const set = (): void => {
    const next = freshSecret();
    change.mutate({ params: { id: shop.id }, body: { secret: next } }, { onSuccess: () => setSecret(next) });
  };
  return (
    <Part title={say.paste2}>
      {secret !== null && (
        <div className="call" data-kind="info" role="status" style={{ marginBottom: 12 }}>
          {say.secretSet}
        </div>
      )}
      <Paste shop={shop} secret={secret} />
      {shop.shop !== "shopify" && (
        <Button variant="default" loading={change.isPending} onClick={set}>
          {say.newSecret}
        </Button>
      )}
      <RefusalNote error={change.error} />
    </Part>
  );
}

function Removing({ shop }: { readonly shop: Connection }) {
  const say = useWords(shopWords);
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  // Left before everything is asked again: what is gone would be asked too.
  const remove = useMutation({
    mutationFn: () => api.call(removeConnection, { params: { id: shop.id } }),
    onSuccess: () => navigate({ to: "/sources" }).then(() => queries.invalidateQueries()),
  });
  const close = (): void => setAsking(false);
  return (
    <div style={{ marginTop: 32 }}>
      <Button variant="subtle" color="garance" onClick={() => setAsking(true)}>
        {say.remove}
      </Button>
      {asking && (
        <Dialog
          title={say.removeTitle(shop.name)}
          close={close}
          closeWord={say.close}
          foot={
            <>
              <Button variant="default" onClick={close} data-autofocus>
                {say.keep}
              </Button>
              <Button color="garance" loading={remove.isPending} onClick={() => remove.mutate()}>
                {say.remove}
              </Button>
            </>
          }
        >
          <p>{say.removeText}</p>
          <RefusalNote error={remove.error} />
        </Dialog>
      )}
    </div>
  );
}
