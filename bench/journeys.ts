import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { BUCKETS, bucketOf, type Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph } from "@relance/model/journeys";
import { journeyListener } from "../apps/server/src/domains/journeys/index.ts";
import { systemChance } from "../apps/server/src/platform/chance/index.ts";
import { databaseClock } from "../apps/server/src/platform/clock/index.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { cpuSeconds } from "./cpu.ts";
import { profiled } from "./profiled.ts";
import { json, sql, ts } from "../apps/server/src/platform/db/sql.ts";
import type { Turn } from "../apps/server/src/platform/engine.ts";

/**
 * Transitions a second: runs whose wait came due pass it, a branch that asks a rule, and an e-mail step, and end (3 transitions a run),
 * through the journeys' listener in turns of 1,000 runs; beside it the limit, one SQL statement that makes the same writes to as many
 * other runs, measured in the same process just before. `node bench/journeys.ts [runs]`; BENCH_PROFILE=1 prints time per statement.
 */
const COUNT = Number(process.argv[2] ?? 30_000);
const PER_TURN = 1_000;

const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
chmodSync(folder, 0o755);
const server = await startEmbedded({ folder });
const db = openPool({ connection: { connectionString: server.connectionString }, size: 4, name: "bench", onIdleError: () => undefined });
try {
  await migrate(db);
  const clock = await databaseClock(db);
  const chance = systemChance();
  const now = clock.now();
  const [workspace, template] = [chance.id(now), chance.id(now)];
  await db.query(
    sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'Bench', 'regular', ${ts(now)}::timestamptz)`,
  );
  await db.query(
    sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${template}, ${workspace}, 'T', 'email', '{}', 1, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`,
  );
  await db.query(
    sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${template}, 1, ${workspace}, '{}', '{}', ${ts(now)}::timestamptz)`,
  );

  const limit = await prepare("limit");
  const atStart = cpuSeconds(folder);
  const limitSeconds = await seconds(() => pureSql(limit));
  const limitCpu = cpuSeconds(folder).database - atStart.database;
  const ours = await prepare("ours");
  const turn: Turn = { buckets: Array.from({ length: BUCKETS }, (_, bucket) => bucket), now, chance, epochs: new Map(), slot: 1 };
  const engineDb = profiled(db);
  const before = cpuSeconds(folder);
  const ourSeconds = await seconds(async () => {
    for (let more = true; more;) ({ more } = await engineDb.transaction((tx) => journeyListener.onTime!(tx, turn, PER_TURN)));
  });
  const after = cpuSeconds(folder);
  const perRun = (spent: number) => `${((spent / COUNT) * 1e6).toFixed(0)} µs`;

  for (const journey of [limit, ours]) {
    const [made] = await db.query<{ runs: number; visits: number; sends: number }>(sql`
      select (select count(*) from runs where journey_id = ${journey} and state = 'completed') as runs, (select count(*) from visits where journey_id = ${journey} and left_at is not null) as visits, (select count(*) from sends where journey_id = ${journey}) as sends`);
    if (made!.runs !== COUNT || made!.visits !== 3 * COUNT || made!.sends !== COUNT)
      throw new Error(`Not the same work: ${JSON.stringify(made)}`);
  }
  const rate = (time: number) => ((3 * COUNT) / time).toFixed(0).padStart(8);
  console.log(
    `${COUNT} runs, wait → branch → e-mail → end, turns of ${PER_TURN}, ${cpus().length} CPUs, Node ${process.version}, fsync on`,
  );
  console.log(`one pure SQL statement  ${rate(limitSeconds)} transitions/s; CPU a run ${perRun(limitCpu)} in the database`);
  console.log(
    `journeys' listener      ${rate(ourSeconds)} transitions/s; CPU a run ${perRun(after.node - before.node)} in this process, ${perRun(after.database - before.database)} in the database`,
  );
  console.log(`ratio ${(limitSeconds / ourSeconds).toFixed(2)} (target 0.5), target 10000 transitions/s`);
  clock.stop();

  /** A live journey with COUNT contacts at its wait, all due. */
  async function prepare(name: string): Promise<Id> {
    const journey = chance.id(now);
    const graph: Graph = {
      ...EMPTY_GRAPH,
      starts: [{ kind: "event", event: name, where: [], key: null }],
      first: "stp_w",
      steps: [
        { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 1, unit: "hour" } }, exits: { next: "stp_b" } },
        {
          id: "stp_b",
          name: "",
          kind: "branch",
          paths: [{ exit: "p1", name: "", rule: { kind: "attribute", attribute: "email", is: { op: "set" } } }],
          exits: { p1: "stp_e", else: null },
        },
        { id: "stp_e", name: "", kind: "email", template, exits: { next: null } },
      ],
    };
    await db.query(
      sql`insert into journeys (id, workspace_id, name, state, draft, live_version, created_at, changed_at) values (${journey}, ${workspace}, ${name}, 'live', ${json(graph)}::jsonb, 1, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`,
    );
    await db.query(
      sql`insert into journey_versions (journey_id, version, workspace_id, graph, published_at) values (${journey}, 1, ${workspace}, ${json(graph)}::jsonb, ${ts(now)}::timestamptz)`,
    );
    const contacts = Array.from({ length: COUNT }, () => chance.id(now));
    const runs = contacts.map(() => chance.id(now));
    const buckets = contacts.map(bucketOf);
    const entered = ts(now - 3_600_000);
    await db.query(sql`
      insert into contacts (bucket, id, workspace_id, known, email, created_at, updated_at)
      select b, c, ${workspace}::uuid, true, ${name}::text || n || '@client.example', ${ts(now)}::timestamptz, ${ts(now)}::timestamptz from unnest(${buckets}::smallint[], ${contacts}::uuid[]) with ordinality as x (b, c, n)`);
    await db.query(sql`
      insert into runs (bucket, id, workspace_id, contact_id, journey_id, version, key, state, step_id, visit, wake_at, memory, entered_at, lease_epoch)
      select b, r, ${workspace}::uuid, c, ${journey}::uuid, 1, '', 'waiting', 'stp_w', 1, ${ts(now)}::timestamptz, '{"start": "event", "event": null}', ${entered}::timestamptz, 0
      from unnest(${buckets}::smallint[], ${runs}::uuid[], ${contacts}::uuid[]) as x (b, r, c)`);
    await db.query(sql`
      insert into visits (bucket, run_id, visit, workspace_id, journey_id, contact_id, step_id, arrived_at, reason)
      select bucket, id, 1, workspace_id, journey_id, contact_id, 'stp_w', entered_at, '{"why": "waiting"}' from runs where journey_id = ${journey}`);
    for (const table of [sql`analyze runs`, sql`analyze visits`, sql`analyze contacts`, sql`checkpoint`]) await db.query(table);
    return journey;
  }

  /** The same writes with nothing decided: runs ended, three visits each, a send each, the totals. */
  async function pureSql(journey: Id): Promise<void> {
    const at = sql`${ts(now)}::timestamptz`;
    const reason = json({ why: "branch", path: "", answers: [true] });
    await db.query(sql`
      with done as (
        update runs r set state = 'completed', step_id = 'stp_e', visit = 3, wake_at = null, ended_at = ${at}, outcome = 'completed', lease_epoch = 0
        from contacts c where r.journey_id = ${journey} and r.state = 'waiting' and r.wake_at <= ${at} and c.bucket = r.bucket and c.id = r.contact_id and c.email is not null
        returning r.bucket, r.id, r.workspace_id, r.journey_id, r.contact_id
      ), first as (
        update visits v set left_at = ${at}, exit = 'next', reason = ${reason}::jsonb from done d where v.bucket = d.bucket and v.run_id = d.id and v.visit = 1 returning v.run_id
      ), more as (
        insert into visits (bucket, run_id, visit, workspace_id, journey_id, contact_id, step_id, arrived_at, left_at, exit, reason)
        select d.bucket, d.id, s.visit, d.workspace_id, d.journey_id, d.contact_id, s.step, ${at}, ${at}, s.exit, ${reason}::jsonb
        from done d cross join (values (2, 'stp_b', 'p1'), (3, 'stp_e', 'next')) as s (visit, step, exit) returning run_id
      ), planned as (
        insert into sends (bucket, id, workspace_id, contact_id, channel, class, template_id, template_version, journey_id, journey_version, step_id, run_id, visit, key, state, due_at, patience_until, lease_epoch, created_at)
        select d.bucket, d.id, d.workspace_id, d.contact_id, 'email', 'marketing', ${template}::uuid, 1, d.journey_id, 1, 'stp_e', d.id, 3, 'run:' || d.id || ':3:email', 'waiting', ${at}, ${at}, 0, ${at}
        from done d on conflict (bucket, key) do nothing returning id
      ), steps as (
        insert into step_totals (journey_id, version, step_id, slot, workspace_id, arrived, passed) select ${journey}::uuid, 1, s, 1, ${workspace}::uuid, count(*), count(*) from done, unnest(array['stp_w', 'stp_b', 'stp_e']) as s group by s returning step_id
      )
      insert into journey_totals (journey_id, slot, workspace_id, completed) select ${journey}::uuid, 1, ${workspace}::uuid, count(*) from done`);
  }
} finally {
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
