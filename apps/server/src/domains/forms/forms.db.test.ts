import { bucketOf, DAY, MINUTE, type Id } from "@relance/model/base";
import { newConsent, newField, newForm, type FormContent } from "@relance/model/forms";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "../../platform/db/sql.ts";
import { linksOf } from "../delivery/index.ts";
import { expireForms } from "./index.ts";

const holder = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
let form: string;
const BROWSER = {
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "accept-language": "fr-FR,fr;q=0.9",
  referer: "https://maison.example/accueil?email=secret",
};
const content = (): FormContent => ({
  ...newForm("Maison Été", null),
  fields: [
    newField("email"),
    newField("first_name"),
    newField("phone"),
    newField("birth_date"),
    { ...newField("attribute"), attribute: "size", label: { fr: "Votre taille", en: "Your size" } },
  ],
  consents: [newConsent("email", "Maison Été"), { ...newConsent("sms", "Maison Été") }],
  minimumAge: 15,
  privacyUrl: "https://maison.example/confidentialite",
});

beforeAll(async () => {
  app = await testApp(holder.db, holder.url);
  shop = await app.workspace();
  await app.call(shop.key, "PATCH", "/api/workspace", {
    settings: { sender: { name: "Maison Été", email: "bonjour@maison.example", postalAddress: "1 rue de la Paix, 75002 Paris" } },
  });
  form = await makeForm(content());
});
afterAll(() => app.close());

async function makeForm(draft: FormContent, name = "Pied de page"): Promise<string> {
  const made = await app.call(shop.key, "POST", "/api/forms", { name, content: draft });
  expect(made.status).toBe(201);
  const published = await app.call(shop.key, "POST", `/api/forms/${made.body.id}/publish`);
  expect([published.status, published.body.problems.filter((one: { level: string }) => one.level === "error")]).toEqual([200, []]);
  return made.body.id as string;
}
const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = BROWSER) =>
  app.app.inject({
    method: "POST",
    url,
    payload: new URLSearchParams(fields).toString(),
    headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
  });
const hidden = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
async function open(id = form, headers: Record<string, string> = BROWSER, query = ""): Promise<Record<string, string>> {
  const page = await app.app.inject({ method: "GET", url: `/f/${id}${query}`, headers });
  expect(page.statusCode).toBe(200);
  app.deps.clock.advance(20_000);
  return { page: hidden(page.body, "page") };
}
const TICKED = { c_0: "1", age_ok: "1" };
const send = async (fields: Record<string, string>, id = form) => post(`/f/${id}`, { ...(await open(id)), ...TICKED, ...fields });
const contactOf = async (email: string) =>
  (await app.call(shop.key, "GET", `/api/contacts?search=${encodeURIComponent(email)}`)).body.items[0] as { id: Id } | undefined;
const sendsTo = (contact: Id) =>
  holder.db.query<{ id: Id; class: string }>(
    sql`select id, class from sends where bucket = ${bucketOf(contact)}::smallint and contact_id = ${contact} order by created_at, id`,
  );
const confirmUrl = (contact: Id, id: Id) => linksOf(app.deps.secrets, "", { bucket: bucketOf(contact), send: id }).confirm;
const consents = async (contact: Id) =>
  (await app.call(shop.key, "GET", `/api/contacts/${contact}/consents`)).body as {
    consents: { channel: string; state: string; basis: string }[];
    proofs: Record<string, unknown>[];
  };
const events = async (contact: Id) =>
  (
    await holder.db.query<{ name: string }>(
      sql`select name from events where contact_id = ${contact} and name <> 'Identified' order by occurred_at, id`,
    )
  ).map((row) => row.name);
const numbers = async (id = form) => (await app.call(shop.key, "GET", `/api/forms/${id}`)).body.numbers as Record<string, number>;
async function asked(email: string, fields: Record<string, string> = {}, id = form) {
  const answer = await send({ email, ...fields }, id);
  expect([answer.statusCode, answer.body.includes("Plus qu’un clic")]).toEqual([200, true]);
  const contact = (await contactOf(email))!;
  const mail = (await sendsTo(contact.id)).at(-1)!;
  return { contact: contact.id, mail, url: confirmUrl(contact.id, mail.id), again: hidden(answer.body, "again") };
}

