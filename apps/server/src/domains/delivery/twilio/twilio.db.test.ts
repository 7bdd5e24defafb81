import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR, type Id } from "@relance/model/base";
import { testApp, type Answer, type TestApp } from "../../../../test/support/app.ts";
import { testDatabase } from "../../../../test/support/db.ts";
import { brokenBooks, drain, everyBucket } from "../../../../test/support/delivery-world.ts";
import { hookServer } from "../../../../test/support/hook-server.ts";
import { systemSleep } from "../../../platform/clock/index.ts";
import { sql } from "../../../platform/db/sql.ts";
import { recordConsents, suppressionOf } from "../../compliance/index.ts";
import { closeRenderPool } from "../../messages/index.ts";
import { openDeliveryWorker, planSends, productDoors, type DeliveryWorker } from "../index.ts";
import { outcomeOf } from "./answer.ts";
import { signatureOf } from "./signature.ts";

const test_ = testDatabase();
const SID = `AC${"0123456789abcdef".repeat(2)}`;
const TOKEN = "an auth token of the account";
let app: TestApp;
let shop: { id: Id; key: string };
let far: Awaited<ReturnType<typeof hookServer>>;
let template: Id;
let provider: Id;
let worker: DeliveryWorker;

beforeAll(async () => {
  app = await testApp(test_.db, test_.url, { RELANCE_PUBLIC_URL: "https://relance.example" });
  Object.assign(app.deps.clock, { sleep: systemSleep, monotonic: () => performance.now() });
  shop = await app.workspace();
  far = await hookServer();
  await app.call(shop.key, "PATCH", "/api/workspace", {
    settings: {
      sender: { name: "Échoppe", email: "bonjour@echoppe.example", postalAddress: "" },
      website: "https://echoppe.example",
      quietHours: null,
      cap: null,
      smsHours: { from: "00:00", to: "23:59", sundays: true, holidays: true },
      sms: {
        senders: [
          { country: "FR", from: "ECHOPPE", stopTo: "36111" },
          { country: "BE", from: "ECHOPPE", stopTo: "" },
        ],
      },
    },
  });
  const text = "Bonjour {{ contact.first_name }}, soldes : https://echoppe.example/soldes?ete.";
  template = (
    await app.call(shop.key, "POST", "/api/templates", {
      name: "Soldes",
      channel: "sms",
      content: { version: 1, fallback: "fr", variants: { fr: { subject: "", preheader: "", format: "text", source: text, text: null } } },
    })
  ).body.id;
  expect((await app.call(shop.key, "POST", `/api/templates/${template}/publish`)).status).toBe(200);
  const made = await app.call(shop.key, "POST", "/api/providers", {
    name: "Twilio",
    kind: "twilio",
    password: TOKEN,
    settings: { accountSid: SID, baseUrl: far.url, answers: "relance" },
  });
  expect([made.status, made.body.hasPassword, JSON.stringify(made.body).includes(TOKEN)]).toEqual([201, true, false]);
  provider = made.body.id;
  const owner = app.deps.ports.chance.id(app.deps.clock.now());
  await test_.db.query(sql`update bucket_leases set owner = ${owner}, epoch = 1 where role = 'delivery'`);
  const epochs = everyBucket();
  worker = openDeliveryWorker({ ...app.deps, leases: { owner, held: () => epochs }, doors: productDoors(app.deps), slot: 1 });
});
afterAll(async () => {
  await far.close();
  await closeRenderPool();
  await app.close();
});

