import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR, SECOND, type Id } from "@relance/model/base";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { dkimHolds } from "../../../test/support/dkim.ts";
import { brokenBooks, drain, everyBucket } from "../../../test/support/delivery-world.ts";
import { addContact } from "../../../test/support/messaging.ts";
import { mailServer, type MailServer } from "../../../test/support/smtp.ts";
import { systemSleep } from "../../platform/clock/index.ts";
import { systemFiles } from "../../platform/files/index.ts";
import { createLog } from "../../platform/log/index.ts";
import { raw, sql } from "../../platform/db/sql.ts";
import { recordConsents, suppress } from "../compliance/index.ts";
import { closeRenderPool } from "../messages/index.ts";
import { repeatErasure } from "../rights/index.ts";
import { openDeliveryWorker, openJournal, planSends, productDoors, readLinkToken, type DeliveryWorker, type PlannedSend } from "./index.ts";

const test_ = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
let server: MailServer;
let template: Id;
let worker: DeliveryWorker;
let owner: Id;
const epochs = everyBucket();

beforeAll(async () => {
  app = await testApp(test_.db, test_.url, { RELANCE_PUBLIC_URL: "https://relance.example" });
  Object.assign(app.deps.clock, { sleep: systemSleep, monotonic: () => performance.now() });
  shop = await app.workspace();
  server = await mailServer();
  await app.call(shop.key, "PATCH", "/api/workspace", {
    settings: {
      sender: { name: "L’Échoppe", email: "bonjour@echoppe.example", postalAddress: "1 rue de la Paix, 75002 Paris" },
      quietHours: null,
    },
  });
  const source =
    '<h1>Bonjour {{ contact.first_name }}</h1><a href="https://echoppe.example/soldes">Voir</a> <a href="{{ unsubscribe_url }}">Partir</a>';
  const made = await app.call(shop.key, "POST", "/api/templates", {
    name: "Soldes",
    content: {
      version: 1,
      fallback: "fr",
      variants: { fr: { subject: "Soldes, {{ contact.first_name }} !", preheader: "", format: "html", source, text: null } },
    },
  });
  template = made.body.id as Id;
  await app.call(shop.key, "POST", `/api/templates/${template}/publish`);
  const provider = await app.call(shop.key, "POST", "/api/providers", {
    name: "Relay",
    kind: "smtp",
    settings: { host: "127.0.0.1", port: server.port, security: "none" },
  });
  await app.call(shop.key, "POST", `/api/providers/${provider.body.id}/activate`);
  owner = app.deps.ports.chance.id(app.deps.clock.now());
  await test_.db.query(sql`update bucket_leases set owner = ${owner}, epoch = 1 where role = 'delivery'`);
  worker = openDeliveryWorker({ ...app.deps, leases: { owner, held: () => epochs }, doors: productDoors(app.deps), slot: 1 });
});
afterAll(async () => {
  await server.close();
  await closeRenderPool();
  await app.close();
});

async function contact(email: string, firstName: string): Promise<Id> {
  return addContact(test_.db, {
    id: app.deps.ports.chance.id(app.deps.clock.now()),
    workspace: shop.id,
    now: app.deps.clock.now(),
    firstName,
    email,
  });
}
async function plan(contacts: readonly Id[], change: Partial<PlannedSend> = {}): Promise<void> {
  const now = app.deps.clock.now();
  await test_.db.transaction((tx) =>
    planSends(
      tx,
      { now, chance: app.deps.ports.chance, slot: 1 },
      contacts.map((one): PlannedSend => ({
        workspace: shop.id,
        contact: one,
        channel: "email",
        class: "marketing",
        topic: "",
        template,
        templateVersion: 1,
        origin: { kind: "request", key: `${one} ${now}` },
        dueAt: now,
        patienceUntil: now + 72 * HOUR,
        data: {},
        ...change,
      })),
    ),
  );
}
const agree = (one: Id, state: "granted" | "withdrawn" = "granted") =>
  test_.db.transaction((tx) =>
    recordConsents(tx, {
      now: app.deps.clock.now(),
      chance: app.deps.ports.chance,
      records: [
        {
          workspace: shop.id,
          contact: one,
          channel: "email",
          topic: "",
          state,
          basis: "express",
          occurredAt: app.deps.clock.now(),
          source: "test",
          recordedBy: "test",
        } as never,
      ],
    }),
  );

