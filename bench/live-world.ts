import { fork } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bucketOf, toIso, type Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph } from "@relance/model/journeys";
import { lookupBucket } from "../apps/server/src/domains/contacts/index.ts";
import type { Deps } from "../apps/server/src/deps.ts";
import { openDeliveryWorker, productDoors } from "../apps/server/src/domains/delivery/index.ts";
import { ensureEventPartitions } from "../apps/server/src/domains/ingest/index.ts";
import { createReceiver } from "../apps/server/src/domains/ingest/receive.ts";
import { closeRenderPool, compile } from "../apps/server/src/domains/messages/index.ts";
import { systemChance } from "../apps/server/src/platform/chance/index.ts";
import { databaseClock } from "../apps/server/src/platform/clock/index.ts";
import type { Database } from "../apps/server/src/platform/db/database.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { json, sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { openEngine, openLeases } from "../apps/server/src/platform/engine/index.ts";
import type { Listener } from "../apps/server/src/platform/engine.ts";
import { createLog } from "../apps/server/src/platform/log/index.ts";
import { systemNet } from "../apps/server/src/platform/net/index.ts";
import { createSecrets } from "../apps/server/src/platform/secrets/index.ts";
import { cpuSeconds } from "./cpu.ts";
import { profiled, statementSettings } from "./profiled.ts";

const MAIL_EVERY = 20;
const BEAT = 50; // ms

const CONTENT = {
  version: 1 as const,
  fallback: "en",
  variants: {
    en: {
      subject: "Thank you {{ contact.first_name }}",
      preheader: "",
      format: "html" as const,
      source: '<p>Thank you for your order.</p><p>{{ workspace.postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>',
      text: null,
    },
  },
};

/** A workspace whose journey answers each order by a mail, with engine and delivery as the product runs them, in this process. */
export type LiveWorld = Awaited<ReturnType<typeof openLiveWorld>>;

