import { bucketOf, BUCKETS, toIso, type Id } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import { lookupBucket } from "../apps/server/src/domains/contacts/index.ts";
import { ingestBatches } from "../apps/server/src/domains/ingest/index.ts";
import { sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { cpuSeconds } from "./cpu.ts";
import { tellStatements } from "./profiled.ts";
import { lately, median, seconds, spent, type World } from "./segments-world.ts";

const PER_TURN = 1_000;
const SECONDS = 8;
const BEAT = 50; // ms

/** What an order is worth: as much as those of the past, or so much that it changes a fifth of all memberships. */
const LOADS = [
  ["orders like those of the past", (n: number) => 5 + ((n * 7919) % 190)],
  ["orders of 900 each", () => 900],
] as const;

/** A hundred live segments that all ask about one event's very name: what such an event costs, and how soon it shows. */
export async function measureLive(world: World, input: { segments: number; rate: number; buckets: number }): Promise<void> {
  const { db, engine, stopping, running } = world;
  const buckets = Array.from({ length: input.buckets }, (_none, n) => Math.floor((n * BUCKETS) / input.buckets));
  const make = async (name: string, rule: Rule): Promise<Id> => {
    const id = await world.segment(name, rule);
    await db.query(sql`delete from segment_builds where bucket <> all(${buckets}::smallint[])`);
    return id;
  };
  const watched = await make("Bought today", lately(1, "day"));
  for (let n = 1; n < input.segments; n++)
    await make(`Segment ${n}`, n % 2 === 0 ? spent(100 * n, 1 + (n % 3)) : { kind: "all", of: [lately(n, "day"), spent(50 * n, 2)] });
  await engine.drain(1_000_000);
  const shop = await openShop(world, { buckets, watched });
  for (const [name, total] of LOADS) await costs(world, { ...input, shop, name, total });
  running.push(engine.run(stopping.signal));
  if (input.buckets === BUCKETS) for (const [name, total] of LOADS) await steadily(world, { ...input, shop, watched, name, total });
}

type Shop = Awaited<ReturnType<typeof openShop>>;
type Total = (n: number) => number;

/** People who have not bought today, each taken once, and how an order of theirs arrives. */
async function openShop({ db, clock, chance, workspace, now }: World, { buckets, watched }: { buckets: readonly number[]; watched: Id }) {
  const quiet = (
    await db.query<{ id: Id }>(sql`
    select c.id from contacts c where c.workspace_id = ${workspace} and c.bucket = any(${buckets as number[]}::smallint[])
      and not exists (select 1 from segment_members m where m.segment_id = ${watched} and m.bucket = c.bucket and m.contact_id = c.id) order by md5(c.id::text) limit 30000`)
  ).map((row) => row.id);
  await db.query(sql`
    insert into identities (lookup_bucket, workspace_id, kind, value, contact_id, source, created_at)
    select r.b, ${workspace}::uuid, 'user_id', 'u-' || r.id, r.id, 'bench', ${ts(now)}::timestamptz from unnest(${quiet.map((id) => lookupBucket(workspace, "user_id", `u-${id}`))}::smallint[], ${quiet}::uuid[]) as r (b, id) on conflict do nothing`);
  const into = { workspace, currency: "EUR", phone: (text: string) => text, trusted: true, source: "bench" };
  let number = 0;
  return {
    next: (most: number): readonly Id[] => quiet.splice(0, most),
    async order(ids: readonly Id[], total: Total): Promise<void> {
      const messages = ids.map((id) => ({
        type: "track",
        userId: `u-${id}`,
        event: "Order Completed",
        messageId: `live ${++number}`,
        timestamp: toIso(clock.now()),
        properties: { order_id: `live ${number}`, total: total(number), currency: "EUR" },
      }));
      await ingestBatches({ sql: db, clock, chance }, into, [{ messages, receivedAt: clock.now(), source: null, live: true }]);
    },
  };
}

/** What an event costs in turns that are full. */
async function costs(
  { db, engine, folder, workspace }: World,
  input: { shop: Shop; name: string; total: Total; segments: number },
): Promise<void> {
  const times: number[] = [];
  const spent = { ingest: 0, node: 0, database: 0 };
  const moved = async () =>
    (await db.query<{ n: number }>(sql`select count(*) as n from segment_moves where workspace_id = ${workspace} and cause = 'event'`))[0]!
      .n;
  const before = await moved();
  let asked = 0;
  for (let turn = 0; turn < 2; turn++) {
    const people = input.shop.next(PER_TURN);
    if (people.length === 0) break;
    const start = cpuSeconds(folder);
    await input.shop.order(people, input.total);
    const arrived = cpuSeconds(folder);
    times.push(
      ((await seconds(async () => {
        await engine.drain();
      })) *
        1000) /
        people.length,
    );
    const done = cpuSeconds(folder);
    spent.ingest += arrived.node + arrived.database - start.node - start.database;
    spent.node += done.node - arrived.node;
    spent.database += done.database - arrived.database;
    asked += people.length;
  }
  const each = (sum: number) => ((sum * 1000) / asked).toFixed(2);
  console.log(
    `${input.name}, ${input.segments} segments listening: an event costs ${each(spent.node)} ms CPU in node and ${each(spent.database)} ms in the database (its arrival ${each(spent.ingest)}), ${median(times).toFixed(2)} ms of time in turns of ${PER_TURN}; ${((await moved()) - before) / asked} memberships change`,
  );
  await tellStatements(db, asked);
}

/** A steady load: every event makes its contact one who bought today. */
async function steadily(
  { db, clock, engine }: World,
  input: { shop: Shop; watched: Id; rate: number; name: string; total: Total },
): Promise<void> {
  const acknowledged = new Map<Id, number>();
  const delays: number[] = [];
  let told = false;
  const watching = (async () => {
    while (!told || acknowledged.size > 0) {
      await clock.sleep(25);
      const waiting = [...acknowledged.keys()].slice(0, PER_TURN);
      const rows = await db.query<{ contact_id: Id }>(sql`
        select m.contact_id from unnest(${waiting.map(bucketOf)}::smallint[], ${waiting}::uuid[]) as w (bucket, id) join segment_members m on m.bucket = w.bucket and m.segment_id = ${input.watched} and m.contact_id = w.id`);
      for (const { contact_id: id } of rows) delays.push(performance.now() - acknowledged.get(id)!);
      for (const { contact_id: id } of rows) acknowledged.delete(id);
    }
  })();
  const begun = performance.now();
  const calls: Promise<void>[] = [];
  for (let beat = 0; beat * BEAT < SECONDS * 1000; beat++) {
    const ids = input.shop.next((input.rate * BEAT) / 1000);
    calls.push(
      input.shop.order(ids, input.total).then(() => {
        for (const id of ids) acknowledged.set(id, performance.now());
        engine.poke();
      }),
    );
    await clock.sleep(Math.max(0, begun + (beat + 1) * BEAT - performance.now()));
  }
  await Promise.all(calls);
  const rate = (input.rate * SECONDS * 1000) / (performance.now() - begun);
  told = true;
  await watching;
  delays.sort((a, b) => a - b);
  console.log(
    `${input.name}, ${rate.toFixed(0)} events/s for ${SECONDS} s, acknowledged event → membership changed: median ${median(delays).toFixed(0)} ms, p99 ${delays[Math.floor(delays.length * 0.99)]!.toFixed(0)} ms (target p99 under 1000), ${delays.length} events`,
  );
}
