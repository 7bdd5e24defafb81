import { Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { sortOf, useSyncOf } from "../sources/sync-source.ts";
import { catalogWords } from "./words.ts";

/** Whether the reader may change the catalogue. */
export const useMayChange = (): boolean => (useSession().workspace?.role ?? "viewer") !== "viewer";

/** Where something came from, in words; a person's or key's name where it was by hand or by API. */
export function useSource(): (source: string, by?: string | null) => string {
  const say = useWords(catalogWords);
  const syncOf = useSyncOf();
  return (source, by) => by ?? syncOf(source)?.name ?? (say.sources as Readonly<Record<string, string>>)[sortOf(source)] ?? source;
}

/** Where a row came from, and how long ago that was last told. */
export function Fresh({ source, updatedAt }: { readonly source: string; readonly updatedAt: string }) {
  const { ago } = useFormats();
  const word = useSource();
  const now = useNow();
  return (
    <>
      {word(source)}
      <div className="tiny faint">{ago(updatedAt, now)}</div>
    </>
  );
}

/** Pictures of shops are never loaded into this page (they would tell the shop who looks): two letters stand for them. */
export function Tile({ name }: { readonly name: string }) {
  return (
    <span className="tile" aria-hidden>
      {name
        .replaceAll(/[^\p{L}\p{N} ]/gu, "")
        .split(" ")
        .slice(0, 2)
        .map((word) => word.slice(0, 1).toLocaleUpperCase())
        .join("")}
    </span>
  );
}

export function Named({ name, note, children }: { readonly name: string; readonly note?: ReactNode; readonly children?: ReactNode }) {
  return (
    <div className="named">
      <Tile name={name} />
      <div style={{ minWidth: 0 }}>
        <div>{children ?? <b>{name}</b>}</div>
        {note !== undefined && note !== null && <div className="tiny faint cut">{note}</div>}
      </div>
    </div>
  );
}

export function More({ list }: { readonly list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown } }) {
  const say = useWords(catalogWords);
  if (!list.hasNextPage) return null;
  return (
    <div style={{ padding: 12, textAlign: "center" }}>
      <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {say.more}
      </Button>
    </div>
  );
}

/** What a filter left nothing of. */
export function NothingFound({ clear }: { readonly clear: () => void }) {
  const say = useWords(catalogWords);
  return (
    <p className="soft" style={{ padding: "16px 0" }}>
      {say.nothing}{" "}
      <button type="button" className="link-button" onClick={clear}>
        <IconX size={12} stroke={1.5} aria-hidden /> {say.clear}
      </button>
    </p>
  );
}

/** "rouge, 24": what tells a variant apart. */
export const optionsText = (options: Readonly<Record<string, unknown>>): string =>
  [
    ...new Set(
      Object.values(options)
        .filter((one) => one !== null)
        .map(String),
    ),
  ].join(", ");
