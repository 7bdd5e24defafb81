import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";
import { bucketOf } from "../packages/model/src/base/index.ts";
import { ensureEventPartitions, messageKey } from "../apps/server/src/domains/ingest/index.ts";
import { systemChance } from "../apps/server/src/platform/chance/index.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { sql } from "../apps/server/src/platform/db/sql.ts";
import { testApp } from "../apps/server/test/support/app.ts";
import { cpuSeconds } from "./cpu.ts";

/**
 * Durable events a second by HTTP batches of 100, beside what limits it, from one run: the same rows by bare bulk inserts of 1,000, and
 * bare Fastify that stores nothing. `node bench/ingest.ts [events] [connections]`. Durability is on.
 */
const EVENTS = Number(process.argv[2] ?? 20_000);
const CONNECTIONS = Number(process.argv[3] ?? 16);
const BATCH = 100;
const VISITORS = Math.max(1, EVENTS / 10);
const NOW = Date.UTC(2026, 10, 23, 12);

const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
chmodSync(folder, 0o755);
const server = await startEmbedded({ folder, settings: { max_connections: "50", shared_buffers: "256MB", jit: "off", timezone: "UTC" } });
const db = openPool({ connection: { connectionString: server.connectionString }, size: 8, name: "bench", onIdleError: () => undefined });
try {
  await migrate(db);
  const bodies = makeBodies();
  const ours = await measureOurs(bodies);
  // Half of what it just took, offered evenly.
  const half = await measureOurs(bodies, (2 * BATCH * 1000) / ours.rate);
  const bare = await measureInsert();
  const http = await measureFastify(bodies);
  const micro = (node: number, database: number) => `${((node / EVENTS) * 1e6).toFixed(0)} µs in node and ${((database / EVENTS) * 1e6).toFixed(0)} µs in the database`;
  const round = (n: number) => Math.round(n).toLocaleString("en");
  console.log(`ours            ${round(ours.rate)} events/s  (p50 ${ours.p50.toFixed(0)} ms, p99 ${ours.p99.toFixed(0)} ms at full load, ${(ours.cpu * 100).toFixed(0)} % of a core in node)`);
  console.log(`at half load    ${round(half.rate)} events/s  (p50 ${half.p50.toFixed(0)} ms, p99 ${half.p99.toFixed(0)} ms; target p99 under 250)`);
  console.log(`CPU an event    ours ${micro(ours.used, ours.database)}; bare insert ${micro(bare.used, bare.database)}; ratio ${((bare.used + bare.database) / (ours.used + ours.database)).toFixed(2)}, parsing of HTTP included in ours`);
  console.log(`bare insert     ${round(bare.rate)} events/s  ratio ${(ours.rate / bare.rate).toFixed(2)} (target 0.5)`);
  console.log(`bare Fastify    ${round(http.rate)} events/s  ratio ${(ours.rate / http.rate).toFixed(2)}`);
  console.log(`Parcelvoy drains about 300/s: ${(ours.rate / 300).toFixed(0)} times (target 10)`);
} finally {
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function message(i: number) {
  return {
    type: "track", messageId: `bench-${i}`, anonymousId: `visitor-${(i * 7919) % VISITORS}`, ...(i % 10 < 3 && { userId: `user-${(i * 7919) % VISITORS}` }), event: i % 20 === 0 ? "Order Completed" : "Product Viewed", timestamp: new Date(NOW - EVENTS + i).toISOString(),
    properties: { product_id: `p${i % 500}`, name: `Product number ${i % 500}`, category: "Lamps", price: 19.9, currency: "EUR", url: `https://shop.example/p${i % 500}`, ...(i % 20 === 0 && { order_id: `o${i}`, total: 39.8, products: [{ product_id: `p${i % 500}`, quantity: 2, price: 19.9 }] }) },
    context: { ip: "192.0.2.1", userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140", library: { name: "analytics.js", version: "2.0" }, page: { path: "/p", url: "https://shop.example/p" } },
  };
}

function makeBodies(): string[] {
  return Array.from({ length: EVENTS / BATCH }, (_, b) => JSON.stringify({ batch: Array.from({ length: BATCH }, (_, i) => message(b * BATCH + i)), sentAt: new Date(NOW).toISOString() }));
}

/** @param everyMs a body is sent so often whatever the answers; null: as fast as CONNECTIONS get answers */
async function post(url: string, bodies: readonly string[], key: string, everyMs: number | null = null) {
  const agent = new Agent({ keepAlive: true, maxSockets: everyMs === null ? CONNECTIONS : 4 * CONNECTIONS });
  const times: number[] = [];
  let next = 0;
  const one = (body: string) => new Promise<void>((resolve, reject) => {
    const begun = performance.now();
    const call = request(`${url}/v1/batch`, { method: "POST", agent, headers: { "content-type": "application/json", authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` } }, (answer) => {
      let text = "";
      answer.on("data", (part: Buffer) => { text += part.toString(); });
      answer.on("end", () => {
        times.push(performance.now() - begun);
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`${answer.statusCode} ${text}`));
      });
    });
    call.on("error", reject);
    call.end(body);
  });
  const begun = performance.now();
  const cpu = process.cpuUsage();
  if (everyMs === null) {
    await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
      while (next < bodies.length) await one(bodies[next++]!);
    }));
  } else {
    await Promise.all(bodies.map(async (body, n) => {
      await new Promise((resolve) => { setTimeout(resolve, n * everyMs); });
      await one(body);
    }));
  }
  const seconds = (performance.now() - begun) / 1000;
  const used = process.cpuUsage(cpu);
  agent.destroy();
  times.sort((a, b) => a - b);
  return { rate: (bodies.length * BATCH) / seconds, p50: times[times.length >> 1]!, p99: times[Math.floor(times.length * 0.99)]!, cpu: (used.user + used.system) / 1e6 / seconds };
}

async function measureOurs(bodies: readonly string[], everyMs: number | null = null) {
  const app = await testApp(db, server.connectionString);
  const { id } = await app.workspace();
  const key = await app.writeKey(id);
  const url = await app.app.listen({ port: 0, host: "127.0.0.1" });
  const before = cpuSeconds(folder);
  const result = await post(url, bodies, key, everyMs);
  const after = cpuSeconds(folder);
  const [stored] = await db.query<{ n: number }>(sql`select count(*) as n from events where workspace_id = ${id}`);
  if (stored!.n !== EVENTS) throw new Error(`stored ${stored!.n} of ${EVENTS}`);
  await app.close();
  return { ...result, used: after.node - before.node, database: after.database - before.database };
}

/** The rows that ingest must write for these messages at the least: events, message keys, inbox. */
async function measureInsert(): Promise<{ rate: number; used: number; database: number }> {
  const chance = systemChance();
  const workspace = chance.id(NOW);
  const contacts = Array.from({ length: VISITORS }, () => chance.id(NOW));
  await ensureEventPartitions(db, [NOW]);
  const before = cpuSeconds(folder);
  const begun = performance.now();
  for (let start = 0; start < EVENTS; start += 1000) {
    const rows = Array.from({ length: Math.min(1000, EVENTS - start) }, (_, i) => ({ ...message(start + i), id: chance.id(NOW), contact: contacts[((start + i) * 7919) % VISITORS]! }));
    const keys = rows.map((row) => messageKey(workspace, row.messageId)).sort((a, b) => bucketOf(a) - bucketOf(b) || (a < b ? -1 : 1));
    const at = new Date(NOW).toISOString();
    await db.transaction(async (tx) => {
      await tx.query(sql`insert into event_keys (lookup_bucket, key, workspace_id, received_at) select b, k, ${workspace}, ${at}::timestamptz from unnest(${keys.map(bucketOf)}::smallint[], ${keys}::uuid[]) as r (b, k) on conflict do nothing`);
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

async function measureFastify(bodies: readonly string[]) {
  const app = fastify({ bodyLimit: 1_000_000 });
  app.post("/v1/batch", async (asked) => ({ success: true, received: (asked.body as { batch: unknown[] }).batch.length }));
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const result = await post(url, bodies, "key");
  await app.close();
  return result;
}
