import { fork } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bucketOf, toIso, type Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import { lookupBucket } from "../apps/server/src/domains/contacts/index.ts";
import { openDeliveryWorker, productDoors } from "../apps/server/src/domains/delivery/index.ts";
import { ensureEventPartitions, ingestBatches } from "../apps/server/src/domains/ingest/index.ts";
import { journeyListener } from "../apps/server/src/domains/journeys/index.ts";
import { closeRenderPool, compile } from "../apps/server/src/domains/messages/index.ts";
import { changeSegment, createSegment, segmentListener } from "../apps/server/src/domains/segments/index.ts";
import { systemChance } from "../apps/server/src/platform/chance/index.ts";
import { databaseClock } from "../apps/server/src/platform/clock/index.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { json, sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { openEngine, openLeases } from "../apps/server/src/platform/engine/index.ts";
import { createLog } from "../apps/server/src/platform/log/index.ts";
import { systemNet } from "../apps/server/src/platform/net/index.ts";
import { createSecrets } from "../apps/server/src/platform/secrets/index.ts";
import { cpuSeconds } from "./cpu.ts";
import { profiled } from "./profiled.ts";

/**
 * From an event to its mail, under load: events come in evenly, one in MAIL_EVERY starts a journey whose first step is an e-mail, the
 * others are looked at by live segments. Told is the time from the receipt of the event until the SMTP server's answer was recorded.
 * `node bench/live.ts [events/s] [seconds] [segments] [others]`. Engine and delivery run in this process as the product runs them.
 * With `others`, so many contacts more are there, and the same load comes a second time while a segment that names half of them is edited
 * again as soon as its last edit is in force: a build must not starve ingest or sends.
 */
const RATE = Number(process.argv[2] ?? 1_000);
const SECONDS = Number(process.argv[3] ?? 15);
const SEGMENTS = Number(process.argv[4] ?? 100);
const OTHERS = Number(process.argv[5] ?? 0);
const PHASES = OTHERS > 0 ? 2 : 1;
const MAIL_EVERY = 20;
const BEAT = 50; // ms
const COUNT = RATE * SECONDS;

const from = (country: string): Rule => ({ kind: "attribute", attribute: "country", is: { op: "eq", value: country } });

const CONTENT = { version: 1 as const, fallback: "en", variants: { en: { subject: "Thank you {{ contact.first_name }}", preheader: "", format: "html" as const, source: "<p>Thank you for your order.</p><p>{{ workspace.postal_address }} <a href=\"{{ unsubscribe_url }}\">Unsubscribe</a></p>", text: null } } };

