import { createHash } from "node:crypto";
import { bucketOf, DAY, toIso, type Id, type Instant, type TimeZone } from "@relance/model/base";
import {
  canonical,
  dayAround,
  scheduledAt,
  startKindOf,
  type DayAround,
  type Graph,
  type Start,
  type StartNews,
} from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";
import type { Tx } from "../../../platform/db/database.ts";
import { jsonArray, sql, ts, tsArray } from "../../../platform/db/sql.ts";
import { notPaused } from "../queries.ts";
import { rhythmsOf, type Bought } from "../starts/rhythm.ts";
import type { Memory } from "./state.ts";

/**
 * Starts that come when time has passed: an event arms one, another disarms it. What a timer was armed with is not believed when it
 * fires: everything its start heard since is read again from the events, so late and unordered news count all the same.
 */
export interface TimerRow {
  readonly bucket: number;
  readonly journey_id: Id;
  readonly contact_id: Id;
  readonly start: string;
  readonly key: string;
  readonly workspace_id: Id;
  readonly due_at: Instant;
  readonly armed_at: Instant;
  readonly memory: Memory;
}

/** Which start of a journey a timer belongs to: its settings, so that a start that is changed forgets what the former one armed. */
export const startHash = (start: Start): string => createHash("sha256").update(canonical(start)).digest("base64url").slice(0, 16);

/** A start that fires later than this after its time helps nobody. */
export const LATEST = DAY;

interface Heard {
  readonly workspace: Id;
  readonly journey: Id;
  readonly contact: Id;
  readonly start: Start;
  readonly event: FactEvent;
  readonly live: boolean;
  readonly news: StartNews;
}

/** What an event arms and disarms in some journeys' starts, paused ones too: whoever orders during a pause is not reminded after it. */
export function timedNews(input: {
  workspace: Id;
  contact: Id;
  event: FactEvent;
  live: boolean;
  journeys: readonly { journey: { id: Id }; graph: Graph }[];
  now: Instant;
}): Heard[] {
  const { workspace, contact, event, live } = input;
  return input.journeys.flatMap(({ journey, graph }) =>
    graph.starts.flatMap((start) =>
      startKindOf(start)
        .hear(start, event, input.now)
        .flatMap((news): Heard[] => (news.do === "enter" ? [] : [{ workspace, journey: journey.id, contact, start, event, live, news }])),
    ),
  );
}

export const memoryOf = (start: Start, event: FactEvent): Memory => ({
  start: start.kind,
  timed: true,
  event: {
    id: event.id,
    name: event.name,
    at: toIso(event.at),
    amount: event.amount,
    currency: event.currency,
    properties: { ...event.properties },
  },
});

/** Writes what a turn heard: timers disarmed go, timers armed are set; the latest event of a key sets the time. */
export async function writeTimers(
  tx: Tx,
  heard: readonly Heard[],
  turn: { readonly now: Instant; zoneOf(contact: Id): TimeZone },
): Promise<void> {
  if (heard.length === 0) return;
  const rhythmOf = await rhythmsOf(
    tx,
    heard.flatMap((one) => (one.news.do === "arm" ? [{ ...one, key: one.news.key, at: one.event.at }] : [])),
  );
  const place = (one: Heard) => `${one.contact} ${one.journey} ${startHash(one.start)}`;
  const disarms = heard.flatMap((one) => (one.news.do === "disarm" ? [{ ...one, key: one.news.key }] : []));
  const arms = new Map<string, Heard & { key: string; due: Instant }>();
  for (const one of heard) {
    if (one.news.do !== "arm") continue;
    const { due: at, key } = one.news;
    const own = rhythmOf({ ...one, key, at: one.event.at });
    // History that was imported arms what is still to come, and starts nothing.
    const oldest = turn.now - (one.live ? LATEST : 0);
    const due = own !== null ? one.event.at + own : dueOf(at, one.event, turn.zoneOf(one.contact), oldest);
    if (due < oldest) continue;
    const name = `${place(one)} ${key}`;
    const before = arms.get(name);
    if (!before || before.event.at <= one.event.at) arms.set(name, { ...one, key, due });
  }
  if (disarms.length > 0) await deleteTimers(tx, disarms);
  const kept = [...arms.values()].filter(
    (arm) => !disarms.some((one) => place(one) === place(arm) && (one.key === null || one.key === arm.key) && one.event.at >= arm.event.at),
  );
  if (kept.length > 0)
    await upsertTimers(
      tx,
      kept.map((one) => ({
        bucket: bucketOf(one.contact),
        journey_id: one.journey,
        contact_id: one.contact,
        start: startHash(one.start),
        key: one.key,
        workspace_id: one.workspace,
        due_at: one.due,
        armed_at: one.event.at,
        memory: memoryOf(one.start, one.event),
      })),
    );
}

