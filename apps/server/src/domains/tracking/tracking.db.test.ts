import { bucketOf, DAY, type Id } from "@relance/model/base";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { addContact, addSend } from "../../../test/support/messaging.ts";
import { sql } from "../../platform/db/sql.ts";
import { recordConsents, type ConsentRecord } from "../compliance/index.ts";
import { linksOf, linkTokens, readLinkToken } from "../delivery/index.ts";

const holder = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
let template: Id;
const BROWSER = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
const SOURCE =
  '<p>{{ contact.first_name }}</p><a href="https://shop.example/a">A</a><a href="https://shop.example/b">B</a><a href="https://shop.example/c">C</a><a href="{{ cart.url }}">Panier</a><a href="{{ unsubscribe_url }}">x</a>{{ workspace.postal_address }}';
beforeAll(async () => {
  app = await testApp(holder.db, holder.url);
  shop = await app.workspace();
  const settings = {
    sender: { name: "Maison Été", email: "bonjour@shop.example", postalAddress: "1 rue de la Paix" },
    website: "https://shop.example/",
    pixel: "with_consent",
  };
  expect((await app.call(shop.key, "PATCH", "/api/workspace", { settings })).status).toBe(200);
  expect((await app.call(shop.key, "POST", "/api/topics", { key: "news", names: { fr: "Nouveautés", en: "News" } })).status).toBe(201);
  const variant = (subject: string) => ({ subject, preheader: "", format: "html", source: SOURCE, text: null });
  const made = await app.call(shop.key, "POST", "/api/templates", {
    name: "T",
    content: {
      version: 1,
      fallback: "fr",
      variants: { fr: variant("Bonjour {{ contact.first_name }}"), en: variant("Hello {{ contact.first_name }}") },
    },
  });
  template = made.body.id as Id;
  expect((await app.call(shop.key, "POST", `/api/templates/${template}/publish`)).status).toBe(200);
});
afterAll(() => app.close());

const newId = () => app.deps.ports.chance.id(app.deps.clock.now());
const say = (contact: Id, state: ConsentRecord["state"], more: Partial<ConsentRecord> = {}) =>
  holder.db.transaction((tx) =>
    recordConsents(tx, {
      now: app.deps.clock.now(),
      chance: app.deps.ports.chance,
      records: [
        {
          workspace: shop.id,
          contact,
          channel: "email",
          topic: "",
          state,
          basis: "express",
          occurredAt: app.deps.clock.now(),
          source: "form",
          recordedBy: "test",
          ...more,
        },
      ],
    }),
  );
async function mail(more: { topic?: string; language?: string; data?: unknown; firstName?: string } = {}) {
  app.deps.clock.advance(1000);
  const now = app.deps.clock.now();
  const contact = await addContact(holder.db, { id: newId(), workspace: shop.id, now, firstName: more.firstName ?? "Ana" });
  await say(contact, "granted");
  const send = await addSend(holder.db, {
    id: newId(),
    contact,
    workspace: shop.id,
    template,
    now,
    topic: more.topic ?? "",
    language: more.language ?? "fr",
    data: more.data ?? {},
  });
  const owner = { bucket: bucketOf(contact), send };
  const tokens = linkTokens(app.deps.secrets, owner);
  app.deps.clock.advance(1000);
  return { contact, send, tokens, urls: linksOf(app.deps.secrets, "", owner) };
}
const get = (url: string, headers: Record<string, string> = BROWSER, method: "GET" | "HEAD" = "GET") =>
  app.app.inject({ method, url, headers });
const post = (url: string, payload: string | Buffer, type: string) =>
  app.app.inject({ method: "POST", url, payload, headers: { "content-type": type } });
const FORM = "application/x-www-form-urlencoded";
const state = async (contact: Id, topic = "") =>
  (
    await holder.db.query<{ state: string }>(
      sql`select state from consents where bucket = ${bucketOf(contact)} and contact_id = ${contact} and channel = 'email' and topic = ${topic}`,
    )
  )[0]?.state;
const engagements = async (send: Id) =>
  (await app.call(shop.key, "GET", `/api/sends/${send}/engagements`)).body.items as {
    kind: string;
    machine: boolean;
    link: number | null;
    url: string | null;
  }[];

