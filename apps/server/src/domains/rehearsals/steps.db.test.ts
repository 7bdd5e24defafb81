import { DAY, HOUR, type Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph, type Step } from "@relance/model/journeys";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { listeners } from "../../worker.ts";
import { phoneReader } from "../contacts/index.ts";
import { ingestBatches } from "../ingest/index.ts";
import { runRehearsal } from "./run.ts";

const NOW = Date.parse("2026-10-12T10:00:00Z");
const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

test("every kind of step is rehearsed, and a date of an object as start and wait: what it would change is changed on the stage alone", async () => {
  shop.deps.clock.set(NOW - 2 * DAY);
  const workspace = await shop.workspace();
  const call = async (method: string, url: string, body?: unknown) => {
    const answer = await shop.call(workspace.key, method, url, body);
    if (answer.status >= 400) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const template = (await call("POST", "/api/templates", { name: "Rappel", class: "marketing", topic: "", starter: "abandoned_cart" }))
    .id as Id;
  await call("POST", `/api/templates/${template}/publish`);
  const group = (await call("POST", "/api/groups", { name: "Clients" })).id as Id;
  const other = (
    await call("POST", "/api/journeys", {
      name: "Suite",
      graph: { ...EMPTY_GRAPH, starts: [{ kind: "api" }], first: "stp_o", steps: [{ id: "stp_o", name: "", kind: "exit", exits: {} }] },
    })
  ).id as Id;
  await call("POST", `/api/journeys/${other}/publish`, { revision: 1 });
  const pool = (await call("POST", "/api/coupon-pools", { name: "Dix", kind: "generated" })).id as Id;
  const webhook = (await call("POST", "/api/webhooks", { name: "Caisse", url: "https://shop.example/relance" })).id as Id;
  await call("PATCH", `/api/webhooks/${webhook}`, { active: true });
  const body = (
    await call("POST", "/api/templates", {
      name: "Corps",
      channel: "webhook",
      content: { version: 1, fallback: "fr", variants: { fr: { subject: "", format: "json", source: '{"id": "{{ contact.id }}"}' } } },
    })
  ).id as Id;
  await call("POST", `/api/templates/${body}/publish`);
  const named = (fr: string, en: string) => ({ fr, en });
  await call("POST", "/api/object-types", {
    key: "card",
    names: { one: named("Carte", "Card"), many: named("Cartes", "Cards") },
    fields: [{ key: "until", names: named("Fin", "End"), kind: "date" }],
  });
  const step = (id: string, more: Record<string, unknown>): Step => ({ id: `stp_${id}`, name: "", ...more }) as Step;
  const next = (to: string) => ({ next: `stp_${to}` });
  const steps: Step[] = [
    step("date", {
      kind: "wait",
      until: { of: "date", field: "objects.card.until", days: 0, at: "12:00", past: "go" },
      exits: next("wait"),
    }),
    step("wait", { kind: "wait", until: { of: "duration", span: { n: 1, unit: "hour" } }, exits: next("hold") }),
    step("hold", { kind: "holdout", percent: 0.1, exits: { next: "stp_split", held: null } }),
    step("split", {
      kind: "split",
      by: "contact",
      arms: [
        { exit: "p1", name: "A", weight: 1 },
        { exit: "p2", name: "B", weight: 1 },
      ],
      exits: { p1: "stp_branch", p2: "stp_branch" },
    }),
    step("branch", {
      kind: "branch",
      paths: [{ exit: "p1", name: "Lille", rule: { kind: "attribute", attribute: "city", is: { op: "eq", value: "Lille" } } }],
      exits: { p1: "stp_attr", else: "stp_attr" },
    }),
    step("attr", { kind: "attribute", attribute: "attributes.palier", to: { of: "value", value: "Namur" }, exits: next("group") }),
    step("group", { kind: "group", action: "join", group, exits: next("aud") }),
    step("aud", { kind: "audience", action: "join", group, exits: next("consent") }),
    step("consent", { kind: "consent", channel: "sms", topic: "", exits: next("coupon") }),
    step("coupon", { kind: "coupon", pool, exits: { next: "stp_task", none: "stp_task" } }),
    step("task", { kind: "task", title: "Appeler", note: "", exits: next("mail") }),
    step("mail", { kind: "email", template, exits: next("hook") }),
    step("hook", { kind: "webhook", webhook, template: body, exits: next("journey") }),
    step("journey", { kind: "journey", journey: other, exits: next("loop") }),
    step("loop", { kind: "loop", times: 2, exits: { again: "stp_wait", next: "stp_goal" } }),
    step("goal", { kind: "goal", exits: next("exit") }),
    step("exit", { kind: "exit", exits: {} }),
  ];
  const graph: Graph = {
    ...EMPTY_GRAPH,
    starts: [
      { kind: "event", event: "Product Added", where: [], key: null },
      { kind: "object_date", object: "card", field: "until", where: [], days: 0, at: "09:00" },
    ],
    first: "stp_date",
    steps,
  };
  const { id: journey, problems } = await call("POST", "/api/journeys", { name: "Tout", graph });
  expect(problems).toEqual([]);
  const into = { workspace: workspace.id, currency: "EUR", phone: phoneReader("Europe/Paris"), trusted: true, source: "test" };
  const at = (ms: number) => new Date(ms).toISOString();
  await ingestBatches(shop.deps.ports, into, [
    {
      messages: [
        { type: "identify", userId: "a", traits: { email: "a@shop.example", city: "Lille" }, timestamp: at(NOW - 2 * DAY) },
        { type: "track", userId: "a", event: "Product Added", properties: {}, timestamp: at(NOW - 2 * DAY + HOUR / 60) },
        { type: "track", userId: "b", event: "card changed", properties: { id: "C1", until: "2026-10-11" }, timestamp: at(NOW - 2 * DAY) },
        { type: "track", userId: "b", event: "card changed", properties: { id: "C2", until: "2026-10-20" }, timestamp: at(NOW - 2 * DAY) },
      ],
      receivedAt: NOW - 2 * DAY,
      source: null,
      live: true,
    },
  ]);
  shop.deps.clock.set(NOW);
  const { id } = await call("POST", `/api/journeys/${journey}/rehearsals`, { days: 7 });
  await runRehearsal(shop.deps, { workspace: workspace.id, id: id as Id, listeners: listeners(shop.deps), stride: 0, lastAttempt: true });
  const { state, error } = await call("GET", `/api/rehearsals/${id}`);
  expect({ state, error }).toEqual({ state: "done", error: null });
  const [person, owner] = (await call("GET", `/api/rehearsals/${id}/people`)).items;
  // The end of C1, nine o’clock in Paris; the run then waits for that card’s own noon.
  expect([owner.key, owner.enteredAt, owner.visits[0].step, owner.visits[0].leftAt]).toEqual([
    "C1",
    "2026-10-11T07:00:00.000Z",
    "stp_date",
    "2026-10-11T10:00:00.000Z",
  ]);
  const passed = person.visits.map((visit: { step: string }) => visit.step);
  expect(passed).toEqual(
    expect.arrayContaining(steps.filter((one) => one.kind !== "exit" || passed.includes(one.id)).map((one) => one.id)),
  );
  expect(JSON.stringify(await call("GET", `/api/contacts/${person.contact}`))).not.toContain("Namur");
  expect((await call("GET", "/api/tasks")).items).toEqual([]);
}, 120_000);
