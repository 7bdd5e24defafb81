import { isQuery, type SyncInput } from "@relance/contract/syncs";
import type { Deps } from "../../deps.ts";
import { readForeign, type ForeignQuery } from "../../platform/db/foreign.ts";
import { readForeignMysql } from "../../platform/db/foreign-mysql.ts";
import { download, mayCall, readSftp } from "../../platform/net/index.ts";
import { sourceAnswered, sourceUnauthorized } from "./errors.ts";
import { failureOf } from "./failures.ts";
import { pinHostKey, type Cursor, type SyncRecord } from "./queries.ts";

/** What a source holds that is new, and how far it is read with that. */
interface Brought {
  readonly next: Cursor;
  readonly bytes: AsyncIterable<Uint8Array>;
}
/** Called while the bytes come. */
type Use<T> = (brought: Brought) => Promise<T>;

export interface HttpsSecret {
  readonly url: string;
  readonly authorization: string | null;
}
export interface QuerySecret {
  readonly password: string;
}
export interface SftpSecret {
  readonly password: string | null;
  readonly privateKey: string | null;
  readonly passphrase: string | null;
}
export type Secret = HttpsSecret | QuerySecret | SftpSecret;
export type Query = Extract<SyncRecord["settings"], { query: string }>;
export type SftpPlace = Extract<SyncRecord["settings"], { path: string }>;

/** What a source is stored as: what may be shown, and what is sealed. */
export function partsOf(body: SyncInput): { settings: SyncRecord["settings"]; secret: Secret } {
  if (body.kind === "sftp") {
    const { host, port = 22, user, path, hostKey = null, password = null, privateKey = null, passphrase = null } = body;
    return { settings: { host, port, user, path, hostKey }, secret: { password, privateKey, passphrase } };
  }
  if (!isQueryInput(body)) {
    const { origin, pathname } = new URL(body.url);
    const feed = body.kind === "https" ? {} : { language: body.language, ...(body.store !== undefined && { store: body.store }) };
    return { settings: { address: origin + pathname, ...feed }, secret: { url: body.url, authorization: body.authorization ?? null } };
  }
  const { host, port = body.kind === "mysql" ? 3306 : 5432, database, user, tls = true, query, cursor = null } = body;
  return { settings: { host, port, database, user, tls, query, cursor }, secret: { password: body.password ?? "" } };
}

const isQueryInput = (body: SyncInput): body is Extract<SyncInput, { query: string }> => isQuery(body.kind);

/** A sealed secret opens only in its place. */
export const secretContext = (key: { readonly workspace: string; readonly id: string }): string => `sync:${key.workspace}:${key.id}`;

/** What only the source itself may hear. */
export const secretOf = (deps: Deps, sync: SyncRecord): Secret =>
  JSON.parse(deps.secrets.open(sync.secret, secretContext({ workspace: sync.workspace_id, id: sync.id }))) as Secret;

const SILENCE_MS = 60_000;

/**
 * Asks a source what it holds since its cursor.
 * @returns null when nothing is new
 * @throws sync.source_failed, net.blocked_address, sftp.host_key_changed, and what `use` throws
 */
export async function bring<T>(deps: Deps, sync: SyncRecord, use: Use<T>): Promise<T | null> {
  const secret = secretOf(deps, sync);
  try {
    if (isQuery(sync.kind)) return await bringRows(deps, sync, secret as QuerySecret, use);
    return await (sync.kind === "sftp"
      ? bringSftp(deps, sync, secret as SftpSecret, use)
      : bringFile(deps, sync, secret as HttpsSecret, use));
  } catch (error) {
    throw failureOf(error, sync);
  }
}

async function bringFile<T>(deps: Deps, sync: SyncRecord, { url, authorization }: HttpsSecret, use: Use<T>): Promise<T | null> {
  const { etag, modified, changesAt } = sync.cursor;
  // A sale begins or ends although the file stays the same: it is read again.
  const whole = changesAt != null && Date.parse(changesAt) <= deps.ports.clock.now();
  const headers = {
    ...(authorization !== null && { authorization }),
    ...(!whole && etag != null && { "if-none-match": etag }),
    ...(!whole && modified != null && { "if-modified-since": modified }),
  };
  return download(
    deps.ports.net,
    { url, headers, silenceMs: SILENCE_MS, mayFollow: (next) => mayCall(next, deps.config.allowPrivateHosts) },
    async (got) => {
      if (got.status === 304) return null;
      if (got.status !== 200)
        throw got.status === 401 || got.status === 403
          ? sourceUnauthorized({ status: got.status })
          : sourceAnswered({ status: got.status });
      return use({ next: { etag: got.headers.etag ?? null, modified: got.headers["last-modified"] ?? null }, bytes: got.body });
    },
  );
}

async function bringRows<T>(deps: Deps, sync: SyncRecord, { password }: QuerySecret, use: Use<T>): Promise<T | null> {
  const settings = sync.settings as Query;
  const from = sync.cursor["top"] ?? null;
  // Rows of the last value come again: others of the same may have been written since.
  const read: typeof readForeign = sync.kind === "mysql" ? readForeignMysql : readForeign;
  const query: ForeignQuery = { ...settings, password, cursor: settings.cursor === null ? null : { column: settings.cursor, from } };
  return read(deps.ports.net, query, async ({ rows, top, csv }) => (rows === 0 ? null : use({ next: { top: top ?? from }, bytes: csv })));
}

async function bringSftp<T>(
  deps: Deps,
  sync: SyncRecord,
  { password, privateKey, passphrase }: SftpSecret,
  use: Use<T>,
): Promise<T | null> {
  const { changesAt } = sync.cursor;
  const whole = changesAt != null && Date.parse(changesAt) <= deps.ports.clock.now();
  const key = privateKey === null ? null : { text: privateKey, passphrase };
  return readSftp(deps.ports.net, { ...(sync.settings as SftpPlace), password, key }, async ({ hostKey, mark, body }) => {
    await pinHostKey(deps.ports.sql, { workspace: sync.workspace_id, id: sync.id, hostKey });
    return !whole && sync.cursor["mark"] === mark ? null : use({ next: { mark }, bytes: body() });
  });
}