describe("one-click unsubscribe (RFC 8058)", () => {
  const boundary = "----x";
  const multipart = `--${boundary}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--${boundary}--\r\n`;
  test.each([
    ["List-Unsubscribe=One-Click", FORM],
    [multipart, `multipart/form-data; boundary=${boundary}`],
  ])("works with no cookie and no redirect, and again: %#", async (body, type) => {
    const one = await mail();
    for (let n = 0; n < 3; n++) {
      const answer = await post(one.urls.unsubscribe, body, type);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers.location).toBeUndefined();
      expect(answer.headers["set-cookie"]).toBeUndefined();
      expect(answer.body.length).toBeLessThan(200);
    }
    expect(await state(one.contact)).toBe("withdrawn");
    expect(await engagements(one.send)).toMatchObject([{ kind: "unsubscribed", machine: false }]);
    const facts = await holder.db.query(sql`select kind from inbox where contact_id = ${one.contact} order by id`);
    expect(facts.map((fact) => fact["kind"])).toEqual(["consent.changed", "consent.changed", "engaged"]);
  });
  test("leaves the topic of the message and nothing else", async () => {
    const one = await mail({ topic: "news" });
    await post(one.urls.unsubscribe, "List-Unsubscribe=One-Click", FORM);
    expect([await state(one.contact, "news"), await state(one.contact)]).toEqual(["withdrawn", "granted"]);
  });
  test("a thousand GET and HEAD change nothing", async () => {
    const one = await mail();
    for (let n = 0; n < 500; n++) {
      expect((await get(one.urls.unsubscribe)).statusCode).toBe(200);
      await get(one.urls.unsubscribe, { ...BROWSER, "sec-purpose": "prefetch" }, "HEAD");
    }
    expect(await state(one.contact)).toBe("granted");
    expect(await engagements(one.send)).toEqual([]);
  });
  test("a changed token, one of another contact or one for clicks is absent, and no answer tells which", async () => {
    const [one, two] = [await mail(), await mail()];
    const flipped = Array.from({ length: 46 }, (_, n) => {
      const code = one.tokens.personal[n] === "A" ? "B" : "A";
      return one.tokens.personal.slice(0, n) + code + one.tokens.personal.slice(n + 1);
    });
    const grafted = Buffer.concat([
      Buffer.from(two.tokens.personal, "base64url").subarray(0, 18),
      Buffer.from(one.tokens.personal, "base64url").subarray(18),
    ]).toString("base64url");
    const bodies = new Set<string>();
    for (const token of [...flipped, grafted, one.tokens.measure, "", "x", `${one.tokens.personal}x`]) {
      expect(readLinkToken(app.deps.secrets, "personal", token)).toBeNull();
      if (token === "") continue;
      const answer = await post(`/u/${token}`, "List-Unsubscribe=One-Click", FORM);
      expect(answer.statusCode).toBe(404);
      bodies.add(answer.body.replace(/nonce="[^"]*"/, ""));
    }
    expect(bodies.size).toBe(1);
    expect([await state(one.contact), await state(two.contact)]).toEqual(["granted", "granted"]);
  });
  test("of an erased contact answers as if it had worked", async () => {
    const one = await mail();
    await holder.db.query(sql`delete from contacts where bucket = ${bucketOf(one.contact)} and id = ${one.contact}`);
    expect((await get(one.urls.unsubscribe)).body).toContain("Vous ne recevrez plus rien");
    expect((await post(one.urls.unsubscribe, "List-Unsubscribe=One-Click", FORM)).statusCode).toBe(200);
  });
});

