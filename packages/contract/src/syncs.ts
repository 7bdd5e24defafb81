import { mapping } from "@relance/model/imports";
import { z } from "zod";
import { language } from "./catalog.ts";
import { endpoint } from "./endpoint.ts";
import { failure, id, idParams, instant } from "./shapes.ts";

/** https, sftp: a file; products: a product feed (Google Merchant); articles: a content feed (RSS, Atom); postgres, mysql (also MariaDB): a query. */
export const SYNC_KINDS = ["https", "sftp", "products", "articles", "postgres", "mysql"] as const;
export const QUERY_KINDS = ["postgres", "mysql"] as const satisfies readonly (typeof SYNC_KINDS)[number][];
export type QueryKind = (typeof QUERY_KINDS)[number];
export const isQuery = (kind: string): kind is QueryKind => QUERY_KINDS.includes(kind as QueryKind);
/** new: never read; reading; mapping: its columns wait for a person; ok: up to date; failing: tried again; stopped: by a person. */
export const SYNC_STATES = ["new", "reading", "mapping", "ok", "failing", "stopped"] as const;

/** How often: each so many minutes, or each day at a time of the workspace's zone. */
export const syncEvery = z.union([
  z.strictObject({ minutes: z.number().int().min(15).max(10_080) }),
  z.strictObject({ at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of the day, such as 03:00") }),
]);
export type SyncEvery = z.infer<typeof syncEvery>;

const count = z.number();
export const syncSettings = z.union([
  /** Of the file, without what stands after its question mark; of a feed the language of its texts, and the store whose prices and stock it tells. */
  z.object({ address: z.string(), language: z.string().optional(), store: z.string().optional() }),
  /** `cursor`: the column by which it is asked what is new; null: everything each time. */
  z.object({
    host: z.string(),
    port: z.number(),
    database: z.string(),
    user: z.string(),
    tls: z.boolean(),
    query: z.string(),
    cursor: z.string().nullable(),
  }),
  /** `hostKey`: the fingerprint the server must show, taken from its first answer unless it was given; null: not yet asked. */
  z.object({ host: z.string(), port: z.number(), user: z.string(), path: z.string(), hostKey: z.string().nullable() }),
]);

/** A source that is read on a schedule. Rows are created + updated + unchanged + refused, or parts of such. */
export const sync = z.object({
  id,
  name: z.string(),
  kind: z.enum(SYNC_KINDS),
  settings: syncSettings,
  every: syncEvery,
  state: z.enum(SYNC_STATES),
  /** The import under way, or whose columns wait for a person. */
  importId: id.nullable(),
  nextAt: instant.nullable(),
  succeededAt: instant.nullable(),
  /** Of the last that succeeded. */
  counts: z.object({ rows: count, created: count, updated: count, unchanged: count, refused: count }).nullable(),
  /** In a row. */
  failures: count /** `code` and `params` say it in any language (null: of an earlier release), `reason` in English. */,
  problem: z.object({ code: failure.shape.code.nullable(), params: failure.shape.params, reason: z.string(), at: instant }).nullable(),
  createdAt: instant,
});
export type Sync = z.infer<typeof sync>;

const text = (most: number) => z.string().trim().min(1).max(most);
/** Left out, the columns of the first file are proposed and wait for a person. */
const common = { name: text(100), every: syncEvery };
const mapped = { ...common, mapping: mapping.optional() };
const file = {
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  /** The value of the header Authorization. */ authorization: text(2_000).optional(),
};
/** A feed says itself what its columns are. `store`: the code of that whose prices and stock it tells; without it prices are only shown. */
const feed = { ...common, ...file, language, store: text(50).optional() };
const port = z.number().int().min(1).max(65_535);
const query = (standard: number) => ({
  host: text(253),
  port: port.default(standard),
  database: text(63),
  user: text(63),
  password: z.string().max(1_000).default(""),
  tls: z.boolean().default(true),
  query: text(20_000),
  cursor: text(63).nullable().default(null),
});
const hostKey = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, "must be a fingerprint as OpenSSH shows it: SHA256: and 43 letters");
/** A password, or a private key with its passphrase. */
const sftpKeys = {
  password: z.string().max(1_000).optional(),
  privateKey: z.string().max(20_000).optional(),
  passphrase: z.string().max(1_000).optional(),
};
export const syncInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("https"), ...mapped, ...file }),
  z.strictObject({ kind: z.literal("products"), ...feed }),
  z.strictObject({ kind: z.literal("articles"), ...feed }),
  z.strictObject({ kind: z.literal("postgres"), ...mapped, ...query(5432) }),
  z.strictObject({ kind: z.literal("mysql"), ...mapped, ...query(3306) }),
  z.strictObject({
    kind: z.literal("sftp"),
    ...mapped,
    host: text(253),
    port: port.default(22),
    user: text(63),
    path: text(1_000),
    ...sftpKeys,
    hostKey: hostKey.nullable().default(null),
  }),
]);
export type SyncInput = z.input<typeof syncInput>;