test("who agreed gets the mail in their words, with signed links and one-click unsubscribe; who did not gets nothing, and the ledger says why", async () => {
  const zoe = await contact("zoe@client.example", "Zoé");
  const silent = await contact("silent@client.example", "Ana");
  const gone = await contact("gone@client.example", "Léa");
  await agree(zoe);
  await agree(gone);
  await test_.db.transaction((tx) =>
    suppress(tx, {
      now: app.deps.clock.now(),
      secrets: app.deps.secrets,
      rows: [{ workspace: shop.id, channel: "email", address: "gone@client.example", reason: "hard_bounce", detail: {} }] as never,
    }),
  );
  await plan([zoe, silent, gone]);
  await drain(worker);
  expect(server.taken.map((one) => one.to)).toEqual(["zoe@client.example"]);
  const mail = await simpleParser(server.taken[0]!.raw);
  expect(mail.subject).toBe("Soldes, Zoé !");
  expect(mail.from!.text).toBe('"L’Échoppe" <bonjour@echoppe.example>');
  expect(mail.html).toContain("Bonjour Zoé");
  const { body: list } = await app.call(shop.key, "GET", `/api/sends?contact=${zoe}`);
  const token = /https:\/\/relance\.example\/t\/c\/([A-Za-z0-9_-]+)\.0/.exec(String(mail.html))![1]!;
  expect(readLinkToken(app.deps.secrets, "measure", token)).toMatchObject({ send: list.items[0].id });
  expect(server.taken[0]!.raw.toString()).toMatch(
    /^List-Unsubscribe: <https:\/\/relance\.example\/u\/[\w-]+>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click/m,
  );
  expect(server.taken[0]!.messageId).toBe(`${list.items[0].id}@echoppe.example`);
  const reasons = Object.fromEntries(
    await Promise.all(
      [silent, gone].map(async (one) => {
        const { body } = await app.call(shop.key, "GET", `/api/sends?contact=${one}`);
        const { body: detail } = await app.call(shop.key, "GET", `/api/sends/${body.items[0].id}`);
        return [one, [detail.state, detail.reason, detail.decision.at(-1).result]];
      }),
    ),
  );
  expect(reasons).toEqual({
    [silent]: ["skipped", expect.stringMatching(/consent/), "skip"],
    [gone]: ["skipped", expect.stringMatching(/suppress|bounce/), "skip"],
  });
  expect(await brokenBooks(test_.db, shop.id)).toEqual([]);
});

test("who leaves by one click while their next message is claimed gets nothing: a decision that grew old is asked again, and the ledger says so", async () => {
  const [ida, tom] = [await contact("ida@client.example", "Ida"), await contact("tom@client.example", "Tom")];
  for (const one of [ida, tom]) await agree(one);
  await plan([ida]);
  await drain(worker);
  const link = /^List-Unsubscribe: <https:\/\/relance\.example(\/u\/[\w-]+)>/m.exec(
    server.taken.findLast((one) => one.to === "ida@client.example")!.raw.toString(),
  )![1]!;
  app.deps.clock.set(app.deps.clock.now() + HOUR);
  await plan([ida, tom]);
  const states: string[] = [];
  const { render, ...doors } = productDoors(app.deps);
  const slow = openDeliveryWorker({
    ...app.deps,
    leases: { owner, held: () => epochs },
    slot: 1,
    doors: {
      ...doors,
      render: async (db, input) => {
        if (states.length === 0) {
          states.push((await app.call(shop.key, "GET", `/api/sends?contact=${ida}`)).body.items[0].state as string);
          const left = await app.app.inject({
            method: "POST",
            url: link,
            headers: { "content-type": "application/x-www-form-urlencoded" },
            payload: "List-Unsubscribe=One-Click",
          });
          expect(left.statusCode).toBe(200);
          app.deps.clock.set(app.deps.clock.now() + 6 * SECOND);
        }
        return render(db, input);
      },
    },
  });
  await drain(slow);
  expect(states).toEqual(["claimed"]);
  expect(server.taken.filter((one) => ["ida@client.example", "tom@client.example"].includes(one.to)).map((one) => one.to)).toEqual([
    "ida@client.example",
    "tom@client.example",
  ]);
  const [last] = (await app.call(shop.key, "GET", `/api/sends?contact=${ida}`)).body.items;
  expect((await app.call(shop.key, "GET", `/api/sends/${last.id}`)).body).toMatchObject({
    state: "skipped",
    reason: expect.stringMatching(/unsubscribed|withdrawn/),
  });
  expect(await brokenBooks(test_.db, shop.id)).toEqual([]);
});

