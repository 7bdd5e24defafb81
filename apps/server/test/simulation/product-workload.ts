import { duplexPair } from "node:stream";
import { bucketOf, BUCKETS, HOUR, toIso, type Id, type Instant } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph, type Step } from "@relance/model/journeys";
import type { Rule, StoredRule } from "@relance/model/rules";
import { references } from "@relance/model/rules";
import { openDeliveryWorker } from "../../src/domains/delivery/index.ts";
import { createReceiver } from "../../src/domains/ingest/receive.ts";
import { createJourney, publishJourney } from "../../src/domains/journeys/index.ts";
import { askAll } from "../../src/domains/segments/ask.ts";
import * as segmentQueries from "../../src/domains/segments/queries.ts";
import { EQUATIONS } from "../../src/books.ts";
import type { Deps } from "../../src/deps.ts";
import { listeners } from "../../src/worker.ts";
import { seededChance } from "../../src/platform/chance/index.ts";
import { sql, ts } from "../../src/platform/db/sql.ts";
import type { Actor } from "../../src/platform/http/actor.ts";
import { auditBooks } from "../../src/platform/books.ts";
import { createLog } from "../../src/platform/log/index.ts";
import type { Net } from "../../src/platform/ports.ts";
import { brokenBooks, brokenFarBooks, plainDoors, testSecrets } from "../support/delivery-world.ts";
import { failure } from "../support/faulty-db.ts";
import { none, repeated } from "./books.ts";
import { START } from "./story.ts";
import type { Own, Pool, Workload } from "./workload.ts";
import type { World } from "./world.ts";

const EVERY_BUCKET = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

interface Batch {
  readonly messages: readonly Record<string, unknown>[];
}

const SHOP: Rule = {
  kind: "event",
  event: "Order Completed",
  where: [],
  window: { kind: "last", span: { n: 3, unit: "day" } },
  measure: { of: "sum", property: "amount" },
  is: { op: "gt", value: 150 },
};
const RECENT: Rule = {
  kind: "event",
  event: "Product Viewed",
  where: [],
  window: { kind: "last", span: { n: 6, unit: "hour" } },
  measure: { of: "count", property: null },
  is: { op: "gte", value: 3 },
} as Rule;
const GOLD: Rule = { kind: "attribute", attribute: "country", is: { op: "eq", value: "CA" } } as Rule;
const RULES: readonly (readonly [string, Rule])[] = [
  ["Good customers", SHOP],
  ["Looking around", RECENT],
  ["Canada", GOLD],
  ["Good Canadians", { kind: "all", of: [GOLD, SHOP] }],
];