const optionalKey = text(2_000).nullable().optional();
const changed = { name: common.name.optional(), every: syncEvery.optional() };
const remapped = { ...changed, /** null: the columns of the next file wait for a person again. */ mapping: mapping.nullable().optional() };
const changedFile = { url: file.url.optional(), /** null: it needs none any more. */ authorization: optionalKey };
const changedFeed = { ...changed, ...changedFile, language: language.optional(), store: text(50).nullable().optional() };
const changedQuery = {
  host: text(253).optional(),
  port: port.optional(),
  database: text(63).optional(),
  user: text(63).optional(),
  password: z.string().max(1_000).optional(),
  tls: z.boolean().optional(),
  query: text(20_000).optional(),
  cursor: text(63).nullable().optional(),
};
/** Parts left out stay as they are, keys among them. A key goes to the address it was given for: with another address it is given again. */
export const syncChange = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("https"), ...remapped, ...changedFile }),
  z.strictObject({ kind: z.literal("products"), ...changedFeed }),
  z.strictObject({ kind: z.literal("articles"), ...changedFeed }),
  z.strictObject({ kind: z.literal("postgres"), ...remapped, ...changedQuery }),
  z.strictObject({ kind: z.literal("mysql"), ...remapped, ...changedQuery }),
  z.strictObject({
    kind: z.literal("sftp"),
    ...remapped,
    host: text(253).optional(),
    port: port.optional(),
    user: text(63).optional(),
    path: text(1_000).optional(),
    ...sftpKeys,
    /** null: whatever key the server shows next is the one it is known by. */ hostKey: hostKey.nullable().optional(),
  }),
]);
export type SyncChange = z.input<typeof syncChange>;

const tag = "Imports";
const read = { role: "viewer", scope: "imports:read" } as const;
const write = { role: "admin", scope: "imports:write" } as const;

export const listSyncs = endpoint({
  method: "GET",
  path: "/api/syncs",
  tag,
  access: read,
  summary: "Sources read on a schedule: the last success, its rows, failures and when they are read next",
  response: z.object({ items: z.array(sync) }),
});
export const addSync = endpoint({
  method: "POST",
  path: "/api/syncs",
  tag,
  access: write,
  summary:
    "Read a file by HTTPS or SFTP, a feed, or a query of a PostgreSQL, MySQL or MariaDB database, now and on a schedule; keys are stored encrypted and never shown again",
  body: syncInput,
  response: sync,
  status: 201,
});
export const changeSync = endpoint({
  method: "PATCH",
  path: "/api/syncs/:id",
  tag,
  access: write,
  summary: "Change a source; keys left out stay. Another address, query or way of reading its columns has it read again from its beginning",
  params: idParams,
  body: syncChange,
  response: sync,
});
export const runSync = endpoint({
  method: "POST",
  path: "/api/syncs/:id/run",
  tag,
  access: write,
  summary: "Read a source now, also one that was stopped; `whole` reads everything again instead of what is new",
  params: idParams,
  body: z.strictObject({ whole: z.boolean().default(false) }),
  response: sync,
  status: 202,
});
export const stopSync = endpoint({
  method: "DELETE",
  path: "/api/syncs/:id/run",
  tag,
  access: write,
  summary: "Read a source no more; what came stays",
  params: idParams,
  response: sync,
});
export const removeSync = endpoint({
  method: "DELETE",
  path: "/api/syncs/:id",
  tag,
  access: write,
  summary: "Forget a source and its keys; what came stays",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});
