import { afterAll, beforeAll, expect, test } from "vitest";
import type { ImportView } from "@relance/contract/imports";
import type { Id } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { CLIENTS, CUSTOMERS, ORDERS, STORES } from "../../../test/support/three-exports.ts";
import { sql } from "../../platform/db/sql.ts";
import { checkFile, runImport } from "../imports/index.ts";
import { readinessListener, runCount, runFix, tendReadiness } from "./index.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

test(
  "three exports of a shop, flat, dirty and in two languages, become a clean model, and readiness says which journeys can start today",
  { timeout: 60_000 },
  async () => {
    const { id: workspace, key } = await shop.workspace();
    const call = (method: string, path: string, body?: unknown) => shop.call(key, method, `/api${path}`, body);
    for (const store of STORES) await call("POST", "/stores", store);
    const bring = async (content: string | Buffer, fileName: string): Promise<ImportView> => {
      const sent = await shop.app.inject({
        method: "POST",
        url: `/api/imports?fileName=${fileName}`,
        headers: { authorization: `Bearer ${key}`, "content-type": "text/csv" },
        payload: content,
      });
      const view = sent.json() as ImportView;
      expect((await call("POST", `/imports/${view.id}/check`, { mapping: view.mapping })).body).toMatchObject({ state: "checking" });
      await checkFile(shop.deps, { workspace, id: view.id });
      expect((await call("POST", `/imports/${view.id}/run`)).body).toMatchObject({ state: "running" });
      await runImport(shop.deps, { workspace, id: view.id });
      return (await call("GET", `/imports/${view.id}`)).body;
    };
    expect(await bring(CLIENTS, "clients.csv")).toMatchObject({ state: "done" });
    expect(await bring(CUSTOMERS, "customers.csv")).toMatchObject({ state: "done" });
    expect(await bring(ORDERS, "orders.csv")).toMatchObject({ state: "done", report: { orders: 2, contacts: 2 } });
    const settle = async () => {
      const { chance, clock } = shop.deps.ports;
      await holder.db.transaction(async (tx) => {
        const facts = await tx.query<Fact>(
          sql`delete from inbox where workspace_id = ${workspace} returning id, workspace_id as workspace, contact_id as contact, kind, data, occurred_at as "occurredAt", recorded_at as "recordedAt"`,
        );
        await readinessListener.onFacts(tx, { buckets: [], now: clock.now(), chance, epochs: new Map(), slot: 0 }, facts);
      });
      await tendReadiness(shop.deps);
      await runCount(shop.deps, { workspace });
    };
    await settle();
    const before = Object.fromEntries(
      (await call("GET", "/readiness/cleaning")).body.items.map((one: { code: string; n: number }) => [one.code, one.n]),
    );
    expect(before).toMatchObject({ email_typo: 1, email_disposable: 1 });
    // All that is proposed is approved.
    for (const { code, fixable } of (await call("GET", "/readiness/cleaning")).body.items) {
      if (fixable === 0) continue;
      const fix = (await call("POST", "/readiness/fixes", { code })).body;
      await runFix(shop.deps, { workspace, id: fix.id });
      await settle();
    }
    const model = await holder.db.query(
      sql`select first_name, email, phone, birth_date, country, locale, (select s.code from stores s where s.id = c.store_id) as store from contacts c where workspace_id = ${workspace} order by first_name`,
    );
    expect(model).toEqual([
      { first_name: "Liam", email: "liam@shop.example", phone: null, birth_date: "1985-01-20", country: "CA", locale: "en", store: "ca" },
      {
        first_name: "Léa",
        email: "lea@exemple.fr",
        phone: "+33781223344",
        birth_date: "1979-03-02",
        country: "FR",
        locale: "fr",
        store: "fr",
      },
      {
        first_name: "Mia",
        email: "mia@shop.example",
        phone: "+15145550123",
        birth_date: "1990-07-01",
        country: "CA",
        locale: "en",
        store: "ca",
      },
      { first_name: "Noé", email: "noe@mailinator.com", phone: null, birth_date: null, country: "FR", locale: "fr", store: "fr" },
      {
        first_name: "Zoé",
        email: "zoe@gmail.com",
        phone: "+33612345678",
        birth_date: "1988-05-14",
        country: "FR",
        locale: "fr",
        store: "fr",
      },
    ]);
    // Where it came from, as a whole: the catalogue and the orders of the files, the stores by hand.
    const origins = Object.fromEntries(
      (
        (await call("GET", "/readiness/model")).body.items as { part: string; sources: Record<string, number>; latest: string | null }[]
      ).map((one) => [one.part, [one.sources, one.latest !== null]]),
    );
    expect(origins).toMatchObject({
      product: [{ import: 2 }, true],
      order: [{ import: 2 }, true],
      variant: [{}, false],
      article: [{}, false],
      cart: [{}, false],
    });
    expect(Object.keys((origins["store"] as [object])[0])[0]).toMatch(/^api/);
    // Those who agreed, as their old tool says; and where the shop's site is.
    const ids = ((await call("GET", "/contacts?limit=50")).body.items as { id: Id; email: string }[])
      .filter((one) => one.email !== "noe@mailinator.com")
      .map((one) => one.id);
    for (const id of ids)
      expect(
        (
          await call("POST", `/contacts/${id}/consents`, {
            channel: "email",
            topic: "",
            state: "granted",
            basis: "express",
            source: "exported by the old tool",
          })
        ).status,
      ).toBeLessThan(300);
    const { settings } = (await call("GET", "/workspace")).body;
    await call("PATCH", "/workspace", { settings: { ...settings, website: "https://shop.example" } });
    await settle();
    const { journeys, unlock } = (await call("GET", "/readiness")).body;
    const ready = journeys
      .filter((one: { ready: string }) => one.ready !== "not_yet")
      .map((one: { key: string; ready: string; people: number; of: number }) => `${one.key}: ${one.people} of ${one.of}`);
    // Orders arrive and four of five agreed; the throw-away address is none.
    expect(ready).toEqual(
      expect.arrayContaining([
        "first_purchase: 4 of 5",
        "review_request: 4 of 5",
        "replenishment: 4 of 5",
        "best_customer: 4 of 5",
        "win_back: 4 of 5",
      ]),
    );
    // Each of the others says what it waits for.
    type Judged = { key: string; ready: string; needs: { met: string; essential: boolean }[] };
    expect(
      (journeys as Judged[])
        .filter((one) => one.ready === "not_yet" && !one.needs.some((need) => need.essential && need.met === "no"))
        .map((one) => one.key),
    ).toEqual([]);
    const birthday = journeys.find((one: { key: string }) => one.key === "birthday");
    expect([
      birthday.ready,
      birthday.people,
      birthday.needs
        .filter((one: { met: string; essential: boolean }) => one.essential && one.met === "no")
        .map((one: { key: string }) => one.key),
    ]).toEqual(["not_yet", 4, ["coupons"]]);
    expect(unlock.find((one: { need: { key: string } }) => one.need.key === "coupons").opens).toEqual(
      expect.arrayContaining([birthday.names]),
    );
  },
);
