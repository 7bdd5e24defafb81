import { coded } from "../../platform/errors.ts";

export const ruleWrong = coded("segment.rule_wrong", 422, () => "The rule cannot be used.");
export const segmentChanged = coded(
  "segment.changed",
  409,
  (input: { version: number }) => `Someone changed this segment meanwhile; it is at version ${input.version}.`,
);
export const segmentUsed = coded("segment.used", 409, (input: { by: string }) => `This segment is used by ${input.by}; change that first.`);
export const nothingToCancel = coded(
  "segment.nothing_to_cancel",
  409,
  () => "There is no change under way that could be taken back: it is done, or this is the segment’s first rule.",
);
export const columnUnknown = coded(
  "segment.column_unknown",
  422,
  (input: { column: string }) =>
    `“${input.column}” is not a column of a list of contacts. Use a field of contacts, entered_at, or attributes.<name>.`,
);

/** `field` and the problem's field are `query:LINE:COLUMN`, where the place is known. */
export const queryWrong = coded("segment.sql_wrong", 422, (input: { message: string }) => input.message);
export const queryTooSlow = coded(
  "segment.sql_too_slow",
  422,
  (input: { seconds: number }) =>
    `The query took longer than ${input.seconds} seconds. Ask about fewer rows: a shorter period, fewer events, an indexed column.`,
);
export const queryTooMuch = coded("segment.sql_too_much", 422, (input: { what: string }) => input.what);
export const queryBusy = coded("segment.sql_busy", 429, () => "Another query of this workspace is running. Try again when it is done.");
export const queryUnavailable = coded(
  "segment.sql_unavailable",
  409,
  (input: { statements: readonly string[] }) =>
    `SQL segments need a database role that may read their views only, and this installation may not make it. Ask whoever runs the database to execute: ${input.statements.join("; ")}`,
);
export const queryUnsafe = coded(
  "segment.sql_unsafe_server",
  409,
  (input: { version: string; needed: string }) =>
    `Queries are switched off: in PostgreSQL ${input.version} a query can take over the database’s machine (CVE-2026-6473). Ask whoever runs the database to update it to ${input.needed} or newer. Segments in SQL keep their members until then.`,
);
export const notAQuery = coded("segment.sql_not_a_query", 409, () => "This segment is not made by a query.");