test("a receipt goes to who agreed to nothing, without an unsubscribe header", async () => {
  const buyer = await contact("buyer@client.example", "Paul");
  await plan([buyer], { class: "transactional" });
  await drain(worker);
  const taken = server.taken.find((one) => one.to === "buyer@client.example")!;
  expect(taken.raw.toString()).not.toMatch(/^List-Unsubscribe/m);
  expect(taken.raw.toString()).toMatch(/^Auto-Submitted: auto-generated/m);
});

test("a template version that is not there fails its sends, and a missing sender holds them", async () => {
  const one = await contact("one@client.example", "Un");
  await agree(one);
  await plan([one], { templateVersion: 9 });
  await drain(worker);
  expect((await app.call(shop.key, "GET", `/api/sends?contact=${one}`)).body.items[0]).toMatchObject({
    state: "failed",
    reason: "render_failed",
  });
  await app.call(shop.key, "PATCH", "/api/workspace", {
    settings: { sender: { name: "", email: "", postalAddress: "x" }, quietHours: null },
  });
  app.deps.clock.advance(5_000); // senders may be remembered for two seconds
  const two = await contact("two@client.example", "Deux");
  await agree(two);
  await plan([two]);
  await drain(worker);
  expect((await app.call(shop.key, "GET", `/api/sends?contact=${two}`)).body.items[0]).toMatchObject({
    state: "held",
    reason: "sender_missing",
  });
  await app.call(shop.key, "POST", "/api/providers/use-outbox", { channel: "email" });
  app.deps.clock.advance(HOUR);
  await drain(worker);
  expect((await app.call(shop.key, "GET", `/api/sends?contact=${two}`)).body.items[0]).toMatchObject({ state: "accepted" });
  expect((await app.call(shop.key, "GET", "/api/outbox")).body.items[0]).toMatchObject({ contact: two, subject: "Soldes, Deux !" });
});

test("a provider that signs holds mail until the sender's domain has a key, then every mail carries a signature that the published record proves", async () => {
  const other = await app.workspace();
  await app.call(other.key, "PATCH", "/api/workspace", {
    settings: { sender: { name: "Maison", email: "news@Maison.example", postalAddress: "1 rue" }, quietHours: null, requireConsent: false },
  });
  const settings = { host: "127.0.0.1", port: server.port, security: "none" };
  const provider = await app.call(other.key, "POST", "/api/providers", {
    name: "Relay",
    kind: "smtp",
    settings: { ...settings, sign: true },
  });
  await app.call(other.key, "POST", `/api/providers/${provider.body.id}/activate`);
  const made = await app.call(other.key, "POST", "/api/templates", {
    name: "Reçu",
    content: {
      version: 1,
      fallback: "fr",
      variants: {
        fr: {
          subject: "Reçu n° {{ order.id }}",
          preheader: "",
          format: "html",
          source: "<p>Merci {{ contact.first_name }}, voici  votre reçu.</p>",
          text: null,
        },
      },
    },
  });
  await app.call(other.key, "POST", `/api/templates/${made.body.id}/publish`);
  const now = app.deps.clock.now();
  const ana = await addContact(test_.db, {
    id: app.deps.ports.chance.id(now),
    workspace: other.id,
    now,
    firstName: "Ana",
    email: "ana@client.example",
  });
  await plan([ana], { workspace: other.id, template: made.body.id as Id, class: "transactional" });
  await drain(worker);
  expect((await app.call(other.key, "GET", `/api/sends?contact=${ana}`)).body.items[0]).toMatchObject({
    state: "held",
    reason: "sender_key_missing",
  });

  const { status, body: key } = await app.call(other.key, "POST", "/api/sender-keys", { domain: "MAISON.example" });
  expect([status, key.domain, key.record.name]).toEqual([201, "maison.example", `${key.selector}._domainkey.maison.example`]);
  expect(await app.call(other.key, "POST", "/api/sender-keys", { domain: "maison.example" })).toMatchObject({
    status: 409,
    body: { error: { code: "sender_key.exists", field: "domain" } },
  });
  const [stored] = await test_.db.query<{ kept: Uint8Array }>(
    sql`select private_key as kept from sender_keys where workspace_id = ${other.id}`,
  );
  expect(Buffer.from(stored!.kept).toString("latin1")).not.toContain("PRIVATE KEY");
  app.deps.clock.advance(16 * 60_000);
  await drain(worker);
  const raw = server.taken.find((one) => one.to === "ana@client.example")!.raw.toString("latin1");
  const published = /^v=DKIM1; k=rsa; p=([A-Za-z0-9+/=]+)$/.exec(key.record.value as string)![1]!;
  expect(raw).toContain(`d=maison.example;\r\n s=${key.selector};`);
  expect(dkimHolds(raw, published)).toBe(true);
  expect(dkimHolds(raw.replace("Merci", "merci"), published)).toBe(false);

  expect(await app.call(shop.key, "DELETE", `/api/sender-keys/${key.id}`)).toMatchObject({ status: 404 });
  expect((await app.call(other.key, "DELETE", `/api/sender-keys/${key.id}`)).status).toBe(200);
  expect((await app.call(other.key, "GET", "/api/sender-keys")).body.items).toEqual([]);
});

