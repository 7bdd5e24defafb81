import { Button } from "@mantine/core";
import { ApiError } from "@relance/contract/client";
import { listCatalogChanges, undoCatalogChange, type CatalogChange, type ChangedKind } from "@relance/contract/catalog-changes";
import { useInfiniteQuery } from "@tanstack/react-query";
import { askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Moment, Thread } from "../../ui/thread.tsx";
import { More, optionsText, useMayChange, useSource } from "./shared.tsx";
import { catalogWords } from "./words.ts";

/** What changed of a thing of the catalogue, newest first, each change with its undo. */
export function History({ kind, object }: { readonly kind: ChangedKind; readonly object: string }) {
  const say = useWords(catalogWords);
  const list = useInfiniteQuery(
    askPages(listCatalogChanges, (after) => ({ query: { kind, object, limit: 10, ...(after !== undefined && { after }) } })),
  );
  const rows = list.data?.pages.flatMap((one) => one.items);
  return (
    <section>
      <h3>{say.history}</h3>
      <RefusalNote error={list.error} />
      {rows?.length === 0 && <p className="small soft">{say.noHistory}</p>}
      {rows && rows.length > 0 && (
        <Thread>
          {rows.map((one) => (
            <Change key={one.id} kind={kind} object={object} change={one} />
          ))}
        </Thread>
      )}
      <More list={list} />
    </section>
  );
}

const MOST = 6;

function Change({ kind, object, change }: { readonly kind: ChangedKind; readonly object: string; readonly change: CatalogChange }) {
  const say = useWords(catalogWords);
  const { moment } = useFormats();
  const now = useNow();
  const may = useMayChange();
  const source = useSource();
  const undo = useChange(undoCatalogChange);
  const since = undo.error instanceof ApiError && undo.error.code === "catalog_change.changed_since";
  const send = (partly: boolean): void => undo.mutate({ body: { kind, object, change: change.id, partly } });
  const made = change.what === "created";
  return (
    <Moment sign={made ? "fact" : "past"} title={made ? say.made : say.changed(change.changes.length)} at={moment(change.at, now)}>
      <div className="tiny faint">{source(change.source, change.by)}</div>
      {!made && change.changes.slice(0, MOST).map((one) => <Line key={one.path.join(" ")} change={one} />)}
      {!made && change.changes.length > MOST && <div className="tiny faint">+ {change.changes.length - MOST}</div>}
      {may && !made && !since && (
        <Button size="compact-xs" variant="subtle" loading={undo.isPending} onClick={() => send(false)}>
          {say.undo}
        </Button>
      )}
      <RefusalNote error={undo.error} />
      {since && (
        <Button size="compact-xs" variant="subtle" onClick={() => send(true)}>
          {say.undoRest}
        </Button>
      )}
    </Moment>
  );
}

function Line({ change: { path, from, to } }: { readonly change: CatalogChange["changes"][number] }) {
  const say = useWords(catalogWords);
  const names = say.fields as Readonly<Record<string, string>>;
  const label =
    path.length === 1
      ? (names[path[0]!] ?? path[0]!)
      : path[0] === "attributes"
        ? path.slice(1).join(" ")
        : `${names[path.at(-1)!] ?? path.at(-1)!} (${path.slice(1, -1).join(", ") || path[0]!})`;
  return (
    <div className="small change-line">
      <span className="faint">
        {label}
        {"\u2002"}
      </span>
      {from !== null && (
        <>
          <span className="change-from">{shown(from)}</span>
          {"\u2002"}
        </>
      )}
      {to === null ? from !== null && <span className="faint">{say.nothingBefore}</span> : shown(to)}
    </div>
  );
}

function shown(value: unknown): string {
  const text = Array.isArray(value)
    ? value.map(shown).join(", ")
    : typeof value === "object" && value !== null
      ? ("url" in value && String(value.url)) || optionsText(value as Record<string, unknown>)
      : String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
