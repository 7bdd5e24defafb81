import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import type { RehearsalResult } from "@relance/contract/rehearsals";
import { BUCKETS, DAY, HOUR, MINUTE, type Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import { readConfig } from "../apps/server/src/config.ts";
import type { Deps } from "../apps/server/src/deps.ts";
import { MOST_HALTS, rehearse } from "../apps/server/src/domains/rehearsals/rehearse.ts";
import { LOOK_HALTS, LOOK_PEOPLE, MOST_PEOPLE } from "../apps/server/src/domains/rehearsals/run.ts";
import { inShares, planOf } from "../apps/server/src/domains/rehearsals/shares.ts";
import { seededGenerator, systemChance } from "../apps/server/src/platform/chance/index.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { raw, sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { systemFiles } from "../apps/server/src/platform/files/index.ts";
import { createLog } from "../apps/server/src/platform/log/index.ts";
import { systemNet } from "../apps/server/src/platform/net/index.ts";
import { createSecrets } from "../apps/server/src/platform/secrets/index.ts";
import { listeners } from "../apps/server/src/worker.ts";
import { cpuOfDatabase, cpuSeconds } from "./cpu.ts";
import { profiled, statementSettings, tellStatements } from "./profiled.ts";

/**
 * A rehearsal of 90 days over a million recorded events of 100,000 contacts: a cart journey with a segment in its filter, a wait, two
 * messages, a branch and an exit. Target: under 60 s. Beside it the limit: the database reading the same events once and writing as many
 * rows of entries, visits and sends, in one statement. `node bench/rehearsal.ts [events] [contacts] [days] [minutes between halts] [sessions]`; a tenth of the target, with halts as full as its own, is `100000 10000 9 86`; BENCH_PROFILE=1 prints time per statement.
 */
const [EVENTS = 1_000_000, CONTACTS = 100_000, DAYS = 90, STRIDE_MINUTES, SESSIONS] = process.argv.slice(2).map(Number);

const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
chmodSync(folder, 0o755);
const server = await startEmbedded({ folder, settings: statementSettings });
const db = openPool({ connection: { connectionString: server.connectionString }, size: 4, name: "bench", onIdleError: () => undefined });
const UNTIL = Date.parse("2026-11-01T00:00:00Z");
const FROM = UNTIL - DAYS * DAY;
const chance = systemChance();
try {
  await migrate(db);
  const workspace = chance.id(FROM);
  const [template, journey, segment] = [chance.id(FROM), chance.id(FROM), chance.id(FROM)];
  await db.query(
    sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'Bench', 'regular', ${ts(FROM)}::timestamptz)`,
  );
  await db.query(
    sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${template}, ${workspace}, 'T', 'email', '{}', 1, ${ts(FROM)}::timestamptz, ${ts(FROM)}::timestamptz)`,
  );
  await db.query(
    sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${template}, 1, ${workspace}, '{}', '{}', ${ts(FROM)}::timestamptz)`,
  );
  await fill(workspace);
  const bought: Rule = {
    kind: "event",
    event: "Order Completed",
    where: [],
    window: { kind: "last", span: { n: 30, unit: "day" } },
    measure: { of: "count" },
    is: { op: "gte", value: 3 },
  };
  await db.query(
    sql`insert into segments (id, workspace_id, name, state, rule, version, created_at, changed_at) values (${segment}, ${workspace}, 'S', 'live', ${JSON.stringify({ version: 1, root: bought })}::jsonb, 1, ${ts(FROM)}::timestamptz, ${ts(FROM)}::timestamptz)`,
  );
  await db.query(
    sql`insert into segment_references (workspace_id, segment_id, kind, name) values (${workspace}, ${segment}, 'event', 'Order Completed')`,
  );

  const began = performance.now();
  const [limit] = await db.query<{ n: number }>(sql`
    with e as (select bucket, contact_id, id, name, occurred_at from events where workspace_id = ${workspace} and name = any(array['Product Added', 'Order Completed'])),
      kept as (insert into inbox (bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at) select bucket, id, ${workspace}, contact_id, 'event', jsonb_build_object('event', id, 'name', name, 'live', true), occurred_at, occurred_at from e returning 1)
    select count(*) as n from kept`);
  const limitSeconds = (performance.now() - began) / 1000;
  await db.query(sql`truncate inbox`);

  const graph: Graph = {
    ...EMPTY_GRAPH,
    starts: [{ kind: "event", event: "Product Added", where: [], key: null }],
    first: "stp_w",
    settings: {
      filter: { kind: "segment", segment, member: false },
      reentry: { kind: "after", span: { n: 7, unit: "day" } },
      exits: [{ event: "Order Completed", where: [], sameKey: false, goal: true }],
    },
    steps: [
      { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 1, unit: "hour" } }, exits: { next: "stp_e" } },
      { id: "stp_e", name: "", kind: "email", template, exits: { next: "stp_x" } },
      { id: "stp_x", name: "", kind: "wait", until: { of: "duration", span: { n: 1, unit: "day" } }, exits: { next: "stp_b" } },
      {
        id: "stp_b",
        name: "",
        kind: "branch",
        paths: [{ exit: "p1", name: "", rule: { ...bought, event: "Product Viewed", is: { op: "gte", value: 2 } } }],
        exits: { p1: "stp_f", else: null },
      },
      { id: "stp_f", name: "", kind: "email", template, exits: { next: null } },
    ],
  };
  const real = performance;
  const config = readConfig({ RELANCE_DATA: folder, RELANCE_LOG: "silent" });
  const clock = { now: () => UNTIL, monotonic: () => real.now(), sleep: async () => undefined };
  const base = {
    ...db,
    aside: async (options: Parameters<typeof db.aside>[0]) => {
      const aside = await db.aside(options);
      return { ...profiled({ ...aside, aside: () => Promise.reject(new Error("no")) }), changed: aside.changed };
    },
  };
  const deps: Deps = {
    ports: { sql: base, clock, chance, files: systemFiles(), net: systemNet({ allow: config.allowPrivateHosts }) },
    config,
    log: createLog("silent"),
    secrets: createSecrets(new Uint8Array(32).fill(7), chance),
    jobs: { add: async () => undefined },
    poke: () => undefined,
  };
  const plan = SESSIONS === undefined ? await planOf(db, { workspace, graph }) : { look: null, shares: inShares(SESSIONS) };
  const common = {
    listeners: listeners(deps),
    workspace,
    from: FROM,
    until: UNTIL,
    played: { journey, name: "J", graph },
    stride: STRIDE_MINUTES === undefined ? null : STRIDE_MINUTES * MINUTE,
    onProgress: async () => undefined,
  };
  const atFirst = cpuSeconds(folder);
  let afterLook = NaN;
  const look =
    plan.look === null
      ? null
      : (
          await rehearse(deps, {
            ...common,
            stride: null,
            shares: [plan.look],
            halts: LOOK_HALTS,
            stories: LOOK_PEOPLE,
            onPeople: async () => {
              afterLook = cpuOfDatabase(folder);
            },
          })
        ).result;
  if (look)
    tellEstimate(
      `first look, CPU ${(cpuSeconds(folder).node - atFirst.node).toFixed(1)} s here and ${(afterLook - atFirst.database).toFixed(1)} s in the database,`,
      look,
    );
  const before = cpuSeconds(folder);
  let [runs, database] = [0, 0];
  const { result } = await rehearse(deps, {
    ...common,
    shares: plan.shares,
    halts: MOST_HALTS,
    stories: MOST_PEOPLE,
    onPeople: async (people) => {
      runs += people.length;
      database = cpuOfDatabase(folder);
    },
    onEstimate: async (found) => tellEstimate("estimate", found),
  });
  console.log(`${EVENTS} events of ${CONTACTS} contacts over ${DAYS} days, ${cpus().length} CPUs, Node ${process.version}`);
  console.log(`one statement: ${limit!.n} news read and written ${limitSeconds.toFixed(1)} s`);
  console.log(
    `rehearsal: ${(result.tookMs / 1000).toFixed(1)} s (target 60), CPU ${(cpuSeconds(folder).node - before.node).toFixed(1)} s here and ${(database - before.database).toFixed(1)} s in the database; ${result.halts} halts ${(result.strideMs / MINUTE).toFixed(0)} min apart, ${result.news} news, ${result.entries} entries (${runs} with their path), ${result.planned} messages planned, ${result.sent} sent`,
  );
  console.log(`ratio ${(limitSeconds / (result.tookMs / 1000)).toFixed(2)}`);
  await tellStatements(db, EVENTS);
} finally {
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function tellEstimate(name: string, { estimate, tookMs, entries, sent, halts }: RehearsalResult): void {
  console.log(
    `${name} after ${(tookMs / 1000).toFixed(1)} s: ${entries} entries (${estimate!.entries.low} to ${estimate!.entries.high}), ${sent} sent (${estimate!.sent.low} to ${estimate!.sent.high}), from ${estimate!.contacts} of ${estimate!.of} contacts, ${halts} halts`,
  );
}

/** People who agreed, and what they did: of a hundred events sixty views, twenty-five carts, fifteen orders. */
async function fill(workspace: Id): Promise<void> {
  const draw = seededGenerator("rehearsal bench");
  for (
    let month = new Date(FROM);
    month.getTime() < UNTIL + DAY;
    month = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1))
  ) {
    const start = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth(), 1));
    const end = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 1));
    await db.query(
      sql`${raw(`create table events_${start.toISOString().slice(0, 7).replace("-", "_")} partition of events for values from ('${start.toISOString()}') to ('${end.toISOString()}')`)}`,
    );
  }
  const hex = (n: number, length: number) => n.toString(16).padStart(length, "0");
  const contacts = Array.from({ length: CONTACTS }, (_none, n) => `00000000-0000-7000-8000-${hex(n, 10)}${hex(n % BUCKETS, 2)}`);
  await db.query(
    sql`insert into contacts (bucket, id, workspace_id, known, email, created_at, updated_at) select get_byte(decode(right(c::text, 2), 'hex'), 0), c, ${workspace}, true, 'c' || n || '@client.example', ${ts(FROM - DAY)}::timestamptz, ${ts(FROM - DAY)}::timestamptz from unnest(${contacts}::uuid[]) with ordinality as x (c, n)`,
  );
  await db.query(
    sql`insert into consent_proofs (bucket, contact_id, id, workspace_id, channel, topic, state, basis, occurred_at, source, recorded_by) select bucket, id, id, workspace_id, 'email', '', 'granted', 'express', created_at, 'bench', 'bench' from contacts`,
  );
  await db.query(
    sql`insert into event_names (workspace_id, name, first_seen_at, last_seen_at) select ${workspace}, n, ${ts(FROM)}::timestamptz, ${ts(FROM)}::timestamptz from unnest(array['Product Viewed', 'Product Added', 'Order Completed']) as n`,
  );
  for (let done = 0; done < EVENTS; done += 50_000) {
    const rows = Array.from({ length: Math.min(50_000, EVENTS - done) }, (_none, n) => {
      // More by day than by night, more from some than from others.
      const at = FROM + draw.below(DAYS) * DAY + Math.floor((draw.float() + draw.float()) * 12 * HOUR);
      const kind = draw.below(100);
      return {
        at,
        id: `00000000-0000-7000-9000-${hex(done + n, 12)}`,
        contact: contacts[Math.floor(draw.float() ** 2 * CONTACTS)]!,
        name: kind < 60 ? "Product Viewed" : kind < 85 ? "Product Added" : "Order Completed",
      };
    });
    await db.query(sql`
      insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, message_id)
      select get_byte(decode(right(c::text, 2), 'hex'), 0), c, i, ${workspace}, 'track', n, t, t, '{"product_id": "p1"}', '{}', 50, i::text from unnest(${rows.map((row) => row.contact)}::uuid[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.name)}::text[], ${rows.map((row) => ts(row.at))}::timestamptz[]) as x (c, i, n, t)`);
  }
  for (const table of ["events", "contacts", "consent_proofs"]) await db.query(sql`analyze ${raw(table)}`);
}