async function deleteTimers(tx: Tx, rows: readonly (Heard & { key: string | null })[]): Promise<void> {
  await tx.query(sql`
    delete from start_timers t using unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.contact)}::uuid[], ${rows.map((row) => row.journey)}::uuid[], ${rows.map((row) => startHash(row.start))}::text[], ${rows.map((row) => row.key)}::text[], ${tsArray(rows.map((row) => row.event.at))}::timestamptz[]) as d (b, c, j, s, k, at)
    where t.bucket = d.b and t.contact_id = d.c and t.journey_id = d.j and t.start = d.s and (d.k is null or t.key = d.k) and t.armed_at <= d.at`);
}

export async function upsertTimers(tx: Tx, rows: readonly TimerRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into start_timers (bucket, contact_id, journey_id, start, key, workspace_id, due_at, armed_at, memory)
    select b, c, j, s, k, w, d, a, m from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.contact_id)}::uuid[], ${rows.map((row) => row.journey_id)}::uuid[], ${rows.map((row) => row.start)}::text[], ${rows.map((row) => row.key)}::text[], ${rows.map((row) => row.workspace_id)}::uuid[],
      ${tsArray(rows.map((row) => row.due_at))}::timestamptz[], ${tsArray(rows.map((row) => row.armed_at))}::timestamptz[], ${jsonArray(rows.map((row) => row.memory))}::jsonb[]) as r (b, c, j, s, k, w, d, a, m) order by b, c, j, s, k
    on conflict (bucket, contact_id, journey_id, start, key) do update set due_at = excluded.due_at, armed_at = excluded.armed_at, memory = excluded.memory where start_timers.armed_at <= excluded.armed_at`);
}

/** When what an event armed comes; of a yearly date, the first time since it was told that is not before `oldest`. */
const dueOf = (due: Instant | DayAround, event: FactEvent, zone: TimeZone, oldest: Instant): Instant =>
  typeof due === "number" ? due : dayAround(due, zone, Math.max(event.at, oldest - 1));

/** Takes timers that are due. */
export async function takeDueTimers(tx: Tx, input: { buckets: readonly number[]; now: Instant; limit: number }): Promise<TimerRow[]> {
  const rows = await tx.query<TimerRow>(sql`
    with due as (
      select r.bucket, r.contact_id, r.journey_id, r.start, r.key from start_timers r
      where r.bucket = any(${input.buckets as number[]}::smallint[]) and r.due_at <= ${ts(input.now)}::timestamptz and ${notPaused} order by r.due_at, r.bucket, r.contact_id, r.journey_id, r.start, r.key limit ${input.limit}
    )
    delete from start_timers t using due d where t.bucket = d.bucket and t.contact_id = d.contact_id and t.journey_id = d.journey_id and t.start = d.start and t.key = d.key
    returning t.bucket, t.contact_id, t.journey_id, t.start, t.key, t.workspace_id, t.due_at, t.armed_at, t.memory`);
  return rows.sort(
    (a, b) => a.due_at - b.due_at || (a.contact_id < b.contact_id ? -1 : a.contact_id > b.contact_id ? 1 : 0) || (a.key < b.key ? -1 : 1),
  );
}

/** Those of some timers whose event has begun a run of theirs before: what sets a start off does so once, or once a year. */
export async function selectBegun(
  tx: Tx,
  rows: readonly { readonly row: TimerRow; readonly again: Instant | null }[],
): Promise<Set<TimerRow>> {
  const asked = rows.flatMap(({ row, again }) =>
    row.memory.event === null ? [] : [{ ...row, row, since: again === null ? null : row.due_at }],
  );
  if (asked.length === 0) return new Set();
  const found = await tx.query<{ n: number }>(sql`
    select t.n::integer as n
    from unnest(${asked.map((_, n) => n)}::integer[], ${asked.map((row) => row.bucket)}::smallint[], ${asked.map((row) => row.contact_id)}::uuid[], ${asked.map((row) => row.journey_id)}::uuid[], ${asked.map((row) => row.key)}::text[], ${asked.map((row) => row.memory.event!.id)}::text[], ${tsArray(asked.map((row) => row.since))}::timestamptz[]) as t (n, b, c, j, k, e, since)
    where exists (select 1 from runs r where r.bucket = t.b and r.contact_id = t.c and r.journey_id = t.j and r.key = t.k and r.memory #>> '{event,id}' = t.e and (t.since is null or r.entered_at >= t.since)) order by t.n`);
  return new Set(found.map(({ n }) => asked[n]!.row));
}