test("what is sent counts once the address has answered, and leaves a proof of what was shown", async () => {
  const one = await asked("lea@exemple.fr", {
    first_name: "Léa",
    phone: "06 12 34 56 78",
    birth_date: "1990-02-14",
    a_size: "40",
    c_1: "1",
  });
  expect(one.mail.class).toBe("transactional");
  expect(await consents(one.contact)).toMatchObject({ consents: [], proofs: [] });
  expect((await app.call(shop.key, "GET", `/api/contacts/${one.contact}`)).body.firstName ?? null).toBeNull();
  expect(await events(one.contact)).toEqual(["Form Submitted"]);
  // A scanner follows the link, and HEAD, and even posts without the button.
  for (let n = 0; n < 3; n++)
    expect((await app.app.inject({ method: "GET", url: one.url, headers: BROWSER })).body).toContain("J’accepte de recevoir les nouvelles");
  await app.app.inject({ method: "HEAD", url: one.url });
  expect((await post(one.url, {})).statusCode).toBe(400);
  expect((await consents(one.contact)).consents).toEqual([]);
  for (let n = 0; n < 2; n++) expect((await post(one.url, { action: "confirm" })).body).toContain("C’est confirmé, merci");
  expect(await events(one.contact)).toEqual(["Form Submitted", "Subscription Confirmed"]);
  const contact = (await app.call(shop.key, "GET", `/api/contacts/${one.contact}`)).body;
  expect(contact).toMatchObject({
    firstName: "Léa",
    phone: "+33612345678",
    birthDate: "1990-02-14",
    locale: "fr",
    attributes: { size: "40" },
  });
  const { consents: now, proofs } = await consents(one.contact);
  expect(now.map((row) => [row.channel, row.state, row.basis])).toEqual([
    ["email", "granted", "express_confirmed"],
    ["sms", "granted", "express"],
  ]);
  expect(proofs).toHaveLength(2);
  expect(proofs.find((row) => row["channel"] === "email")).toMatchObject({
    source: "form: Pied de page",
    language: "fr",
    wording: content().consents[0]!.wording["fr"],
    ip: expect.stringMatching(/^hmac:[0-9a-f]{32}$/),
    userAgent: BROWSER["user-agent"],
    recordedBy: "recipient",
  });
  const [stored] = await holder.db.query(
    sql`select evidence, ip from consent_proofs where contact_id = ${one.contact} and channel = 'email' order by id`,
  );
  expect(stored).toMatchObject({
    evidence: { form, version: 1, confirmedBy: one.mail.id, page: "https://maison.example/accueil", minimumAge: 15 },
  });
  const [kept] = await holder.db.query(sql`select state, answers from form_submissions where contact_id = ${one.contact}`);
  expect(kept).toEqual({ state: "confirmed", answers: {} });
});

test("the same page sent twice, or by two fingers at once, is one sending and one message", async () => {
  const page = await open();
  const answers = { ...page, ...TICKED, email: "double@exemple.fr" };
  const sent = await Promise.all([post(`/f/${form}`, answers), post(`/f/${form}`, answers), post(`/f/${form}`, answers)]);
  expect(sent.map((one) => [one.statusCode, one.body.includes("Plus qu’un clic")])).toEqual(Array.from({ length: 3 }, () => [200, true]));
  const contact = (await contactOf("double@exemple.fr"))!.id;
  expect([(await sendsTo(contact)).length, await events(contact)]).toEqual([1, ["Form Submitted"]]);
});

test("a stranger who types a known address changes nothing of it, and cannot take another's number", async () => {
  const known = (
    await app.call(shop.key, "POST", "/api/contacts", {
      externalId: "42",
      email: "connue@exemple.fr",
      firstName: "Anne",
      phone: "+33611111111",
      locale: "en",
    })
  ).body.id as Id;
  const one = await asked("connue@exemple.fr", { first_name: "Pirate" });
  expect(one.contact).toBe(known);
  expect((await app.call(shop.key, "GET", `/api/contacts/${known}`)).body).toMatchObject({ firstName: "Anne", locale: "en" });
  // Somebody confirms an address of their own, with Anne's number.
  const thief = await asked("voleur@exemple.fr", { phone: "+33611111111", c_1: "1" });
  await post(thief.url, { action: "confirm" });
  expect((await app.call(shop.key, "GET", `/api/contacts/${known}`)).body).toMatchObject({
    email: "connue@exemple.fr",
    phone: "+33611111111",
  });
  expect((await consents(thief.contact)).consents.map((row) => row.channel)).toEqual(["email"]);
  expect((await consents(known)).consents).toEqual([]);
});

