import type { SyncChange } from "@relance/contract/syncs";
import { keyNeeded, otherKind } from "./errors.ts";
import { partsOf, type HttpsSecret, type PostgresSecret } from "./bring.ts";
import type { SyncRecord } from "./queries.ts";

type Secret = HttpsSecret | PostgresSecret;
interface Changed { readonly settings: SyncRecord["settings"]; readonly secret: Secret; readonly mapping: SyncRecord["mapping"] }

/**
 * A source with some parts changed. A key kept here goes to the address it was given for and to no other.
 * @throws sync.other_kind, sync.key_needed
 */
export function changedBy(row: SyncRecord, held: Secret, change: SyncChange): Changed {
  if (change.kind !== row.kind) throw otherKind({}, { field: "kind" });
  const mapping = "mapping" in change && change.mapping !== undefined ? change.mapping : row.mapping;
  return { ...(change.kind === "postgres" ? queryBy(row, held as PostgresSecret, change) : fileBy(row, held as HttpsSecret, change)), mapping };
}

type QueryChange = Extract<SyncChange, { kind: "postgres" }>;
type FileChange = Exclude<SyncChange, QueryChange>;
type Parts = Pick<Changed, "settings" | "secret">;

/** What is told, over what is held. */
const told = <T extends object>(change: T): Partial<T> => Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;

function queryBy(row: SyncRecord, held: PostgresSecret, change: QueryChange): Parts {
  const settings = row.settings as Extract<SyncRecord["settings"], { query: string }>;
  const next = { ...settings, ...told({ host: change.host, port: change.port, database: change.database, user: change.user, tls: change.tls, query: change.query, cursor: change.cursor }) };
  const moved = next.host !== settings.host || next.port !== settings.port || (settings.tls && !next.tls);
  if (moved && change.password === undefined && held.password !== "") throw keyNeeded({}, { field: "password" });
  return { settings: next, secret: { password: change.password ?? held.password } };
}

function fileBy(row: SyncRecord, held: HttpsSecret, change: FileChange): Parts {
  const { address: _address, ...feed } = row.settings as { address: string; language?: string; store?: string };
  const url = change.url ?? held.url;
  if (new URL(url).origin !== new URL(held.url).origin && change.authorization === undefined && held.authorization !== null) throw keyNeeded({}, { field: "authorization" });
  const authorization = change.authorization === undefined ? held.authorization : change.authorization;
  const file = { name: row.name, every: row.every, url, ...(authorization !== null && { authorization }) };
  if (change.kind === "https") return partsOf({ kind: "https", ...file });
  const store = change.store === undefined ? feed.store : (change.store ?? undefined);
  return partsOf({ kind: change.kind, ...file, language: change.language ?? feed.language!, ...(store !== undefined && { store }) });
}
