import { MINUTE, type Id, type Instant, type TimeZone } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { listWorkspaces } from "../team/index.ts";
import { refreshRunning } from "./errors.ts";
import { dueWorkspaces, insertRefresh, listAbandoned } from "./queries.ts";

/** The name of the job; stored, it never changes. */
export const REFRESH_JOB = "predictions.refresh";
/** The local hour after which a workspace's night refresh is due. */
const HOUR_OF_NIGHT = 3;
/** A refresh nobody renewed for so long has lost its job. */
const LOST = 5 * MINUTE;

/** Asks for a refresh. @throws predictions.running */
export async function refreshNow(deps: Deps, input: { workspace: Id; by: string }): Promise<Id> {
  const id = await ask(deps, input);
  if (id === null) throw refreshRunning({});
  return id;
}

/** Asks for the refreshes of this night, in each workspace's own time zone, and takes up lost ones; cheap when there is nothing to do. */
export async function planNightly(deps: Deps): Promise<void> {
  const { sql: db, clock } = deps.ports;
  const now = clock.now();
  // A workspace made since then waits for its first night.
  const workspaces = (await listWorkspaces(db))
    .map((one) => ({ id: one.id, createdAt: one.created_at, since: lastNight(now, one.time_zone) }))
    .filter((one) => one.createdAt <= one.since);
  for (const workspace of await dueWorkspaces(db, { workspaces })) await ask(deps, { workspace, by: "night" });
  for (const { workspace_id: workspace, id } of await listAbandoned(db, { now, before: now - LOST })) {
    await db.transaction((tx) => deps.jobs.add(tx, REFRESH_JOB, { workspace, id }, { key: `${REFRESH_JOB} ${id}` }));
  }
}

async function ask(deps: Deps, input: { workspace: Id; by: string }): Promise<Id | null> {
  const { sql: db, clock, chance } = deps.ports;
  const now = clock.now();
  const id = chance.id(now);
  return db.transaction(async (tx) => {
    if (!(await insertRefresh(tx, { workspace: input.workspace, id, by: input.by, now }))) return null;
    await deps.jobs.add(tx, REFRESH_JOB, { workspace: input.workspace, id }, { key: `${REFRESH_JOB} ${id}` });
    return id;
  });
}

/** The last time it was three in the morning there. */
function lastNight(now: Instant, zone: TimeZone): Instant {
  const there = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  const night = there.with({ hour: HOUR_OF_NIGHT, minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 });
  return (Temporal.ZonedDateTime.compare(night, there) > 0 ? night.subtract({ days: 1 }) : night).epochMilliseconds;
}