test("a restored backup repeats nothing that left since and forgets no withdrawal and no erasure; each message that left stands against one", async () => {
  const { deps } = app;
  const { id: workspace, key } = await app.workspace();
  await app.call(key, "PATCH", "/api/workspace", {
    settings: { sender: { name: "Halle", email: "news@halle.example", postalAddress: "1 rue" }, quietHours: null },
  });
  const provider = await app.call(key, "POST", "/api/providers", {
    name: "Relay",
    kind: "smtp",
    settings: { host: "127.0.0.1", port: server.port, security: "none" },
  });
  await app.call(key, "POST", `/api/providers/${provider.body.id}/activate`);
  const made = await app.call(key, "POST", "/api/templates", {
    name: "Halle",
    content: {
      version: 1,
      fallback: "fr",
      variants: {
        fr: {
          subject: "Halle",
          preheader: "",
          format: "html",
          source: '<p>Bonjour</p><a href="{{ unsubscribe_url }}">Partir</a>',
          text: null,
        },
      },
    },
  });
  await app.call(key, "POST", `/api/templates/${made.body.id}/publish`);
  const folder = mkdtempSync(join(tmpdir(), "relance-journal-"));
  const open = () =>
    openJournal({
      ports: { ...deps.ports, files: systemFiles() },
      secrets: deps.secrets,
      log: createLog("silent"),
      folder,
      erase: (one) => repeatErasure(deps, one),
    });
  const journal = open();
  const careful = openDeliveryWorker({
    ...deps,
    leases: {
      owner: (await test_.db.query<{ owner: Id }>(sql`select owner from bucket_leases where role = 'delivery' and bucket = 0`))[0]!.owner,
      held: () => everyBucket(),
    },
    doors: productDoors(deps),
    slot: 1,
    journal,
  });
  const say = async (contact: Id, state: "granted" | "withdrawn") => {
    const now = deps.clock.now();
    const record = {
      workspace,
      contact,
      channel: "email",
      topic: "",
      state,
      basis: "express",
      occurredAt: now,
      source: "test",
      recordedBy: "test",
    };
    const facts = await test_.db.transaction((tx) => recordConsents(tx, { now, chance: deps.ports.chance, records: [record] }));
    await test_.db.transaction((tx) =>
      journal.listener.onFacts(tx, { now } as never, facts.map((fact) => ({ ...fact, id: contact, bucket: 0 })) as never),
    );
  };
  const people = await Promise.all(
    ["rea", "leo", "mia", "noe"].map(async (name) =>
      addContact(test_.db, {
        id: deps.ports.chance.id(deps.clock.now()),
        workspace,
        now: deps.clock.now(),
        firstName: name,
        email: `${name}@halle.example`,
      }),
    ),
  );
  const [rea, leo, mia, noe] = people as [Id, Id, Id, Id];
  for (const one of people) await say(one, "granted");
  expect(await journal.beat()).toBeNull();
  // Zoé is two contacts in the backup; both are erased as one.
  const [zoe, twin] = [
    await addContact(test_.db, {
      id: deps.ports.chance.id(deps.clock.now()),
      workspace,
      now: deps.clock.now(),
      firstName: "zoe",
      email: "zoe@halle.example",
    }),
    await addContact(test_.db, {
      id: deps.ports.chance.id(deps.clock.now()),
      workspace,
      now: deps.clock.now(),
      firstName: "zoe",
      email: "z@halle.example",
    }),
  ];
  const erase = async (contact: Id) => {
    expect((await app.call(key, "POST", `/api/contacts/${contact}/erase`, { reason: "objection", confirm: "erase" })).status).toBe(202);
    const facts = await test_.db.query<{ kind: string; workspace: Id; contact: Id; data: unknown }>(
      sql`delete from inbox where workspace_id = ${workspace} and kind = 'contact.erased' returning kind, workspace_id as workspace, contact_id as contact, data`,
    );
    expect(facts).toHaveLength(1);
    await test_.db.transaction((tx) => journal.listener.onFacts(tx, { now: deps.clock.now() } as never, facts as never));
  };

  const backup = await backUp();
  deps.clock.advance(HOUR);
  const change = { workspace, template: made.body.id as Id };
  await plan([rea, leo], change);
  await drain(careful);
  const taken = () => server.taken.filter((one) => one.to.endsWith("@halle.example")).map((one) => one.to.split("@")[0]);
  expect(taken().toSorted()).toEqual(["leo", "rea"]);
  await say(leo, "withdrawn");
  await say(noe, "withdrawn");
  await say(noe, "granted");
  await app.call(key, "POST", "/api/suppressions", { channel: "email", address: "mia@halle.example" });
  await app.call(key, "POST", `/api/contacts/${zoe}/join`, { contact: twin });
  const guest = (await app.call(key, "POST", "/api/contacts", { email: "guest@halle.example" })).body.id as Id;
  await erase(zoe);
  await erase(guest);
  expect(await journal.beat()).toBeNull();
  expect(
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join(""),
  ).not.toContain("halle");

  await backup.restore();
  deps.clock.advance(HOUR);
  const later = open();
  expect(await later.beat()).toEqual({ sends: 2, withdrawals: 1, stopped: 4, erased: 2 });
  expect(await Promise.all([zoe, twin].map(async (one) => (await app.call(key, "GET", `/api/contacts/${one}`)).status))).toEqual([
    404, 404,
  ]);
  expect((await app.call(key, "GET", "/api/rights")).body.items).toMatchObject([
    { kind: "erasure", reason: "objection", askedBy: "journal" },
    { kind: "erasure", reason: "objection", askedBy: "journal" },
  ]);
  for (const email of ["zoe@halle.example", "guest@halle.example"])
    expect((await app.call(key, "POST", "/api/contacts", { email })).body).toMatchObject({ error: { code: "contact.erased" } });
  expect(await open().beat()).toBeNull();
  await plan(people, change);
  await drain(careful);
  expect(taken().toSorted()).toEqual(["leo", "noe", "rea"]);
  const why = async (contact: Id) => (await app.call(key, "GET", `/api/sends?contact=${contact}`)).body.items[0].reason;
  expect(await Promise.all([rea, leo, mia, noe].map(why))).toEqual(["sent_before_restore", "consent.withdrawn", "suppressed.manual", null]);
  await plan([rea], { ...change, origin: { kind: "request", key: "the next issue" } });
  await drain(careful);
  expect(taken().filter((name) => name === "rea")).toHaveLength(2);
  expect(await brokenBooks(test_.db, workspace)).toEqual([]);
  rmSync(folder, { recursive: true });
});

/** Every row of the database as it is now, and the way back to it. */
async function backUp(): Promise<{ restore(): Promise<void> }> {
  const tables = await test_.db.query<{ name: string }>(
    sql`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by c.relname`,
  );
  await test_.db.query(sql`create schema backup`);
  for (const { name } of tables) await test_.db.query(sql`create table backup.${raw(name)} as select t.* from public.${raw(name)} t`);
  return {
    async restore() {
      await test_.db.transaction(async (tx) => {
        await tx.query(sql`set local session_replication_role = replica`);
        for (const { name } of tables) {
          await tx.query(sql`delete from public.${raw(name)}`);
          await tx.query(sql`insert into public.${raw(name)} select b.* from backup.${raw(name)} b`);
        }
      });
    },
  };
}