/** @param people who send events, by user id; each while of `load` takes its own, one an event */
export async function openLiveWorld(input: { people: number; listeners: readonly Listener[] }) {
  const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
  chmodSync(folder, 0o755);
  const server = await startEmbedded({ folder, settings: statementSettings });
  const db = profiled(
    openPool({ connection: { connectionString: server.connectionString }, size: 8, name: "bench", onIdleError: () => undefined }),
  );
  const sink = fork(fileURLToPath(new URL("./sink.ts", import.meta.url)));
  const { port } = await new Promise<{ port: number }>((resolve) => {
    sink.once("message", (message) => resolve(message as { port: number }));
  });
  await migrate(db);
  const clock = await databaseClock(db);
  const chance = systemChance();
  const now = clock.now();
  const ports = { sql: db, clock, chance };
  const workspace = chance.id(now);
  await fillWorkspace(db, { workspace, port, now, ids: [chance.id(now), chance.id(now), chance.id(now)] });
  const people: Id[] = Array.from({ length: input.people }, () => chance.id(now));
  await fillPeople(db, { workspace, people, now });

  const stopping = new AbortController();
  const log = createLog("warn");
  const secrets = createSecrets(chance.bytes(32), chance);
  const config = { publicUrl: "https://relance.example" };
  const leases = openLeases({
    db,
    clock,
    owner: chance.id(now),
    roles: ["engine", "delivery"],
    host: "bench",
    pid: process.pid,
    onError: () => undefined,
  });
  await leases.beat();
  const running: Promise<unknown>[] = [leases.keep(stopping.signal)];
  const delivery = openDeliveryWorker({
    ports: { ...ports, net: systemNet({ allow: ["127.0.0.1"] }), files: null as never },
    log,
    config,
    secrets,
    leases,
    doors: productDoors({ secrets, config: config as never }),
    slot: 1,
  });
  const engine = openEngine({
    db,
    clock,
    chance,
    leases,
    listeners: input.listeners,
    slot: 1,
    log,
    timeHeld: () => null,
    onWake: () => delivery.poke(),
  });
  const deps = { ports, secrets, jobs: { add: async () => undefined }, poke: () => engine.poke() } as unknown as Deps;
  const receiver = createReceiver(deps);
  return {
    folder,
    db,
    clock,
    chance,
    workspace,
    people,
    engine,
    deps,
    receiver,
    actor: { kind: "user", id: "bench", name: "bench", workspace, role: "admin", scopes: [] } as const,
    /** Engine and delivery begin. */
    begin(): void {
      running.push(engine.run(stopping.signal), delivery.run(stopping.signal));
    },
    async close(): Promise<void> {
      await receiver.close();
      stopping.abort();
      engine.poke();
      delivery.poke();
      await Promise.all(running);
      clock.stop();
      sink.disconnect();
      await closeRenderPool();
      await db.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function fillWorkspace(db: Database, input: { workspace: Id; port: number; now: number; ids: readonly [Id, Id, Id] }): Promise<void> {
  const {
    workspace,
    port,
    now,
    ids: [template, journey, provider],
  } = input;
  const settings = {
    sender: { name: "Shop", email: "news@shop.example", postalAddress: "1 rue de la Paix, 75002 Paris" },
    quietHours: null,
    cap: null,
  };
  await db.query(
    sql`insert into workspaces (id, name, kind, settings, created_at) values (${workspace}, 'Bench', 'regular', ${json(settings)}::jsonb, ${ts(now)}::timestamptz)`,
  );
  const { compiled } = await compile(CONTENT, { class: "marketing", postalAddress: settings.sender.postalAddress });
  await db.query(
    sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${template}, ${workspace}, 'Bench', 'email', ${json(CONTENT)}::jsonb, 1, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`,
  );
  await db.query(
    sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${template}, 1, ${workspace}, ${json(CONTENT)}::jsonb, ${json(compiled)}::jsonb, ${ts(now)}::timestamptz)`,
  );
  await db.query(sql`insert into providers (id, workspace_id, channel, kind, name, settings, active, created_at, changed_at)
    values (${provider}, ${workspace}, 'email', 'smtp', 'sink', ${json({ host: "127.0.0.1", port, security: "none", connections: 4, messagesPerConnection: 10_000 })}::jsonb, true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`);
  const graph: Graph = {
    ...EMPTY_GRAPH,
    starts: [{ kind: "event", event: "Order Completed", where: [], key: null }],
    first: "stp_e",
    steps: [{ id: "stp_e", name: "", kind: "email", template, exits: { next: null } }],
  };
  await db.query(
    sql`insert into journeys (id, workspace_id, name, state, draft, live_version, created_at, changed_at) values (${journey}, ${workspace}, 'Thanks', 'live', ${json(graph)}::jsonb, 1, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`,
  );
  await db.query(
    sql`insert into journey_versions (journey_id, version, workspace_id, graph, published_at) values (${journey}, 1, ${workspace}, ${json(graph)}::jsonb, ${ts(now)}::timestamptz)`,
  );
  await db.query(
    sql`insert into journey_starts (workspace_id, journey_id, kind, name) values (${workspace}, ${journey}, 'event', 'Order Completed')`,
  );
  await ensureEventPartitions(db, [now]);
}

/** Contacts with an address, a consent and a user id `u-<id>`. */
async function fillPeople(db: Database, input: { workspace: Id; people: readonly Id[]; now: number }): Promise<void> {
  const { workspace, people, now } = input;
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, email, first_name, locale, known, created_at, updated_at)
    select c.bucket, c.id, ${workspace}::uuid, 'c' || c.n || '@client.example', 'Zoé ' || c.n, 'en', true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz from unnest(${people.map(bucketOf)}::smallint[], ${people as Id[]}::uuid[]) with ordinality as c (bucket, id, n)`);
  await db.query(sql`
    insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, proof_id)
    select c.bucket, c.id, 'email', '', ${workspace}::uuid, 'granted', 'express', ${ts(now)}::timestamptz, c.id from unnest(${people.map(bucketOf)}::smallint[], ${people as Id[]}::uuid[]) as c (bucket, id)`);
  await db.query(sql`
    insert into identities (lookup_bucket, workspace_id, kind, value, contact_id, source, created_at)
    select r.b, ${workspace}::uuid, 'user_id', 'u-' || r.id, r.id, 'bench', ${ts(now)}::timestamptz from unnest(${people.map((id) => lookupBucket(workspace, "user_id", `u-${id}`))}::smallint[], ${people as Id[]}::uuid[]) as r (b, id)`);
}

/**
 * One while of events coming in evenly, one in MAIL_EVERY an order; ends when each order's mail was taken. Tells when each batch was
 * acknowledged, and the time from the receipt of an event until the SMTP server's answer to its mail was recorded.
 * @param input.phase counted from 0: which of the people send
 */
export async function load(world: LiveWorld, input: { label: string; phase: number; rate: number; seconds: number }): Promise<void> {
  const { db, clock, workspace } = world;
  const { label, phase, rate, seconds } = input;
  const count = rate * seconds;
  const perBeat = Math.round((rate * BEAT) / 1000);
  const mine = world.people.slice(phase * count, (phase + 1) * count);
  const acknowledged: number[] = [];
  const calls: Promise<unknown>[] = [];
  const before = cpuSeconds(world.folder);
  const begun = performance.now();
  const since = clock.now();
  for (let at = 0; at < count; at += perBeat) {
    const receivedAt = clock.now();
    const messages = mine.slice(at, at + perBeat).map((id, n) => {
      const order = (at + n) % MAIL_EVERY === 0;
      return {
        type: "track",
        userId: `u-${id}`,
        event: order ? "Order Completed" : "Product Viewed",
        messageId: `live ${phase} ${at + n}`,
        timestamp: toIso(receivedAt),
        properties: order ? { order_id: `o${phase} ${at + n}`, total: 25, currency: "EUR" } : { product_id: `p${n}`, price: 25 },
      };
    });
    const asked = performance.now();
    calls.push(
      world.receiver.receive({ workspace, trusted: true }, { messages, receivedAt, source: null, live: true }).then((answer) => {
        if (answer.stored < messages.length) throw new Error(JSON.stringify(answer));
        acknowledged.push(performance.now() - asked);
      }),
    );
    await clock.sleep(Math.max(0, begun + (at / perBeat + 1) * BEAT - performance.now()));
  }
  await Promise.all(calls);
  const pace = count / ((performance.now() - begun) / 1000);
  const wanted = Math.ceil(count / MAIL_EVERY);
  const accepted = async () =>
    (
      await db.query<{ n: number }>(
        sql`select count(*) as n from sends where workspace_id = ${workspace} and state = 'accepted' and created_at >= ${ts(since)}::timestamptz`,
      )
    )[0]!.n;
  while ((await accepted()) < wanted) await clock.sleep(100);
  const after = cpuSeconds(world.folder);
  const delays = (
    await db.query<{ ms: number }>(sql`
    select extract(epoch from s.accepted_at - e.received_at) * 1000 as ms from sends s join events e on e.bucket = s.bucket and e.contact_id = s.contact_id and e.name = 'Order Completed'
    where s.workspace_id = ${workspace} and e.received_at >= ${ts(since)}::timestamptz order by 1`)
  ).map((row) => row.ms);
  const each = (spent: number) => ((spent * 1000) / count).toFixed(2);
  console.log(
    `${label}${pace.toFixed(0)} events/s for ${seconds} s, one mail for ${MAIL_EVERY} events, ${cpus().length} CPUs, Node ${process.version}, fsync on`,
  );
  console.log(`  batch of ${perBeat} acknowledged: ${spread(acknowledged)}`);
  console.log(
    `  event received → mail accepted by the SMTP server and recorded: ${spread(delays)} (target p99 under 2000), ${delays.length} mails`,
  );
  console.log(
    `  CPU an event, all included: ${each(after.node - before.node)} ms in node, ${each(after.database - before.database)} ms in the database`,
  );
}

/** Median and 99 % of times in ms. */
export function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]!.toFixed(1);
  return `median ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
