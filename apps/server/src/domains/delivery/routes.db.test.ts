import { afterAll, beforeAll, expect, test } from "vitest";
import { bucketOf, HOUR, type Id } from "@relance/model/base";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { brokenBooks, drain, everyBucket, plainDoors } from "../../../test/support/delivery-world.ts";
import { mailServer } from "../../../test/support/smtp.ts";
import { systemSleep } from "../../platform/clock/index.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import { openDeliveryWorker, planSends } from "./index.ts";

const test_ = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
let other: { id: Id; key: string };
beforeAll(async () => {
  app = await testApp(test_.db, test_.url);
  // The test clock sleeps no time at all; patience with a real server needs real time.
  Object.assign(app.deps.clock, { sleep: systemSleep });
  shop = await app.workspace();
  other = await app.workspace();
});
afterAll(async () => {
  await app.close();
});

const template = "019a0000-0000-7000-8000-000000000001";
const journey = "019a0000-0000-7000-8000-000000000002";
const call = (method: string, path: string, body?: unknown) => app.call(shop.key, method, path, body);

async function plan(count: number, step: string): Promise<Id[]> {
  const { chance } = app.deps.ports;
  const now = app.deps.clock.now();
  const ids = Array.from({ length: count }, () => chance.id(now));
  await test_.db.query(sql`
    insert into contacts (bucket, id, workspace_id, email, known, created_at, updated_at)
    select c.bucket, c.id, ${shop.id}::uuid, 'c' || c.id || '@client.example', true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz
    from unnest(${ids.map(bucketOf)}::smallint[], ${ids}::uuid[]) as c (bucket, id)`);
  await test_.db.transaction((tx) =>
    planSends(
      tx,
      { now, chance, slot: 1 },
      ids.map((contact) => ({
        workspace: shop.id,
        contact,
        channel: "email",
        class: "marketing",
        topic: "",
        template,
        templateVersion: 1,
        origin: { kind: "journey", journey, version: 1, step, run: chance.id(now), visit: 1 },
        dueAt: now,
        patienceUntil: now + HOUR,
        data: { cart: "x" },
      })),
    ),
  );
  return ids;
}
async function deliver(): Promise<void> {
  const epochs = everyBucket();
  const owner = app.deps.ports.chance.id(app.deps.clock.now());
  await test_.db.query(sql`update bucket_leases set owner = ${owner}, epoch = 1 where role = 'delivery'`);
  await drain(
    openDeliveryWorker({ ...app.deps, ports: app.deps.ports, leases: { owner, held: () => epochs }, doors: plainDoors, slot: 1 }),
  );
}

test("the ledger of a journey, of one of its steps and of the workspace adds up; sends page by key and say why", async () => {
  const contacts = await plan(7, "mail");
  await plan(3, "reminder");
  await deliver();
  expect((await call("GET", `/api/send-ledger?journey=${journey}`)).body).toMatchObject({ planned: 10 });
  expect(
    (await call("GET", `/api/send-ledger?journey=${journey}&step=reminder`)).body.states.find(
      (state: { state: string }) => state.state === "accepted",
    ),
  ).toEqual({ state: "accepted", n: 3, reasons: [{ reason: "", n: 3 }] });
  expect((await call("GET", "/api/send-ledger")).body.planned).toBe(10);
  const seen: string[] = [];
  for (let after = ""; ;) {
    const { status, body } = await call("GET", `/api/sends?limit=4&journey=${journey}${after}`);
    expect(status).toBe(200);
    seen.push(...body.items.map((item: { id: string }) => item.id));
    if (body.next === null) break;
    after = `&after=${body.next}`;
  }
  expect(new Set(seen).size).toBe(10);
  const { body: list } = await call("GET", `/api/sends?contact=${contacts[0]}&state=accepted`);
  expect(list.items).toEqual([expect.objectContaining({ contact: contacts[0], step: "mail", state: "accepted" })]);
  const { body: one } = await call("GET", `/api/sends/${list.items[0].id}`);
  expect(one).toMatchObject({ decision: [{ check: "consent", verdict: "yes" }], data: { cart: "x" }, messageId: `${one.id}@shop.example` });
  expect(await brokenBooks(test_.db, shop.id)).toEqual([]);
});

test("the outbox shows messages as they would have arrived, to their own workspace only", async () => {
  const { body } = await call("GET", "/api/outbox?limit=3&channel=email");
  expect(body.items.length).toBe(3);
  expect(body.next).not.toBeNull();
  expect((await call("GET", "/api/outbox?channel=sms")).body).toEqual({ items: [], next: null });
  const { body: message } = await call("GET", `/api/outbox/${body.items[0].send}`);
  expect(message).toMatchObject({ subject: "Bonjour", html: `<p>${body.items[0].send}</p>`, headers: {} });
  expect((await app.call(other.key, "GET", `/api/outbox/${body.items[0].send}`)).body.error.code).toBe("outbox.not_found");
  expect((await app.call(other.key, "GET", `/api/sends/${body.items[0].send}`)).body.error.code).toBe("send.not_found");
  expect((await app.call(other.key, "GET", "/api/sends")).body.items).toEqual([]);
  expect((await app.call(other.key, "GET", "/api/send-ledger")).body.planned).toBe(0);
});

