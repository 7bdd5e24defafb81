import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { MESSAGE_NEWS, startKindOf, type Graph, type Start } from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";
import type { Db, Tx } from "../../../platform/db/database.ts";
import { empty, json, sql, ts } from "../../../platform/db/sql.ts";
import type { Memory } from "./state.ts";
import { startHash } from "./timers.ts";

/** Statements on journeys as objects people edit; `queries.ts` holds those of the engine. */
export interface JourneyRow {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly name: string;
  readonly description: string;
  readonly state: "draft" | "live" | "paused" | "archived";
  readonly draft: Graph;
  readonly draft_revision: number;
  readonly live_version: number | null;
  readonly live_graph: Graph | null;
  readonly published_at: Instant | null;
  readonly created_at: Instant;
  readonly changed_at: Instant;
  readonly entered: number;
  readonly completed: number;
  readonly left_early: number;
  readonly failed: number;
  readonly reached_goal: number;
  readonly paused_at: Instant | null;
  readonly paused_by: string | null;
  readonly pause_reason: string | null;
}
const columns = sql`j.id, j.workspace_id, j.name, j.description, j.state, j.draft, j.draft_revision, j.live_version, v.graph as live_graph, v.published_at, j.created_at, j.changed_at,
  coalesce(t.entered, 0)::bigint as entered, coalesce(t.completed, 0)::bigint as completed, coalesce(t.left_early, 0)::bigint as left_early, coalesce(t.failed, 0)::bigint as failed, coalesce(t.reached_goal, 0)::bigint as reached_goal,
  p.paused_at, p.paused_by, p.reason as pause_reason`;

/** One journey by its id, whatever its state; else all those that are archived, or all that are not. */
export async function selectJourneys(db: Db, input: { workspace: Id; id?: Id; archived?: boolean }): Promise<JourneyRow[]> {
  return db.query<JourneyRow>(sql`
    select ${columns} from journeys j
    left join journey_versions v on v.journey_id = j.id and v.version = j.live_version
    left join (select journey_id, sum(entered) as entered, sum(completed) as completed, sum(left_early) as left_early, sum(failed) as failed, sum(reached_goal) as reached_goal from journey_totals where workspace_id = ${input.workspace} group by journey_id) t on t.journey_id = j.id
    left join journey_pauses p on p.journey_id = j.id and p.resumed_at is null
    where j.workspace_id = ${input.workspace} ${input.id ? sql`and j.id = ${input.id}` : empty} ${input.id ? empty : sql`and (j.state = 'archived') = ${input.archived ?? false}`}
    order by lower(j.name), j.id`);
}