const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
chmodSync(folder, 0o755);
const server = await startEmbedded({ folder });
const db = profiled(openPool({ connection: { connectionString: server.connectionString }, size: 8, name: "bench", onIdleError: () => undefined }));
const sink = fork(fileURLToPath(new URL("./sink.ts", import.meta.url)));
const { port } = await new Promise<{ port: number }>((resolve) => { sink.once("message", (message) => resolve(message as { port: number })); });
const stopping = new AbortController();
const running: Promise<unknown>[] = [];
try {
  await migrate(db);
  const clock = await databaseClock(db);
  const chance = systemChance();
  const now = clock.now();
  const [workspace, template, journey, provider] = [chance.id(now), chance.id(now), chance.id(now), chance.id(now)];
  const settings = { sender: { name: "Shop", email: "news@shop.example", postalAddress: "1 rue de la Paix, 75002 Paris" }, quietHours: null, cap: null };
  await db.query(sql`insert into workspaces (id, name, kind, settings, created_at) values (${workspace}, 'Bench', 'regular', ${json(settings)}::jsonb, ${ts(now)}::timestamptz)`);
  const { compiled } = await compile(CONTENT, { class: "marketing", postalAddress: settings.sender.postalAddress });
  await db.query(sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${template}, ${workspace}, 'Bench', 'email', ${json(CONTENT)}::jsonb, 1, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`);
  await db.query(sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${template}, 1, ${workspace}, ${json(CONTENT)}::jsonb, ${json(compiled)}::jsonb, ${ts(now)}::timestamptz)`);
  await db.query(sql`insert into providers (id, workspace_id, channel, kind, name, settings, active, created_at, changed_at)
    values (${provider}, ${workspace}, 'email', 'smtp', 'sink', ${json({ host: "127.0.0.1", port, security: "none", connections: 4, messagesPerConnection: 10_000 })}::jsonb, true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`);
  const graph: Graph = { ...EMPTY_GRAPH, starts: [{ kind: "event", event: "Order Completed", where: [], key: null }], first: "stp_e", steps: [{ id: "stp_e", name: "", kind: "email", template, exits: { next: null } }] };
  await db.query(sql`insert into journeys (id, workspace_id, name, state, draft, live_version, created_at, changed_at) values (${journey}, ${workspace}, 'Thanks', 'live', ${json(graph)}::jsonb, 1, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`);
  await db.query(sql`insert into journey_versions (journey_id, version, workspace_id, graph, published_at) values (${journey}, 1, ${workspace}, ${json(graph)}::jsonb, ${ts(now)}::timestamptz)`);
  await db.query(sql`insert into journey_starts (workspace_id, journey_id, kind, name) values (${workspace}, ${journey}, 'event', 'Order Completed')`);
  await ensureEventPartitions(db, [now]);
  const people: Id[] = Array.from({ length: COUNT * PHASES }, () => chance.id(now));
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, email, first_name, locale, known, created_at, updated_at)
    select c.bucket, c.id, ${workspace}::uuid, 'c' || c.n || '@client.example', 'Zoé ' || c.n, 'en', true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz from unnest(${people.map(bucketOf)}::smallint[], ${people}::uuid[]) with ordinality as c (bucket, id, n)`);
  await db.query(sql`
    insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, proof_id)
    select c.bucket, c.id, 'email', '', ${workspace}::uuid, 'granted', 'express', ${ts(now)}::timestamptz, c.id from unnest(${people.map(bucketOf)}::smallint[], ${people}::uuid[]) as c (bucket, id)`);
  await db.query(sql`
    insert into identities (lookup_bucket, workspace_id, kind, value, contact_id, source, created_at)
    select r.b, ${workspace}::uuid, 'user_id', 'u-' || r.id, r.id, 'bench', ${ts(now)}::timestamptz from unnest(${people.map((id) => lookupBucket(workspace, "user_id", `u-${id}`))}::smallint[], ${people}::uuid[]) as r (b, id)`);

  const others: Id[] = Array.from({ length: OTHERS }, () => chance.id(now));
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, country, known, created_at, updated_at)
    select c.bucket, c.id, ${workspace}::uuid, case when c.n % 2 = 0 then 'FR' else 'CA' end, true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz from unnest(${others.map(bucketOf)}::smallint[], ${others}::uuid[]) with ordinality as c (bucket, id, n)`);

  const log = createLog("warn");
  const secrets = createSecrets(chance.bytes(32), chance);
  const config = { publicUrl: "https://relance.example" };
  const leases = openLeases({ db, clock, owner: chance.id(now), roles: ["engine", "delivery"], host: "bench", pid: process.pid, onError: () => undefined });
  await leases.beat();
  running.push(leases.keep(stopping.signal));
  const delivery = openDeliveryWorker({ ports: { sql: db, clock, chance, net: systemNet({ allow: ["127.0.0.1"] }), files: null as never }, log, config, secrets, leases, doors: productDoors({ secrets, config: config as never }), slot: 1 });
  const engine = openEngine({ db, clock, chance, leases, listeners: [segmentListener, journeyListener], slot: 1, log, timeHeld: () => null, onWake: () => delivery.poke() });
  const actor = { kind: "user", id: "bench", name: "bench", workspace, role: "admin", scopes: [] } as const;
  const deps = { ports: { sql: db, clock, chance }, poke: () => undefined } as unknown as Parameters<typeof createSegment>[0];
  for (let n = 0; n < SEGMENTS; n++) {
    const rule: Rule = { kind: "event", event: n % 4 === 0 ? "Order Completed" : "Product Viewed", where: [], window: { kind: "last", span: { n: 1 + n, unit: "day" } }, measure: { of: "count" }, is: { op: "gte", value: 1 + (n % 10) } };
    await createSegment(deps, { actor, name: `Segment ${n}`, description: "", rule });
  }
  await engine.drain(100_000);
  await db.query(sql`analyze`);
  running.push(engine.run(stopping.signal), delivery.run(stopping.signal));

  const into = { workspace, currency: "EUR", phone: (text: string) => text, trusted: true, source: "bench" };
  const perBeat = Math.round((RATE * BEAT) / 1000);

  /** One while of the load: when each batch was acknowledged, when each mail was taken. */
  const load = async (label: string, phase: number): Promise<void> => {
    const mine = people.slice(phase * COUNT, (phase + 1) * COUNT);
    const acknowledged: number[] = [];
    const calls: Promise<unknown>[] = [];
    const before = cpuSeconds(folder);
    const begun = performance.now();
    const since = clock.now();
    for (let at = 0; at < COUNT; at += perBeat) {
      const receivedAt = clock.now();
      const messages = mine.slice(at, at + perBeat).map((id, n) => {
        const order = (at + n) % MAIL_EVERY === 0;
        return { type: "track", userId: `u-${id}`, event: order ? "Order Completed" : "Product Viewed", messageId: `live ${phase} ${at + n}`, timestamp: toIso(receivedAt), properties: order ? { order_id: `o${phase} ${at + n}`, total: 25, currency: "EUR" } : { product_id: `p${n}`, price: 25 } };
      });
      const asked = performance.now();
      calls.push(ingestBatches({ sql: db, clock, chance }, into, [{ messages, receivedAt, source: null, live: true }]).then(() => { acknowledged.push(performance.now() - asked); engine.poke(); }));
      await clock.sleep(Math.max(0, begun + (at / perBeat + 1) * BEAT - performance.now()));
    }
    await Promise.all(calls);
    const rate = COUNT / ((performance.now() - begun) / 1000);
    const wanted = Math.ceil(COUNT / MAIL_EVERY);
    const accepted = async () => (await db.query<{ n: number }>(sql`select count(*) as n from sends where workspace_id = ${workspace} and state = 'accepted' and created_at >= ${ts(since)}::timestamptz`))[0]!.n;
    while ((await accepted()) < wanted) await clock.sleep(100);
    const after = cpuSeconds(folder);
    const delays = (await db.query<{ ms: number }>(sql`
      select extract(epoch from s.accepted_at - e.received_at) * 1000 as ms from sends s join events e on e.bucket = s.bucket and e.contact_id = s.contact_id and e.name = 'Order Completed'
      where s.workspace_id = ${workspace} and e.received_at >= ${ts(since)}::timestamptz order by 1`)).map((row) => row.ms);
    acknowledged.sort((a, b) => a - b);
    const each = (spent: number) => ((spent * 1000) / COUNT).toFixed(2);
    const at = (sorted: readonly number[], share: number) => `${sorted[Math.floor(sorted.length * share)]!.toFixed(0)} ms`;
    console.log(`${label}${rate.toFixed(0)} events/s for ${SECONDS} s, one mail for ${MAIL_EVERY} events, ${SEGMENTS} segments, ${cpus().length} CPUs, Node ${process.version}, fsync on`);
    console.log(`  batch of ${perBeat} acknowledged: median ${at(acknowledged, 0.5)}, p99 ${at(acknowledged, 0.99)}`);
    console.log(`  event received → mail accepted by the SMTP server and recorded: median ${at(delays, 0.5)}, p99 ${at(delays, 0.99)} (target p99 under 2000), ${delays.length} mails`);
    console.log(`  CPU an event, all included: ${each(after.node - before.node)} ms in node, ${each(after.database - before.database)} ms in the database`);
  };

  await load("", 0);
  if (OTHERS > 0) {
    const edited = await createSegment(deps, { actor, name: "Edited", description: "", rule: from("FR") });
    const done = new AbortController();
    const editing = (async () => {
      let builds = 0;
      while (!done.signal.aborted) {
        await clock.sleep(50);
        if ((await db.query(sql`select 1 as one from segments where id = ${edited} and state = 'live'`)).length === 0) continue;
        await changeSegment(deps, { actor, id: edited, rule: from(builds++ % 2 === 0 ? "CA" : "FR") });
        engine.poke();
      }
      return builds;
    })();
    await load("beside builds: ", 1);
    done.abort();
    console.log(`  meanwhile a segment of ${OTHERS / 2} members was edited ${await editing} times, each edit after the former was in force for everybody`);
  }
  stopping.abort();
  engine.poke();
  delivery.poke();
  await Promise.all(running);
  clock.stop();
} finally {
  stopping.abort();
  sink.disconnect();
  await closeRenderPool();
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
