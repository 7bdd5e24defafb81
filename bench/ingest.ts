import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";
import { bucketOf } from "../packages/model/src/base/index.ts";
import { ensureEventPartitions, messageKey } from "../apps/server/src/domains/ingest/index.ts";
import { systemChance } from "../apps/server/src/platform/chance/index.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool, ping } from "../apps/server/src/platform/db/pool.ts";
import { sql } from "../apps/server/src/platform/db/sql.ts";
import { testApp } from "../apps/server/test/support/app.ts";
import { cpuSeconds } from "./cpu.ts";
import { BATCH, message, NOW, send, visitorOf } from "./ingest-client.ts";
import { Phases } from "./phases.ts";

/**
 * Durable events a second by HTTP batches of 100, beside what limits it, from one run: the same rows by bare bulk inserts of 1,000, and
 * bare Fastify that stores nothing. `npm run bench:ingest -- [events] [connections]`. Durability is on, the client in a
 * process of its own.
 */
const EVENTS = Number(process.argv[2] ?? 20_000);
const CONNECTIONS = Number(process.argv[3] ?? 16);

const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
chmodSync(folder, 0o755);
const server = await startEmbedded({ folder, settings: { max_connections: "50", shared_buffers: "256MB", jit: "off", timezone: "UTC" } });
const db = openPool({ connection: { connectionString: server.connectionString }, size: 8, name: "bench", onIdleError: () => undefined });
try {
  await migrate(db);
  const ours = await measureOurs();
  // Half of what it just took, offered evenly.
  const half = await measureOurs((2 * BATCH * 1000) / ours.rate);
  const bare = await measureInsert();
  const http = await measureFastify();
  const micro = (node: number, database: number) =>
    `${((node / EVENTS) * 1e6).toFixed(0)} µs in node and ${((database / EVENTS) * 1e6).toFixed(0)} µs in the database`;
  const round = (n: number) => Math.round(n).toLocaleString("en");
  console.log(`ours            ${round(ours.rate)} events/s  (p50 ${ours.p50.toFixed(0)} ms, p99 ${ours.p99.toFixed(0)} ms at full load)`);
  console.log(
    `at half load    ${round(half.rate)} events/s  (p50 ${half.p50.toFixed(0)} ms, p99 ${half.p99.toFixed(0)} ms; target p99 under 250); load ${readFileSync("/proc/loadavg", "utf8").split(" ")[0]}`,
  );
  console.log(
    `                a bare statement between them: p50 ${half.bare.p50.toFixed(0)}, p99 ${half.bare.p99.toFixed(0)} ms; a group sends some 25, one after the other`,
  );
  for (const line of half.told) console.log(`                ${line}`);
  console.log(
    `CPU an event    ours ${micro(ours.used, ours.database)}; bare insert ${micro(bare.used, bare.database)}; ratio ${((bare.used + bare.database) / (ours.used + ours.database)).toFixed(2)}, HTTP included in ours`,
  );
  console.log(`bare insert     ${round(bare.rate)} events/s  ratio ${(ours.rate / bare.rate).toFixed(2)} (target 0.5)`);
  console.log(`bare Fastify    ${round(http.rate)} events/s  ratio ${(ours.rate / http.rate).toFixed(2)}`);
  console.log(`Parcelvoy drains about 300/s: ${(ours.rate / 300).toFixed(0)} times (target 10)`);
} finally {
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measureOurs(everyMs: number | null = null) {
  const phases = new Phases();
  const app = await testApp(phases.watch(db), server.connectionString);
  const { id } = await app.workspace();
  const key = await app.writeKey(id);
  const url = await app.app.listen({ port: 0, host: "127.0.0.1" });
  const before = cpuSeconds(folder);
  phases.begin();
  const sending = send({ url, key, events: EVENTS, connections: CONNECTIONS, everyMs });
  const bare = await roundTrips(sending);
  const result = await sending;
  const told = phases.end();
  const after = cpuSeconds(folder);
  const [stored] = await db.query<{ n: number }>(sql`select count(*) as n from events where workspace_id = ${id}`);
  if (stored!.n !== EVENTS) throw new Error(`stored ${stored!.n} of ${EVENTS}`);
  await app.close();
  return { ...result, bare, told, used: after.node - before.node, database: after.database - before.database };
}

/** How long the cheapest statement takes while something else is under way: what the machine alone makes of a round trip. */
async function roundTrips(until: Promise<unknown>): Promise<{ readonly p50: number; readonly p99: number }> {
  let running = true;
  void until
    .catch(() => undefined)
    .then(() => {
      running = false;
    });
  const times: number[] = [];
  while (running) {
    const begun = performance.now();
    await db.query(ping);
    times.push(performance.now() - begun);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  times.sort((a, b) => a - b);
  return { p50: times[times.length >> 1] ?? NaN, p99: times[Math.floor(times.length * 0.99)] ?? NaN };
}

/** The rows that ingest must write for these messages at the least: events, message keys, inbox. */
async function measureInsert(): Promise<{ rate: number; used: number; database: number }> {
  const chance = systemChance();
  const workspace = chance.id(NOW);
  const contacts = Array.from({ length: EVENTS / 10 }, () => chance.id(NOW));
  await ensureEventPartitions(db, [NOW]);
  const before = cpuSeconds(folder);
  const begun = performance.now();
  for (let start = 0; start < EVENTS; start += 1000) {
    const rows = Array.from({ length: Math.min(1000, EVENTS - start) }, (_, i) => ({
      ...message(start + i, EVENTS),
      id: chance.id(NOW),
      contact: contacts[visitorOf(start + i, EVENTS)]!,
    }));
    const keys = rows.map((row) => messageKey(workspace, row.messageId)).sort((a, b) => bucketOf(a) - bucketOf(b) || (a < b ? -1 : 1));
    const at = new Date(NOW).toISOString();
    await db.transaction(async (tx) => {
      await tx.query(
        sql`insert into event_keys (lookup_bucket, key, workspace_id, received_at) select b, k, ${workspace}, ${at}::timestamptz from unnest(${keys.map(bucketOf)}::smallint[], ${keys}::uuid[]) as r (b, k) on conflict do nothing`,
      );
      await tx.query(sql`
        insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, message_id)
        select b, c, i, ${workspace}, 'track', n, t, ${at}::timestamptz, p, x, m from unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.contact)}::uuid[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.event)}::text[],
          ${rows.map((row) => row.timestamp)}::timestamptz[], ${rows.map((row) => JSON.stringify(row.properties))}::jsonb[], ${rows.map((row) => JSON.stringify(row.context))}::jsonb[], ${rows.map((row) => row.messageId)}::text[]) as r (b, c, i, n, t, p, x, m)`);
      await tx.query(sql`
        insert into inbox (bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at)
        select b, i, ${workspace}, c, 'event', d, t, ${at}::timestamptz from unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.contact)}::uuid[],
          ${rows.map((row) => JSON.stringify({ event: row.id, name: row.event, live: true }))}::jsonb[], ${rows.map((row) => row.timestamp)}::timestamptz[]) as r (b, i, c, d, t)`);
    });
  }
  const rate = EVENTS / ((performance.now() - begun) / 1000);
  const after = cpuSeconds(folder);
  return { rate, used: after.node - before.node, database: after.database - before.database };
}

async function measureFastify() {
  const app = fastify({ bodyLimit: 1_000_000 });
  app.post("/v1/batch", async (asked) => ({ success: true, received: (asked.body as { batch: unknown[] }).batch.length }));
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const result = await send({ url, key: "key", events: EVENTS, connections: CONNECTIONS, everyMs: null });
  await app.close();
  return result;
}
