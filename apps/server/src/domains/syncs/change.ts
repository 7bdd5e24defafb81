import type { SyncChange } from "@relance/contract/syncs";
import { keyNeeded, otherKind } from "./errors.ts";
import { partsOf, type HttpsSecret, type Query, type QuerySecret, type Secret, type SftpPlace, type SftpSecret } from "./bring.ts";
import type { SyncRecord } from "./queries.ts";

interface Changed {
  readonly settings: SyncRecord["settings"];
  readonly secret: Secret;
  readonly mapping: SyncRecord["mapping"];
}

/**
 * A source with some parts changed. A key kept here goes to the address it was given for and to no other.
 * @throws sync.other_kind, sync.key_needed
 */
export function changedBy(row: SyncRecord, held: Secret, change: SyncChange): Changed {
  if (change.kind !== row.kind) throw otherKind({}, { field: "kind" });
  const mapping = "mapping" in change && change.mapping !== undefined ? change.mapping : row.mapping;
  return { ...partsBy(row, held, change), mapping };
}

type QueryChange = Extract<SyncChange, { kind: "postgres" | "mysql" }>;
type SftpChange = Extract<SyncChange, { kind: "sftp" }>;
type FileChange = Exclude<SyncChange, QueryChange | SftpChange>;
type Parts = Pick<Changed, "settings" | "secret">;

/** What is told, over what is held. */
const told = <T extends object>(change: T): Partial<T> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<T>;

function partsBy(row: SyncRecord, held: Secret, change: SyncChange): Parts {
  if (change.kind === "sftp") return sftpBy(row, held as SftpSecret, change);
  return change.kind === "postgres" || change.kind === "mysql"
    ? queryBy(row, held as QuerySecret, change)
    : fileBy(row, held as HttpsSecret, change);
}

/** Another host or port shows another key: it is known by that. */
function sftpBy(row: SyncRecord, held: SftpSecret, change: SftpChange): Parts {
  const settings = row.settings as SftpPlace;
  const next = {
    ...settings,
    ...told({ host: change.host, port: change.port, user: change.user, path: change.path, hostKey: change.hostKey }),
  };
  const moved = next.host !== settings.host || next.port !== settings.port;
  const fresh = change.password !== undefined || change.privateKey !== undefined;
  if (moved && !fresh) throw keyNeeded({}, { field: "password" });
  const secret = fresh
    ? { password: change.password ?? null, privateKey: change.privateKey ?? null, passphrase: change.passphrase ?? null }
    : held;
  return { settings: moved && change.hostKey === undefined ? { ...next, hostKey: null } : next, secret };
}

function queryBy(row: SyncRecord, held: QuerySecret, change: QueryChange): Parts {
  const settings = row.settings as Query;
  const next = {
    ...settings,
    ...told({
      host: change.host,
      port: change.port,
      database: change.database,
      user: change.user,
      tls: change.tls,
      query: change.query,
      cursor: change.cursor,
    }),
  };
  const moved = next.host !== settings.host || next.port !== settings.port || (settings.tls && !next.tls);
  if (moved && change.password === undefined && held.password !== "") throw keyNeeded({}, { field: "password" });
  return { settings: next, secret: { password: change.password ?? held.password } };
}

function fileBy(row: SyncRecord, held: HttpsSecret, change: FileChange): Parts {
  const { address: _address, ...feed } = row.settings as { address: string; language?: string; store?: string };
  const url = change.url ?? held.url;
  if (new URL(url).origin !== new URL(held.url).origin && change.authorization === undefined && held.authorization !== null)
    throw keyNeeded({}, { field: "authorization" });
  const authorization = change.authorization === undefined ? held.authorization : change.authorization;
  const file = { name: row.name, every: row.every, url, ...(authorization !== null && { authorization }) };
  if (change.kind === "https") return partsOf({ kind: "https", ...file });
  const store = change.store === undefined ? feed.store : (change.store ?? undefined);
  return partsOf({ kind: change.kind, ...file, language: change.language ?? feed.language!, ...(store !== undefined && { store }) });
}
