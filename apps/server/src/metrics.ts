import { Gauge } from "prom-client";
import { BUCKETS, SECOND, type Instant } from "@relance/model/base";
import type { Db } from "./platform/db/database.ts";
import { sql, ts } from "./platform/db/sql.ts";
import type { Listener } from "./platform/engine.ts";
import type { Clock } from "./platform/ports.ts";

/**
 * What all processes share, read from the database when `/metrics` is asked: ages rather than depths, because an age says by itself
 * whether it is bad. Every statement walks an index or a table of a few hundred rows; asked again within ten seconds, the last answer counts.
 */
const FRESH = 10 * SECOND;
const EVERY_BUCKET = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
/** A worker that was silent for longer does not count (it is dead for the leases too). */
const ALIVE = 10 * SECOND;

const shared = {
  enqueued: new Gauge({ name: "relance_inbox_enqueued_total", help: "Facts ever written to the inbox" }),
  taken: new Gauge({ name: "relance_inbox_taken_total", help: "Facts ever worked off" }),
  depth: new Gauge({ name: "relance_inbox_depth", help: "Facts that wait to be worked off" }),
  oldest: new Gauge({ name: "relance_inbox_oldest_seconds", help: "Age of the oldest fact that waits" }),
  quarantined: new Gauge({ name: "relance_quarantined", help: "Facts that could not be worked off and wait for a person" }),
  timerLag: new Gauge({
    name: "relance_timer_lag_seconds",
    help: "How long the most overdue timer has been due, by who listens to time",
    labelNames: ["listener"],
  }),
  sends: new Gauge({ name: "relance_sends", help: "Sends by state, over all workspaces", labelNames: ["state"] }),
  sendOldest: new Gauge({
    name: "relance_send_oldest_seconds",
    help: "How long the most overdue send has been due, by class, where sending is not stopped",
    labelNames: ["class"],
  }),
  uncertainOldest: new Gauge({
    name: "relance_uncertain_oldest_seconds",
    help: "Age of the oldest send of which nobody knows whether it left",
  }),
  workers: new Gauge({ name: "relance_workers", help: "Processes alive by role", labelNames: ["role"] }),
  jobs: new Gauge({ name: "relance_jobs", help: "Occasional jobs: waiting, running, or failed for good", labelNames: ["state"] }),
  snapshot: new Gauge({
    name: "relance_oldest_snapshot_seconds",
    help: "Age of the oldest transaction of this database; vacuum waits for it",
  }),
  bytes: new Gauge({ name: "relance_database_bytes", help: "Size of the database" }),
};

export interface SharedMetrics {
  readonly db: Db;
  readonly clock: Clock;
  readonly listeners: readonly Listener[];
}

/** @returns what `/metrics` calls before it answers; rejects when the database does not answer, and then the last values stand */
export function sharedMetrics(of: SharedMetrics): () => Promise<void> {
  let readAt = -Infinity; // monotonic
  return async () => {
    if (of.clock.monotonic() - readAt < FRESH) return;
    readAt = of.clock.monotonic();
    const now = of.clock.now();
    await readInbox(of.db, now);
    await readTimers(of, now);
    await readSends(of.db, now);
    await readServer(of.db, now);
  };
}

const age = (now: Instant, since: Instant | null) => (since === null ? 0 : Math.max(0, now - since) / SECOND);

async function readInbox(db: Db, now: Instant): Promise<void> {
  const [row] = await db.query<{ enqueued: number; taken: number; quarantined: number; oldest: Instant | null }>(sql`
    select coalesce(sum(enqueued), 0)::bigint as enqueued, coalesce(sum(taken), 0)::bigint as taken, coalesce(sum(quarantined), 0)::bigint as quarantined, (select min(recorded_at) from inbox) as oldest from inbox_totals`);
  const { enqueued, taken, quarantined, oldest } = row!;
  shared.enqueued.set(enqueued);
  shared.taken.set(taken);
  shared.depth.set(enqueued - taken - quarantined);
  shared.quarantined.set(quarantined);
  shared.oldest.set(age(now, oldest));
}

async function readTimers({ db, listeners }: SharedMetrics, now: Instant): Promise<void> {
  for (const listener of listeners) {
    const due = (await listener.nextDue?.(db, EVERY_BUCKET)) ?? null;
    // −∞: a build is under way, which is work, not lateness.
    shared.timerLag.set({ listener: listener.name }, due === null || due === -Infinity ? 0 : age(now, due));
  }
}

async function readSends(db: Db, now: Instant): Promise<void> {
  const states = await db.query<{ state: string; n: number }>(
    sql`select state, sum(n)::bigint as n from send_totals where subject = 'all' group by state order by state`,
  );
  shared.sends.reset();
  for (const { state, n } of states) shared.sends.set({ state }, n);
  const oldest = await db.query<{ class: string; due: Instant | null }>(sql`
    select k.class, min(s.due_at) as due
    from (values ('marketing'), ('transactional')) k (class)
    left join (
      select w.id, c.channel from workspaces w cross join (values ('email'), ('sms'), ('push'), ('web_push'), ('whatsapp'), ('onsite')) c (channel)
      where not exists (select 1 from send_stops t where t.workspace_id = w.id and t.resumed_at is null)
    ) p on true
    left join lateral (
      select d.due_at from sends d where d.workspace_id = p.id and d.channel = p.channel and d.class = k.class and d.state in ('waiting', 'held') order by d.due_at limit 1
    ) s on true
    group by k.class order by k.class`);
  for (const row of oldest) shared.sendOldest.set({ class: row.class }, age(now, row.due));
  const [uncertain] = await db.query<{ since: Instant | null }>(sql`select min(handed_at) as since from sends where state = 'uncertain'`);
  shared.uncertainOldest.set(age(now, uncertain!.since));
}

async function readServer(db: Db, now: Instant): Promise<void> {
  const workers = await db.query<{ role: string; n: number }>(sql`
    select r.role, count(w.id) as n from (values ('engine'), ('delivery')) r (role)
    left join workers w on r.role = any(w.roles) and w.heartbeat_at > ${ts(now - ALIVE)}::timestamptz group by r.role order by r.role`);
  for (const { role, n } of workers) shared.workers.set({ role }, n);
  const jobs = await db.query<{ state: string; n: number }>(sql`
    select s.state, count(j.id) as n from (values ('waiting'), ('running'), ('failed')) s (state)
    left join graphile_worker.jobs j on s.state = case when j.locked_at is not null then 'running' when j.attempts >= j.max_attempts then 'failed' else 'waiting' end
    group by s.state order by s.state`);
  for (const { state, n } of jobs) shared.jobs.set({ state }, n);
  const [server] = await db.query<{ oldest: Instant | null; bytes: number }>(sql`
    select (select min(a.xact_start) from pg_stat_activity a where a.datname = current_database() and a.pid <> pg_backend_pid() and a.backend_xmin is not null) as oldest, pg_database_size(current_database()) as bytes`);
  shared.snapshot.set(age(now, server!.oldest));
  shared.bytes.set(server!.bytes);
}
