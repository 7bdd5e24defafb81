import { duplexPair } from "node:stream";
import { bucketOf, DAY, HOUR, toIso, type Id, type Instant } from "@relance/model/base";
import type { Rule, StoredRule } from "@relance/model/rules";
import { references } from "@relance/model/rules";
import { openDeliveryWorker, planSends } from "../../src/domains/delivery/index.ts";
import { createReceiver } from "../../src/domains/ingest/receive.ts";
import { askAll } from "../../src/domains/segments/ask.ts";
import { segmentListener } from "../../src/domains/segments/index.ts";
import * as segmentQueries from "../../src/domains/segments/queries.ts";
import type { Deps } from "../../src/deps.ts";
import { seededChance } from "../../src/platform/chance/index.ts";
import { sql, ts } from "../../src/platform/db/sql.ts";
import type { Listener } from "../../src/platform/engine.ts";
import { createLog } from "../../src/platform/log/index.ts";
import type { Net } from "../../src/platform/ports.ts";
import { brokenBooks, brokenFarBooks, plainDoors, testSecrets } from "../support/delivery-world.ts";
import { inboxMismatches } from "../support/engine.ts";
import { failure } from "../support/faulty-db.ts";
import { none, repeated } from "./books.ts";
import { START } from "./story.ts";
import type { Own, Pool, Workload } from "./workload.ts";
import type { World } from "./world.ts";

interface Batch {
  readonly messages: readonly Record<string, unknown>[];
}

const SHOP: Rule = { kind: "event", event: "Order Completed", where: [], window: { kind: "last", span: { n: 3, unit: "day" } }, measure: { of: "sum", property: "amount" }, is: { op: "gt", value: 150 } };
const RECENT: Rule = { kind: "event", event: "Product Viewed", where: [], window: { kind: "last", span: { n: 6, unit: "hour" } }, measure: { of: "count", property: null }, is: { op: "gte", value: 3 } } as Rule;
const GOLD: Rule = { kind: "attribute", attribute: "country", is: { op: "eq", value: "CA" } } as Rule;
const RULES: readonly (readonly [string, Rule])[] = [["Good customers", SHOP], ["Looking around", RECENT], ["Canada", GOLD], ["Good Canadians", { kind: "all", of: [GOLD, SHOP] }]];

