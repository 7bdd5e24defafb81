import { isQuery, type Sync } from "@relance/contract/syncs";
import { MINUTE, SECOND, type Id } from "@relance/model/base";
import type { Failure } from "@relance/model/failures";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import { CodedError } from "../../platform/errors.ts";
import { carryImport, findImport, importCancelled, uploadFile, type ImportRecord } from "../imports/index.ts";
import { findWorkspace } from "../team/index.ts";
import { ALERT_JOB } from "./alert.ts";
import { bring } from "./bring.ts";
import { readingStopped, surprised } from "./errors.ts";
import { feedMapping, isFeed } from "./feed.ts";
import { beginImport, claimSync, dueSyncs, failSync, markAlerted, settleSync, waitSync, type Cursor, type SyncRecord } from "./queries.ts";
import { nextReading, nextTry } from "./when.ts";

/** The name of the job; stored, it never changes. */
export const PULL_JOB = "syncs.pull";

const CLAIM = 3 * MINUTE;
const RENEW = 30 * SECOND;
/** How often a reading that waits looks again. */
const LOOK = 30 * SECOND;
const NONE: NonNullable<Sync["counts"]> = { rows: 0, created: 0, updated: 0, unchanged: 0, refused: 0 };

/** Takes up the sources that are due, and readings whose process died; every half minute. */
export async function tendSyncs(deps: Deps): Promise<void> {
  const { sql, clock } = deps.ports;
  for (const one of await dueSyncs(sql, clock.now()))
    await sql.transaction((tx) => askPull(tx, deps, { workspace: one.workspace_id, id: one.id }));
}

export const askPull = (tx: Tx, deps: Deps, key: { workspace: Id; id: Id }): Promise<void> =>
  deps.jobs.add(tx, PULL_JOB, key, { key: `${PULL_JOB}:${key.id}` });

/**
 * Reads a source once: what is new becomes an import, which is carried to its end. Where it stands is told by the import alone, so a reading
 * that was cut off anywhere goes on where it was; how far the source was read is written once the import is done.
 */
export async function pullSync(deps: Deps, key: { workspace: Id; id: Id }): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const now = clock.now();
  const held = { ...key, claim: chance.id(now) };
  const sync = await claimSync(sql, { ...held, now, until: now + CLAIM });
  if (!sync) return;
  try {
    await step(deps, sync, held);
  } catch (error) {
    if (!(error instanceof CodedError)) deps.log.error({ err: error, sync: key.id }, "sync.surprised");
    await fail(deps, sync, held, { failure: error instanceof CodedError ? error : surprised({}), anew: false });
  }
}

type Held = { readonly workspace: Id; readonly id: Id; readonly claim: Id };

async function step(deps: Deps, sync: SyncRecord, held: Held): Promise<void> {
  const { sql, clock } = deps.ports;
  const begun = sync.import_id === null ? undefined : await findImport(sql, { workspace: held.workspace, id: sync.import_id });
  const brought = begun ? { record: begun, next: sync.next_cursor } : await fetchAnew(deps, sync, held);
  if (brought === null) return settle(deps, sync, held, { cursor: sync.cursor, record: null });
  let { record } = brought;
  // The first import waits for a person, whose mapping is that of all that follow.
  const mapping = sync.mapping ?? (await feedMapping(deps, sync, record));
  if (mapping !== null) record = await carryImport(deps, { workspace: held.workspace, id: record.id, mapping });
  if (record.state === "done") return settle(deps, sync, held, { cursor: brought.next, record });
  if (mapping !== null && (record.state === "failed" || record.state === "cancelled"))
    return fail(deps, sync, held, { failure: failureIn(record), anew: true });
  await waitSync(sql, { ...held, dueAt: clock.now() + LOOK });
}

/** @returns null when nothing is new */
async function fetchAnew(deps: Deps, sync: SyncRecord, held: Held): Promise<{ record: ImportRecord; next: Cursor } | null> {
  const { sql, clock, chance } = deps.ports;
  const id = chance.id(clock.now());
  return bring(deps, sync, async ({ next, bytes }) => {
    if (!(await beginImport(sql, { ...held, importId: id, next }))) throw readingStopped({});
    const record = await uploadFile(deps, {
      workspace: held.workspace,
      fileName: sync.name,
      source: whileHeld(deps, held, bytes),
      by: sync.name,
      to: null,
      id,
      told: `sync:${sync.id}`,
    });
    return { record, next };
  });
}

/** The same bytes, as long as the reading is held and wanted. */
async function* whileHeld(deps: Deps, held: Held, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { sql, clock } = deps.ports;
  let renewed = clock.monotonic();
  for await (const piece of bytes) {
    if (clock.monotonic() - renewed > RENEW) {
      const now = clock.now();
      if (!(await claimSync(sql, { ...held, now, until: now + CLAIM }))) throw readingStopped({});
      renewed = clock.monotonic();
    }
    yield piece;
  }
}

async function settle(deps: Deps, sync: SyncRecord, held: Held, end: { cursor: Cursor; record: ImportRecord | null }): Promise<void> {
  const { sql, clock } = deps.ports;
  const now = clock.now();
  const zone = (await findWorkspace(sql, { id: held.workspace })).time_zone;
  const report = end.record?.report;
  const counts = report ? { ...NONE, rows: report.rows ?? 0, refused: report.refused ?? 0, ...report.applied } : unchangedCounts(sync);
  // Where nothing came, what is known of coming prices stands.
  const said = end.record === null ? (end.cursor["changesAt"] ?? null) : (report?.pricesChangeAt ?? null);
  const changesAt = said === null ? null : Date.parse(said);
  const next = nextReading(sync.every, now, zone);
  await settleSync(sql, {
    ...held,
    mapping: isFeed(sync.kind) ? null : (sync.mapping ?? end.record?.mapping ?? null),
    cursor: { ...end.cursor, changesAt: said },
    counts,
    dueAt: changesAt === null ? next : Math.min(next, Math.max(changesAt, now)),
    now,
  });
}

/** What a reading that found nothing new counts: a file that is the same still holds its rows and its faults, a query brought none. */
function unchangedCounts({ kind, counts }: SyncRecord): NonNullable<Sync["counts"]> {
  if (isQuery(kind) || counts === null) return NONE;
  return { ...NONE, rows: counts.rows, refused: counts.refused, unchanged: counts.created + counts.updated + counts.unchanged };
}

/** Why an import ended without being done. */
const failureIn = ({ state, error, reason }: ImportRecord): Failure & { readonly message: string } =>
  state === "cancelled" || error === null
    ? importCancelled({})
    : { code: reason?.code ?? "sync.source_failed", params: reason?.params ?? { reason: error }, message: error };

async function fail(
  deps: Deps,
  sync: SyncRecord,
  held: Held,
  end: { failure: Failure & { readonly message: string }; anew: boolean },
): Promise<void> {
  const { sql, clock } = deps.ports;
  const now = clock.now();
  deps.log.warn({ sync: sync.id, failures: sync.failures + 1, code: end.failure.code }, "sync.failed");
  const { alertAfter } = (await findWorkspace(sql, { id: held.workspace })).settings.sources;
  await sql.transaction(async (tx) => {
    const failed = await failSync(tx, { ...held, ...end, dueAt: nextTry(sync.failures + 1, now), now });
    if (!failed || alertAfter === 0 || failed.failures < alertAfter || failed.alerted_at !== null) return;
    const { workspace, id } = held;
    await markAlerted(tx, { workspace, id, now });
    await deps.jobs.add(tx, ALERT_JOB, { workspace, id }, { key: `${ALERT_JOB}:${id}` });
  });
}
