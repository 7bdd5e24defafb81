import { cpus } from "node:os";
import { BUCKETS, type Id } from "@relance/model/base";
import { sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { cpuSeconds } from "./cpu.ts";
import { measureEditor } from "./segments-editor.ts";
import { measureLive } from "./segments-live.ts";
import { lately, openWorld, REFERENCE, seconds, spent } from "./segments-world.ts";

/**
 * Segments: the reference segment ("more than 800 in two years, last purchase less than three months ago") built over all contacts, beside
 * the best SQL we can write by hand for the same members, in the same run; what the editor asks while a rule is written; then what an event
 * costs while SEGMENTS segments listen to it, and how long after its acknowledgement the membership has changed.
 * `npm run bench:segments -- [contacts] [segments] [events/s] [buckets]`: ten orders a contact. One segment: without the load. Fewer
 * buckets than 256: only the load, so that a hundred segments need not be built of a million contacts to know what an event costs there.
 */
const CONTACTS = Number(process.argv[2] ?? 100_000);
const SEGMENTS = Number(process.argv[3] ?? 100);
/** Events a second of the steady load. */
const RATE = Number(process.argv[4] ?? 1_000);
/** In how many of the 256 buckets segments are built for the load; fewer: the load only, of people of these. */
const BUCKETS_BUILT = Number(process.argv[5] ?? BUCKETS);

const world = await openWorld(CONTACTS);
const { db, chance, now, workspace, engine, folder } = world;
try {
  if (BUCKETS_BUILT === BUCKETS) await built();
  if (SEGMENTS > 1) await measureLive(world, { segments: SEGMENTS, rate: RATE, buckets: BUCKETS_BUILT });
} finally {
  await world.close();
}

/** First builds and changed rules, and what the editor asks. */
async function built(): Promise<void> {
  const limit = await spending(byHand);
  const whole = await spending(byHandWhole);
  let segment: Id | undefined;
  const ours = await spending(async () => {
    segment = await world.segment("Reference", REFERENCE);
    await engine.drain(100_000);
  });
  const [same] = await db.query<{ ours: number; theirs: number; differ: number }>(sql`
    select (select count(*) from segment_members where segment_id = ${segment!}) as ours, (select count(*) from by_hand) as theirs,
      (select count(*) from by_hand h where not exists (select 1 from segment_members m where m.segment_id = ${segment!} and m.bucket = h.bucket and m.contact_id = h.contact_id)) as differ`);
  // A few contacts whose two years or three months end between the two moments may differ.
  if (same!.differ > CONTACTS / 10_000) throw new Error(`Not the same members: ${JSON.stringify(same)}`);
  console.log(
    `${CONTACTS} contacts, ${CONTACTS * 10} orders, ${same!.ours} members, ${cpus().length} CPUs, Node ${process.version}, fsync on`,
  );
  const line = (name: string, cost: Cost) =>
    console.log(`${name} ${cost.time.toFixed(2)} s; CPU ${cost.database.toFixed(2)} s in the database, ${cost.node.toFixed(2)} s in node`);
  line("build by hand-written SQL   ", limit);
  line("the same with timers, history", whole);
  line("build by the engine         ", ours);
  ratios(ours, limit, whole);
  const edit = await spending(async () => {
    await world.change(segment!, { kind: "all", of: [spent(850, 2), lately(3, "month")] });
    await engine.drain(100_000);
  });
  line("a changed rule by the engine", edit);
  ratios(edit, limit, whole);
  await measureEditor(world, segment!);
}

interface Cost {
  readonly time: number;
  readonly node: number;
  readonly database: number;
}

async function spending(work: () => Promise<unknown>): Promise<Cost> {
  const before = cpuSeconds(folder);
  const time = await seconds(work);
  const after = cpuSeconds(folder);
  return { time, node: after.node - before.node, database: after.database - before.database };
}

function ratios(ours: Cost, limit: Cost, whole: Cost): void {
  const to = (other: Cost) =>
    `${(ours.time / other.time).toFixed(2)} in time, ${(ours.database / other.database).toFixed(2)} in the database's CPU, ${((ours.database + ours.node) / other.database).toFixed(2)} in all CPU`;
  console.log(`  ratio ${to(limit)} (target at most 2); to the one that writes as much: ${to(whole)}`);
}

/** The same members by one statement, with the key a list of members needs. */
async function byHand(): Promise<void> {
  await db.query(
    sql`create table by_hand (bucket smallint not null, contact_id uuid not null, entered_at timestamptz not null, primary key (bucket, contact_id))`,
  );
  await db.query(sql`
    insert into by_hand (bucket, contact_id, entered_at)
    select e.bucket, e.contact_id, ${ts(now)}::timestamptz from events e
    where e.workspace_id = ${workspace} and e.name = 'Order Completed'
    group by e.bucket, e.contact_id
    having sum(e.amount) filter (where e.occurred_at > ${ts(now)}::timestamptz - interval '2 years') > 800 and max(e.occurred_at) > ${ts(now)}::timestamptz - interval '3 months'`);
}

/** The same, and what a live segment cannot do without: when each member leaves by time alone, and that they entered. */
async function byHandWhole(): Promise<void> {
  for (const table of [sql`segment_memberships`, sql`segment_wakes`, sql`segment_moves`])
    await db.query(sql`create table hand_${table} (like ${table} including all)`);
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
