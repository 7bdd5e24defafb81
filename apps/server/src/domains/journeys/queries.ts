import { bucketOf, BUCKETS, type Id, type Instant } from "@relance/model/base";
import { upgradeGraph, type Graph } from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";
import type { Db, Tx } from "../../platform/db/database.ts";
import { rowSet } from "../../platform/db/row-set.ts";
import { empty, sql, ts, tsArray, type Sql } from "../../platform/db/sql.ts";
import type { Memory, RunState } from "./runs/state.ts";

export const notPaused = sql`not exists (select 1 from journey_pauses p where p.journey_id = r.journey_id and p.resumed_at is null)`;

// What a publish chose for people inside comes before their timers.
const notChanging = sql`not exists (select 1 from journey_changes h where h.bucket = r.bucket and h.journey_id = r.journey_id)`;

export interface LiveJourney {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly version: number;
  readonly paused: boolean;
  /** Whether any version of it waits for news of messages. */ readonly listens: boolean;
}

/**
 * Journeys that take entries or have people inside, in some workspaces. Held until the turn ends: whoever pauses, archives or publishes
 * meanwhile waits for it, so that nobody enters a journey that was archived while the turn was under way.
 */
export async function selectLiveJourneys(db: Db, input: { workspaces: readonly Id[] }): Promise<LiveJourney[]> {
  return db.query<LiveJourney>(sql`
    select j.id, j.workspace_id, j.live_version as version, j.state = 'paused' as paused,
      exists (select 1 from journey_starts s where s.workspace_id = j.workspace_id and s.kind = 'listens' and s.name = '' and s.journey_id = j.id) as listens from journeys j
    where j.workspace_id = any(${input.workspaces as Id[]}::uuid[]) and j.state in ('live', 'paused') and j.live_version is not null order by j.id for share of j`);
}

/** Immutable graphs by `journey:version`. */
export async function selectGraphs(db: Db, input: { keys: readonly { journey: Id; version: number }[] }): Promise<Map<string, Graph>> {
  const rows = await db.query<{ journey_id: Id; version: number; graph: unknown }>(sql`
    select v.journey_id, v.version, v.graph from journey_versions v
    join unnest(${input.keys.map((key) => key.journey)}::uuid[], ${input.keys.map((key) => key.version)}::integer[]) as k (journey, version) on k.journey = v.journey_id and k.version = v.version order by 1, 2`);
  return new Map(rows.map((row) => [`${row.journey_id}:${row.version}`, upgradeGraph(row.graph)]));
}

export interface RunRow {
  readonly bucket: number;
  readonly id: Id;
  readonly workspace_id: Id;
  readonly contact_id: Id;
  readonly journey_id: Id;
  readonly version: number;
  readonly key: string;
  readonly step_id: string;
  readonly visit: number;
  readonly wake_at: Instant | null;
  readonly listens: string[] | null;
  readonly memory: Memory;
  readonly entered_at: Instant;
  readonly arrived_at: Instant;
}
export const runColumns = sql`r.bucket, r.id, r.workspace_id, r.contact_id, r.journey_id, r.version, r.key, r.step_id, r.visit, r.wake_at, r.listens, r.memory, r.entered_at,
  (select v.arrived_at from visits v where v.bucket = r.bucket and v.run_id = r.id and v.visit = r.visit) as arrived_at`;

/**
 * Runs under way of some contacts, locked in the order everyone locks runs: one stopped by a person or moved by a merge meanwhile is
 * either seen so here, or waits for the turn.
 */
export async function selectActiveRuns(tx: Tx, input: { contacts: readonly Id[] }): Promise<RunRow[]> {
  return tx.query<RunRow>(sql`
    select ${runColumns} from runs r join unnest(${input.contacts.map(bucketOf)}::smallint[], ${input.contacts as Id[]}::uuid[]) as c (b, i) on r.bucket = c.b and r.contact_id = c.i
    where r.state = 'waiting' order by r.bucket, r.id for update of r`);
}

/** Runs whose timer is due: which, not yet what; `lockDueRuns` reads them. */
export async function selectDueRuns(
  tx: Tx,
  input: { buckets: readonly number[]; now: Instant; limit: number },
): Promise<{ bucket: number; id: Id; workspace_id: Id }[]> {
  return tx.query(sql`
    select r.bucket, r.id, r.workspace_id from runs r where r.bucket = any(${input.buckets as number[]}::smallint[]) and r.state = 'waiting' and r.wake_at <= ${ts(input.now)}::timestamptz and ${notPaused} and ${notChanging}
    order by r.wake_at, r.bucket, r.id limit ${input.limit}`);
}

