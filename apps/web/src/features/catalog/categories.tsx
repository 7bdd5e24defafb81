import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { listStores } from "@relance/contract/catalog";
import { listCategories, putCategories, type CategoryRow } from "@relance/contract/categories";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, Waiting } from "../../ui/page.tsx";
import { Frame } from "./frame.tsx";
import { History } from "./history.tsx";
import { Fresh, useMayChange } from "./shared.tsx";
import { catalogWords } from "./words.ts";

type Branch = CategoryRow & { readonly depth: number };

/** The tree as lines: each category under the one above it, by name. */
function treeOf(items: readonly CategoryRow[], name: (row: CategoryRow) => string): Branch[] {
  const known = new Set(items.map((one) => one.id));
  const under = (parent: string | null, depth: number): Branch[] =>
    items
      .filter((one) => (one.parent !== null && known.has(one.parent) ? one.parent : null) === parent)
      .sort((a, b) => name(a).localeCompare(name(b)))
      .flatMap((one) => [{ ...one, depth }, ...under(one.id, depth + 1)]);
  return under(null, 0);
}

export function Categories() {
  const say = useWords(catalogWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const may = useMayChange();
  const [open, setOpen] = useState<CategoryRow | "new" | null>(null);
  const { data, error } = useQuery(ask(listCategories, {}));
  const stores = new Map((useQuery(ask(listStores, {})).data?.items ?? []).map((one) => [one.id, one.name]));
  const name = (row: CategoryRow): string => row.names[language] ?? Object.values(row.names)[0] ?? row.externalId;
  const tree = treeOf(
    (data?.items ?? []).filter((one) => !one.archived),
    name,
  );
  return (
    <Frame
      part="categories"
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setOpen("new")}>
            {say.add.category}
          </Button>
        )
      }
    >
      <RefusalNote error={error} />
      {!data && !error && <Waiting lines={6} />}
      {data && tree.length === 0 && <Empty title={say.noCategories} text={say.noCategoriesText} />}
      {tree.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th>{say.name}</th>
              <th className="wide">{say.shownIn}</th>
              <th className="wide">{say.source}</th>
              <th className="right">{say.parts.products}</th>
            </tr>
          </thead>
          <tbody>
            {tree.map((one) => (
              <tr key={one.id}>
                <td style={{ paddingLeft: one.depth * 22 }}>
                  <button type="button" className="link-button" onClick={() => setOpen(one)}>
                    <b>{name(one)}</b>
                  </button>
                  <div className="tiny faint">
                    {Object.entries(one.names)
                      .filter(([other]) => other !== language)
                      .map(([other, word]) => `${other} : ${word}`)
                      .join(", ")}
                  </div>
                </td>
                <td className="wide small">
                  {one.stores.length === 0 ? (
                    <span className="faint">{say.everyStore}</span>
                  ) : (
                    one.stores
                      .map((shown) =>
                        [stores.get(shown.store), shown.names[language] && `« ${shown.names[language]} »`].filter(Boolean).join(" "),
                      )
                      .join(", ")
                  )}
                </td>
                <td className="wide small">
                  <Fresh {...one} />
                </td>
                <td className="right">{number(one.products)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {open !== null && (
        <CategoryDialog
          key={open === "new" ? "new" : open.id}
          category={open === "new" ? null : open}
          all={data?.items ?? []}
          name={name}
          close={() => setOpen(null)}
        />
      )}
    </Frame>
  );
}

function CategoryDialog({
  category,
  all,
  name,
  close,
}: {
  readonly category: CategoryRow | null;
  readonly all: readonly CategoryRow[];
  readonly name: (row: CategoryRow) => string;
  readonly close: () => void;
}) {
  const say = useWords(catalogWords);
  const form = useId();
  const may = useMayChange();
  const put = useChange(putCategories);
  const stores = useQuery(ask(listStores, {})).data?.items ?? [];
  const [externalId, setExternalId] = useState(category?.externalId ?? "");
  const [fr, setFr] = useState(category?.names["fr"] ?? "");
  const [en, setEn] = useState(category?.names["en"] ?? "");
  const [parent, setParent] = useState(all.find((one) => one.id === category?.parent)?.externalId ?? "");
  const [shownIn, setShownIn] = useState<readonly string[]>(category?.stores.map((one) => one.store) ?? []);
  const send = (archived: boolean): void =>
    put.mutate(
      {
        body: {
          categories: [
            {
              externalId,
              parent: parent === "" ? null : parent,
              names: { ...(fr.trim() !== "" && { fr }), ...(en.trim() !== "" && { en }) },
              archived,
              stores: stores
                .filter((one) => shownIn.includes(one.id))
                .map((one) => ({ store: one.code, names: category?.stores.find((held) => held.store === one.id)?.names ?? {} })),
            },
          ],
        },
      },
      { onSuccess: close },
    );
  return (
    <Dialog
      title={category ? name(category) : say.add.category}
      close={close}
      closeWord={say.cancel}
      foot={
        may && (
          <>
            {category && (
              <Button variant="subtle" color="garance" onClick={() => send(true)}>
                {say.archive}
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
          send(false);
        }}
      >
        <div className="two-fields">
          <TextInput label={say.nameFr} maxLength={500} value={fr} onChange={(event) => setFr(event.currentTarget.value)} />
          <TextInput label={say.nameEn} maxLength={500} value={en} onChange={(event) => setEn(event.currentTarget.value)} />
        </div>
        {category === null && (
          <TextInput
            label={say.id}
            description={say.idHelp}
            required
            maxLength={200}
            value={externalId}
            onChange={(event) => setExternalId(event.currentTarget.value)}
          />
        )}
        <NativeSelect
          label={say.parent}
          value={parent}
          onChange={(event) => setParent(event.currentTarget.value)}
          data={[
            { value: "", label: say.none },
            ...all.filter((one) => one.id !== category?.id && !one.archived).map((one) => ({ value: one.externalId, label: name(one) })),
          ]}
        />
        {stores.length > 0 && (
          <Checkbox.Group label={say.shownIn} description={say.shownHelp} value={[...shownIn]} onChange={setShownIn}>
            <div className="row wrap" style={{ gap: 16, marginTop: 6 }}>
              {stores.map((one) => (
                <Checkbox key={one.id} value={one.id} label={one.name} />
              ))}
            </div>
          </Checkbox.Group>
        )}
        <RefusalNote error={put.error} />
      </form>
      {category && <History kind="category" object={category.id} />}
    </Dialog>
  );
}