let n = 0;
async function text(
  phone: string,
  agreed = true,
  kind: "marketing" | "transactional" = "marketing",
): Promise<{ contact: Id; send: () => Promise<Record<string, Answer>> }> {
  const contact = (await app.call(shop.key, "POST", "/api/contacts", { externalId: `p${n++}`, firstName: "Zoé", phone, locale: "fr" })).body
    .id as Id;
  const now = app.deps.clock.now();
  if (agreed)
    await test_.db.transaction((tx) =>
      recordConsents(tx, {
        now,
        chance: app.deps.ports.chance,
        records: [
          {
            workspace: shop.id,
            contact,
            channel: "sms",
            topic: "",
            state: "granted",
            basis: "express",
            occurredAt: now,
            source: "test",
            recordedBy: "test",
          },
        ],
      }),
    );
  await test_.db.transaction((tx) =>
    planSends(tx, { now, chance: app.deps.ports.chance, slot: 1 }, [
      {
        workspace: shop.id,
        contact,
        channel: "sms",
        class: kind,
        topic: "",
        template,
        templateVersion: 1,
        origin: { kind: "request", key: `${contact}` },
        dueAt: now,
        patienceUntil: now + 72 * HOUR,
        data: {},
      },
    ]),
  );
  await drain(worker);
  return {
    contact,
    send: async () =>
      (await app.call(shop.key, "GET", `/api/sends/${(await app.call(shop.key, "GET", `/api/sends?contact=${contact}`)).body.items[0].id}`))
        .body,
  };
}
const created = () => {
  far.state.answer = (response) =>
    void response
      .writeHead(201, { "content-type": "application/json" })
      .end(JSON.stringify({ sid: `SM${"a".repeat(32)}`, status: "queued" }));
};
const hook = (path: string, fields: Record<string, string>, token = TOKEN) =>
  app.app.inject({
    method: "POST",
    url: path,
    payload: new URLSearchParams(fields).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signatureOf(token, `https://relance.example${path}`, Object.entries(fields)),
    },
  });
const called = (i: number) => Object.fromEntries(new URLSearchParams(far.heard.at(i)!.body));
const consent = async (contact: Id) =>
  (await app.call(shop.key, "GET", `/api/contacts/${contact}/consents`)).body.consents[0]?.state as string | undefined;

test("a signature is that of Twilio's published example, whatever the order of the fields", () => {
  const fields = { CallSid: "CA1234567890ABCDE", Caller: "+14158675309", Digits: "1234", From: "+14158675309", To: "+18005551212" };
  const all = [
    signatureOf("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", Object.entries(fields)),
    signatureOf("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", Object.entries(fields).reverse()),
  ];
  expect(all).toEqual(["RSOYDt4T1cUTdK1PDd93/VVr8B8=", "RSOYDt4T1cUTdK1PDd93/VVr8B8="]);
});

test.each([
  [201, { sid: "SM1" }, "accepted", undefined, undefined],
  [400, { code: 21610 }, "refused", "unsubscribed", "message"],
  [400, { code: 21211 }, "refused", "address_unknown", "message"],
  [400, { code: 21614 }, "refused", "address_unknown", "message"],
  [429, { code: 20429 }, "refused", "throttled", "provider"],
  [401, { code: 20003 }, "refused", "provider_set_up", "provider"],
  [400, { code: 21606 }, "refused", "provider_set_up", "provider"],
  [400, { code: 99999 }, "refused", "message_refused", "message"],
  [500, "<html>", "uncertain", "no_clear_answer", undefined],
  [503, {}, "uncertain", "no_clear_answer", undefined],
] as const)("an answer %i %j is %s", (status, body, kind, reason, scope) => {
  const outcome = outcomeOf({ status, body: typeof body === "string" ? body : JSON.stringify(body) });
  expect([outcome.kind, "reason" in outcome ? outcome.reason : undefined, "scope" in outcome ? outcome.scope : undefined]).toEqual([
    kind,
    reason,
    scope,
  ]);
});

