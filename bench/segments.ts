import { cpus } from "node:os";
import { toIso, type Id } from "@relance/model/base";
import { lookupBucket } from "../apps/server/src/domains/contacts/index.ts";
import { ingestBatches } from "../apps/server/src/domains/ingest/index.ts";
import { sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { cpuSeconds } from "./cpu.ts";
import { measureEditor } from "./segments-editor.ts";
import { lately, median, openWorld, REFERENCE, seconds, spent } from "./segments-world.ts";

/**
 * Segments: the reference segment ("more than 800 in two years, last purchase less than three months ago") built over all contacts, beside
 * the best SQL we can write by hand for the same members, in the same run; what the editor asks while a rule is written; then what an event
 * costs while SEGMENTS segments listen to it, and how long after its acknowledgement the membership has changed.
 * `npm run bench:segments -- [contacts] [segments]`: ten orders a contact. One segment: without the load.
 */
const CONTACTS = Number(process.argv[2] ?? 100_000);
const SEGMENTS = Number(process.argv[3] ?? 100);
const PER_TURN = 1_000;
/** Events a second of the steady load, and for how many seconds. */
const RATE = Number(process.argv[4] ?? 1_000);
const SECONDS = 8;
const BEAT = 50; // ms

const world = await openWorld(CONTACTS);
const { db, clock, chance, now, workspace, engine, folder, stopping, running } = world;
try {
  const limit = await spending(byHand);
  const whole = await spending(byHandWhole);
  let segment: Id | undefined;
  const ours = await spending(async () => { segment = await world.segment("Reference", REFERENCE); await engine.drain(100_000); });
  const [same] = await db.query<{ ours: number; theirs: number; differ: number }>(sql`
    select (select count(*) from segment_members where segment_id = ${segment!}) as ours, (select count(*) from by_hand) as theirs,
      (select count(*) from by_hand h where not exists (select 1 from segment_members m where m.segment_id = ${segment!} and m.bucket = h.bucket and m.contact_id = h.contact_id)) as differ`);
  // A few contacts whose two years or three months end between the two moments may differ.
  if (same!.differ > CONTACTS / 10_000) throw new Error(`Not the same members: ${JSON.stringify(same)}`);
  console.log(`${CONTACTS} contacts, ${CONTACTS * 10} orders, ${same!.ours} members, ${cpus().length} CPUs, Node ${process.version}, fsync on`);
  const line = (name: string, cost: Cost) => console.log(`${name} ${cost.time.toFixed(2)} s; CPU ${cost.database.toFixed(2)} s in the database, ${cost.node.toFixed(2)} s in node`);
  line("build by hand-written SQL   ", limit);
  line("the same with timers, history", whole);
  line("build by the engine         ", ours);
  ratios(ours, limit, whole);
  const edit = await spending(async () => { await world.change(segment!, { kind: "all", of: [spent(850, 2), lately(3, "month")] }); await engine.drain(100_000); });
  line("a changed rule by the engine", edit);
  ratios(edit, limit, whole);
  await measureEditor(world, segment!);
  if (SEGMENTS > 1) await alive(segment!);
} finally {
  await world.close();
}

interface Cost { readonly time: number; readonly node: number; readonly database: number }

async function spending(work: () => Promise<unknown>): Promise<Cost> {
  const before = cpuSeconds(folder);
  const time = await seconds(work);
  const after = cpuSeconds(folder);
  return { time, node: after.node - before.node, database: after.database - before.database };
}

function ratios(ours: Cost, limit: Cost, whole: Cost): void {
  const to = (other: Cost) => `${(ours.time / other.time).toFixed(2)} in time, ${(ours.database / other.database).toFixed(2)} in the database's CPU, ${((ours.database + ours.node) / other.database).toFixed(2)} in all CPU`;
  console.log(`  ratio ${to(limit)} (target at most 2); to the one that writes as much: ${to(whole)}`);
}

/** SEGMENTS live segments: what an event costs, and how soon it shows. */
async function alive(segment: Id): Promise<void> {
  for (let n = 1; n < SEGMENTS; n++) await world.segment(`Segment ${n}`, n % 2 === 0 ? spent(100 * n, 1 + (n % 3)) : { kind: "all", of: [lately(n, "day"), spent(50 * n, 2)] });
  await engine.drain(1_000_000);
  const people = await known((await db.query<{ id: Id }>(sql`select id from contacts where workspace_id = ${workspace} order by id limit ${PER_TURN * 4}`)).map((row) => row.id));
  const into = { workspace, currency: "EUR", phone: (text: string) => text, trusted: true, source: "bench" };
  let number = 0;
  const tell = async (ids: readonly Id[]): Promise<void> => {
    const messages = ids.map((id) => ({ type: "track", userId: `u-${id}`, event: "Order Completed", messageId: `live ${++number}`, timestamp: toIso(clock.now()), properties: { order_id: `live ${number}`, total: 900, currency: "EUR" } }));
    await ingestBatches({ sql: db, clock, chance }, into, [{ messages, receivedAt: clock.now(), source: null, live: true }]);
  };
  const costs: number[] = [];
  const cpu = { node: 0, database: 0 };
  for (let at = 0; at < people.length; at += PER_TURN) {
    await tell(people.slice(at, at + PER_TURN));
    const before = cpuSeconds(folder);
    costs.push(((await seconds(async () => { await engine.drain(); })) * 1000) / PER_TURN);
    const after = cpuSeconds(folder);
    cpu.node += after.node - before.node;
    cpu.database += after.database - before.database;
  }
  const moved = await db.query<{ n: number }>(sql`select count(*) as n from segment_moves where workspace_id = ${workspace} and cause = 'event'`);
  const each = (spent: number) => ((spent * 1000) / people.length).toFixed(2);
  console.log(`one event with ${SEGMENTS} segments listening: ${median(costs).toFixed(2)} ms in turns of ${PER_TURN} (compare with another number of contacts: target within 1.5)`);
  console.log(`CPU an event: ${each(cpu.node)} ms in node, ${each(cpu.database)} ms in the database; ${(moved[0]!.n / people.length).toFixed(1)} memberships change an event`);

  // A steady load: every event makes its contact a member of the reference segment.
  running.push(engine.run(stopping.signal));
  const quiet = await known((await db.query<{ id: Id }>(sql`
    select c.id from contacts c where c.workspace_id = ${workspace} and not exists (select 1 from segment_members m where m.segment_id = ${segment} and m.bucket = c.bucket and m.contact_id = c.id) order by c.id desc limit ${RATE * SECONDS}`)).map((row) => row.id));
  const acknowledged = new Map<Id, number>();
  const delays: number[] = [];
  let told = false;
  const watching = (async () => {
    while (!told || acknowledged.size > 0) {
      await clock.sleep(10);
      const waiting = [...acknowledged.keys()];
      const rows = await db.query<{ contact_id: Id }>(sql`
        select m.contact_id from unnest(${waiting}::uuid[]) as w (id) join segment_members m on m.bucket = get_byte(uuid_send(w.id), 15)::smallint and m.segment_id = ${segment} and m.contact_id = w.id`);
      for (const { contact_id: id } of rows) delays.push(performance.now() - acknowledged.get(id)!);
      for (const { contact_id: id } of rows) acknowledged.delete(id);
    }
  })();
  const perBeat = (RATE * BEAT) / 1000;
  const begun = performance.now();
  const calls: Promise<void>[] = [];
  for (let beat = 0; beat * perBeat < quiet.length; beat++) {
    const ids = quiet.slice(beat * perBeat, (beat + 1) * perBeat);
    calls.push(tell(ids).then(() => { for (const id of ids) acknowledged.set(id, performance.now()); engine.poke(); }));
    await clock.sleep(Math.max(0, begun + (beat + 1) * BEAT - performance.now()));
  }
  await Promise.all(calls);
  const rate = quiet.length / ((performance.now() - begun) / 1000);
  told = true;
  await watching;
  delays.sort((a, b) => a - b);
  console.log(`${rate.toFixed(0)} events/s for ${SECONDS} s, acknowledged event → membership changed: median ${median(delays).toFixed(0)} ms, p99 ${delays[Math.floor(delays.length * 0.99)]!.toFixed(0)} ms (target p99 under 1000)`);
}

/** Makes contacts known by the user id that live events name. */
async function known(ids: readonly Id[]): Promise<readonly Id[]> {
  await db.query(sql`
    insert into identities (lookup_bucket, workspace_id, kind, value, contact_id, source, created_at)
    select r.b, ${workspace}::uuid, 'user_id', 'u-' || r.id, r.id, 'bench', ${ts(now)}::timestamptz from unnest(${ids.map((id) => lookupBucket(workspace, "user_id", `u-${id}`))}::smallint[], ${ids}::uuid[]) as r (b, id) on conflict do nothing`);
  return ids;
}

/** The same members by one statement, with the key a list of members needs. */
async function byHand(): Promise<void> {
  await db.query(sql`create table by_hand (bucket smallint not null, contact_id uuid not null, entered_at timestamptz not null, primary key (bucket, contact_id))`);
  await db.query(sql`
    insert into by_hand (bucket, contact_id, entered_at)
    select e.bucket, e.contact_id, ${ts(now)}::timestamptz from events e
    where e.workspace_id = ${workspace} and e.name = 'Order Completed'
    group by e.bucket, e.contact_id
    having sum(e.amount) filter (where e.occurred_at > ${ts(now)}::timestamptz - interval '2 years') > 800 and max(e.occurred_at) > ${ts(now)}::timestamptz - interval '3 months'`);
}

/** The same, and what a live segment cannot do without: when each member leaves by time alone, and that they entered. */
async function byHandWhole(): Promise<void> {
  for (const table of [sql`segment_memberships`, sql`segment_wakes`, sql`segment_moves`]) await db.query(sql`create table hand_${table} (like ${table} including all)`);
  const id = chance.id(now);
  await db.query(sql`
    with found as materialized (
      select e.bucket, e.contact_id, max(e.occurred_at) as newest, min(e.occurred_at) filter (where e.occurred_at > ${ts(now)}::timestamptz - interval '2 years') as oldest from events e
      where e.workspace_id = ${workspace} and e.name = 'Order Completed' group by e.bucket, e.contact_id
      having sum(e.amount) filter (where e.occurred_at > ${ts(now)}::timestamptz - interval '2 years') > 800 and max(e.occurred_at) > ${ts(now)}::timestamptz - interval '3 months'
    ), members as (
      insert into hand_segment_memberships (bucket, segment_id, generation, contact_id, workspace_id, entered_at) select bucket, ${id}::uuid, 1, contact_id, ${workspace}::uuid, ${ts(now)}::timestamptz from found order by bucket, contact_id
    ), wakes as (
      insert into hand_segment_wakes (bucket, contact_id, workspace_id, due_at) select bucket, contact_id, ${workspace}::uuid, least(oldest + interval '2 years', newest + interval '3 months') from found order by bucket, contact_id
    )
    insert into hand_segment_moves (bucket, contact_id, id, segment_id, workspace_id, entered, cause, moved_at) select bucket, contact_id, gen_random_uuid(), ${id}::uuid, ${workspace}::uuid, true, 'build', ${ts(now)}::timestamptz from found order by bucket, contact_id`);
}