/** The real domains over the real platform: ingest with identities and merges, live segments with timers, the send ledger, an SMTP server. */
export function productWorkload(world: World): Workload<Batch> {
  const ids = seededChance(world.draw.split("product"));
  const workspace = ids.id(START);
  const template = ids.id(START);
  const people = 20 + world.draw.split("people").below(60);
  const acked = new Set<string>();
  const sent = new Set<string>();
  const far: { key: string; at: Instant }[] = [];
  const withdrawn: { contact: Id; at: Instant }[] = [];
  let message = 0;

  const depsOf = (own: Own, net: Net): Deps => ({
    ports: { sql: own.db, clock: own.clock, chance: own.chance, net, files: null as never },
    config: { publicUrl: "http://relance.example" } as Deps["config"], log: createLog("silent"), secrets: testSecrets(), jobs: { add: async () => undefined }, poke: () => undefined,
  });

  return {
    prepare: (real) => prepare(real, workspace, ids),
    http(own) {
      const receiver = createReceiver(depsOf(own, null as never));
      return { submit: (batch) => receiver.receive({ workspace, trusted: true }, { messages: batch.messages, receivedAt: own.clock.now(), source: null, live: true }) };
    },
    listeners: () => [segmentListener, welcome(workspace, template)],
    deliver(own, leases) {
      const deps = depsOf(own, mailNet(world, own, far));
      const worker = openDeliveryWorker({ ports: deps.ports, log: deps.log, config: deps.config, secrets: deps.secrets, leases, doors: plainDoors, slot: own.slot });
      void worker.run(new AbortController().signal);
    },
    request(draw, now) {
      const batch = { messages: Array.from({ length: 1 + draw.below(10) }, () => aMessage(draw, now, people, `m${message++}`)) };
      for (const one of batch.messages) sent.add(one["messageId"] as string);
      return batch;
    },
    answered(batch, answer) {
      if ("error" in answer) return `a good batch was refused: ${answer.error.message}`;
      const { received, stored, duplicate, refused } = answer.stored as { received: number; stored: number; duplicate: number; refused: unknown[] };
      if (received !== batch.messages.length || received !== stored + duplicate + refused.length || refused.length > 0) return `B8 received = stored + duplicate + refused: ${JSON.stringify(answer.stored)}`;
      for (const one of batch.messages) acked.add(one["messageId"] as string);
      return null;
    },
    async aside(own, draw) {
      // Someone withdraws: written beside the product, straight into what the gate reads.
      const place = draw.word();
      const [one] = await own.db.query<{ id: Id }>(sql`select id from contacts where workspace_id = ${workspace} and email is not null order by id offset (${place % 97}::integer) limit 1`).catch(() => []);
      if (!one) return;
      const at = own.clock.now();
      await own.db.query(sql`
        insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, proof_id)
        values (${bucketOf(one.id)}, ${one.id}, 'email', '', ${workspace}, 'withdrawn', 'express', ${ts(at)}::timestamptz, ${own.chance.id(at)})
        on conflict (bucket, contact_id, channel, topic) do nothing`).then(() => withdrawn.push({ contact: one.id, at: own.clock.now() }), () => undefined);
    },
    async rest(real) {
      const [row] = await real.query<{ inbox: number; timers: number; sends: number }>(sql`
        select (select count(*)::integer from inbox) as inbox,
          (select count(*)::integer from segment_timers where due_at <= ${ts(world.now())}::timestamptz) + (select count(*)::integer from segment_builds)
            + (select count(*)::integer from sends where state in ('waiting', 'held') and due_at > ${ts(world.now())}::timestamptz) + (select count(*)::integer from sends where state in ('claimed', 'handing')) as timers,
          (select count(*)::integer from sends where state in ('waiting', 'held') and due_at <= ${ts(world.now())}::timestamptz) as sends`);
      return row!;
    },
    async checkLive(real) {
      none("B9 inbox: enqueued = taken + quarantined + depth", await inboxMismatches(real));
      none("nothing is quarantined", await real.query(sql`select kind, reason from inbox_quarantine order by id`));
      none("B2, B3 ledger", await brokenBooks(real, workspace));
      none("B4, B5 far side", await brokenFarBooks(real, workspace, far.map((one) => one.key)));
      none("B8 one event per message id", await real.query(sql`select message_id from events where workspace_id = ${workspace} group by message_id having count(*) > 1 order by 1`));
      const stored = new Set((await real.query<{ id: string }>(sql`select message_id as id from events where workspace_id = ${workspace} order by 1`)).map((row) => row.id));
      none("B8 acknowledged ⊆ stored", [...acked].filter((id) => !stored.has(id)));
      none("B8 stored ⊆ sent", [...stored].filter((id) => !sent.has(id)));
      none("B12 counters = recount", await real.query(sql`
        select c.name, c.n, r.n as recount from (select name, sum(n) as n from counters where workspace_id = ${workspace} and name in ('events', 'contacts') group by name) c
        full join (select 'events' as name, count(*) as n from events where workspace_id = ${workspace} union all select 'contacts', count(*) from contacts where workspace_id = ${workspace}) r on r.name = c.name
        where coalesce(c.n, 0) <> r.n order by 1`));
      none("B13 size = entered − left = members", await real.query(sql`
        select s.name from segments s where s.workspace_id = ${workspace} and (
          (select coalesce(sum(t.members), 0) from segment_totals t where t.segment_id = s.id) <> (select count(*) from segment_members m where m.segment_id = s.id)
          or (select count(*) filter (where v.entered) - count(*) filter (where not v.entered) from segment_moves v where v.segment_id = s.id) <> (select count(*) from segment_members m where m.segment_id = s.id)) order by 1`));
      none("B7 no send whose gate is later than the withdrawal", await real.query(sql`
        select s.id from sends s join unnest(${withdrawn.map((one) => one.contact)}::uuid[], ${withdrawn.map((one) => ts(one.at))}::timestamptz[]) as w (contact, at) on w.contact = s.contact_id
        where s.state in ('accepted', 'uncertain', 'handing') and s.gate_at > w.at order by s.id`));
      none("B19 sends are written under epochs that never fall", await real.query(sql`
        select s.id from sends s join bucket_leases l on l.bucket = s.bucket and l.role = 'engine' where s.state = 'waiting' and s.attempts = 0 and s.lease_epoch > greatest(l.epoch, (select d.epoch from bucket_leases d where d.bucket = s.bucket and d.role = 'delivery')) order by s.id`));
    },
    async checkAtRest(real, now) {
      none("B8 everything sent was acknowledged in the end", [...sent].filter((id) => !acked.has(id)));
      for (const segment of await segmentQueries.selectSegments(real, { workspace })) {
        const rule = (segment.rule as StoredRule).root;
        const meant = [...(await askAll(real, { workspace, rule, at: now }))].filter(([, answer]) => answer.truth).map(([contact]) => contact).sort();
        const kept = (await real.query<{ id: Id }>(sql`select contact_id as id from segment_members where workspace_id = ${workspace} and segment_id = ${segment.id} order by 1`)).map((row) => row.id);
        none(`B13 members of "${segment.name}" = full recompute`, [...meant.filter((id) => !kept.includes(id)), ...kept.filter((id) => !meant.includes(id))]);
      }
      none("B1 each entry planned one send", await real.query(sql`
        select v.id, v.contact_id from segment_moves v
        where v.entered and not exists (
          select 1 from sends s where s.key = 'request:' || v.workspace_id || ':welcome ' || v.segment_id || ' ' || v.contact_id
            or s.key in (select 'request:' || v.workspace_id || ':welcome ' || v.segment_id || ' ' || g.loser_id from merges g where g.winner_id = v.contact_id)) order by v.id`));
      none("B3 nobody is left in between", await real.query(sql`select id, state from sends where state in ('waiting', 'claimed', 'handing', 'held') order by id`));
      none("far side: nobody twice", repeated(far.map((one) => one.key)));
    },
    async numbers(real) {
      const [row] = await real.query<{ n: number }>(sql`select count(*)::integer as n from sends where state = 'uncertain'`);
      return { messages: acked.size, sends: far.length, uncertain: row!.n };
    },
  };
}