/** Locks runs found due; those ended, paused or moved since are left out. */
export async function lockDueRuns(
  tx: Tx,
  input: { runs: readonly { readonly bucket: number; readonly id: Id }[]; now: Instant },
): Promise<RunRow[]> {
  if (input.runs.length === 0) return [];
  return tx.query<RunRow>(sql`
    select ${runColumns} from runs r join unnest(${input.runs.map((run) => run.bucket)}::smallint[], ${input.runs.map((run) => run.id)}::uuid[]) as d (b, i) on r.bucket = d.b and r.id = d.i
    where r.state = 'waiting' and r.wake_at <= ${ts(input.now)}::timestamptz and ${notPaused} and ${notChanging} order by r.bucket, r.id for update of r`);
}

/**
 * Runs that a merge of contacts ended, because the winner was in the same journey under the same key: their open visits end too.
 * A visit is returned once, however often this is asked.
 */
export async function closeMergedVisits(
  tx: Tx,
  input: { contacts: readonly Id[] },
): Promise<{ workspace: Id; journey: Id; version: number; step: string }[]> {
  if (input.contacts.length === 0) return [];
  return tx.query(sql`
    with ended as (
      update visits v set left_at = r.ended_at, reason = '{"why": "merged"}'
      from runs r join unnest(${input.contacts.map(bucketOf)}::smallint[], ${input.contacts as Id[]}::uuid[]) as c (b, i) on r.bucket = c.b and r.contact_id = c.i
      where r.state = 'left' and r.outcome = 'merged' and v.bucket = r.bucket and v.run_id = r.id and v.visit = r.visit and v.left_at is null
      returning r.workspace_id as workspace, r.journey_id as journey, r.version, v.step_id as step
    )
    select workspace, journey, version, step from ended order by journey, version, step`);
}

/** The last entry of contacts into journeys, for the re-entry rule. */
export async function selectLastEntries(
  tx: Tx,
  input: { pairs: readonly { contact: Id; journey: Id; key: string }[] },
): Promise<{ contact_id: Id; journey_id: Id; key: string; entered_at: Instant }[]> {
  return tx.query(sql`
    select r.contact_id, r.journey_id, r.key, max(r.entered_at) as entered_at
    from unnest(${input.pairs.map((pair) => bucketOf(pair.contact))}::smallint[], ${input.pairs.map((pair) => pair.contact)}::uuid[], ${input.pairs.map((pair) => pair.journey)}::uuid[], ${input.pairs.map((pair) => pair.key)}::text[]) as p (b, c, j, k)
    join runs r on r.bucket = p.b and r.contact_id = p.c and r.journey_id = p.j and r.key = p.k group by 1, 2, 3 order by 1, 2, 3`);
}

/** Events by the ids that facts carry. */
export async function selectEvents(
  tx: Tx,
  input: { events: readonly { contact: Id; id: Id; at: Instant }[] },
): Promise<Map<Id, FactEvent>> {
  if (input.events.length === 0) return new Map();
  const rows = await tx.query<{
    id: Id;
    name: string;
    occurred_at: Instant;
    amount: number | null;
    currency: string | null;
    properties: Record<string, unknown>;
  }>(sql`
    select e.id, e.name, e.occurred_at, e.amount, e.currency, e.properties
    from unnest(${input.events.map((one) => bucketOf(one.contact))}::smallint[], ${input.events.map((one) => one.contact)}::uuid[], ${input.events.map((one) => one.id)}::uuid[], ${tsArray(input.events.map((one) => one.at))}::timestamptz[]) as f (b, c, i, at)
    join events e on e.bucket = f.b and e.contact_id = f.c and e.occurred_at = f.at and e.id = f.i order by e.id`);
  return new Map(
    rows.map((row) => [
      row.id,
      { id: row.id, name: row.name, at: row.occurred_at, amount: row.amount, currency: row.currency, properties: row.properties },
    ]),
  );
}

/** The template of sends. */
export async function selectSendTemplates(tx: Tx, input: { sends: readonly { contact: Id; send: Id }[] }): Promise<Map<Id, Id>> {
  if (input.sends.length === 0) return new Map();
  const rows = await tx.query<{ id: Id; template_id: Id }>(sql`
    select s.id, s.template_id from sends s join unnest(${input.sends.map((one) => bucketOf(one.contact))}::smallint[], ${input.sends.map((one) => one.send)}::uuid[]) as x (b, i) on s.bucket = x.b and s.id = x.i order by s.id`);
  return new Map(rows.map((row) => [row.id, row.template_id]));
}