test("until it is put in use a text stays in the outbox; then it leaves once, from the sender of its country, with a short link that counts and a way out", async () => {
  const kept = await text("+33611111110");
  expect((await kept.send())["state"]).toBe("accepted");
  expect(far.heard).toEqual([]);
  await app.call(shop.key, "POST", `/api/providers/${provider}/activate`);
  created();
  const one = await text("+33611111111");
  expect(far.heard).toHaveLength(1);
  const call = called(0);
  expect([far.heard[0]!.path, far.heard[0]!.headers.authorization]).toEqual([
    `/2010-04-01/Accounts/${SID}/Messages.json`,
    `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString("base64")}`,
  ]);
  expect(call).toMatchObject({
    To: "+33611111111",
    From: "ECHOPPE",
    Body: expect.stringMatching(/^Bonjour Zoé, soldes : https:\/\/relance\.example\/s\/[\w-]{10}\.\nSTOP au 36111$/),
  });
  expect(await one.send()).toMatchObject({ state: "accepted", providerReference: `SM${"a".repeat(32)}` });
  const opened = await app.app.inject({
    method: "GET",
    url: `/s/${/\/s\/([\w-]{10})/.exec(call["Body"]!)![1]}`,
    headers: { "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1" },
  });
  expect([opened.statusCode, opened.headers.location]).toEqual([302, "https://echoppe.example/soldes?ete"]);
  expect((await app.call(shop.key, "GET", `/api/sends/${(await one.send())["id"]}/engagements`)).body.items).toMatchObject([
    { kind: "clicked", machine: false, url: "https://echoppe.example/soldes?ete" },
  ]);
  await hook(new URL(call["StatusCallback"]!).pathname + new URL(call["StatusCallback"]!).search, {
    MessageStatus: "delivered",
    MessageSid: "SM1",
  });
  expect((await one.send())["delivery"]).toBe("delivered");
  // A name nobody can answer, without a number for STOP: the way out is an address, of texts.
  const belgian = await text("+32470123456");
  const leave = /STOP: https:\/\/relance\.example(\/s\/[\w-]{10})$/.exec(called(-1)["Body"]!)![1]!;
  const page = String((await app.app.inject({ method: "GET", url: leave })).headers.location).replace("https://relance.example", "");
  expect(await consent(belgian.contact)).toBe("granted");
  await app.app.inject({
    method: "POST",
    url: page,
    payload: "action=all",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  expect(await consent(belgian.contact)).toBe("withdrawn");
});

test("an answer lost after the message was taken leaves it uncertain and never sends it twice; the provider's own news settles it", async () => {
  far.state.answer = (response) => void response.socket!.destroy();
  const before = far.heard.length;
  const one = await text("+33611111112");
  expect((await one.send())["state"]).toBe("uncertain");
  app.deps.clock.advance(6 * HOUR);
  await drain(worker);
  expect(far.heard.length).toBe(before + 1);
  const back = new URL(called(-1)["StatusCallback"]!);
  const news = { MessageStatus: "sent", MessageSid: "SM2" };
  expect((await hook(back.pathname + back.search, news, "another token")).statusCode).toBe(403);
  expect((await one.send())["state"]).toBe("uncertain");
  expect((await hook(back.pathname + back.search, news)).statusCode).toBe(204);
  expect((await one.send())["state"]).toBe("accepted");
  expect(await brokenBooks(test_.db, shop.id)).toEqual([]);
});

test("STOP, ARRÊT and START change consent with their proof, once; of a number nobody has, STOP is kept too", async () => {
  created();
  const { contact } = await text("+33611111113");
  const path = `/hooks/sms/${provider}`;
  const say = (Body: string, MessageSid: string, From = "+33611111113", token = TOKEN) =>
    hook(path, { Body, MessageSid, From, To: "+33700000000" }, token);
  expect((await say("STOP", "MM0", "+33611111113", "forged")).statusCode).toBe(403);
  expect(await consent(contact)).toBe("granted");
  app.deps.clock.advance(1_000);
  const stopped = await say("Arrêt !", "MM1");
  expect([stopped.statusCode, await consent(contact)]).toEqual([200, "withdrawn"]);
  expect(stopped.body).toContain("vous ne recevrez plus nos SMS");
  expect((await say("Arrêt !", "MM1")).statusCode).toBe(200);
  const proofs = (await app.call(shop.key, "GET", `/api/contacts/${contact}/consents`)).body.proofs as { source: string }[];
  expect(proofs.map((one) => one.source)).toEqual(["sms_stop", "test"]);
  app.deps.clock.advance(1_000);
  await say("non stop depuis hier", "MM2");
  await say("START", "MM3");
  expect(await consent(contact)).toBe("granted");
  expect((await say("aide", "MM4")).body).toContain("bonjour@echoppe.example");
  await say("stop", "MM5", "+33699999999");
  expect(
    await suppressionOf(test_.db, { secrets: app.deps.secrets, workspace: shop.id, channel: "sms", address: "+33699999999" }),
  ).toMatchObject({ reason: "unsubscribed", lifted_at: null });
});

test("a transactional text whose answer was lost is repeated once, and then nobody knows: a code twice is better than none, three times is not", async () => {
  far.state.answer = (response) => void response.socket!.destroy();
  const before = far.heard.length;
  const one = await text("+33611111115", true, "transactional");
  app.deps.clock.advance(HOUR);
  await drain(worker);
  expect([far.heard.length - before, (await one.send())["state"]]).toEqual([2, "uncertain"]);
  expect(new Set(far.heard.slice(before).map((call) => new URLSearchParams(call.body).get("Body")))).toEqual(new Set([called(-1)["Body"]]));
});

test("a number that the provider knows to have left (21610) fails, loses its consent here too, and is never called again", async () => {
  far.state.answer = (response) =>
    void response
      .writeHead(400, { "content-type": "application/json" })
      .end(JSON.stringify({ code: 21610, message: "Attempt to send to unsubscribed recipient", status: 400 }));
  const one = await text("+33611111116");
  expect(await one.send()).toMatchObject({ state: "failed", reason: "unsubscribed" });
  expect(await consent(one.contact)).toBe("withdrawn");
  const before = far.heard.length;
  created();
  const now = app.deps.clock.now();
  await test_.db.transaction((tx) =>
    planSends(tx, { now, chance: app.deps.ports.chance, slot: 1 }, [
      {
        workspace: shop.id,
        contact: one.contact,
        channel: "sms",
        class: "marketing",
        topic: "",
        template,
        templateVersion: 1,
        origin: { kind: "request", key: "again" },
        dueAt: now,
        patienceUntil: now + 72 * HOUR,
        data: {},
      },
    ]),
  );
  await drain(worker);
  expect(far.heard.length).toBe(before);
  expect((await app.call(shop.key, "GET", `/api/sends?contact=${one.contact}&state=skipped`)).body.items).toHaveLength(1);
});

test("a test of a text goes to the number given, by the provider in use or into the outbox, marked, with its way out; nothing of it is counted", async () => {
  created();
  const sends = async () => (await app.call(shop.key, "GET", "/api/send-ledger")).body.planned as number;
  const planned = await sends();
  const trying = (to?: string) => app.call(shop.key, "POST", `/api/templates/${template}/test`, { ...(to !== undefined && { to }) });
  expect((await trying("06 11 11 11 20")).body).toMatchObject({
    to: "+33611111120",
    provider: "twilio",
    outcome: "accepted",
    outbox: null,
  });
  expect(called(-1)).toMatchObject({
    To: "+33611111120",
    From: "ECHOPPE",
    Body: expect.stringMatching(/^\[Test\] Bonjour .+, soldes : https:\/\/echoppe\.example\/soldes\?ete\.\nSTOP au 36111$/),
  });
  for (const to of [undefined, "bonjour", "someone@shop.example"])
    expect((await trying(to)).body.error).toMatchObject({ code: "test.needs_number", field: "to" });
  expect((await trying("+12025550123")).body.error.code).toBe("sms_sender.missing");
  expect((await trying("+33699999999")).body.error.code).toBe("test.number_left"); // it said STOP above
  await app.call(shop.key, "POST", "/api/providers/use-outbox", { channel: "sms" });
  const kept = (await trying("+33611111120")).body;
  expect(kept).toMatchObject({ provider: "outbox", outcome: "accepted" });
  expect((await app.call(shop.key, "GET", `/api/outbox/${kept.outbox}`)).body).toMatchObject({
    channel: "sms",
    address: "+33611111120",
    text: expect.stringMatching(/^\[Test\] Bonjour/),
  });
  expect(await sends()).toBe(planned);
});
