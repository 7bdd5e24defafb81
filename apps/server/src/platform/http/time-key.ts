import type { Id, Instant } from "@relance/model/base";

/** The place of a row in a list, newest first: its time, and its id among those of one time. */
export interface TimeKey {
  readonly at: Instant;
  readonly id: Id;
}

/** The opaque `next` of a page that ends with `last`. */
export const writeTimeKey = (last: { readonly created_at: Instant; readonly id: Id }): string => `${last.created_at}.${last.id}`;

/** Reads an `after`; null when there is none, or it is none of ours. */
export function readTimeKey(key: string | undefined): TimeKey | null {
  const [, at, id] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(key ?? "") ?? [];
  return at && id ? { at: Number(at), id } : null;
}
