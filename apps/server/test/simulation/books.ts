import type { Id, Instant } from "@relance/model/base";
import type { Database } from "../../src/platform/db/database.ts";
import { sql } from "../../src/platform/db/sql.ts";
import { inboxMismatches } from "../support/engine.ts";
import { isPoison } from "./toy.ts";
import { Finding } from "./world.ts";

/** What the world outside the product knows: what was acknowledged, what was ever sent, what the far side took. */
export interface Known {
  readonly acked: Set<Id>;
  readonly sent: Map<Id, Id>; // message → contact
  readonly far: { readonly key: Id; readonly at: Instant }[];
}

/** The equations that hold at every committed snapshot (RELIABILITY §4). @throws Finding naming the first that does not */
export async function checkLive(db: Database, known: Known): Promise<void> {
  none("B9 inbox: enqueued = taken + quarantined + depth", await inboxMismatches(db));
  none(
    "B9 quarantine: counted = kept",
    await db.query(sql`
    select t.bucket from (select bucket, sum(quarantined) as n from inbox_totals group by bucket) t
    full join (select bucket, count(*) as n from inbox_quarantine group by bucket) q on q.bucket = t.bucket where coalesce(t.n, 0) <> coalesce(q.n, 0) order by 1`),
  );
  none("B5 duplicates at the far side", repeated(known.far.map((one) => one.key)));
  const sends = new Map(
    (await db.query<{ id: Id; state: string }>(sql`select id, state from toy_sends order by id`)).map((row) => [row.id, row.state]),
  );
  const far = new Set(known.far.map((one) => one.key));
  none(
    "B4 accepted ⊆ far",
    [...sends].filter(([id, state]) => state === "accepted" && !far.has(id)),
  );
  none(
    "B4 far ∖ accepted ⊆ handing ∪ uncertain",
    [...far].filter((id) => !["accepted", "handing", "uncertain"].includes(sends.get(id) ?? "absent")),
  );
  none("B8 acknowledged ⊆ stored", await missing(db, known.acked));
  none("B10 one run per message", await db.query(sql`select fact from toy_runs group by fact having count(*) > 1 order by fact`));
  none(
    "B1 one send per fired run",
    await db.query(sql`
    select r.id from toy_runs r full join (select run_id, count(*) as n from toy_sends group by run_id) s on s.run_id = r.id
    where (r.fired_at is not null and coalesce(s.n, 0) <> 1) or (r.fired_at is null and s.n > 0) order by 1`),
  );
  none("B11 no timer fires early", await db.query(sql`select id from toy_runs where fired_at < wake_at order by id`));
  none(
    "B12 counters = recount",
    await db.query(sql`
    select 1 as off from (select coalesce(sum(n), 0) as n from counters where name = 'toy.entered') c, (select count(*) as n from toy_runs) r where c.n <> r.n`),
  );
  none(
    "B19 epochs never fall",
    await db.query(sql`
    select w.bucket, w.at from (
      select bucket, at, epoch, max(epoch) over (partition by bucket order by at range between unbounded preceding and '1 millisecond' preceding) as before
      from (select bucket, entered_at as at, lease_epoch as epoch from toy_runs where fired_at is null
            union all select bucket, fired_at, lease_epoch from toy_runs where fired_at is not null) written
    ) w where w.before > w.epoch order by 1, 2`),
  );
}

/** What must hold besides, once nothing is due and nothing under way. */
export async function checkAtRest(db: Database, known: Known): Promise<void> {
  await checkLive(db, known);
  none(
    "B8 everything sent was acknowledged in the end",
    [...known.sent.keys()].filter((message) => !known.acked.has(message)),
  );
  const stored = await db.query<{ message: Id }>(sql`select message from toy_messages order by message`);
  none(
    "B8 stored ⊆ sent",
    stored.filter((row) => !known.sent.has(row.message)),
  );
  const done = new Set((await db.query<{ fact: Id }>(sql`select fact from toy_runs order by fact`)).map((row) => row.fact));
  const parked = await db.query<{ event: Id; contact: Id }>(
    sql`select data ->> 'event' as event, contact_id as contact from inbox_quarantine order by 1`,
  );
  none(
    "only poison is in quarantine",
    parked.filter((row) => !isPoison(row.contact)),
  );
  const kept = new Set(parked.map((row) => row.event));
  none(
    "every message was worked off or is in quarantine",
    stored.filter((row) => done.has(row.message) === kept.has(row.message)),
  );
  none(
    "poison is in quarantine",
    stored.filter((row) => isPoison(known.sent.get(row.message)!) && !kept.has(row.message)),
  );
}

export function none(equation: string, rows: readonly unknown[]): void {
  if (rows.length > 0) throw new Finding(`${equation}: ${rows.length} wrong, e.g. ${JSON.stringify(rows[0])}`);
}

export function repeated<T>(items: readonly T[]): T[] {
  const seen = new Set<T>();
  return items.filter((item) => seen.size === seen.add(item).size);
}

async function missing(db: Database, messages: ReadonlySet<Id>): Promise<Id[]> {
  const rows = await db.query<{ message: Id }>(sql`
    select m.message from unnest(${[...messages]}::uuid[]) as m (message) where not exists (select 1 from toy_messages t where t.message = m.message) order by 1`);
  return rows.map((row) => row.message);
}