/** The real domains over the real platform: ingest with identities and merges, live segments with timers, the send ledger, an SMTP server. */
export function productWorkload(world: World): Workload<Batch> {
  const ids = seededChance(world.draw.split("product"));
  const workspace = ids.id(START);
  const template = ids.id(START);
  const people = 10 + world.draw.split("people").below(40);
  const acked = new Set<string>();
  const sent = new Set<string>();
  const far: { key: string; at: Instant }[] = [];
  const withdrawn: { contact: Id; at: Instant }[] = [];
  let message = 0;

  const depsOf = (own: Own, net: Net): Deps => ({
    ports: { sql: own.db, clock: own.clock, chance: own.chance, net, files: null as never },
    config: { publicUrl: "http://relance.example" } as Deps["config"],
    log: createLog("silent"),
    secrets: testSecrets(),
    jobs: { add: async () => undefined },
    poke: () => undefined,
  });

  return {
    async prepare(real) {
      await prepare(real, workspace, template, ids);
      const good = (await segmentQueries.selectSegments(real, { workspace })).find((segment) => segment.name === "Good customers")!.id;
      const clock = { now: () => START, monotonic: () => 0, sleep: async () => undefined };
      const deps = depsOf({ db: real, clock, chance: ids } as unknown as Own, null as never);
      const actor: Actor = { kind: "user", id: ids.id(START), name: "simulation", workspace, role: "admin", scopes: [] };
      for (const [name, graph] of journeys(good, template)) {
        const id = await createJourney(deps, { actor, name, description: "", draft: graph });
        await publishJourney(deps, { actor, id, revision: 1, inside: "stay" });
      }
    },
    http(own) {
      const receiver = createReceiver(depsOf(own, null as never));
      return {
        submit: (batch) =>
          receiver.receive(
            { workspace, trusted: true },
            { messages: batch.messages, receivedAt: own.clock.now(), source: null, live: true },
          ),
      };
    },
    listeners: (own) => listeners(depsOf(own, null as never)),
    deliver(own, leases) {
      const deps = depsOf(own, mailNet(world, own, far));
      const worker = openDeliveryWorker({
        ports: deps.ports,
        log: deps.log,
        config: deps.config,
        secrets: deps.secrets,
        leases,
        doors: plainDoors,
        slot: own.slot,
      });
      void worker.run(new AbortController().signal);
    },
    request(draw, now) {
      const batch = { messages: Array.from({ length: 1 + draw.below(10) }, () => aMessage(draw, now, people, `m${message++}`)) };
      for (const one of batch.messages) sent.add(one["messageId"] as string);
      return batch;
    },
    answered(batch, answer) {
      if ("error" in answer) return `a good batch was refused: ${answer.error.message}`;
      const { received, stored, duplicate, refused } = answer.stored as {
        received: number;
        stored: number;
        duplicate: number;
        refused: unknown[];
      };
      if (received !== batch.messages.length || received !== stored + duplicate + refused.length || refused.length > 0)
        return `B8 received = stored + duplicate + refused: ${JSON.stringify(answer.stored)}`;
      for (const one of batch.messages) acked.add(one["messageId"] as string);
      return null;
    },
    async aside(own, draw) {
      // Someone withdraws: written beside the product, straight into what the gate reads.
      const place = draw.word();
      const [one] = await own.db
        .query<{ id: Id }>(
          sql`select id from contacts where workspace_id = ${workspace} and email is not null order by id offset (${place % 97}::integer) limit 1`,
        )
        .catch(() => []);
      if (!one) return;
      const at = own.clock.now();
      await own.db
        .query(sql`
        insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, proof_id)
        values (${bucketOf(one.id)}, ${one.id}, 'email', '', ${workspace}, 'withdrawn', 'express', ${ts(at)}::timestamptz, ${own.chance.id(at)})
        on conflict (bucket, contact_id, channel, topic) do nothing`)
        .then(
          () => withdrawn.push({ contact: one.id, at: own.clock.now() }),
          () => undefined,
        );
    },
    async rest(real) {
      const [row] = await real.query<{ inbox: number; timers: number; sends: number }>(sql`
        select (select count(*)::integer from inbox) as inbox,
          (select count(*)::integer from segment_wakes where due_at <= ${ts(world.now())}::timestamptz) + (select count(*)::integer from segment_builds) + (select count(*)::integer from segment_announcements)
            + (select count(*)::integer from runs where state = 'waiting')
            + (select count(*)::integer from sends where state in ('waiting', 'held') and due_at > ${ts(world.now())}::timestamptz) + (select count(*)::integer from sends where state in ('claimed', 'handing')) as timers,
          (select count(*)::integer from sends where state in ('waiting', 'held') and due_at <= ${ts(world.now())}::timestamptz) as sends`);
      return row!;
    },
    async checkLive(real) {
      for (const [equation, what] of await auditBooks(real, EQUATIONS, EVERY_BUCKET)) none(`${equation}, as asked in production`, what);
      none("nothing is quarantined", await real.query(sql`select kind, reason from inbox_quarantine order by id`));
      none("B2, B3 ledger", await brokenBooks(real, workspace));
      none(
        "B4, B5 far side",
        await brokenFarBooks(
          real,
          workspace,
          far.map((one) => one.key),
        ),
      );
      none(
        "B8 one event per message id",
        await real.query(
          sql`select message_id from events where workspace_id = ${workspace} group by message_id having count(*) > 1 order by 1`,
        ),
      );
      const stored = new Set(
        (await real.query<{ id: string }>(sql`select message_id as id from events where workspace_id = ${workspace} order by 1`)).map(
          (row) => row.id,
        ),
      );
      none(
        "B8 acknowledged ⊆ stored",
        [...acked].filter((id) => !stored.has(id)),
      );
      none(
        "B8 stored ⊆ sent",
        [...stored].filter((id) => !sent.has(id)),
      );
      none(
        "B12 counters = recount",
        await real.query(sql`
        select c.name, c.n, r.n as recount from (select name, sum(n) as n from counters where workspace_id = ${workspace} and name in ('events', 'contacts') group by name) c
        full join (select 'events' as name, count(*) as n from events where workspace_id = ${workspace} union all select 'contacts', count(*) from contacts where workspace_id = ${workspace}) r on r.name = c.name
        where coalesce(c.n, 0) <> r.n order by 1`),
      );
      none(
        "B13 size = entered − left = members",
        await real.query(sql`
        select s.name from segments s where s.workspace_id = ${workspace} and (
          (select coalesce(sum(t.members), 0) from segment_totals t where t.segment_id = s.id and t.generation = s.generation) <> (select count(*) from segment_members m where m.segment_id = s.id)
          or (select count(*) filter (where v.entered) - count(*) filter (where not v.entered) from segment_moves v where v.segment_id = s.id) <> (select count(*) from segment_members m where m.segment_id = s.id)) order by 1`),
      );
      none(
        "B7 no send whose gate is later than the withdrawal",
        await real.query(sql`
        select s.id from sends s join unnest(${withdrawn.map((one) => one.contact)}::uuid[], ${withdrawn.map((one) => ts(one.at))}::timestamptz[]) as w (contact, at) on w.contact = s.contact_id
        where s.state in ('accepted', 'uncertain', 'handing') and s.gate_at > w.at order by s.id`),
      );
      none(
        "B10 visits are 1…n, the last one open while the run waits",
        await real.query(sql`
        select r.id, r.state, r.visit from runs r left join (select bucket, run_id, count(*) as n, count(*) filter (where left_at is null) as open, max(visit) as last from visits where workspace_id = ${workspace} group by 1, 2) v on v.bucket = r.bucket and v.run_id = r.id
        where r.workspace_id = ${workspace} and (v.n is distinct from r.visit or v.last is distinct from r.visit or (r.outcome is distinct from 'merged' and (r.state = 'waiting') <> (v.open = 1))) order by r.id`),
      );
      none(
        "B11 each waiting run has something to wait for",
        await real.query(
          sql`select id from runs where workspace_id = ${workspace} and state = 'waiting' and wake_at is null and listens is null order by id`,
        ),
      );
      none(
        "B11 no wait ends before its time",
        await real.query(sql`
        select run_id, visit from visits where workspace_id = ${workspace} and ((step_id = 'stp_w' and exit = 'timeout' and left_at < arrived_at + interval '90 minutes')
          or (step_id = 'stp_w' and exit = 'next' and left_at < arrived_at + interval '40 minutes') or (step_id = 'stp_w2' and exit = 'next' and left_at < arrived_at + interval '10 minutes')) order by 1, 2`),
      );
      none(
        "B12 step counters = recount",
        await real.query(sql`
        select coalesce(v.step_id, t.step_id) as step, v.arrived, t.arrived as counted, v.passed, t.passed as counted_passed from (select journey_id, step_id, count(*) as arrived, count(left_at) as passed from visits where workspace_id = ${workspace} group by 1, 2) v
        full join (select journey_id, step_id, sum(arrived) as arrived, sum(passed) as passed from step_totals where workspace_id = ${workspace} group by 1, 2) t on t.journey_id = v.journey_id and t.step_id = v.step_id
        where v.arrived is distinct from t.arrived or v.passed is distinct from t.passed order by 1`),
      );
      none(
        "B12 journey counters = recount",
        await real.query(sql`
        select t.journey_id, t.entered, t.completed, t.left_early, r.entered as runs, r.completed as ended, r.left_early as gone from (
          select journey_id, sum(entered) as entered, sum(completed) as completed, sum(left_early) as left_early from journey_totals where workspace_id = ${workspace} group by 1) t
        full join (select journey_id, count(*) as entered, count(*) filter (where state = 'completed') as completed, count(*) filter (where state = 'left' and outcome is distinct from 'merged') as left_early from runs where workspace_id = ${workspace} group by 1) r on r.journey_id = t.journey_id
        where t.entered is distinct from r.entered or t.completed is distinct from r.completed order by 1`),
      );
      none(
        "B1 one send per e-mail visit",
        await real.query(sql`
        select v.run_id, v.visit from visits v where v.workspace_id = ${workspace} and v.step_id in ('stp_e', 'stp_e1', 'stp_e2') and v.left_at is not null
          and not exists (select 1 from sends s where s.key = 'run:' || v.run_id || ':' || v.visit || ':email') order by 1, 2`),
      );
      // Runs of contacts that won a merge came from another bucket, whose epochs are its own.
      none(
        "B19 runs end under epochs that never fall",
        await real.query(sql`
        select w.id from (select r.id, r.lease_epoch, max(r.lease_epoch) over (partition by r.bucket order by r.ended_at range between unbounded preceding and '1 millisecond' preceding) as before
          from runs r where r.workspace_id = ${workspace} and r.ended_at is not null and r.outcome is distinct from 'merged' and not exists (select 1 from merges m where m.workspace_id = r.workspace_id and m.winner_id = r.contact_id)) w
        where w.before > w.lease_epoch order by w.id`),
      );
      none(
        "B19 sends are written under epochs that never fall",
        await real.query(sql`
        select s.id from sends s join bucket_leases l on l.bucket = s.bucket and l.role = 'engine' where s.state = 'waiting' and s.attempts = 0 and s.lease_epoch > greatest(l.epoch, (select d.epoch from bucket_leases d where d.bucket = s.bucket and d.role = 'delivery')) order by s.id`),
      );
    },
    async checkAtRest(real, now) {
      none(
        "B8 everything sent was acknowledged in the end",
        [...sent].filter((id) => !acked.has(id)),
      );
      for (const segment of await segmentQueries.selectSegments(real, { workspace })) {
        const rule = (segment.rule as StoredRule).root;
        const meant = [...(await askAll(real, { workspace, rule, at: now }))]
          .filter(([, answer]) => answer.truth)
          .map(([contact]) => contact)
          .sort();
        const kept = (
          await real.query<{ id: Id }>(
            sql`select contact_id as id from segment_members where workspace_id = ${workspace} and segment_id = ${segment.id} order by 1`,
          )
        ).map((row) => row.id);
        none(`B13 members of "${segment.name}" = full recompute`, [
          ...meant.filter((id) => !kept.includes(id)),
          ...kept.filter((id) => !meant.includes(id)),
        ]);
      }
      none(
        "B3 nobody is left in between",
        await real.query(sql`select id, state from sends where state in ('waiting', 'claimed', 'handing', 'held') order by id`),
      );
      none("far side: nobody twice", repeated(far.map((one) => one.key)));
    },
    async numbers(real) {
      const [row] = await real.query<{ n: number }>(sql`select count(*)::integer as n from sends where state = 'uncertain'`);
      return { messages: acked.size, sends: far.length, uncertain: row!.n };
    },
  };
}