/** Journeys that may be named by others: those not archived. */
export async function selectNames(db: Db, input: { workspace: Id }): Promise<Map<Id, string>> {
  const rows = await db.query<{ id: Id; name: string }>(
    sql`select id, name from journeys where workspace_id = ${input.workspace} and state <> 'archived' order by id`,
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

export async function insertJourney(
  tx: Tx,
  input: { id: Id; workspace: Id; name: string; description: string; draft: Graph; by: string; now: Instant },
): Promise<void> {
  await tx.query(sql`
    insert into journeys (id, workspace_id, name, description, state, draft, created_at, created_by, changed_at)
    values (${input.id}, ${input.workspace}, ${input.name}, ${input.description}, 'draft', ${json(input.draft)}, ${ts(input.now)}, ${input.by}, ${ts(input.now)})`);
}

export async function updateDraft(
  tx: Tx,
  input: { workspace: Id; id: Id; revision: number; draft: Graph; name: string | null; description: string | null; now: Instant },
): Promise<boolean> {
  const rows = await tx.query(sql`
    update journeys set draft = ${json(input.draft)}, draft_revision = draft_revision + 1, name = coalesce(${input.name}, name), description = coalesce(${input.description}, description), changed_at = ${ts(input.now)}
    where workspace_id = ${input.workspace} and id = ${input.id} and draft_revision = ${input.revision}::integer and state <> 'archived' returning id`);
  return rows.length === 1;
}

/** Makes the draft of a revision the next version. @returns its number, or null when the draft was changed meanwhile */
export async function insertVersion(
  tx: Tx,
  input: { workspace: Id; id: Id; revision: number; by: string; now: Instant },
): Promise<number | null> {
  const [row] = await tx.query<{ version: number }>(sql`
    update journeys set live_version = coalesce(live_version, 0) + 1, state = case when state = 'paused' then 'paused' else 'live' end, changed_at = ${ts(input.now)}
    where workspace_id = ${input.workspace} and id = ${input.id} and draft_revision = ${input.revision}::integer and state <> 'archived' returning live_version as version`);
  if (!row) return null;
  await tx.query(sql`
    insert into journey_versions (journey_id, version, workspace_id, graph, published_at, published_by)
    select j.id, ${row.version}::integer, j.workspace_id, j.draft, ${ts(input.now)}::timestamptz, ${input.by} from journeys j where j.id = ${input.id}`);
  return row.version;
}

/** What a start refers to by name or id. */
function namesOf(start: Start): readonly string[] {
  switch (start.kind) {
    case "segment":
      return [start.segment];
    case "group":
      return [start.group];
    case "date":
      return [start.attribute];
    case "message":
      return [start.template ?? ""];
    case "journey":
      return [start.journey];
    case "schedule":
      return [start.segment];
    case "price_drop":
    case "back_in_stock":
    case "low_stock":
    case "api":
      return [""];
    default:
      return startKindOf(start).events(start);
  }
}

export async function noteListens(tx: Tx, input: { workspace: Id; journey: Id }): Promise<void> {
  await tx.query(
    sql`insert into journey_starts (workspace_id, kind, name, journey_id) values (${input.workspace}, 'listens', '', ${input.journey}) on conflict (workspace_id, kind, name, journey_id) do nothing`,
  );
}

export async function replaceStarts(tx: Tx, input: { workspace: Id; journey: Id; starts: readonly Start[] }): Promise<void> {
  // That a version waits for messages stays known: people may still be inside it.
  await tx.query(
    sql`delete from journey_starts where workspace_id = ${input.workspace} and journey_id = ${input.journey} and kind <> 'listens'`,
  );
  const rows = input.starts.flatMap((start) => namesOf(start).map((name) => [start.kind, name] as const));
  await tx.query(sql`
    insert into journey_starts (workspace_id, kind, name, journey_id) select distinct ${input.workspace}::uuid, k, n, ${input.journey}::uuid from unnest(${rows.map((row) => row[0])}::text[], ${rows.map((row) => row[1])}::text[]) as s (k, n) order by k, n
    on conflict (workspace_id, kind, name, journey_id) do nothing`);
  // Timers of starts that are as they were go on; what a start that changed or went had armed is forgotten.
  await tx.query(
    sql`delete from start_timers where workspace_id = ${input.workspace} and journey_id = ${input.journey} and start <> all(${input.starts.map(startHash)}::text[])`,
  );
  await tx.query(
    sql`delete from journey_schedules where workspace_id = ${input.workspace} and journey_id = ${input.journey} and start <> all(${input.starts.map(startHash)}::text[])`,
  );
  await tx.query(sql`delete from journey_dates where workspace_id = ${input.workspace} and journey_id = ${input.journey}`);
}

export async function setState(
  tx: Tx,
  input: { workspace: Id; id: Id; from: readonly string[]; to: string; now: Instant },
): Promise<boolean> {
  const rows = await tx.query(sql`
    update journeys set state = ${input.to}, changed_at = ${ts(input.now)} where workspace_id = ${input.workspace} and id = ${input.id} and state = any(${input.from as string[]}::text[]) returning id`);
  return rows.length === 1;
}

/** A pause that begins in the very millisecond in which the one before began and ended takes its row. */
export async function insertPause(tx: Tx, input: { workspace: Id; id: Id; by: string; reason: string; now: Instant }): Promise<void> {
  await tx.query(sql`
    insert into journey_pauses (journey_id, paused_at, workspace_id, paused_by, reason) values (${input.id}, ${ts(input.now)}, ${input.workspace}, ${input.by}, ${input.reason})
    on conflict (journey_id, paused_at) do update set paused_by = excluded.paused_by, reason = excluded.reason, resumed_at = null, resumed_by = null`);
}

/** Closes the open pause. @returns when it began */
export async function endPause(tx: Tx, input: { workspace: Id; id: Id; by: string; now: Instant }): Promise<Instant | null> {
  const [row] = await tx.query<{ paused_at: Instant }>(sql`
    update journey_pauses set resumed_at = ${ts(input.now)}, resumed_by = ${input.by} where workspace_id = ${input.workspace} and journey_id = ${input.id} and resumed_at is null returning paused_at`);
  return row?.paused_at ?? null;
}

/**
 * Moves every timer of a journey by the length of its pause. A wait for a message is asked again at each news of it and counts anew from
 * when the message left or was clicked: it remembers the pause, so that its time does not count then either.
 */
export async function retimeRuns(tx: Tx, input: { workspace: Id; journey: Id; from: Instant; to: Instant }): Promise<void> {
  await tx.query(sql`
    with moved as (
      select r.bucket, r.id, r.wake_at + make_interval(secs => ${(input.to - input.from) / 1000}::double precision) as at,
        case when ${MESSAGE_NEWS}::text = any(r.listens) then jsonb_set(r.memory, '{pauses}', coalesce(r.memory->'pauses', '[]'::jsonb) || ${json([{ from: input.from, to: input.to }])}::jsonb) else r.memory end as memory
      from runs r where r.workspace_id = ${input.workspace} and r.journey_id = ${input.journey} and r.state = 'waiting' and r.wake_at is not null)
    update runs r set wake_at = moved.at, memory = moved.memory from moved where r.bucket = moved.bucket and r.id = moved.id`);
}

interface EndedRun {
  readonly bucket: number;
  readonly id: Id;
  readonly visit: number;
  readonly step_id: string;
  readonly version: number;
}

/** Ends waiting runs (all of a journey, those overdue, those of earlier versions, or one) with an outcome, their open visits and the live numbers with them. */
export async function endRuns(
  tx: Tx,
  input: { workspace: Id; journey: Id | null; run?: Id; dueBy?: Instant; versionBelow?: number; outcome: string; now: Instant },
): Promise<number> {
  const which = [
    input.journey ? sql`and r.journey_id = ${input.journey}` : empty,
    input.run ? sql`and r.id = ${input.run}` : empty,
    input.dueBy === undefined ? empty : sql`and r.wake_at <= ${ts(input.dueBy)}::timestamptz`,
    input.versionBelow === undefined ? empty : sql`and r.version < ${input.versionBelow}::integer`,
  ];
  // Locked in the engine's order, so that the two wait for each other in turn.
  const ended = await tx.query<EndedRun & { journey_id: Id }>(sql`
    with which as (
      select r.bucket, r.id from runs r where r.workspace_id = ${input.workspace} and r.state = 'waiting' ${which[0]} ${which[1]} ${which[2]} ${which[3]} order by r.bucket, r.id for update of r
    )
    update runs r set state = 'left', outcome = ${input.outcome}, ended_at = ${ts(input.now)}, wake_at = null, listens = null
    from which w where r.bucket = w.bucket and r.id = w.id returning r.bucket, r.id, r.visit, r.step_id, r.version, r.journey_id`);
  if (ended.length === 0) return 0;
  await tx.query(sql`
    update visits v set left_at = ${ts(input.now)}, reason = ${json({ why: input.outcome })}::jsonb
    from unnest(${ended.map((row) => row.bucket)}::smallint[], ${ended.map((row) => row.id)}::uuid[], ${ended.map((row) => row.visit)}::integer[]) as e (b, r, n) where v.bucket = e.b and v.run_id = e.r and v.visit = e.n`);
  const steps = [...Map.groupBy(ended, (row) => `${row.journey_id} ${row.version} ${row.step_id}`).values()].map((rows) => ({
    ...rows[0]!,
    n: rows.length,
  }));
  // Slot 0 is for what people do; the engine's processes write the others.
  await tx.query(sql`
    insert into step_totals (journey_id, version, step_id, slot, workspace_id, arrived, passed)
    select j, v, s, 0::smallint, ${input.workspace}::uuid, 0, n from unnest(${steps.map((row) => row.journey_id)}::uuid[], ${steps.map((row) => row.version)}::integer[], ${steps.map((row) => row.step_id)}::text[], ${steps.map((row) => row.n)}::bigint[]) as t (j, v, s, n) order by j, v, s
    on conflict (journey_id, version, step_id, slot) do update set passed = step_totals.passed + excluded.passed`);
  const journeys = [...Map.groupBy(ended, (row) => row.journey_id)].map(([journey, rows]) => ({ journey, n: rows.length }));
  await tx.query(sql`
    insert into journey_totals (journey_id, slot, workspace_id, left_early) select j, 0::smallint, ${input.workspace}::uuid, n from unnest(${journeys.map((row) => row.journey)}::uuid[], ${journeys.map((row) => row.n)}::bigint[]) as t (j, n) order by j
    on conflict (journey_id, slot) do update set left_early = journey_totals.left_early + excluded.left_early`);
  return ended.length;
}

export async function selectStepNumbers(
  db: Db,
  input: { workspace: Id; journey: Id },
): Promise<{ step: string; arrived: number; passed: number }[]> {
  return db.query(
    sql`select step_id as step, sum(arrived)::bigint as arrived, sum(passed)::bigint as passed from step_totals where workspace_id = ${input.workspace} and journey_id = ${input.journey} group by step_id order by step_id`,
  );
}

export interface RunViewRow {
  readonly bucket: number;
  readonly id: Id;
  readonly contact_id: Id;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly journey_id: Id;
  readonly journey_name: string;
  readonly version: number;
  readonly key: string;
  readonly state: "waiting" | "completed" | "left" | "failed";
  readonly step_id: string;
  readonly wake_at: Instant | null;
  readonly listens: string[] | null;
  readonly outcome: string | null;
  readonly entered_at: Instant;
  readonly ended_at: Instant | null;
  readonly memory: Memory;
}

export async function selectRuns(
  db: Db,
  input: {
    workspace: Id;
    journey?: Id;
    contact?: Id;
    run?: Id;
    step?: string | undefined;
    state?: string | undefined;
    before: { at: Instant; id: Id } | null;
    limit: number;
  },
): Promise<RunViewRow[]> {
  const filters = [
    input.journey ? sql`and r.journey_id = ${input.journey}` : empty,
    input.contact
      ? sql`and r.bucket = ${Number.parseInt(input.contact.slice(-2), 16)}::smallint and r.contact_id = ${input.contact}`
      : empty,
    input.run ? sql`and r.id = ${input.run}` : empty,
    input.step ? sql`and r.step_id = ${input.step}` : empty,
    input.state ? sql`and r.state = ${input.state}` : empty,
    input.before ? sql`and (r.entered_at, r.id) < (${ts(input.before.at)}::timestamptz, ${input.before.id}::uuid)` : empty,
  ];
  return db.query<RunViewRow>(sql`
    select r.bucket, r.id, r.contact_id, c.first_name, c.last_name, c.email, r.journey_id, j.name as journey_name, r.version, r.key, r.state, r.step_id, r.wake_at, r.listens, r.outcome, r.entered_at, r.ended_at, r.memory
    from runs r join journeys j on j.id = r.journey_id left join contacts c on c.bucket = r.bucket and c.id = r.contact_id
    where r.workspace_id = ${input.workspace} ${filters[0]} ${filters[1]} ${filters[2]} ${filters[3]} ${filters[4]} ${filters[5]} order by r.entered_at desc, r.id desc limit ${input.limit}`);
}

export async function selectVisits(
  db: Db,
  input: { bucket: number; run: Id },
): Promise<
  { visit: number; step_id: string; arrived_at: Instant; left_at: Instant | null; exit: string | null; reason: Record<string, unknown> }[]
> {
  return db.query(
    sql`select visit, step_id, arrived_at, left_at, exit, reason from visits where bucket = ${input.bucket}::smallint and run_id = ${input.run} order by visit`,
  );
}

/** The latest events of a contact by one name; `receivedAt` is when we learnt of them. */
export async function selectEventsNamed(
  db: Db,
  input: { workspace: Id; contact: Id; name: string; limit: number },
): Promise<(FactEvent & { receivedAt: Instant })[]> {
  const rows = await db.query<{
    id: Id;
    name: string;
    occurred_at: Instant;
    received_at: Instant;
    amount: number | null;
    currency: string | null;
    properties: Record<string, unknown>;
  }>(sql`
    select e.id, e.name, e.occurred_at, e.received_at, e.amount, e.currency, e.properties from events e
    where e.bucket = ${bucketOf(input.contact)}::smallint and e.contact_id = ${input.contact} and e.name = ${input.name} and e.workspace_id = ${input.workspace} order by e.occurred_at desc, e.id desc limit ${input.limit}`);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    at: row.occurred_at,
    receivedAt: row.received_at,
    amount: row.amount,
    currency: row.currency,
    properties: row.properties,
  }));
}