async function prepare(real: Pool, workspace: Id, ids: ReturnType<typeof seededChance>): Promise<void> {
  const at = ts(START);
  await real.query(sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'Shop', 'regular', ${at}::timestamptz)`);
  await real.query(sql`
    insert into providers (id, workspace_id, channel, kind, name, settings, active, created_at, changed_at)
    values (${ids.id(START)}, ${workspace}, 'email', 'smtp', 'far side', ${JSON.stringify({ host: "mail.example", port: 25, security: "none", connections: 3, messagesPerConnection: 20 })}::jsonb, true, ${at}::timestamptz, ${at}::timestamptz)`);
  const canada = ids.id(START);
  for (const [name, root] of RULES) {
    const id = name === "Canada" ? canada : ids.id(START);
    await real.transaction(async (tx) => {
      await segmentQueries.insertSegment(tx, { id, workspace, name, description: "", rule: { version: 1, root }, by: "simulation", now: START });
      await segmentQueries.replaceReferences(tx, { workspace, segment: id, references: references(root) });
      await segmentQueries.askBuild(tx, { workspace, segment: id, version: 1, now: START });
    });
  }
}

/** Stands where journeys stand: each entry into a segment plans one message, once in a contact's life per segment. */
function welcome(workspace: Id, template: Id): Listener {
  return {
    name: "welcome",
    kinds: ["segment.entered"],
    async onFacts(tx, turn, facts) {
      await planSends(tx, turn, facts.flatMap((fact) => (fact.kind !== "segment.entered" ? [] : [{
        workspace, contact: fact.contact, channel: "email" as const, class: "marketing" as const, topic: "", template, templateVersion: 1,
        origin: { kind: "request" as const, key: `welcome ${fact.data.segment} ${fact.contact}` }, dueAt: turn.now, patienceUntil: turn.now + DAY, data: {},
      }])));
      return [];
    },
  };
}

/** Visitors look around, sign up with one of two addresses of theirs, order; anonymous ids are shared by their devices. */
function aMessage(draw: World["draw"], now: Instant, people: number, messageId: string): Record<string, unknown> {
  const person = draw.below(people);
  const anonymousId = `device-${person}-${draw.below(2)}`;
  const userId = `user-${person}`;
  const timestamp = toIso(now - draw.below(2) * draw.below(HOUR));
  const what = draw.below(10);
  if (what < 4) return { type: "track", messageId, timestamp, anonymousId, event: "Product Viewed", properties: { product_id: `p${draw.below(20)}` } };
  if (what < 6) return { type: "identify", messageId, timestamp, anonymousId, userId, traits: { email: `person-${person}@client.example`, address: { country: draw.pick(["FR", "CA"]) } } };
  if (what < 8) return { type: "track", messageId, timestamp, userId, event: "Order Completed", properties: { order_id: `o${messageId}`, total: 10 + draw.below(90), currency: "EUR", products: [{ product_id: `p${draw.below(20)}`, price: 10, quantity: 1 }] } };
  if (what < 9) return { type: "page", messageId, timestamp, anonymousId, name: "Home" };
  return { type: "track", messageId, timestamp, userId, anonymousId, event: "Product Viewed", properties: {} };
}

/** A network whose only host is an SMTP server that writes down what it took; the line may break anywhere. */
function mailNet(world: World, own: Own, far: { key: string; at: Instant }[]): Net {
  return {
    async connect() {
      return world.call(own.life, "connect", "", async () => {
        const mode = world.fault("delivery: connect", ["refused"]);
        if (mode) throw failure("before");
        const [ours, theirs] = duplexPair();
        serve(world, own, theirs, far);
        ours.on("error", () => undefined);
        return Object.assign(ours, { toJSON: () => "connected" });
      });
    },
  };
}

function serve(world: World, own: Own, socket: ReturnType<typeof duplexPair>[0], far: { key: string; at: Instant }[]): void {
  let text = "";
  let body: string | null = null;
  const say = (line: string) => { if (!socket.destroyed) socket.write(`${line}\r\n`); };
  const drop = () => { socket.end(); socket.destroy(); };
  socket.on("error", () => undefined);

  const takeMessage = async (message: string) => {
    const key = /^Message-ID: <([^>]+)>/im.exec(message)?.[1] ?? "?";
    // Two calls: we may die, or the line break, before it took the message and after.
    const before = await world.call(own.life, "dot", key, async () => world.fault("delivery: dot", ["line broke before", "451"]));
    if (before === "line broke before") return drop();
    if (before === "451") return say("451 4.3.0 try again later");
    far.push({ key, at: world.now() });
    const after = await world.call(own.life, "250", key, async () => world.fault("delivery: 250", ["line broke after"]));
    return after ? drop() : say("250 2.0.0 taken");
  };

  const onLine = async (line: string): Promise<void> => {
    if (body !== null) {
      if (line !== ".") { body += `${line}\r\n`; return; }
      const whole = body;
      body = null;
      return takeMessage(whole);
    }
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") say("250-mail.example\r\n250-8BITMIME\r\n250 SIZE 10000000");
    else if (verb === "DATA") { body = ""; say("354 go on"); }
    else if (verb === "QUIT") { say("221 bye"); drop(); }
    else say("250 ok");
  };

  void (async () => {
    say("220 mail.example ready");
    for await (const piece of socket) {
      text += String(piece);
      for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        await onLine(line);
      }
    }
  })().catch(() => undefined);
}

