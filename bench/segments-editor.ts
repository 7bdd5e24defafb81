import { DAY, type Id, type Instant } from "@relance/model/base";
import { besideMembers, countRule, ESTIMATED_IN_GRAPH, sampleRule } from "../apps/server/src/domains/segments/preview.ts";
import { runQuery } from "../apps/server/src/domains/segments/query/run.ts";
import { sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { cpuSeconds } from "./cpu.ts";
import { lately, median, REFERENCE, seconds, type World } from "./segments-world.ts";

// Of a million each takes long enough to say something.
const TIMES = Number(process.argv[2] ?? 0) > 500_000 ? 3 : 5;

/** What the editor asks of the reference rule while it is written, beside one hand-written count of the same; medians of five (of three for a million). */
export async function measureEditor(world: World, segment: Id): Promise<void> {
  const { db, clock, workspace, engine } = world;
  const asked = { workspace, rule: REFERENCE, at: clock.now() };
  const other = await world.segment("Bought this month", lately(1, "month"));
  await engine.drain(100_000);
  const limit = await measure(world, "count by hand-written SQL", () => countByHand(world, asked.at));
  const lines: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["count, estimated", () => countRule(db, { ...asked, exact: false })],
    ["count, exact", () => countRule(db, { ...asked, exact: true })],
    ["sample of four", () => sampleRule(db, { ...asked, limit: 4 })],
    ["who would join and leave, estimated", () => besideMembers(db, { ...asked, segment, exact: false, sample: 5 })],
    ["who would join and leave, exact", () => besideMembers(db, { ...asked, segment, exact: true, sample: 5 })],
    ["overlap with another segment, estimated", () => besideMembers(db, { ...asked, segment: other, exact: false, sample: 0 })],
    ["overlap with another segment, exact", () => besideMembers(db, { ...asked, segment: other, exact: true, sample: 0 })],
    [
      "growth in seven steps, estimated",
      async () => {
        for (let step = 6; step >= 0; step--)
          await countRule(db, { ...asked, at: asked.at - step * 15 * DAY, exact: false, estimate: ESTIMATED_IN_GRAPH });
      },
    ],
    ["segment in SQL, the same rule", () => runQuery(db, { workspace, query: QUERY, limits: { seconds: 120, most: 1_000_000 } })],
  ];
  for (const [name, work] of lines) {
    const ours = await measure(world, name, work);
    console.log(
      `  ${(ours.time / limit.time).toFixed(2)} of the hand-written count in time, ${(ours.cpu / limit.cpu).toFixed(2)} in the database's CPU`,
    );
  }
}

const QUERY = `select e.contact_id from events e where e.name = 'Order Completed' group by e.contact_id
  having sum(e.amount) filter (where e.occurred_at > now() - interval '2 years') > 800 and max(e.occurred_at) > now() - interval '3 months'`;

async function measure({ folder }: World, name: string, work: () => Promise<unknown>): Promise<{ time: number; cpu: number }> {
  const times: number[] = [];
  const costs: number[] = [];
  for (let round = 0; round < TIMES; round++) {
    const before = cpuSeconds(folder).database;
    times.push(await seconds(work));
    costs.push(cpuSeconds(folder).database - before);
  }
  const found = { time: median(times), cpu: median(costs) };
  console.log(`${name}: ${found.time.toFixed(2)} s (${found.cpu.toFixed(2)} s of the database's CPU)`);
  return found;
}

async function countByHand({ db, workspace }: World, at: Instant): Promise<void> {
  await db.query(sql`
    select count(*) from (
      select 1 from events e where e.workspace_id = ${workspace} and e.name = 'Order Completed' group by e.bucket, e.contact_id
      having sum(e.amount) filter (where e.occurred_at > ${ts(at)}::timestamptz - interval '2 years') > 800 and max(e.occurred_at) > ${ts(at)}::timestamptz - interval '3 months') found`);
}