describe("the unsubscribe page", () => {
  test("shows a masked address in the reader's language, under a policy without scripts", async () => {
    const french = await get((await mail({ topic: "news" })).urls.unsubscribe);
    expect(french.body).toContain("a•••@e•••.com");
    expect(french.body).not.toContain("ana@example.com");
    expect(french.body).toContain("«\u00a0Nouveautés\u00a0»");
    expect(french.headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'nonce-/);
    expect(french.headers["referrer-policy"]).toBe("no-referrer");
    const english = await get((await mail({ language: "en-GB" })).urls.unsubscribe);
    expect(english.body).toContain('<html lang="en">');
  });
  test("leaves everything, and takes it back within a day to what was granted", async () => {
    const one = await mail({ topic: "news" });
    expect((await post(one.urls.unsubscribe, "action=all", FORM)).body).toContain("aucun message commercial");
    expect(await state(one.contact)).toBe("withdrawn");
    app.deps.clock.advance(1000);
    expect((await post(one.urls.unsubscribe, "action=undo", FORM)).body).toContain("Bon retour");
    expect(await state(one.contact)).toBe("granted");
    app.deps.clock.advance(1000);
    expect((await post(one.urls.unsubscribe, "action=undo", FORM)).body).toContain("Rien à annuler");
  });
  test("undoes nothing a day later, nor what was withdrawn elsewhere, nor joins who never agreed", async () => {
    const late = await mail();
    await post(late.urls.unsubscribe, "action=all", FORM);
    app.deps.clock.advance(DAY + 1000);
    await post(late.urls.unsubscribe, "action=undo", FORM);
    expect(await state(late.contact)).toBe("withdrawn");
    const elsewhere = await mail();
    await say(elsewhere.contact, "withdrawn");
    await post(elsewhere.urls.unsubscribe, "action=undo", FORM);
    expect(await state(elsewhere.contact)).toBe("withdrawn");
    const never = await mail({ topic: "news" });
    await post(never.urls.unsubscribe, "action=topic", FORM);
    app.deps.clock.advance(1000);
    await post(never.urls.unsubscribe, "action=undo", FORM);
    expect(await state(never.contact, "news")).toBe("withdrawn");
  });
  test.each(["", "action=delete", "x".repeat(20_000)])("refuses what it does not know (%.12s)", async (body) => {
    const one = await mail();
    expect([400, 413]).toContain((await post(one.urls.unsubscribe, body, FORM)).statusCode);
    expect(await state(one.contact)).toBe("granted");
  });
});

describe("renewing a consent", () => {
  const press = (url: string, agent = BROWSER["user-agent"]) =>
    app.app.inject({ method: "POST", url, payload: "action=renew", headers: { "content-type": FORM, "user-agent": agent } });
  const proofs = async (contact: Id) =>
    (await app.call(shop.key, "GET", `/api/contacts/${contact}/consents`)).body as {
      consents: { topic: string; basis: string; expiresOn: string | null }[];
      proofs: { source: string; wording: string; evidence: Record<string, unknown> }[];
    };
  test("opening the page, a program's POST and a wrong button renew nothing", async () => {
    const one = await mail();
    expect((await get(one.urls.renew)).body).toContain(
      "Je souhaite continuer à recevoir les nouvelles et les offres de Maison Été par e-mail.",
    );
    for (const answer of [
      await get(one.urls.renew, BROWSER, "HEAD"),
      await press(one.urls.renew, "python-requests/2.31"),
      await press(one.urls.renew, ""),
      await post(one.urls.renew, "action=all", FORM),
    ])
      expect(answer.statusCode).toBe(200);
    expect((await proofs(one.contact)).proofs).toHaveLength(1);
    expect(await engagements(one.send)).toEqual([]);
  });
  test("its button renews what the message was sent under, with its proof, once, and counts as a click", async () => {
    const one = await mail({ topic: "news" });
    await say(one.contact, "granted", { topic: "news", basis: "implied_purchase", expiresOn: "2020-01-01" });
    expect((await press(one.urls.renew)).body).toContain("Merci, c’est noté");
    expect((await press(one.urls.renew)).body).toContain("déjà renouvelé");
    const {
      consents,
      proofs: [proof, ...before],
    } = await proofs(one.contact);
    expect(consents.find((consent) => consent.topic === "news")).toMatchObject({ basis: "express_confirmed", expiresOn: null });
    expect(proof).toMatchObject({
      source: "renewal_page",
      wording: expect.stringContaining("«\u00a0Nouveautés\u00a0» de Maison Été par e-mail"),
      evidence: { send: one.send, template, templateVersion: 1 },
    });
    expect(before.map((other) => other.source)).toEqual(["form", "form"]);
    expect(await engagements(one.send)).toMatchObject([{ kind: "clicked", machine: false }]);
  });
  test("brings nobody back who has left, and is no link of another message, of a click or of an order's mail", async () => {
    const one = await mail();
    await post(one.urls.unsubscribe, "action=all", FORM);
    expect((await press(one.urls.renew)).body).toContain("ne revient pas sur ce choix");
    expect(await state(one.contact)).toBe("withdrawn");
    expect((await press(`/r/${one.tokens.measure}`)).statusCode).toBe(404);
    const order = await mail();
    await holder.db.query(sql`update sends set class = 'transactional' where id = ${order.send}`);
    expect((await press(order.urls.renew)).statusCode).toBe(404);
  });
});

describe("clicks", () => {
  test("lead where the version says, once recorded, never where the request says", async () => {
    const one = await mail();
    const answer = await get(`${one.urls.click}1?url=https://evil.example`);
    expect([answer.statusCode, answer.headers.location]).toEqual([302, "https://shop.example/b"]);
    expect(await engagements(one.send)).toEqual([
      expect.objectContaining({ kind: "clicked", machine: false, link: 1, url: "https://shop.example/b" }),
    ]);
  });
  test.each(["9", "d0", "d9", "-1", "1e3", "//evil.example", "%2F%2Fevil.example", "https:evil", "0/../u", "constructor", "0x1", " 1", ""])(
    "to %j are a page of absence without a Location",
    async (link) => {
      const one = await mail({ data: { cart: { url: "//evil.example" } } });
      const answer = await get(one.urls.click + link.replace("//", "%2F%2F"));
      expect([answer.statusCode, answer.headers.location]).toEqual([404, undefined]);
      expect(await engagements(one.send)).toEqual([]);
    },
  );
  test("on a link made from the cart lead to the cart of that mail, on allowed hosts only", async () => {
    const good = await mail({ data: { cart: { url: "https://shop.example/cart?id=7" } } });
    expect((await get(`${good.urls.click}d0`)).headers.location).toBe("https://shop.example/cart?id=7");
    const evil = await mail({ data: { cart: { url: "https://evil.example/cart" } } });
    expect((await get(`${evil.urls.click}d0`)).statusCode).toBe(404);
  });
  test("of HEAD and prefetch lead on and are not recorded", async () => {
    const one = await mail();
    expect((await get(`${one.urls.click}0`, BROWSER, "HEAD")).statusCode).toBe(302);
    await get(`${one.urls.click}0`, { ...BROWSER, purpose: "prefetch" });
    expect(await engagements(one.send)).toEqual([]);
  });
  test("of machines are told apart: by agent, by burst, by the hidden link", async () => {
    const agent = await mail();
    await get(`${agent.urls.click}0`, { "user-agent": "python-requests/2.31" });
    const burst = await mail();
    for (const link of [0, 1, 2]) await get(`${burst.urls.click}${link}`);
    const trap = await mail();
    await get(`${trap.urls.click}0`);
    expect((await get(`${trap.urls.click}h`)).headers.location).toBeUndefined();
    for (const one of [agent, burst, trap]) expect((await engagements(one.send)).every((row) => row.machine)).toBe(true);
    const person = await mail();
    for (const link of [0, 1, 2]) {
      await get(`${person.urls.click}${link}`);
      app.deps.clock.advance(20_000);
    }
    expect((await engagements(person.send)).map((row) => row.machine)).toEqual([false, false, false]);
  });
  test("are counted as the rows say, people and machines apart, each mail once", async () => {
    const recount = await holder.db.query(
      sql`select kind, machine, count(*)::bigint as times, count(distinct send_id)::bigint as sends from engagements where workspace_id = ${shop.id} group by kind, machine order by kind, machine`,
    );
    expect((await app.call(shop.key, "GET", "/api/engagement-totals")).body.items).toEqual(recount);
    expect((await app.call(shop.key, "GET", `/api/engagement-totals?template=${template}`)).body.items).toEqual(recount);
    expect((await app.call((await app.workspace()).key, "GET", "/api/engagement-totals")).body.items).toEqual([]);
  });
});

describe("the pixel", () => {
  const opens = async (send: Id) => (await engagements(send)).filter((one) => one.kind === "opened").length;
  test("is always the same image and asks consent at each request, also for old mails", async () => {
    const one = await mail();
    const silent = await get(one.urls.open);
    expect([silent.statusCode, silent.headers["content-type"], silent.headers["cache-control"]]).toEqual([200, "image/gif", "no-store"]);
    expect(await opens(one.send)).toBe(0);
    await say(one.contact, "granted", { channel: "pixel" });
    await get(one.urls.open);
    expect(await opens(one.send)).toBe(1);
    app.deps.clock.advance(1000);
    await say(one.contact, "withdrawn", { channel: "pixel" });
    await get(one.urls.open);
    await get(one.urls.open, BROWSER, "HEAD");
    expect(await opens(one.send)).toBe(1);
    for (const url of ["/t/o/nonsense.gif", "/t/o/.gif"]) expect((await get(url)).rawPayload).toEqual(silent.rawPayload);
  });
});

test("view in browser shows the mail as text of its own origin, with a way out and no pixel", async () => {
  const one = await mail({ firstName: '"><svg onload=top.__x=1>', data: { cart: { url: "https://shop.example/cart" } } });
  const answer = await get(one.urls.view);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["content-security-policy"]).toMatch(/^sandbox /);
  expect(answer.headers["content-security-policy"]).not.toMatch(/allow-scripts|allow-same-origin/);
  expect(answer.body).not.toMatch(/<svg|\/t\/o\/|\/t\/c\//);
  expect(answer.body).toContain(one.tokens.personal);
  expect((await get(`/v/${one.tokens.measure}`)).statusCode).toBe(404);
});
