import { EXPORT_KINDS } from "@relance/contract/exports";
import { DAY, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { KINDS } from "./kinds.ts";
import { pagesOf, type Row } from "./pages.ts";
import {
  endExport,
  expireBefore,
  expireExports,
  findExport,
  listExpired,
  noteProgress,
  startExport,
  type ExportRecord,
} from "./queries.ts";
import { WRITERS } from "./writing/index.ts";

/** Job names are stored; they never change. */
export const EXPORT_JOB = "exports.run";

const KEPT = 7 * DAY;
const MOST_BYTES = 200 * 1024 ** 3;
const EXPIRE_AT_ONCE = 100;

export const pathOf = (deps: Pick<Deps, "config">, id: Id): string => `${deps.config.dataFolder}/exports/${id}`;

/**
 * Writes the file of an export. After a crash it begins again: a file is there whole or not at all. Cancelled, or told to shut down, it stops
 * at the next page and leaves nothing.
 */
export async function runExport(deps: Deps, input: { workspace: Id; id: Id; signal?: AbortSignal; lastAttempt?: boolean }): Promise<void> {
  const { sql, files, clock } = deps.ports;
  const record = await findExport(sql, input);
  if (!record || !(await startExport(sql, { id: record.id, now: clock.now() }))) return;
  try {
    const bytes = await files.save(
      pathOf(deps, record.id),
      WRITERS[record.format](KINDS[record.kind].columns, watched(deps, record, input.signal)),
      MOST_BYTES,
    );
    if (!(await endExport(sql, { id: record.id, state: "done", bytes, error: null, now: clock.now(), expires: clock.now() + KEPT })))
      await files.remove(pathOf(deps, record.id));
  } catch (error) {
    if (error instanceof Cancelled) return;
    if (input.lastAttempt)
      await endExport(sql, {
        id: record.id,
        state: "failed",
        bytes: null,
        error: "The file could not be written. Try again; the server's log says why.",
        now: clock.now(),
        expires: null,
      });
    throw error;
  }
}

class Cancelled extends Error {}

async function* watched(deps: Deps, record: ExportRecord, signal: AbortSignal | undefined): AsyncGenerator<readonly Row[]> {
  let done = 0;
  for await (const { rows, share } of pagesOf(deps.ports.sql, {
    workspace: record.workspace_id,
    kind: KINDS[record.kind],
    segment: record.segment_id,
  })) {
    signal?.throwIfAborted();
    done += rows.length;
    if (!(await noteProgress(deps.ports.sql, { id: record.id, rows: done, share }))) throw new Cancelled("The export was cancelled");
    yield rows;
  }
}

/** Deletes the files about people that were asked for before an instant: one of them was erased. @returns whether one is still being written */
export async function expireExportsBefore(deps: Deps, input: { workspace: Id; before: Instant }): Promise<boolean> {
  const kinds = EXPORT_KINDS.filter((kind) => KINDS[kind].contact !== null);
  const writing = await expireBefore(deps.ports.sql, { ...input, kinds, now: deps.ports.clock.now() });
  await tendExports(deps);
  return writing;
}

/** Deletes files whose time has come: the file first, so that a crash between the two leaves the rest to the next time. */
export async function tendExports(deps: Deps): Promise<void> {
  const ids = await listExpired(deps.ports.sql, { now: deps.ports.clock.now(), limit: EXPIRE_AT_ONCE });
  for (const id of ids) await deps.ports.files.remove(pathOf(deps, id));
  if (ids.length > 0) await expireExports(deps.ports.sql, { ids });
}
