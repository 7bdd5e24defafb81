import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { seededGenerator } from "../apps/server/src/platform/chance/index.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { sql } from "../apps/server/src/platform/db/sql.ts";
import { mailServer } from "../apps/server/test/support/smtp.ts";
import { pause, Product } from "./support/product.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const SEED = Number(process.env["KILL_SEED"] ?? Math.floor(Date.now() / 86_400_000));
/** The server is killed in every odd round, its database in every even one. */
const ROUNDS = Number(process.env["KILL_ROUNDS"] ?? 2);
/** Processes that share the work, and for how many seconds one of them is killed each second. */
const PROCESSES = Number(process.env["KILL_PROCESSES"] ?? 2);
const SECONDS = Number(process.env["KILL_SECONDS"] ?? 3);
/** One person signs up in each message, and gets one mail for it. */
const PER_REQUEST = 8;

interface Row {
  readonly message: string;
  readonly runs: number;
  readonly visits: number;
  readonly open: number;
  readonly seen: number | null;
  readonly sends: number;
  readonly state: string | null;
  readonly reason: string | null;
  readonly mail: string | null;
}

// RELIABILITY §5.4 in small: what clients were told, what the database holds and what the mail server took, joined key by key.
test(
  `kill -9 of the server and of its database under load: what was acknowledged, what is stored and what the mail server took agree key by key, seed ${SEED}`,
  { timeout: 240_000 },
  async () => {
    const draw = seededGenerator(SEED);
    const world = await load({ clients: 3 });
    const kills: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await world.more(world.acknowledged, 40 + draw.below(120));
      await world.more(world.taken, 10 + draw.below(40));
      if (round % 2 === 0) {
        kills.push("server");
        await world.shop.stop("SIGKILL");
        await world.shop.start();
      } else {
        kills.push("database");
        process.kill(world.shop.databasePid(), "SIGKILL");
      }
    }
    await world.more(world.taken, 20);
    await expectAgreement(world, kills, Math.ceil(ROUNDS / 2));
  },
);

// The same load, shared by processes of which one dies each second: leases pass on, and no transition is lost or made twice.
test(
  `${PROCESSES} processes share the work and one is killed each second for ${SECONDS} s: no transition lost, none doubled`,
  { timeout: 600_000 },
  async () => {
    const world = await load({ clients: 1, environment: { RELANCE_ROLES: "http" } });
    const workers = await Promise.all(Array.from({ length: PROCESSES }, () => workerOf(world.shop)));
    for (const worker of workers) worker.launch();
    await world.more(world.taken, 20);
    const kills: string[] = [];
    for (let second = 0; second < SECONDS; second++) {
      await pause(1000);
      const worker = workers[second % PROCESSES]!;
      await worker.stop("SIGKILL");
      worker.launch();
      kills.push(String(second % PROCESSES));
    }
    await world.more(world.taken, 20);
    await expectAgreement(world, kills, SECONDS);
  },
);

/** Another process of the same installation: the same database and root key, a folder of its own. */
async function workerOf(shop: Product): Promise<Product> {
  const worker = await Product.make({ DATABASE_URL: databaseOf(shop), RELANCE_ROLES: "engine,delivery,jobs" });
  copyFileSync(join(shop.folder, "root.key"), join(worker.folder, "root.key"));
  closers.push(() => worker.end());
  return worker;
}

function databaseOf(shop: Product): string {
  const [, , , , socket] = readFileSync(join(shop.folder, "postgres/data/postmaster.pid"), "utf8").split("\n");
  return `postgres://relance@localhost/relance?host=${encodeURIComponent(socket!)}`;
}

const lines = (file: string) => readFileSync(file, "utf8").split("\n").slice(0, -1);