/** Writes runs that began, moved or ended; `epochs` marks who wrote. */
export async function writeRuns(
  tx: Tx,
  input: { states: readonly RunState[]; epochs: ReadonlyMap<number, number>; now: Instant },
): Promise<void> {
  const fresh = input.states.filter((state) => state.isNew);
  const known = input.states.filter((state) => !state.isNew);
  const epoch = (state: RunState) => input.epochs.get(state.run.bucket) ?? 0;
  const ended = (state: RunState) => (state.state === "waiting" ? null : input.now);
  // Ends before beginnings: a run that ended in this turn makes room for the next under its key (runs_one_active).
  if (known.length > 0) {
    await tx.query(sql`
      update runs r set version = n.ver, state = n.st, step_id = n.sp, visit = n.v, wake_at = n.wake, listens = n.ls, memory = coalesce(n.m, r.memory), ended_at = n.x, outcome = n.o, lease_epoch = n.le
      from (select b, i, ver, st, sp, v, wake, case when l is null then null else array(select jsonb_array_elements_text(l)) end as ls, m, x, o, le
        from ${rowSet(known, {
          b: ["smallint", (one) => one.run.bucket],
          i: ["uuid", (one) => one.run.id],
          ver: ["integer", (one) => one.run.version],
          st: ["text", (one) => one.state],
          sp: ["text", (one) => one.step],
          v: ["integer", (one) => one.visit],
          wake: ["timestamptz", (one) => one.wakeAt],
          l: ["jsonb", (one) => one.listens ?? undefined],
          m: ["jsonb", (one) => (one.memory === one.memoryRead ? undefined : one.memory)],
          x: ["timestamptz", ended],
          o: ["text", (one) => one.outcome],
          le: ["bigint", epoch],
        })} as u) n
      where r.bucket = n.b and r.id = n.i and r.state = 'waiting'`);
  }
  if (fresh.length > 0) {
    await tx.query(sql`
      insert into runs (bucket, id, workspace_id, contact_id, journey_id, version, key, state, step_id, visit, wake_at, listens, memory, entered_at, ended_at, outcome, lease_epoch)
      select b, i, w, c, j, v, k, st, sp, n, wake, case when l is null then null else array(select jsonb_array_elements_text(l)) end, m, e, x, o, le
      from ${rowSet(fresh, {
        b: ["smallint", (one) => one.run.bucket],
        i: ["uuid", (one) => one.run.id],
        w: ["uuid", (one) => one.run.workspace],
        c: ["uuid", (one) => one.run.contact],
        j: ["uuid", (one) => one.run.journey],
        v: ["integer", (one) => one.run.version],
        k: ["text", (one) => one.run.key],
        st: ["text", (one) => one.state],
        sp: ["text", (one) => one.step],
        n: ["integer", (one) => one.visit],
        wake: ["timestamptz", (one) => one.wakeAt],
        l: ["jsonb", (one) => one.listens ?? undefined],
        m: ["jsonb", (one) => one.memory],
        e: ["timestamptz", (one) => one.run.enteredAt],
        x: ["timestamptz", ended],
        o: ["text", (one) => one.outcome],
        le: ["bigint", epoch],
      })} as r order by b, i`);
  }
}

/**
 * Writes visits that began or ended in the turn: the one a run stood on when it was read is ended, others are inserted. Two statements,
 * because telling the two apart by conflict costs the insert of each its speculation.
 */
export async function writeVisits(tx: Tx, input: { states: readonly RunState[] }): Promise<void> {
  const rows = input.states.flatMap((state) => {
    const first = state.isNew ? 0 : state.visit - state.visits.size + 1;
    return [...state.visits.values()].map((visit) => ({ state, isKnown: visit.visit === first, ...visit }));
  });
  const known = rows.filter((row) => row.isKnown);
  const fresh = rows.filter((row) => !row.isKnown);
  if (known.length > 0) {
    await tx.query(sql`
      update visits v set left_at = t.l, exit = t.x, reason = t.why
      from ${rowSet(known, {
        b: ["smallint", (row) => row.state.run.bucket],
        r: ["uuid", (row) => row.state.run.id],
        v: ["integer", (row) => row.visit],
        l: ["timestamptz", (row) => row.leftAt],
        x: ["text", (row) => row.exit],
        why: ["jsonb", (row) => row.reason],
      })} as t
      where v.bucket = t.b and v.run_id = t.r and v.visit = t.v`);
  }
  if (fresh.length > 0) {
    await tx.query(sql`
      insert into visits (bucket, run_id, visit, workspace_id, journey_id, contact_id, step_id, arrived_at, left_at, exit, reason)
      select b, r, v, w, j, c, s, a, l, x, why from ${rowSet(fresh, {
        b: ["smallint", (row) => row.state.run.bucket],
        r: ["uuid", (row) => row.state.run.id],
        v: ["integer", (row) => row.visit],
        w: ["uuid", (row) => row.state.run.workspace],
        j: ["uuid", (row) => row.state.run.journey],
        c: ["uuid", (row) => row.state.run.contact],
        s: ["text", (row) => row.step],
        a: ["timestamptz", (row) => row.arrivedAt],
        l: ["timestamptz", (row) => row.leftAt],
        x: ["text", (row) => row.exit],
        why: ["jsonb", (row) => row.reason],
      })} as t order by b, r, v`);
  }
}