/** Events of these names since a timer was armed, oldest first, by contact. */
export async function selectHeardSince(
  tx: Tx,
  input: { rows: readonly { bucket: number; contact_id: Id; armed_at: Instant }[]; names: readonly string[] },
): Promise<Map<Id, FactEvent[]>> {
  const since = [...Map.groupBy(input.rows, (row) => row.contact_id)].map(([contact, group]) => ({
    contact,
    bucket: group[0]!.bucket,
    at: Math.min(...group.map((row) => row.armed_at)),
  }));
  const rows = await tx.query<{
    contact_id: Id;
    id: Id;
    name: string;
    occurred_at: Instant;
    amount: number | null;
    currency: string | null;
    properties: Record<string, unknown>;
  }>(sql`
    select e.contact_id, e.id, e.name, e.occurred_at, e.amount, e.currency, e.properties
    from unnest(${since.map((one) => one.bucket)}::smallint[], ${since.map((one) => one.contact)}::uuid[], ${tsArray(since.map((one) => one.at))}::timestamptz[]) as c (b, i, at)
    join events e on e.bucket = c.b and e.contact_id = c.i and e.name = any(${[...input.names]}::text[]) and e.occurred_at >= c.at order by e.occurred_at, e.id`);
  return Map.groupBy(
    rows.map((row) => ({
      contact: row.contact_id,
      id: row.id,
      name: row.name,
      at: row.occurred_at,
      amount: row.amount,
      currency: row.currency,
      properties: row.properties,
    })),
    (event) => event.contact,
  );
}

/** What stands of a timer: when it comes, by which event, and when it comes again. */
export interface Standing {
  readonly due: Instant;
  readonly event: FactEvent | null;
  readonly again: Instant | null;
}

/**
 * What a due timer means, all its start heard since considered in the order it happened: it stands, was disarmed, or its time has moved.
 */
export function standing(
  row: TimerRow,
  start: Start,
  events: readonly FactEvent[],
  turn: { readonly now: Instant; zoneOf(contact: Id): TimeZone; rhythmOf(one: Bought): number | null },
): Standing | null {
  if (start.kind === "schedule") {
    // Published on the day itself, it is too late for those whose hour had passed.
    const due = start.zone === "person" ? scheduledAt(start, row.memory.day!, turn.zoneOf(row.contact_id)) : row.due_at;
    return due < row.armed_at ? null : { due, event: null, again: null };
  }
  const zone = turn.zoneOf(row.contact_id);
  let stands: Standing | null = { due: row.due_at, event: null, again: null };
  for (const event of events) {
    if (event.at < row.armed_at) continue;
    for (const news of startKindOf(start).hear(start, event, turn.now)) {
      if (news.do === "disarm" && (news.key === null || news.key === row.key)) stands = null;
      if (news.do === "arm" && news.key === row.key) {
        const own = turn.rhythmOf({ workspace: row.workspace_id, contact: row.contact_id, key: row.key, at: event.at, start });
        const due = own !== null ? event.at + own : dueOf(news.due, event, zone, turn.now - LATEST);
        stands = { due, event, again: typeof news.due === "object" && news.due.yearly ? dayAround(news.due, zone, turn.now) : null };
      }
    }
  }
  return stands;
}