/** A product with a journey, a mail server, and clients that sign people up until they are stopped. */
async function load(input: { readonly clients: number; readonly environment?: Record<string, string> }) {
  const folder = mkdtempSync(join(tmpdir(), "relance-kill-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const [acknowledged, taken] = [join(folder, "acknowledged"), join(folder, "taken")];
  for (const file of [acknowledged, taken]) appendFileSync(file, "");
  const mail = await mailServer({ log: taken, delayMs: 3 });
  closers.push(() => mail.close());
  const shop = await Product.make(input.environment);
  closers.push(() => shop.end());
  await shop.start();
  const journeys = await signUpJourneys(shop, mail.port);
  let sent = 0;
  let sending = true;
  // Sent again as it is until it is acknowledged, as the SDKs do.
  const until = async (batch: readonly Record<string, unknown>[]) => {
    while (!(await shop.track(batch).catch(() => false))) await pause(100);
  };
  const client = async () => {
    while (sending) {
      const ids = Array.from({ length: PER_REQUEST }, () => sent++);
      await until(
        ids.flatMap((n) => [
          { type: "identify", messageId: `i${n}`, userId: `u${n}`, traits: { email: `u${n}@client.example` } },
          { type: "track", messageId: `m${n}`, userId: `u${n}`, event: "Signed Up", properties: {} },
        ]),
      );
      appendFileSync(acknowledged, ids.map((n) => `m${n}\n`).join(""));
    }
  };
  const clients = Array.from({ length: input.clients }, client);
  return {
    shop,
    journeys,
    acknowledged,
    taken,
    async more(file: string, by: number) {
      const before = lines(file).length;
      await expect.poll(() => lines(file).length, { timeout: 90_000, interval: 20 }).toBeGreaterThan(before + by);
    },
    /** Ends the clients. @returns how many people signed up */
    async stop(): Promise<number> {
      sending = false;
      await Promise.all(clients);
      return sent;
    },
  };
}

/** What clients were told, what is stored and what the mail server took agree key by key; everyone went through the journey exactly once. */
async function expectAgreement(world: Awaited<ReturnType<typeof load>>, kills: readonly string[], killedWorkers: number): Promise<void> {
  const { shop, journeys, acknowledged, taken } = world;
  const sent = await world.stop();
  await expect
    .poll(
      () =>
        shop.api("GET", "/readyz").then(
          () => true,
          () => false,
        ),
      { timeout: 30_000 },
    )
    .toBe(true);
  const db = openPool({ connection: { connectionString: databaseOf(shop) }, size: 1, name: "relance test", onIdleError: () => undefined });
  closers.push(() => db.close());
  const open = () =>
    db
      .query<{ n: number }>(
        sql`select (select count(*) from inbox) + (select count(*) from sends where state in ('waiting', 'claimed', 'handing', 'held')) as n`,
      )
      .then(([row]) => row!.n);
  await expect.poll(open, { timeout: 120_000, interval: 200 }).toBe(0);
  const rows = await db.query<Row>(sql`
    select e.message_id as message, count(distinct r.id) as runs, count(distinct (v.run_id, v.visit)) as visits, count(distinct (v.run_id, v.visit)) filter (where v.left_at is null) as open, min((c.attributes->>'seen')::integer) as seen,
      count(distinct s.id) as sends, min(s.state) as state, min(s.reason) || coalesce(': ' || min(s.answer), '') as reason, min(s.message_id) as mail
    from events e join contacts c on c.bucket = e.bucket and c.id = e.contact_id left join runs r on r.bucket = e.bucket and r.contact_id = e.contact_id and r.journey_id = any(${journeys}::uuid[])
    left join visits v on v.bucket = r.bucket and v.run_id = r.id left join sends s on s.bucket = r.bucket and s.run_id = r.id
    where e.name = 'Signed Up' group by e.message_id order by e.message_id`);
  const stored = new Map(rows.map((row) => [row.message, row]));
  const far = lines(taken);
  const [acks, keys] = [lines(acknowledged), new Set(far)];
  const counts = {
    seed: SEED,
    kills: kills.join(", "),
    acknowledged: acks.length,
    stored: stored.size,
    sent,
    transitions: rows.reduce((sum, row) => sum + row.visits, 0),
    taken: far.length,
    uncertain: rows.filter((row) => row.state === "uncertain").length,
  };
  console.log(JSON.stringify(counts));
  expect(
    acks.filter((id) => !stored.has(id)),
    "acknowledged but not stored",
  ).toEqual([]);
  expect(
    [...stored.keys()].filter((id) => Number(id.slice(1)) >= sent),
    "stored but never sent",
  ).toEqual([]);
  expect(
    rows.filter((row) => row.runs !== 2 || row.visits !== 4 || row.open !== 0 || row.seen !== 2 || row.sends !== 1),
    "people who did not pass each step exactly once",
  ).toEqual([]);
  expect(
    rows.filter((row) => !["accepted", "uncertain"].includes(row.state!)),
    "sends that did not end on the wire",
  ).toEqual([]);
  expect(
    rows.filter((row) => row.state === "accepted" && !keys.has(row.mail!)),
    "accepted but not at the mail server",
  ).toEqual([]);
  const known = new Set(rows.map((row) => row.mail));
  expect(
    far.filter((key) => !known.has(key)),
    "at the mail server but nobody's",
  ).toEqual([]);
  expect(far.length - keys.size, "mailed twice").toBe(0);
  expect(counts.uncertain, "unknown: at most what was on the wire at each kill (G6)").toBeLessThanOrEqual(200 * killedWorkers);
}

/** Two journeys, one after the other: the first counts everyone who signs up and asks for the second, which counts them again and mails them through a real mail server. @returns their ids */
async function signUpJourneys(shop: Product, port: number): Promise<string[]> {
  const workspace = await shop.api("GET", "/api/workspace");
  await shop.api("PATCH", "/api/workspace", {
    settings: {
      ...workspace.settings,
      quietHours: null,
      requireConsent: false,
      website: "https://shop.example",
      sender: { name: "Fauvel", email: "bonjour@shop.example", replyTo: "", postalAddress: "12 rue des Halles, 75001 Paris" },
    },
  });
  const provider = await shop.api("POST", "/api/providers", {
    name: "Relay",
    kind: "smtp",
    settings: { host: "127.0.0.1", port, security: "none" },
  });
  await shop.api("POST", `/api/providers/${provider.id}/activate`);
  const template = await shop.api("POST", "/api/templates", { name: "Welcome", starter: "welcome" });
  await shop.api("POST", `/api/templates/${template.id}/publish`);
  const graph = { version: 1, positions: {}, settings: { filter: null, reentry: { kind: "never" }, exits: [] } };
  const seen = (next: string) => ({
    id: "stp_seen",
    name: "",
    kind: "attribute",
    attribute: "attributes.seen",
    to: { of: "add", by: 1 },
    exits: { next },
  });
  const make = async (name: string, own: object): Promise<string> => {
    const journey = await shop.api("POST", "/api/journeys", { name, graph: { ...graph, ...own } });
    await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
    return journey.id as string;
  };
  const second = await make("Welcome", {
    starts: [{ kind: "api" }],
    first: "stp_seen",
    steps: [seen("stp_mail"), { id: "stp_mail", name: "Welcome", kind: "email", template: template.id, exits: { next: null } }],
  });
  const first = await make("Sign-up", {
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_seen",
    steps: [seen("stp_next"), { id: "stp_next", name: "", kind: "journey", journey: second, exits: { next: null } }],
  });
  return [first, second];
}