test("ten thousand sendings of one address write to it once a day, and three times a week with the button", async () => {
  const first = await asked("bombe@exemple.fr");
  for (let n = 0; n < 8; n++) await send({ email: "bombe@exemple.fr" });
  const mails = async () => (await sendsTo(first.contact)).length;
  expect(await mails()).toBe(1);
  for (let n = 0; n < 4; n++) {
    app.deps.clock.advance(6 * MINUTE);
    expect((await post(`/f/${form}`, { again: first.again })).body).toContain("plus de trois fois par semaine");
  }
  expect(await mails()).toBe(3);
  // The last message's link confirms too.
  expect((await post(confirmUrl(first.contact, (await sendsTo(first.contact)).at(-1)!.id), { action: "confirm" })).body).toContain(
    "C’est confirmé",
  );
});

test("machines are told what everybody is told, and nothing comes of it", async () => {
  const before = await numbers();
  const trapped = await send({ email: "robot@exemple.fr", comment: "buy pills" });
  expect([trapped.statusCode, trapped.body.includes("Plus qu’un clic")]).toEqual([200, true]);
  const page = await app.app.inject({ method: "GET", url: `/f/${form}`, headers: BROWSER });
  const quick = await post(`/f/${form}`, { page: hidden(page.body, "page"), ...TICKED, email: "rapide@exemple.fr" });
  expect([quick.statusCode, quick.body.includes("Prenez le temps")]).toEqual([422, true]);
  const token = hidden(page.body, "page");
  for (const forged of ["", "x.y", `${token.slice(0, -2)}AA`, `${Buffer.from("[]").toString("base64url")}.${token.split(".")[1]}`])
    expect((await post(`/f/${form}`, { page: forged, ...TICKED, email: "faux@exemple.fr" })).statusCode).toBe(400);
  expect(await Promise.all(["robot@exemple.fr", "rapide@exemple.fr", "faux@exemple.fr"].map(contactOf))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect((await numbers())["robots"]).toBe(before["robots"]! + 1);
});

test("answers at fault are named beside their question, in the language of the page, with what was typed", async () => {
  const answer = await post(`/f/${form}`, {
    ...(await open(form, BROWSER, "?lang=en")),
    email: "lea@",
    phone: "12",
    birth_date: "2020-01-01",
    first_name: "<b>Léa",
  });
  expect(answer.statusCode).toBe(422);
  for (const text of [
    "check what follows the @",
    "This number is not valid",
    "ask one of your parents",
    "Tick what you would like",
    'value="&lt;b&gt;Léa"',
    'aria-invalid="true" autofocus',
  ])
    expect(answer.body).toContain(text);
  expect(answer.body).not.toMatch(/<script|value="1" checked/);
  expect(answer.headers["content-security-policy"]).not.toContain("unsafe-inline");
});

test("someone erased who comes back and answers the message is written to again, with the proof; an address that bounced or complained is not", async () => {
  const email = "revenante@exemple.fr";
  const before = (await app.call(shop.key, "POST", "/api/contacts", { email })).body.id as Id;
  expect((await app.call(shop.key, "POST", `/api/contacts/${before}/erase`, { reason: "person", confirm: "erase" })).status).toBe(202);
  const simple = await makeForm(
    { ...newForm("Maison Été", null), confirmation: { kind: "email", template: null, required: false, days: 7 } },
    "Retour",
  );
  const stands = async (address: string) =>
    (await app.call(shop.key, "GET", `/api/suppressions?address=${encodeURIComponent(address)}`)).body.items[0] as {
      reason: string;
      liftedAt: string | null;
    };
  // Where others count at once, she is asked: somebody else may have typed her address.
  const back = await asked(email, {}, simple);
  expect(await stands(email)).toMatchObject({ reason: "erased", liftedAt: null });
  await post(back.url, { action: "confirm" });
  expect(await stands(email)).toMatchObject({ reason: "erased", liftedAt: expect.any(String) });
  expect((await consents(back.contact)).proofs).toMatchObject([
    { channel: "email", state: "granted", basis: "express_confirmed", recordedBy: "recipient" },
  ]);
  await app.call(shop.key, "POST", "/api/suppressions", { channel: "email", address: "plainte@exemple.fr" });
  const other = await asked("plainte@exemple.fr", {}, simple);
  await post(other.url, { action: "confirm" });
  expect(await stands("plainte@exemple.fr")).toMatchObject({ reason: "manual", liftedAt: null });
});

test("a request nobody confirms is forgotten, and its link says so", async () => {
  const one = await asked("oubli@exemple.fr", { first_name: "Oubli" });
  app.deps.clock.advance(8 * DAY);
  expect((await post(one.url, { action: "confirm" })).statusCode).toBe(410);
  await expireForms(app.deps);
  const [row] = await holder.db.query(
    sql`select state, address, answers, page, ip_hash, user_agent from form_submissions where contact_id = ${one.contact}`,
  );
  expect(row).toEqual({ state: "expired", address: null, answers: {}, page: null, ip_hash: null, user_agent: null });
  expect((await app.app.inject({ method: "GET", url: one.url, headers: BROWSER })).body).toContain("Ce lien a expiré");
  expect((await consents(one.contact)).consents).toEqual([]);
});

test("without confirmation a new address counts at once; one we know, or in Germany, is asked all the same", async () => {
  const simple = await makeForm(
    {
      ...newForm("Maison Été", null),
      fields: [
        newField("email"),
        {
          ...newField("country"),
          options: [
            { value: "FR", label: { fr: "France", en: "France" } },
            { value: "DE", label: { fr: "Allemagne", en: "Germany" } },
          ],
        },
      ],
      confirmation: { kind: "email", template: null, required: false, days: 7 },
    },
    "Simple",
  );
  expect((await send({ email: "neuf@exemple.fr", country: "FR" }, simple)).body).toContain("C’est confirmé");
  expect((await consents((await contactOf("neuf@exemple.fr"))!.id)).consents).toMatchObject([
    { channel: "email", state: "granted", basis: "express" },
  ]);
  await asked("neuf@exemple.fr", { country: "FR" }, simple);
  await asked("neu@exemple.fr", { country: "DE" }, simple);
});

test("a page opened before a change still sends, and proves, what it showed", async () => {
  const page = await open();
  const draft = (await app.call(shop.key, "GET", `/api/forms/${form}`)).body.draft as FormContent;
  const changed = { ...draft, consents: [{ ...draft.consents[0]!, wording: { fr: "Autre texte", en: "Other text" } }, draft.consents[1]!] };
  expect((await app.call(shop.key, "PUT", `/api/forms/${form}`, { name: "Pied de page", content: changed })).status).toBe(200);
  expect((await app.call(shop.key, "POST", `/api/forms/${form}/publish`)).body.liveVersion).toBe(2);
  await post(`/f/${form}`, { ...page, ...TICKED, email: "avant@exemple.fr" });
  const contact = (await contactOf("avant@exemple.fr"))!.id;
  await post(confirmUrl(contact, (await sendsTo(contact))[0]!.id), { action: "confirm" });
  expect((await consents(contact)).proofs[0]).toMatchObject({ wording: draft.consents[0]!.wording["fr"] });
});

test("what a form lacks is told in both languages and stops publishing; sign-up points say what each collects", async () => {
  const bad: FormContent = {
    ...newForm("X", null),
    fields: [newField("first_name")],
    consents: [{ ...newConsent("sms", "X"), topic: "nothing" }],
  };
  const made = (await app.call(shop.key, "POST", "/api/forms", { name: "Bad", content: bad })).body;
  const refusal = await app.call(shop.key, "POST", `/api/forms/${made.id}/publish`);
  expect(refusal.status).toBe(422);
  expect(refusal.body.error.problems.map((one: { code: string }) => one.code)).toEqual([
    "form.no_email",
    "form.topic_unknown",
    "form.sms_without_phone",
  ]);
  expect((await app.app.inject({ method: "GET", url: `/f/${made.id}`, headers: BROWSER })).statusCode).toBe(404);
  const { items } = (await app.call(shop.key, "GET", "/api/sign-up-points")).body;
  expect(items.map((one: { name: string }) => one.name)).toEqual(["Pied de page", "Retour", "Simple"]);
  expect(items[0]).toMatchObject({
    version: 2,
    consents: [
      { channel: "email", topic: "" },
      { channel: "sms", topic: "" },
    ],
    questions: expect.arrayContaining([
      { what: "email", required: true },
      { what: "attributes.size", required: false },
    ]),
  });
});