/** When a start that waits comes for a contact; null when none waits. */
export async function selectStartTimer(db: Db, input: { workspace: Id; journey: Id; contact: Id; start: Start }): Promise<Instant | null> {
  const [row] = await db.query<{ at: Instant | null }>(sql`
    select min(t.due_at) as at from start_timers t where t.bucket = ${bucketOf(input.contact)}::smallint and t.contact_id = ${input.contact} and t.journey_id = ${input.journey} and t.workspace_id = ${input.workspace} and t.start = ${startHash(input.start)}`);
  return row?.at ?? null;
}

/** When a contact joined the segment or group of a start, or when its date comes; null when it did not, or never does. */
export async function selectStartFact(
  db: Db,
  input: { workspace: Id; journey: Id; contact: Id; start: Exclude<Start, { kind: "event" }> },
): Promise<Instant | null> {
  const { start, workspace, contact } = input;
  const who = sql`x.bucket = ${bucketOf(contact)}::smallint and x.contact_id = ${contact} and x.workspace_id = ${workspace}`;
  const [row] = await db.query<{ at: Instant }>(
    start.kind === "segment"
      ? sql`select x.entered_at as at from segment_members x where ${who} and x.segment_id = ${start.segment}`
      : start.kind === "group"
        ? sql`select x.added_at as at from group_members x where ${who} and x.group_id = ${start.group}`
        : sql`select x.due_at as at from journey_dates x where ${who} and x.journey_id = ${input.journey}`,
  );
  return row?.at ?? null;
}

export interface PersonRow extends RunViewRow {
  readonly arrived_at: Instant;
  readonly reason: Record<string, unknown>;
}

/** People who wait at a step, latest entries first, with the visit they are on. */
export async function selectPeople(
  db: Db,
  input: { workspace: Id; journey: Id; step: string; before: { at: Instant; id: Id } | null; limit: number },
): Promise<PersonRow[]> {
  const before = input.before ? sql`and (r.entered_at, r.id) < (${ts(input.before.at)}::timestamptz, ${input.before.id}::uuid)` : empty;
  return db.query<PersonRow>(sql`
    select r.bucket, r.id, r.contact_id, c.first_name, c.last_name, c.email, r.version, r.key, r.wake_at, r.listens, r.entered_at, v.arrived_at, v.reason
    from runs r join visits v on v.bucket = r.bucket and v.run_id = r.id and v.visit = r.visit left join contacts c on c.bucket = r.bucket and c.id = r.contact_id
    where r.workspace_id = ${input.workspace} and r.journey_id = ${input.journey} and r.state = 'waiting' and r.step_id = ${input.step} ${before} order by r.entered_at desc, r.id desc limit ${input.limit}`);
}