async function prepare(real: Pool, workspace: Id, template: Id, ids: ReturnType<typeof seededChance>): Promise<void> {
  const at = ts(START);
  await real.query(sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'Shop', 'regular', ${at}::timestamptz)`);
  await real.query(sql`
    insert into providers (id, workspace_id, channel, kind, name, settings, active, created_at, changed_at)
    values (${ids.id(START)}, ${workspace}, 'email', 'smtp', 'far side', ${JSON.stringify({ host: "mail.example", port: 25, security: "none", connections: 3, messagesPerConnection: 20 })}::jsonb, true, ${at}::timestamptz, ${at}::timestamptz)`);
  await real.query(
    sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${template}, ${workspace}, 'Thanks', 'email', '{}', 1, ${at}::timestamptz, ${at}::timestamptz)`,
  );
  await real.query(
    sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${template}, 1, ${workspace}, '{}', '{}', ${at}::timestamptz)`,
  );
  const canada = ids.id(START);
  for (const [name, root] of RULES) {
    const id = name === "Canada" ? canada : ids.id(START);
    await real.transaction(async (tx) => {
      await segmentQueries.insertSegment(tx, {
        id,
        workspace,
        name,
        description: "",
        rule: { version: 1, root },
        by: "simulation",
        now: START,
      });
      await segmentQueries.writeReferences(tx, { workspace, segment: id, references: references(root), keep: false });
      await segmentQueries.askBuild(tx, { workspace, segment: id, now: START });
    });
  }
}

const step = (id: string, more: object): Step => ({ id: `stp_${id}`, name: id, ...more }) as Step;
const bought = { event: "Order Completed", where: [], sameKey: false };

/** Thanks that follow the segment, and a reminder that a purchase ends. */
function journeys(good: Id, template: Id): readonly (readonly [string, Graph])[] {
  return [
    [
      "Thanks",
      {
        ...EMPTY_GRAPH,
        starts: [{ kind: "segment", segment: good, on: "enter" }],
        first: "stp_e1",
        steps: [
          step("e1", { kind: "email", template, exits: { next: "stp_w" } }),
          step("w", {
            kind: "wait",
            until: { of: "event", events: [bought], timeout: { n: 90, unit: "minute" } },
            exits: { event: "stp_w2", timeout: "stp_e2" },
          }),
          step("w2", { kind: "wait", until: { of: "duration", span: { n: 10, unit: "minute" } }, exits: { next: null } }),
          step("e2", { kind: "email", template, exits: { next: null } }),
        ],
        settings: { filter: null, reentry: { kind: "always" }, exits: [] },
      },
    ],
    [
      "Still looking?",
      {
        ...EMPTY_GRAPH,
        starts: [{ kind: "event", event: "Product Viewed", where: [], key: "product_id" }],
        first: "stp_w",
        steps: [
          step("w", { kind: "wait", until: { of: "duration", span: { n: 40, unit: "minute" } }, exits: { next: "stp_e" } }),
          step("e", { kind: "email", template, exits: { next: null } }),
        ],
        settings: {
          filter: null,
          reentry: { kind: "after", span: { n: 1, unit: "day" } },
          exits: [{ event: "Order Completed", where: [], sameKey: false, goal: true }],
        },
      },
    ],
  ];
}

/** Visitors look around, sign up with one of two addresses of theirs, order; anonymous ids are shared by their devices. */
function aMessage(draw: World["draw"], now: Instant, people: number, messageId: string): Record<string, unknown> {
  const person = draw.below(people);
  const anonymousId = `device-${person}-${draw.below(2)}`;
  const userId = `user-${person}`;
  const timestamp = toIso(now - draw.below(2) * draw.below(HOUR));
  const what = draw.below(10);
  if (what < 4)
    return {
      type: "track",
      messageId,
      timestamp,
      anonymousId,
      ...(draw.chance(0.5) && { userId }),
      event: "Product Viewed",
      properties: { product_id: `p${draw.below(20)}` },
    };
  if (what < 6)
    return {
      type: "identify",
      messageId,
      timestamp,
      anonymousId,
      userId,
      traits: { email: `person-${person}@client.example`, address: { country: draw.pick(["FR", "CA"]) } },
    };
  if (what < 8)
    return {
      type: "track",
      messageId,
      timestamp,
      userId,
      event: "Order Completed",
      properties: {
        order_id: `o${messageId}`,
        total: 40 + draw.below(160),
        currency: "EUR",
        products: [{ product_id: `p${draw.below(20)}`, price: 10, quantity: 1 }],
      },
    };
  if (what < 9) return { type: "page", messageId, timestamp, anonymousId, name: "Home" };
  return { type: "track", messageId, timestamp, userId, anonymousId, event: "Product Viewed", properties: {} };
}

/** A network whose only host is an SMTP server that writes down what it took; the line may break anywhere. */
function mailNet(world: World, own: Own, far: { key: string; at: Instant }[]): Net {
  return {
    takesMail: async () => null,
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
  const say = (line: string) => {
    if (!socket.destroyed) socket.write(`${line}\r\n`);
  };
  const drop = () => {
    socket.end();
    socket.destroy();
  };
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
      if (line !== ".") {
        body += `${line}\r\n`;
        return;
      }
      const whole = body;
      body = null;
      return takeMessage(whole);
    }
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") say("250-mail.example\r\n250-8BITMIME\r\n250 SIZE 10000000");
    else if (verb === "DATA") {
      body = "";
      say("354 go on");
    } else if (verb === "QUIT") {
      say("221 bye");
      drop();
    } else say("250 ok");
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
