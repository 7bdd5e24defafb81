import { fromIso, isId, type Id, type Instant } from "@relance/model/base";
import { invalid } from "../errors.ts";

const badCursor = () => invalid({ message: "after is not the next of a page" }, { field: "after" });

/** The name and id a page by name ended at. */
export function nameCursor(after: string | undefined): { name: string; id: Id } | null {
  if (after === undefined) return null;
  const split = after.indexOf("~");
  const id = after.slice(0, split);
  if (split < 0 || !isId(id)) throw badCursor();
  return { id, name: after.slice(split + 1) };
}

/** The moment and ids a page by time ended at. */
export function timeCursor<const N extends number>(after: string | undefined, ids: N): { at: Instant; ids: readonly Id[] } | null {
  if (after === undefined) return null;
  const [at, ...rest] = after.split("~");
  const instant = fromIso(at ?? "");
  if (instant === null || rest.length !== ids || !rest.every(isId)) throw badCursor();
  return { at: instant, ids: rest };
}

/** The id a page by id ended at. */
export function idCursor(after: string | undefined): Id | null {
  if (after !== undefined && !isId(after)) throw badCursor();
  return after ?? null;
}

/** A page of one row more than asked: what is shown, and where the next begins. */
export function paged<T>(
  rows: readonly T[],
  limit: number,
  place: (last: T) => string,
): { readonly shown: readonly T[]; readonly next: string | null } {
  const shown = rows.slice(0, limit);
  return { shown, next: rows.length > limit ? place(shown.at(-1)!) : null };
}
