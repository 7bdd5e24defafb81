import type { SyncInput } from "@relance/contract/syncs";
import type { Deps } from "../../deps.ts";
import { readForeign } from "../../platform/db/foreign.ts";
import { download, mayCall } from "../../platform/net/index.ts";
import { sourceAnswered, sourceUnauthorized } from "./errors.ts";
import { failureOf } from "./failures.ts";
import type { Cursor, SyncRecord } from "./queries.ts";

/** What a source holds that is new, and how far it is read with that. */
export interface Brought { readonly next: Cursor; readonly bytes: AsyncIterable<Uint8Array> }
/** Called while the bytes come. */
type Use<T> = (brought: Brought) => Promise<T>;

export interface HttpsSecret { readonly url: string; readonly authorization: string | null }
export interface PostgresSecret { readonly password: string }
type Query = Extract<SyncRecord["settings"], { query: string }>;

/** What a source is stored as: what may be shown, and what is sealed. */
export function partsOf(body: SyncInput): { settings: SyncRecord["settings"]; secret: HttpsSecret | PostgresSecret } {
  if (body.kind !== "postgres") {
    const { origin, pathname } = new URL(body.url);
    const feed = body.kind === "https" ? {} : { language: body.language, ...(body.store !== undefined && { store: body.store }) };
    return { settings: { address: origin + pathname, ...feed }, secret: { url: body.url, authorization: body.authorization ?? null } };
  }
  const { host, port = 5432, database, user, tls = true, query, cursor = null } = body;
  return { settings: { host, port, database, user, tls, query, cursor }, secret: { password: body.password ?? "" } };
}

/** A sealed secret opens only in its place. */
export const secretContext = (key: { readonly workspace: string; readonly id: string }): string => `sync:${key.workspace}:${key.id}`;

/** What only the source itself may hear. */
export const secretOf = (deps: Deps, sync: SyncRecord): HttpsSecret | PostgresSecret => JSON.parse(deps.secrets.open(sync.secret, secretContext({ workspace: sync.workspace_id, id: sync.id }))) as HttpsSecret | PostgresSecret;

const SILENCE_MS = 60_000;

/**
 * Asks a source what it holds since its cursor.
 * @returns null when nothing is new
 * @throws sync.source_failed, net.blocked_address, and what `use` throws
 */
export async function bring<T>(deps: Deps, sync: SyncRecord, use: Use<T>): Promise<T | null> {
  const secret = secretOf(deps, sync);
  try {
    return await (sync.kind === "postgres" ? bringRows(deps, sync, secret as PostgresSecret, use) : bringFile(deps, sync, secret as HttpsSecret, use));
  } catch (error) {
    throw failureOf(error, sync);
  }
}

async function bringFile<T>(deps: Deps, sync: SyncRecord, { url, authorization }: HttpsSecret, use: Use<T>): Promise<T | null> {
  const { etag, modified, changesAt } = sync.cursor;
  // A sale begins or ends although the file stays the same: it is read again.
  const whole = changesAt != null && Date.parse(changesAt) <= deps.ports.clock.now();
  const headers = { ...(authorization !== null && { authorization }), ...(!whole && etag != null && { "if-none-match": etag }), ...(!whole && modified != null && { "if-modified-since": modified }) };
  return download(deps.ports.net, { url, headers, silenceMs: SILENCE_MS, mayFollow: (next) => mayCall(next, deps.config.allowPrivateHosts) }, async (got) => {
    if (got.status === 304) return null;
    if (got.status !== 200) throw got.status === 401 || got.status === 403 ? sourceUnauthorized({ status: got.status }) : sourceAnswered({ status: got.status });
    return use({ next: { etag: got.headers.etag ?? null, modified: got.headers["last-modified"] ?? null }, bytes: got.body });
  });
}

async function bringRows<T>(deps: Deps, sync: SyncRecord, { password }: PostgresSecret, use: Use<T>): Promise<T | null> {
  const settings = sync.settings as Query;
  const from = sync.cursor["top"] ?? null;
  // Rows of the last value come again: others of the same may have been written since.
  return readForeign(deps.ports.net, { ...settings, password, cursor: settings.cursor === null ? null : { column: settings.cursor, from } }, async ({ rows, top, csv }) => (rows === 0 ? null : use({ next: { top: top ?? from }, bytes: csv })));
}