export async function addStepTotals(
  tx: Tx,
  input: { slot: number; rows: readonly { workspace: Id; journey: Id; version: number; step: string; arrived: number; passed: number }[] },
): Promise<void> {
  const { rows } = input;
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into step_totals (journey_id, version, step_id, slot, workspace_id, arrived, passed)
    select j, v, s, ${input.slot}::smallint, w, a, p from unnest(${rows.map((row) => row.journey)}::uuid[], ${rows.map((row) => row.version)}::integer[], ${rows.map((row) => row.step)}::text[], ${rows.map((row) => row.workspace)}::uuid[], ${rows.map((row) => row.arrived)}::bigint[], ${rows.map((row) => row.passed)}::bigint[]) as t (j, v, s, w, a, p) order by j, v, s
    on conflict (journey_id, version, step_id, slot) do update set arrived = step_totals.arrived + excluded.arrived, passed = step_totals.passed + excluded.passed`);
}

export async function addJourneyTotals(
  tx: Tx,
  input: {
    slot: number;
    rows: readonly { workspace: Id; journey: Id; entered: number; completed: number; left: number; failed: number; goal: number }[];
  },
): Promise<void> {
  const { rows } = input;
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into journey_totals (journey_id, slot, workspace_id, entered, completed, left_early, failed, reached_goal)
    select j, ${input.slot}::smallint, w, e, c, l, f, g from unnest(${rows.map((row) => row.journey)}::uuid[], ${rows.map((row) => row.workspace)}::uuid[], ${rows.map((row) => row.entered)}::bigint[], ${rows.map((row) => row.completed)}::bigint[], ${rows.map((row) => row.left)}::bigint[], ${rows.map((row) => row.failed)}::bigint[], ${rows.map((row) => row.goal)}::bigint[]) as t (j, w, e, c, l, f, g) order by j
    on conflict (journey_id, slot) do update set entered = journey_totals.entered + excluded.entered, completed = journey_totals.completed + excluded.completed, left_early = journey_totals.left_early + excluded.left_early,
      failed = journey_totals.failed + excluded.failed, reached_goal = journey_totals.reached_goal + excluded.reached_goal`);
}

// Dates ------------------------------------------------------------------------------------------------------------------------

export async function selectDueDates(
  tx: Tx,
  input: { buckets: readonly number[]; now: Instant; limit: number },
): Promise<{ journey_id: Id; contact_id: Id; workspace_id: Id; due_at: Instant }[]> {
  return tx.query(sql`
    select r.journey_id, r.contact_id, r.workspace_id, r.due_at from journey_dates r where r.bucket = any(${input.buckets as number[]}::smallint[]) and r.due_at <= ${ts(input.now)}::timestamptz and ${notPaused}
    order by r.due_at, r.bucket, r.journey_id, r.contact_id limit ${input.limit}`);
}

/** Sets when contacts next start in journeys by date; null: not any more. */
export async function writeDates(
  tx: Tx,
  input: { rows: readonly { workspace: Id; journey: Id; contact: Id; due: Instant | null }[] },
): Promise<void> {
  const gone = input.rows.filter((row) => row.due === null);
  const set = input.rows.filter((row) => row.due !== null);
  if (gone.length > 0) {
    await tx.query(sql`
      delete from journey_dates d using unnest(${gone.map((row) => bucketOf(row.contact))}::smallint[], ${gone.map((row) => row.journey)}::uuid[], ${gone.map((row) => row.contact)}::uuid[]) as o (b, j, c)
      where d.bucket = o.b and d.journey_id = o.j and d.contact_id = o.c`);
  }
  if (set.length > 0) {
    await tx.query(sql`
      insert into journey_dates (bucket, journey_id, contact_id, workspace_id, due_at)
      select b, j, c, w, d from unnest(${set.map((row) => bucketOf(row.contact))}::smallint[], ${set.map((row) => row.journey)}::uuid[], ${set.map((row) => row.contact)}::uuid[], ${set.map((row) => row.workspace)}::uuid[], ${tsArray(set.map((row) => row.due))}::timestamptz[]) as t (b, j, c, w, d) order by b, j, c
      on conflict (bucket, journey_id, contact_id) do update set due_at = excluded.due_at`);
  }
}

