import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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
/** One person signs up in each message, and gets one mail for it. */
const PER_REQUEST = 8;

interface Row { readonly message: string; readonly runs: number; readonly sends: number; readonly state: string | null; readonly mail: string | null }

// RELIABILITY §5.4 in small: what clients were told, what the database holds and what the mail server took, joined key by key.
test(`kill -9 of the server and of its database under load: what was acknowledged, what is stored and what the mail server took agree key by key, seed ${SEED}`, { timeout: 240_000 }, async () => {
  const draw = seededGenerator(SEED);
  const folder = mkdtempSync(join(tmpdir(), "relance-kill-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const [acknowledged, taken] = [join(folder, "acknowledged"), join(folder, "taken")];
  for (const file of [acknowledged, taken]) appendFileSync(file, "");
  const mail = await mailServer({ log: taken, delayMs: 3 });
  closers.push(() => mail.close());
  const shop = await Product.make();
  closers.push(() => shop.end());
  await shop.start();
  const journey = await signUpJourney(shop, mail.port);

  let sent = 0;
  let sending = true;
  const client = async () => {
    while (sending) {
      const ids = Array.from({ length: PER_REQUEST }, () => sent++);
      const batch = ids.flatMap((n) => [
        { type: "identify", messageId: `i${n}`, userId: `u${n}`, traits: { email: `u${n}@client.example` } },
        { type: "track", messageId: `m${n}`, userId: `u${n}`, event: "Signed Up", properties: {} },
      ]);
      // Sent again as it is until it is acknowledged, as the SDKs do.
      while (sending && !(await shop.track(batch).catch(() => false))) await pause(100);
      if (sending) appendFileSync(acknowledged, ids.map((n) => `m${n}\n`).join(""));
    }
  };
  const clients = [client(), client(), client()];
  const lines = (file: string) => readFileSync(file, "utf8").split("\n").slice(0, -1);
  const more = async (file: string, by: number) => {
    const before = lines(file).length;
    await expect.poll(() => lines(file).length, { timeout: 60_000, interval: 20 }).toBeGreaterThan(before + by);
  };
  const kills: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await more(acknowledged, 40 + draw.below(120));
    await more(taken, 10 + draw.below(40));
    if (round % 2 === 0) {
      kills.push("server");
      await shop.stop("SIGKILL");
      await shop.start();
    } else {
      kills.push("database");
      process.kill(shop.databasePid(), "SIGKILL");
    }
  }
  await more(taken, 20);
  sending = false;
  await Promise.all(clients);

  await expect.poll(() => shop.api("GET", "/readyz").then(() => true, () => false), { timeout: 30_000 }).toBe(true);
  const [, , , , socket] = readFileSync(join(shop.folder, "postgres/data/postmaster.pid"), "utf8").split("\n");
  const db = openPool({ connection: { connectionString: `postgres://relance@localhost/relance?host=${encodeURIComponent(socket!)}` }, size: 1, name: "relance test", onIdleError: () => undefined });
  closers.push(() => db.close());
  const open = () => db.query<{ n: number }>(sql`select (select count(*) from inbox) + (select count(*) from sends where state in ('waiting', 'claimed', 'handing', 'held')) as n`).then(([row]) => row!.n);
  await expect.poll(open, { timeout: 90_000, interval: 200 }).toBe(0);

  const rows = await db.query<Row>(sql`
    select e.message_id as message, count(distinct r.id) as runs, count(distinct s.id) as sends, min(s.state) as state, min(s.message_id) as mail
    from events e left join runs r on r.bucket = e.bucket and r.contact_id = e.contact_id and r.journey_id = ${journey} left join sends s on s.bucket = r.bucket and s.run_id = r.id
    where e.name = 'Signed Up' group by e.message_id order by e.message_id`);
  const stored = new Map(rows.map((row) => [row.message, row]));
  const far = lines(taken);
  const [acks, keys] = [lines(acknowledged), new Set(far)];
  const counts = { seed: SEED, kills: kills.join(", "), acknowledged: acks.length, stored: stored.size, sent, taken: far.length, uncertain: rows.filter((row) => row.state === "uncertain").length };
  console.log(JSON.stringify(counts));
  expect(acks.filter((id) => !stored.has(id)), "acknowledged but not stored").toEqual([]);
  expect([...stored.keys()].filter((id) => Number(id.slice(1)) >= sent), "stored but never sent").toEqual([]);
  expect(rows.filter((row) => row.runs !== 1 || row.sends !== 1), "people without exactly one run and one send").toEqual([]);
  expect(rows.filter((row) => !["accepted", "uncertain"].includes(row.state!)), "sends that did not end on the wire").toEqual([]);
  expect(rows.filter((row) => row.state === "accepted" && !keys.has(row.mail!)), "accepted but not at the mail server").toEqual([]);
  const known = new Set(rows.map((row) => row.mail));
  expect(far.filter((key) => !known.has(key)), "at the mail server but nobody's").toEqual([]);
  expect(far.length - keys.size, "mailed twice").toBe(0);
  expect(counts.uncertain, "unknown: at most what was on the wire at each kill of the server (G6)").toBeLessThanOrEqual(200 * Math.ceil(ROUNDS / 2));
});

/** A journey that mails everyone who signs up, through a real mail server. @returns its id */
async function signUpJourney(shop: Product, port: number): Promise<string> {
  const workspace = await shop.api("GET", "/api/workspace");
  await shop.api("PATCH", "/api/workspace", { settings: { ...workspace.settings, quietHours: null, requireConsent: false, website: "https://shop.example", sender: { name: "Fauvel", email: "bonjour@shop.example", replyTo: "", postalAddress: "12 rue des Halles, 75001 Paris" } } });
  const provider = await shop.api("POST", "/api/providers", { name: "Relay", kind: "smtp", settings: { host: "127.0.0.1", port, security: "none" } });
  await shop.api("POST", `/api/providers/${provider.id}/activate`);
  const template = await shop.api("POST", "/api/templates", { name: "Welcome", starter: "welcome" });
  await shop.api("POST", `/api/templates/${template.id}/publish`);
  const graph = { version: 1, starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_mail", positions: {}, settings: { filter: null, reentry: { kind: "never" }, exits: [] }, steps: [{ id: "stp_mail", name: "Welcome", kind: "email", template: template.id, exits: { next: null } }] };
  const journey = await shop.api("POST", "/api/journeys", { name: "Welcome", graph });
  await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
  return journey.id;
}