test("an SMTP server is added, tried, used, and removed again; its password is never shown", async () => {
  const server = await mailServer();
  const settings = { host: "127.0.0.1", port: server.port, security: "none" };
  const { status, body: made } = await call("POST", "/api/providers", { name: "Relay", kind: "smtp", settings });
  expect([status, made.settings.connections, made.active, made.hasPassword]).toEqual([201, 10, false, false]);
  expect((await call("POST", `/api/providers/${made.id}/test`)).body).toMatchObject({ ok: true, phase: null });
  expect((await call("POST", `/api/providers/${made.id}/activate`)).body.active).toBe(true);
  expect((await call("DELETE", `/api/providers/${made.id}`)).body.error.code).toBe("provider.active");
  expect(
    (await call("GET", "/api/providers")).body.items.map((item: { kind: string; channel: string; active: boolean }) => [
      item.kind,
      item.channel,
      item.active,
    ]),
  ).toEqual([
    ["outbox", "email", false],
    ["outbox", "sms", true],
    ["outbox", "push", true],
    ["outbox", "web_push", true],
    ["outbox", "whatsapp", true],
    ["outbox", "onsite", true],
    ["smtp", "email", true],
  ]);
  expect((await call("POST", "/api/providers/use-outbox", { channel: "email" })).body.active).toBe(true);
  const secret = await call("PUT", `/api/providers/${made.id}`, {
    name: "Relay",
    kind: "smtp",
    settings: { ...settings, security: "tls", user: "u" },
    password: "s3cret",
  });
  expect(secret.body.hasPassword).toBe(true);
  const stored = JSON.stringify([
    secret.body,
    await test_.db.query(sql`select settings, encode(secrets, 'escape') as secrets from providers where id = ${made.id}`),
  ]);
  expect(stored).not.toContain("s3cret");
  // Another host must not get the stored password by a mere change of settings.
  expect(
    (
      await call("PUT", `/api/providers/${made.id}`, {
        name: "Relay",
        kind: "smtp",
        settings: { ...settings, security: "tls", user: "u", host: "evil.example" },
      })
    ).body.error.code,
  ).toBe("provider.needs_password");
  expect((await call("DELETE", `/api/providers/${made.id}`)).status).toBe(200);
  await server.close();
});

test("a connection that fails says where, and inner addresses are refused by name", async () => {
  const { body: made } = await call("POST", "/api/providers", {
    name: "Nowhere",
    kind: "smtp",
    settings: { host: "10.0.0.1", port: 25, security: "starttls" },
  });
  const { body } = await call("POST", `/api/providers/${made.id}/test`);
  expect(body).toMatchObject({ ok: false, phase: "connect", answer: expect.stringContaining("RELANCE_ALLOW_PRIVATE_HOSTS") });
});

test("sending is stopped and resumed by a person, with a witness", async () => {
  expect((await call("GET", "/api/sending")).body).toEqual({ stopped: null });
  expect((await call("POST", "/api/sending/stop", { reason: "wrong price" })).body.stopped).toMatchObject({
    reason: "wrong price",
    by: expect.any(String),
  });
  await plan(2, "late");
  await deliver();
  expect(
    (await call("GET", `/api/send-ledger?journey=${journey}&step=late`)).body.states.find(
      (state: { state: string }) => state.state === "waiting",
    ).n,
  ).toBe(2);
  expect((await call("POST", "/api/sending/resume")).body).toEqual({ stopped: null });
  await deliver();
  expect(
    (await call("GET", `/api/send-ledger?journey=${journey}&step=late`)).body.states.find(
      (state: { state: string }) => state.state === "accepted",
    ).n,
  ).toBe(2);
});

test.each([
  ["POST", "/api/providers", { name: "x", kind: "smtp", settings: { host: "h h", port: 25, security: "none" } }, 422],
  [
    "POST",
    "/api/providers",
    { name: "x", kind: "smtp", settings: { host: "mail.example", port: 25, security: "none", user: "u" }, password: "p" },
    422,
  ],
  ["POST", "/api/providers", { name: "x", kind: "smtp", settings: { host: "mail.example", port: 25, security: "tls", user: "u" } }, 422],
  [
    "POST",
    "/api/providers",
    { name: "x", kind: "smtp", settings: { host: "mail.example", port: 25, security: "tls", envelopeFrom: "a b@c" } },
    422,
  ],
  [
    "POST",
    "/api/providers",
    { name: "x", kind: "smtp", settings: { host: "mail.example", port: 99999, security: "tls" }, surprise: 1 },
    422,
  ],
  ["GET", "/api/sends?after=nonsense", undefined, 422],
  ["GET", "/api/sends?state=gone", undefined, 422],
  ["GET", "/api/sends/not-an-id", undefined, 422],
  ["POST", `/api/sends/${template}/settle`, { as: "sent" }, 404],
  ["POST", `/api/sends/${template}/settle`, { as: "maybe" }, 422],
  ["POST", "/api/providers/use-outbox", { channel: "fax" }, 422],
])("%s %s with bad input is refused with a code", async (method, path, body, status) => {
  const answer = await call(method, path, body);
  expect(Math.floor(answer.status / 100)).toBe(4);
  if (status === 404) expect(answer.status).toBe(404);
  expect(answer.body.error.code).toEqual(expect.any(String));
});