export async function askDateBuild(tx: Tx, input: { workspace: Id; journey: Id; now: Instant }): Promise<void> {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  await tx.query(sql`
    insert into journey_date_builds (bucket, journey_id, workspace_id, asked_at) select b, ${input.journey}, ${input.workspace}, ${ts(input.now)}::timestamptz from unnest(${buckets}::smallint[]) as b
    on conflict (bucket, journey_id) do update set asked_at = excluded.asked_at`);
}

export async function nextDateBuilds(
  tx: Tx,
  input: { buckets: readonly number[]; limit: number },
): Promise<{ bucket: number; journey_id: Id; workspace_id: Id }[]> {
  return tx.query(sql`
    with first as (select journey_id from journey_date_builds where bucket = any(${input.buckets as number[]}::smallint[]) order by asked_at, journey_id limit 1)
    select b.bucket, b.journey_id, b.workspace_id from journey_date_builds b join first on first.journey_id = b.journey_id where b.bucket = any(${input.buckets as number[]}::smallint[]) order by b.bucket limit ${input.limit}`);
}

export async function finishDateBuilds(tx: Tx, input: { journey: Id; buckets: readonly number[] }): Promise<void> {
  await tx.query(
    sql`delete from journey_date_builds where journey_id = ${input.journey} and bucket = any(${input.buckets as number[]}::smallint[])`,
  );
}

/** What contacts say of a date (a day, or for name days a first name); all of some buckets, or just some. */
export async function selectContactDates(
  tx: Tx,
  input: { workspace: Id; field: string; buckets?: readonly number[]; contacts?: readonly Id[] },
): Promise<{ id: Id; value: string }[]> {
  const value =
    input.field === "birth_date"
      ? sql`c.birth_date::text`
      : input.field === "first_name"
        ? sql`c.first_name`
        : sql`c.attributes ->> ${input.field.replace(/^attributes\./, "")}::text`;
  const who = input.buckets
    ? sql`c.bucket = any(${input.buckets as number[]}::smallint[])`
    : sql`(c.bucket, c.id) in (select b, i from unnest(${(input.contacts ?? []).map(bucketOf)}::smallint[], ${(input.contacts ?? []) as Id[]}::uuid[]) as x (b, i))`;
  return tx.query(
    sql`select c.id, ${value} as value from contacts c where c.workspace_id = ${input.workspace} and ${who} and ${value} is not null order by c.id`,
  );
}

export async function firstDue(db: Db, input: { buckets: readonly number[] }): Promise<{ due: Instant | null; building: boolean }> {
  // The first of each bucket: the least of all of them would be found by reading every run that waits.
  // A table that holds nothing, as most do, is not asked for each.
  const first = (table: Sql, at: Sql, more: Sql = empty) =>
    sql`(select min(f.due) from unnest(${input.buckets as number[]}::smallint[]) as b (bucket) cross join lateral (select ${at} as due from ${table} r where r.bucket = b.bucket ${more} and ${notPaused} order by ${at} limit 1) f where exists (select 1 from ${table}))`;
  const [row] = await db.query<{ due: Instant | null; building: boolean }>(sql`
    select least(${first(sql`runs`, sql`r.wake_at`, sql`and r.state = 'waiting' and r.wake_at is not null`)}, ${first(sql`journey_dates`, sql`r.due_at`)}, ${first(sql`start_timers`, sql`r.due_at`)}, ${first(sql`journey_schedules`, sql`r.due_at`)}) as due,
      exists (select 1 from journey_lookbacks r where r.bucket = any(${input.buckets as number[]}::smallint[]) and ${notPaused}) or exists (select 1 from catalog_news n where n.bucket = any(${input.buckets as number[]}::smallint[])) or exists (select 1 from journey_date_builds b where b.bucket = any(${input.buckets as number[]}::smallint[]))
      or exists (select 1 from journey_changes r where r.bucket = any(${input.buckets as number[]}::smallint[]) and ${notPaused}) as building`);
  return row!;
}
