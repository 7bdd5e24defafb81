import { DAY, HOUR, MINUTE, type Id } from "@relance/model/base";
import { EMPTY_GRAPH } from "@relance/model/journeys";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { brokenBooks, drain, everyBucket } from "../../../test/support/delivery-world.ts";
import { testEngine } from "../../../test/support/engine.ts";
import { hookServer } from "../../../test/support/hook-server.ts";
import { addContact } from "../../../test/support/messaging.ts";
import { signatureOf } from "../../platform/net/index.ts";
import { sql } from "../../platform/db/sql.ts";
import { listeners } from "../../worker.ts";
import { closeRenderPool } from "../messages/index.ts";
import { openDeliveryWorker, planSends, productDoors, type DeliveryWorker } from "./index.ts";
import type { Outcome, OutgoingMessage } from "./providers/provider.ts";
import { webhookCaller } from "./providers/webhook-caller.ts";

const BODY = `{ "id": "{{ contact.id }}", "name": "{{ contact.first_name }}", "city": {{ contact.city | json }}, "event": {{ event | json }} }`;
const holder = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
let far: Awaited<ReturnType<typeof hookServer>>;
let template: Id;
let webhook: { id: Id; secret: string };
let worker: DeliveryWorker;

const call = async (method: string, url: string, body?: unknown) => {
  const answer = await app.call(shop.key, method, url, body);
  if (answer.status >= 400) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const now = () => app.deps.clock.now();
const newId = () => app.deps.ports.chance.id(now());
const json = (source: string) => ({ version: 1, fallback: "fr", variants: { fr: { subject: "", format: "json", source } } });

beforeAll(async () => {
  app = await testApp(holder.db, holder.url);
  shop = await app.workspace();
  far = await hookServer();
  template = (await call("POST", "/api/templates", { name: "Corps", channel: "webhook", content: json(BODY) })).id;
  await call("POST", `/api/templates/${template}/publish`);
  webhook = await call("POST", "/api/webhooks", { name: "Caisse", url: `${far.url}/hook?key=k` });
  const epochs = everyBucket();
  const owner = newId();
  await holder.db.query(sql`update bucket_leases set owner = ${owner}, epoch = 1 where role = 'delivery'`);
  worker = openDeliveryWorker({ ...app.deps, leases: { owner, held: () => epochs }, doors: productDoors(app.deps), slot: 1 });
});
afterAll(async () => {
  expect(await brokenBooks(holder.db, shop.id)).toEqual([]);
  await far.close();
  await closeRenderPool();
  await app.close();
});
beforeEach(() => {
  far.heard.length = 0;
  far.state.answer = (response) => void response.writeHead(200).end();
});

const contact = (firstName: string) => addContact(holder.db, { id: newId(), workspace: shop.id, now: now(), firstName });
async function plan(to: Id, patience = 72 * HOUR): Promise<Id> {
  const one = await contact("Zoé");
  const made = await holder.db.transaction((tx) =>
    planSends(tx, { now: now(), chance: app.deps.ports.chance, slot: 1 }, [
      {
        workspace: shop.id,
        contact: one,
        channel: "webhook",
        webhook: to,
        class: "transactional",
        topic: "",
        template,
        templateVersion: 1,
        origin: { kind: "request", key: one },
        dueAt: now(),
        patienceUntil: now() + patience,
        data: {},
      },
    ]),
  );
  return [...made.values()][0]!;
}
const stateOf = async (send: Id) => {
  const { state, reason, dueAt, attempts } = await call("GET", `/api/sends/${send}`);
  return { state, reason, in: state === "waiting" ? Date.parse(dueAt) - now() : null, attempts };
};

test("a step of a journey keeps its call in the outbox while the webhook is not in use; in use, it is posted, signed, in the contact's words", async () => {
  const graph = {
    ...EMPTY_GRAPH,
    starts: [{ kind: "api" }],
    first: "stp_hook",
    steps: [
      { id: "stp_hook", name: "", kind: "webhook", webhook: webhook.id, template, patience: { n: 1, unit: "day" }, exits: { next: null } },
    ],
  };
  const journey = await call("POST", "/api/journeys", {
    name: "Prévenir",
    graph: { ...graph, settings: { ...graph.settings, reentry: { kind: "always" } } },
  });
  expect(journey.problems).toEqual([]);
  await call("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });
  const one = await contact('Zoé "Zo" Noël');
  const engine = await testEngine({ db: holder.db, clock: app.deps.clock, chance: app.deps.ports.chance, listeners: listeners(app.deps) });
  const goThrough = async () => {
    await call("POST", `/api/journeys/${journey.id}/start`, { contacts: [one] });
    await engine.drain();
    await drain(worker);
  };
  await goThrough();
  const [kept] = (await call("GET", `/api/outbox?contact=${one}`)).items;
  expect([far.heard.length, kept.channel, kept.address]).toEqual([0, "webhook", `${far.url}/hook`]);
  expect(JSON.parse((await call("GET", `/api/outbox/${kept.send}`)).text)).toEqual({
    id: one,
    name: 'Zoé "Zo" Noël',
    city: null,
    event: null,
  });
  await call("PATCH", `/api/webhooks/${webhook.id}`, { active: true });
  await goThrough();
  await engine.leases.release();
  const [{ path, headers, body }] = far.heard as [(typeof far.heard)[0]];
  const sends = (await call("GET", `/api/sends?contact=${one}`)).items;
  expect(sends.map((send: { state: string; class: string }) => [send.state, send.class])).toEqual([
    ["accepted", "transactional"],
    ["accepted", "transactional"],
  ]);
  expect(Date.parse((await call("GET", `/api/sends/${sends[0].id}`)).patienceUntil) - now()).toBe(DAY);
  expect([path, headers["content-type"], headers["relance-id"], Number(headers["relance-timestamp"])]).toEqual([
    "/hook?key=k",
    "application/json",
    sends[0].id,
    Math.floor(now() / 1000),
  ]);
  expect(headers["relance-signature"]).toBe(signatureOf(webhook.secret, headers["relance-timestamp"] as string, body));
  expect(JSON.parse(body)).toMatchObject({ name: 'Zoé "Zo" Noël', city: null });
  const [stored] = await holder.db.query<{ secret: Buffer }>(sql`select secret from webhooks where id = ${webhook.id}`);
  expect(stored!.secret.includes(webhook.secret)).toBe(false);
});

test("an error after the call was taken is tried again by the same id, after five minutes or as long as the far side asks", async () => {
  far.state.answer = (response) => void response.writeHead(500).end();
  const send = await plan(webhook.id);
  await drain(worker);
  const first = await stateOf(send);
  expect(first).toMatchObject({ state: "waiting", reason: "http_500", attempts: 1 });
  expect(first.in! / MINUTE).toBeGreaterThanOrEqual(5);
  expect(first.in! / MINUTE).toBeLessThan(6);
  far.state.answer = (response) => void response.writeHead(429, { "retry-after": "7200" }).end();
  app.deps.clock.advance(6 * MINUTE);
  await drain(worker);
  expect(await stateOf(send)).toMatchObject({ state: "waiting", reason: "http_429", in: 2 * HOUR });
  far.state.answer = (response) => void response.writeHead(204).end();
  app.deps.clock.advance(2 * HOUR);
  await drain(worker);
  expect(await stateOf(send)).toMatchObject({ state: "accepted", attempts: 3 });
  expect(far.heard.map((one) => one.headers["relance-id"])).toEqual([send, send, send]);
});

test("a call that may have been heard is tried again until its patience ends, and is then uncertain; one refused for good has failed", async () => {
  far.state.answer = (response) => void response.destroy();
  const silent = await plan(webhook.id, HOUR);
  await drain(worker);
  expect(await stateOf(silent)).toMatchObject({ state: "waiting", reason: "no_answer" });
  for (let i = 0; i < 4; i++) {
    app.deps.clock.advance(20 * MINUTE);
    await drain(worker);
  }
  expect(await stateOf(silent)).toMatchObject({ state: "uncertain", reason: "no_answer" });
  far.state.answer = (response, { path }) =>
    void (path.startsWith("/hook") ? response.writeHead(302, { location: `${far.url}/elsewhere` }) : response.writeHead(200)).end();
  const redirected = await plan(webhook.id);
  await drain(worker);
  expect([await stateOf(redirected), far.heard.filter((one) => one.path === "/elsewhere").length]).toMatchObject([
    { state: "failed", reason: "redirected" },
    0,
  ]);
  far.state.answer = (response) => void response.writeHead(422).end();
  const read = await plan(webhook.id);
  await drain(worker);
  expect(await stateOf(read)).toMatchObject({ state: "failed", reason: "http_422" });
});

test("an address inside the house is never called, and plain http is not accepted; a webhook in use is not removed, and calls for one that was are skipped", async () => {
  expect(await app.call(shop.key, "POST", "/api/webhooks", { name: "X", url: "http://shop.example/x" })).toMatchObject({
    status: 422,
    body: { error: { code: "webhook.address_inside", field: "url" } },
  });
  const inside = await call("POST", "/api/webhooks", { name: "Dedans", url: "https://10.0.0.1/x" });
  await call("PATCH", `/api/webhooks/${inside.id}`, { active: true });
  expect(await call("POST", `/api/webhooks/${inside.id}/test`)).toMatchObject({ ok: false, status: null });
  const send = await plan(inside.id);
  await drain(worker);
  expect(await stateOf(send)).toMatchObject({ state: "failed", reason: "address_inside" });
  expect((await app.call(shop.key, "DELETE", `/api/webhooks/${inside.id}`)).body.error.code).toBe("webhook.active");
  await call("PATCH", `/api/webhooks/${inside.id}`, { active: false });
  await call("DELETE", `/api/webhooks/${inside.id}`);
  const late = await plan(inside.id);
  await drain(worker);
  expect(await stateOf(late)).toMatchObject({ state: "skipped", reason: "no_address" });
  const { secret } = await call("POST", `/api/webhooks/${webhook.id}/secret`);
  expect(await call("POST", `/api/webhooks/${webhook.id}/test`)).toEqual({ ok: true, status: 200, answer: "" });
  const [{ headers, body }] = far.heard as [(typeof far.heard)[0]];
  expect(headers["relance-signature"]).toBe(signatureOf(secret, headers["relance-timestamp"] as string, body));
});

test("a body that some contact would break is not published", async () => {
  const draft = (
    await call("POST", "/api/templates", { name: "Cassé", channel: "webhook", content: json('{ "points": {{ contact.points }} }') })
  ).id;
  expect((await call("GET", `/api/templates/${draft}`)).problems.map((one: { code: string }) => one.code)).toContain("json.invalid");
  expect((await app.call(shop.key, "POST", `/api/templates/${draft}/publish`)).body.error.code).toBe("template.has_errors");
  expect(
    (
      await app.call(shop.key, "POST", "/api/templates", {
        name: "X",
        channel: "webhook",
        content: { version: 1, fallback: "fr", variants: { fr: { subject: "", format: "text", source: "x" } } },
      })
    ).body.error.code,
  ).toBe("template.wrong_format");
  const one = await contact("Léa");
  expect(JSON.parse((await call("POST", "/api/templates/preview", { content: json(BODY), contact: one })).text)).toMatchObject({
    id: one,
    name: "Léa",
  });
});

test("a webhook that keeps silent is left alone after a few calls; the others of its batch come back soon", async () => {
  far.state.answer = () => undefined;
  const messages = Array.from({ length: 40 }, () => ({ send: newId(), text: "{}" }) as OutgoingMessage);
  const outcomes: Outcome[] = [];
  const slow = webhookCaller(app.deps.ports as never, { url: far.url, secret: () => "s" }, 150);
  await slow.send(messages, (_message, outcome) => void outcomes.push(outcome));
  expect(outcomes.filter((one) => one.kind === "uncertain").length).toBeLessThan(25);
  expect(outcomes.filter((one) => one.kind === "lost" && one.reason === "not_answering").length).toBe(40 - far.heard.length);
  expect(outcomes).toHaveLength(40);
});
