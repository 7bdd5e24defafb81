import { bucketOf, DAY, type Id } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { inventoryOf } from "@relance/model/readiness";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { seededGenerator } from "../../platform/chance/index.ts";
import { sql } from "../../platform/db/sql.ts";
import type { Turn } from "../../platform/engine.ts";
import { recordConsents } from "../compliance/index.ts";
import { runCount } from "./count.ts";
import { readinessListener, tendReadiness } from "./index.ts";
import { selectCells } from "./queries.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => { shop = await testApp(holder.db, holder.url); });
afterAll(() => shop.close());

/** Tells the listener what waits in the inbox, as the engine would. */
async function tell(workspace: Id): Promise<void> {
  const { chance, clock } = shop.deps.ports;
  const turn: Turn = { buckets: [], now: clock.now(), chance, epochs: new Map(), slot: 0 };
  await holder.db.transaction(async (tx) => {
    const facts = await tx.query<Fact>(sql`delete from inbox where workspace_id = ${workspace} returning id, workspace_id as workspace, contact_id as contact, kind, data, occurred_at as "occurredAt", recorded_at as "recordedAt"`);
    await readinessListener.onFacts(tx, turn, facts);
  });
}

async function settle(workspace: Id, batch?: number): Promise<void> {
  await tell(workspace);
  await tendReadiness(shop.deps);
  await runCount(shop.deps, { workspace, ...(batch !== undefined && { batch }) });
}

const cellsOf = async (workspace: Id) => new Map((await selectCells(holder.db, workspace)).map((one) => [one.key, one.n]));

const EMAILS = ["shop.fr", "gmial.com", "mailinator.com", "gmail.com"];
test.each(["1", "2"])("cells that follow the news are those of a count from nothing, whatever happened and however it was cut into batches (seed %s)", async (seed) => {
  const random = seededGenerator(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.float() * list.length)]!;
  const { id: workspace, key } = await shop.workspace();
  for (const store of [{ code: "fr", name: "France", country: "FR", languages: ["fr"] }, { code: "ca", name: "Canada", country: "CA", languages: ["en", "fr"] }]) expect((await shop.call(key, "POST", "/api/stores", { ...store, currency: "EUR", timeZone: "Europe/Paris" })).status).toBeLessThan(300);
  const people: Id[] = [];
  const fields = (): Record<string, unknown> => Object.fromEntries(Object.entries({
    firstName: pick(["Ana", "Bo", undefined]), country: pick(["FR", "CA", "France", undefined]), locale: pick(["fr", "en", undefined]), birthDate: pick(["1988-05-14", "1970-01-01", undefined]), attributes: pick([{ plan: "gold" }, { mobile: "06 12 34 56 78" }, undefined]),
  }).filter(([, value]) => value !== undefined));
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 6; i++) {
      const made = await shop.call(key, "POST", "/api/contacts", { email: `p${round}.${i}@${pick(EMAILS)}`, ...fields() });
      expect([made.status, made.body]).toEqual([201, expect.anything()]);
      people.push(made.body.id);
    }
    for (let i = 0; i < 4; i++) await shop.call(key, "PATCH", `/api/contacts/${pick(people)}`, fields());
    const now = shop.deps.clock.now();
    await holder.db.transaction((tx) => recordConsents(tx, { now, chance: shop.deps.ports.chance, records: [{ workspace, contact: pick(people), channel: "email", topic: "", state: pick(["granted", "withdrawn"]), basis: "express", occurredAt: now, source: "test", recordedBy: "test" }] }));
    // Gone without a word: the walk finds out.
    if (round === 3) { const id = people.splice(2, 1)[0]!; await holder.db.query(sql`delete from contacts where bucket = ${bucketOf(id)} and id = ${id}`); }
    shop.deps.clock.advance(DAY + 1);
    await settle(workspace, pick([1, 3, 1000]));
  }
  const followed = await cellsOf(workspace);
  await holder.db.query(sql`delete from readiness_cells where workspace_id = ${workspace}`);
  await holder.db.query(sql`delete from contact_audits where workspace_id = ${workspace}`);
  await holder.db.query(sql`delete from readiness_states where workspace_id = ${workspace}`);
  await settle(workspace);
  expect(followed).toEqual(await cellsOf(workspace));
  expect([...followed].filter(([cell]) => cell.startsWith("p")).reduce((sum, [, n]) => sum + n, 0)).toBe(people.length);
  const findings = Object.values(inventoryOf(await selectCells(holder.db, workspace), shop.deps.clock.now()).findings).reduce((sum, n) => sum + n, 0);
  expect((await holder.db.query<{ n: number }>(sql`select count(*) as n from contact_findings where workspace_id = ${workspace}`))[0]!.n).toBe(findings);
});

test("the page says what is known by store, which journeys it carries, and the shortest way to more", async () => {
  const { id: workspace, key } = await shop.workspace();
  await shop.call(key, "POST", "/api/stores", { code: "fr", name: "France", country: "FR", languages: ["fr"], currency: "EUR", timeZone: "Europe/Paris" });
  for (const [i, birthDate] of ["1988-05-14", undefined, undefined].entries()) await shop.call(key, "POST", "/api/contacts", { email: `p${i}@shop.fr`, country: "FR", ...(birthDate !== undefined && { birthDate }) });
  await settle(workspace);
  const { status, body } = await shop.call(key, "GET", "/api/readiness");
  expect([status, body.people, body.counting, body.findings]).toEqual([200, 3, false, [{ code: "language_missing", n: 3 }, { code: "store_missing", n: 3 }]]);
  expect(body.fields.find((one: { field: string }) => one.field === "birth_date")).toMatchObject({ filled: 1, credible: 1, fresh: 1, sources: { api: 1 }, shares: { "": 0.333 } });
  const birthday = body.journeys.find((one: { key: string }) => one.key === "birthday");
  expect([birthday.ready, birthday.people, birthday.of]).toEqual(["not_yet", 0, 3]); // nobody agreed yet
  expect(body.unlock[0].need.of).toBe("consent");
  const triggers = (await shop.call(key, "GET", "/api/readiness/triggers")).body.items;
  expect(triggers.find((one: { start: string }) => one.start === "date")).toMatchObject({ met: "partly", share: 0.333 });
  expect(triggers.find((one: { start: string }) => one.start === "cart")).toMatchObject({ met: "no" });
});
