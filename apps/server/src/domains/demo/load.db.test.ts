import { DAY, type Id } from "@relance/model/base";
import { afterAll, afterEach, expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { testDeps } from "../../../test/support/deps.ts";
import { EQUATIONS } from "../../books.ts";
import { openPast } from "../../past.ts";
import { auditBooks } from "../../platform/books.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import { closeRenderPool } from "../messages/index.ts";
import { createWorkspace } from "../team/index.ts";
import { loadDemo } from "./index.ts";

const held = testDatabase();
const NOW = Date.UTC(2026, 10, 20, 16);
const PEOPLE = 120;
/** What was loaded so far becomes an ordinary workspace, so that the next start finds no demo. */
const forget = () => held.db.query(sql`with gone as (delete from instance_settings) update workspaces set kind = 'regular'`);
afterEach(forget);
afterAll(closeRenderPool);

const sleep = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });

/** A process that starts; `failAfter` passes of the replay it is gone. @returns what it said */
async function start(beside: Id, failAfter = Infinity): Promise<string[]> {
  const made = testDeps(held.db);
  const deps = { ...made, ports: { ...made.ports, clock: { now: () => NOW, monotonic: () => performance.now(), sleep } } };
  const said: string[] = [];
  let passes = 0;
  await loadDemo(deps, {
    beside,
    people: PEOPLE,
    say: (line) => said.push(line),
    openPast: async (from) => {
      const past = await openPast(deps, { connectionString: held.url }, from);
      return { ...past, pass: () => (++passes > failAfter ? Promise.reject(new Error("the power went")) : past.pass()) };
    },
  });
  return said;
}

async function workspace(): Promise<Id> {
  const deps = testDeps(held.db);
  return (
    await held.db.transaction((tx) =>
      createWorkspace(tx, {
        chance: deps.ports.chance,
        now: NOW,
        name: "Ours",
        kind: "regular",
        locale: "fr",
        timeZone: "Europe/Paris",
        currency: "EUR",
      }),
    )
  ).id;
}

/** The demo as a visitor finds it, by names: ids differ from load to load. */
async function picture() {
  const all = await held.db.query<{ id: Id }>(sql`select id from workspaces where kind = 'demo'`);
  const [demo] = all.map((row) => row.id);
  return {
    demos: all.length,
    journeys: await held.db.query(
      sql`select j.name, r.outcome, count(*)::integer as n from runs r join journeys j on j.id = r.journey_id where j.workspace_id = ${demo!} group by j.name, r.outcome order by j.name, r.outcome`,
    ),
    sends: await held.db.query(
      sql`select j.name, s.step_id as step, s.state, count(*)::integer as n from sends s join journeys j on j.id = s.journey_id where j.workspace_id = ${demo!} group by 1, 2, 3 order by 1, 2, 3`,
    ),
    engagements: await held.db.query(
      sql`select kind, count(*)::integer as n from engagements where workspace_id = ${demo!} group by kind order by kind`,
    ),
    events: await held.db.query(
      sql`select name, count(*)::integer as n from events where workspace_id = ${demo!} group by name order by name`,
    ),
    members: await held.db.query(
      sql`select s.name, count(*)::integer as n from segment_members m join segments s on s.id = m.segment_id where s.workspace_id = ${demo!} group by s.name order by s.name`,
    ),
  };
}

test(
  "the demo shop lives: journeys with a past, messages that were read, none without consent, nothing in the future, books that add up",
  { timeout: 300_000 },
  async () => {
    const beside = await workspace();
    await start(beside);
    const shown = await picture();
    expect(new Set(shown.journeys.map((row) => row["name"])).size).toBe(5);
    expect(shown.events.map((row) => row["name"])).toEqual(
      expect.arrayContaining(["Form Submitted", "Subscription Confirmed", "Order Completed"]),
    );
    expect(shown.sends.some((row) => row["state"] === "accepted")).toBe(true);
    expect(shown.engagements.map((row) => row["kind"])).toEqual(expect.arrayContaining(["clicked", "opened"]));
    const late = await held.db.query(
      sql`select 1 from events where occurred_at > ${ts(NOW)}::timestamptz or received_at > ${ts(NOW)}::timestamptz union all select 1 from sends where accepted_at > ${ts(NOW)}::timestamptz`,
    );
    expect(late).toEqual([]);
    const unasked = await held.db.query(sql`
    select s.id from sends s where s.state = 'accepted' and s.class = 'marketing'
      and not exists (select 1 from consent_proofs p where p.contact_id = s.contact_id and p.channel = 'email' and p.state = 'granted' and p.occurred_at <= s.accepted_at)`);
    expect(unasked).toEqual([]);
    const spread = await held.db.query<{ days: number }>(
      sql`select count(distinct accepted_at::date)::integer as days from sends where state = 'accepted'`,
    );
    expect(spread[0]!.days).toBeGreaterThan(14);
    const broken = await auditBooks(
      held.db,
      EQUATIONS,
      Array.from({ length: 256 }, (_none, bucket) => bucket),
    );
    expect([...broken]).toEqual([]);
    expect(await held.db.query(sql`select 1 from inbox where recorded_at < ${ts(NOW - DAY)}::timestamptz`)).toEqual([]);

    // A second start finds it there and changes nothing.
    expect(await start(beside)).toEqual([]);
    expect(await picture()).toEqual(shown);
  },
);

test("a load that was cut is begun again at the next start and ends as one that was not", { timeout: 400_000 }, async () => {
  const beside = await workspace();
  await expect(start(beside, 60)).rejects.toThrow("the power went");
  const said = await start(beside);
  expect(said[0]).toContain("beginning again");
  const after = await picture();
  expect(after.demos).toBe(1);
  await forget();
  await start(beside);
  expect(after).toEqual(await picture());
});
