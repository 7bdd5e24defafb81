import { bucketOf, DAY, HOUR, type Id } from "@relance/model/base";
import { smsSize } from "@relance/model/messages";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { Story } from "../../../test/support/journey-story.ts";
import { addSend } from "../../../test/support/messaging.ts";
import { sql, ts, type Sql } from "../../platform/db/sql.ts";
import { listeners } from "../../worker.ts";
import { recordConsents } from "../compliance/index.ts";
import { countReaders, noteReads } from "../catalog/index.ts";
import { linksOf } from "../delivery/index.ts";
import { closeRenderPool } from "../messages/index.ts";
import { runRehearsal } from "../rehearsals/index.ts";
import { ENTRIES } from "./entries/index.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  await holder.db.query(sql`create table if not exists events_any partition of events default`);
});
afterAll(async () => {
  await closeRenderPool();
  await shop.close();
});

type Doing = (life: Life) => Promise<void>;
const does =
  (name: string, properties: Record<string, unknown> = {}, amount?: number): Doing =>
  async ({ story, contact }) =>
    story.happens({ contact, name, properties, ...(amount !== undefined && { amount }) });
const later =
  (n: number, unit: number): Doing =>
  (life) =>
    life.until(life.story.now + n * unit);
const LINES = {
  order_id: "o-1",
  currency: "EUR",
  products: [{ product_id: "p-1", name: "Tea", category: "Épicerie fine", price: 20, quantity: 1 }],
};
const orders = (order: string, amount = 20): Doing => does("Order Completed", { ...LINES, order_id: order }, amount);

/** A contact's life beside one ready-made journey, with the engine's own clock: every timer rings at its moment. */
class Life {
  readonly story: Story;
  readonly contact: Id;
  readonly journey: Id;
  readonly since: number;
  constructor(story: Story, contact: Id, journey: Id) {
    this.story = story;
    this.contact = contact;
    this.journey = journey;
    this.since = story.now;
  }

  async until(end: number): Promise<void> {
    for (;;) {
      await this.story.tick();
      await this.deliver();
      const due = await this.nextDue();
      if (due === null || due > end) break;
      this.story.now = Math.max(due, this.story.now + 1);
    }
    this.story.now = end;
    await this.story.tick();
  }

  // Everything planned leaves at once: what happens to it afterwards is the provider's story.
  async deliver(): Promise<void> {
    const left = await holder.db.query<{ id: Id; run_id: Id; contact_id: Id }>(
      sql`update sends set state = 'accepted', accepted_at = ${ts(this.story.now)}::timestamptz where workspace_id = ${this.story.workspace} and state = 'waiting' returning id, run_id, contact_id`,
    );
    if (left.length > 0)
      await this.story.tell(
        left.map((one) => ({
          contact: one.contact_id,
          kind: "send.changed" as const,
          data: { send: one.id, run: one.run_id, state: "accepted" },
        })),
      );
  }

  async nextDue(): Promise<number | null> {
    const [row] = await holder.db.query<{ at: number | null }>(sql`
      select min(at) as at from (
        select min(wake_at) as at from runs where workspace_id = ${this.story.workspace} and state = 'waiting'
        union all select min(due_at) from start_timers where workspace_id = ${this.story.workspace}
        union all select min(due_at) from segment_wakes where contact_id = ${this.contact}
        union all select min(due_at) from journey_dates where workspace_id = ${this.story.workspace}) d where at > ${ts(this.story.now)}::timestamptz`);
    return row?.at ?? null;
  }

  async said(): Promise<string[]> {
    return (await this.story.sends()).filter((send) => send.step_id !== null).map((send) => send.step_id.replace(/^stp_/, ""));
  }
}

const confirms = does("Subscription Confirmed", { form_id: "news" });
const adds = does("Product Added", { cart_id: "c-1", product_id: "p-1", name: "Tea", price: 20, quantity: 1, currency: "EUR" });
const seen = does("Product Viewed", { product_id: "p-1", name: "Tea", price: 20, currency: "EUR" });
const nothing: Doing = async () => undefined;
const lives =
  (columns: Sql, changed: readonly string[]): Doing =>
  async ({ story, contact }) => {
    await holder.db.query(sql`update contacts set ${columns} where workspace_id = ${story.workspace} and id = ${contact}`);
    await story.tell([{ contact, kind: "contact.changed", data: { attributes: changed, created: false } }]);
  };
const member = lives(sql`attributes = attributes || '{"member_since": "2020-03-20"}'`, ["attributes.member_since"]);
/** Agreed so long ago that the agreement is about to end. */
const agreed: Doing = async ({ story, contact }) => {
  await holder.db.transaction((tx) =>
    recordConsents(tx, {
      now: story.now,
      chance: shop.deps.ports.chance,
      records: [
        {
          workspace: story.workspace,
          contact,
          channel: "email",
          topic: "",
          state: "granted",
          basis: "express",
          occurredAt: story.now,
          source: "test",
          language: "fr",
          recordedBy: "test",
        },
      ],
    }),
  );
  await story.tell([{ contact, kind: "consent.changed", data: { channel: "email", topic: "", state: "granted" } }]);
};
/** Presses the button behind the link of the last message. */
const renews: Doing = async ({ story, contact }) => {
  const [last] = await holder.db.query<{ id: Id; bucket: number; run_id: Id }>(
    sql`select id, bucket, run_id from sends where workspace_id = ${story.workspace} and contact_id = ${contact} order by created_at desc, id desc limit 1`,
  );
  shop.deps.clock.set(story.now);
  const answer = await shop.app.inject({
    method: "POST",
    url: linksOf(shop.deps.secrets, "", { bucket: last!.bucket, send: last!.id }).renew,
    payload: "action=renew",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
    },
  });
  expect(answer.body).toContain("Votre accord est renouvelé");
  await story.tell([
    { contact, kind: "consent.changed", data: { channel: "email", topic: "", state: "granted" } },
    { contact, kind: "engaged", data: { send: last!.id, run: last!.run_id, what: "clicked", machine: false } },
  ]);
};
/** Follows a link in the last message. */
const clicks: Doing = async ({ story, contact }) => {
  const [last] = await holder.db.query<{ id: Id; bucket: number; run_id: Id }>(
    sql`select id, bucket, run_id from sends where workspace_id = ${story.workspace} and contact_id = ${contact} order by created_at desc, id desc limit 1`,
  );
  shop.deps.clock.set(story.now);
  const { click } = linksOf(shop.deps.secrets, "", { bucket: last!.bucket, send: last!.id });
  const answer = await shop.app.inject({
    method: "GET",
    url: `${click}d0`,
    headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0" },
  });
  expect(answer.headers["location"]).toBe("https://blog.shop.example/0");
  await story.tell([{ contact, kind: "engaged", data: { send: last!.id, run: last!.run_id, what: "clicked", machine: false } }]);
};
/** Whether mails may still be sent, and why. */
const mayWrite =
  (basis: string, ended: boolean): Doing =>
  async ({ story, contact }) => {
    const { body } = await story.call("GET", `/api/contacts/${contact}/consents`);
    expect(body.consents).toMatchObject([{ state: "granted", basis, expiresOn: ended ? expect.stringMatching(/^\d{4}/) : null }]);
  };
/** Got five mails lately and did nothing with any. */
const ignores: Doing = async ({ story, contact }) => {
  const template = await story.template();
  for (let n = 1; n <= 5; n++)
    await addSend(holder.db, {
      id: shop.deps.ports.chance.id(story.now - n * DAY),
      contact,
      workspace: story.workspace,
      template,
      now: story.now - n * DAY,
    });
  await story.tell([{ contact, kind: "send.changed", data: { send: contact, run: null, state: "accepted" } }]);
};
const opens: Doing = async ({ story }) => {
  const made = await story.call("POST", "/api/stores", {
    code: "paris",
    name: "Paris",
    country: "FR",
    currency: "EUR",
    languages: ["fr"],
    timeZone: "Europe/Paris",
    latitude: 48.86,
    longitude: 2.34,
  });
  expect([201, 409]).toContain(made.status);
};
/** Tea, as the shop tells its price or the pieces that are left. */
const sold =
  ({ price, stock }: { price?: number; stock?: number }): Doing =>
  async (life) => {
    await opens(life);
    const told = await life.story.call("POST", "/api/products", {
      products: [
        {
          externalId: "p-1",
          name: "Tea",
          attributes: { url: "https://shop.example/tea" },
          ...(price !== undefined && { prices: [{ store: "paris", currency: "EUR", amount: price }] }),
          ...(stock !== undefined && { stock: [{ store: "paris", quantity: stock }] }),
        },
      ],
    });
    expect(told.status).toBe(200);
  };
/** Eight pieces to read, more read by others the lower their number; the first by this contact too, the second in a click. */
const writes: Doing = async ({ story, contact }) => {
  const articles = Array.from({ length: 8 }, (_, n) => ({
    externalId: `a-${n}`,
    language: n === 7 ? "en" : "fr",
    title: `Article ${n}`,
    url: `https://blog.shop.example/${n}`,
    publishedAt: "2026-01-01T00:00:00Z",
  }));
  expect((await story.call("POST", "/api/articles", { articles })).status).toBe(200);
  const others = [contact, ...(await Promise.all(articles.map(() => story.contact())))];
  const reads = articles.flatMap((_, n) =>
    others.slice(n === 0 ? 0 : 1, 9 - n).map((one) => ({ contact: one, address: `blog.shop.example/${n}`, at: story.now })),
  );
  await holder.db.transaction((tx) => noteReads(tx, { workspace: story.workspace, reads }));
  await countReaders({ ports: { ...shop.deps.ports, clock: { ...shop.deps.ports.clock, now: () => story.now } } });
  expect((await story.call("GET", "/api/articles?language=fr&limit=1")).body.items[0].readers).toBeGreaterThan(0);
};
/** The titles each message showed, and what its reader saw. */
const showed =
  (...titles: readonly (readonly string[])[]): Doing =>
  async ({ story, contact }) => {
    const sends = await holder.db.query<{ id: Id; bucket: number; titles: string[] }>(
      sql`select id, bucket, array(select x ->> 'title' from jsonb_array_elements(data -> 'articles') x) as titles from sends where workspace_id = ${story.workspace} and contact_id = ${contact} and data ? 'articles' order by created_at`,
    );
    expect(sends.map((one) => one.titles)).toEqual(titles);
    const { view } = linksOf(shop.deps.secrets, "", { bucket: sends[0]!.bucket, send: sends[0]!.id });
    const { body } = await shop.app.inject({ method: "GET", url: view });
    for (const title of titles[0]!) expect(body).toMatch(new RegExp(`<a href="https://blog.shop.example/\\d"[^>]*>${title}</a>`));
    expect(body).toContain(titles[0]!.length === 3 ? "Ce que l’on lit le plus en ce moment" : "Trois conseils pour bien choisir");
  };
const looked: Doing = async ({ story, contact }) => {
  await holder.db.query(
    sql`insert into product_interests (bucket, workspace_id, product, contact_id, viewed_at) values (${bucketOf(contact)}, ${story.workspace}, 'p-1', ${contact}, ${ts(story.now)})`,
  );
};

/** What the texts can say of the product. */
const told =
  (properties: Record<string, unknown>): Doing =>
  async ({ story, contact }) => {
    const [run] = await holder.db.query<{ properties: unknown }>(
      sql`select memory #> '{event,properties}' as properties from runs where workspace_id = ${story.workspace} and contact_id = ${contact}`,
    );
    expect(run?.properties).toMatchObject(properties);
  };

/** Of each entry: a life in which all of it is said, and one that the goal, or a change of mind, cuts short. */
const LIVES: Readonly<
  Record<
    string,
    {
      readonly whole: readonly Doing[];
      readonly says: readonly string[];
      readonly short?: readonly Doing[];
      readonly shortly?: readonly string[];
    }
  >
> = {
  welcome: {
    whole: [confirms, later(9, DAY)],
    says: ["hello", "promises", "favourites", "last"],
    short: [confirms, later(2, DAY), orders("o"), later(9, DAY)],
    shortly: ["hello", "promises"],
  },
  drip_newsletter: {
    whole: [
      writes,
      does("Signed Up"),
      later(12, DAY),
      showed(["Article 1", "Article 2", "Article 3"], ["Article 4", "Article 5", "Article 6"]),
    ],
    says: ["first", "second", "nudge"],
    short: [does("Signed Up"), later(3, DAY), clicks, later(9, DAY)],
    shortly: ["first", "second"],
  },
  abandoned_cart: {
    whole: [adds, later(5, DAY)],
    says: ["reminder", "help", "sms", "last"],
    short: [adds, later(2, HOUR), does("Order Completed", { ...LINES, cart_id: "c-1" }), later(5, DAY)],
    shortly: ["reminder"],
  },
  abandoned_cart_discount: {
    whole: [adds, later(5, DAY)],
    says: ["reminder", "offer", "last"],
    short: [adds, later(30, HOUR), does("Order Completed", { ...LINES, cart_id: "c-1" }), later(5, DAY)],
    shortly: ["reminder", "offer"],
  },
  abandoned_browse: {
    whole: [seen, later(2, DAY)],
    says: ["seen", "more"],
    short: [seen, later(3, HOUR), adds, later(2, DAY)],
    shortly: ["seen"],
  },
  first_purchase: {
    whole: [orders("o-1"), later(40, DAY)],
    says: ["thanks", "satisfied", "again"],
    short: [orders("o-1"), later(2, DAY), does("Order Refunded", { order_id: "o-1" }), later(40, DAY)],
    shortly: ["thanks"],
  },
  review_request: {
    whole: [orders("o-1"), later(2, DAY), does("Order Delivered", { order_id: "o-1" }), later(20, DAY)],
    says: ["ask", "again"],
    short: [orders("o-1"), later(15, DAY), does("Product Reviewed"), later(20, DAY)],
    shortly: ["ask"],
  },
  product_type_follow_up: {
    whole: [orders("o-1"), later(15, DAY)],
    says: ["used"],
    short: [does("Order Completed", { ...LINES, products: [{ product_id: "p-2", name: "Pan", category: "Cuisson" }] }), later(15, DAY)],
    shortly: ["kept"],
  },
  product_registration: {
    whole: [orders("o-1"), later(705, DAY)],
    says: ["invite", "why", "last", "warranty"],
    short: [orders("o-1"), later(2, DAY), does("Product Registered", { order_id: "o-1", product_id: "p-1" }), later(35, DAY)],
    shortly: ["invite"],
  },
  replenishment: {
    whole: [orders("o-1"), later(62, DAY)],
    says: ["soon", "sms"],
    short: [orders("o-1"), later(50, DAY), orders("o-2"), later(12, DAY)],
    shortly: [],
  },
  upsell: {
    whole: [orders("o-1"), later(1, DAY), orders("o-2"), later(10, DAY)],
    says: ["better"],
    short: [orders("o-1"), later(10, DAY)],
    shortly: [],
  },
  cross_sell: {
    whole: [orders("o-1"), later(20, DAY)],
    says: ["with", "sms"],
    short: [orders("o-1"), later(12, DAY), orders("o-2"), later(8, DAY)],
    shortly: ["with"],
  },
  birthday: {
    whole: [nothing, later(60, DAY)],
    says: ["before", "day", "after"],
    short: [later(31, DAY), orders("o"), later(60, DAY)],
    shortly: ["before", "day"],
  },
  name_day: { whole: [lives(sql`first_name = 'Léa'`, ["first_name"]), later(60, DAY)], says: ["wish"] },
  anniversary: { whole: [member, later(60, DAY)], says: ["thanks"] },
  consent_expiring: {
    whole: [lives(sql`country = 'CA'`, ["country"]), agreed, later(720, DAY), mayWrite("express", true)],
    says: ["ask", "last"],
    short: [lives(sql`country = 'CA'`, ["country"]), agreed, later(675, DAY), renews, later(60, DAY), mayWrite("express_confirmed", false)],
    shortly: ["ask"],
  },
  best_customer: {
    whole: [orders("1", 300), orders("2", 300), orders("3", 300), later(1, DAY), orders("4", 300), later(5, DAY)],
    says: ["thanks"],
    short: [orders("1", 900), later(5, DAY)],
    shortly: [],
  },
  loyalty_threshold: {
    whole: [orders("1", 250), later(12, DAY), orders("2", 80), later(5, DAY)],
    says: ["near", "sms", "reached"],
    short: [orders("1", 250), later(2, DAY), orders("2", 10), later(60, DAY)],
    shortly: ["near"],
  },
  win_back: {
    whole: [orders("1"), later(100, DAY)],
    says: ["news", "question", "last"],
    short: [orders("1"), later(65, DAY), orders("2"), later(35, DAY)],
    shortly: ["news"],
  },
  sunset: {
    whole: [agreed, later(121, DAY), ignores, later(20, DAY)],
    says: ["ask"],
    short: [agreed, ignores, later(20, DAY)],
    shortly: [],
  },
  back_in_stock: {
    whole: [
      sold({ stock: 0 }),
      looked,
      later(1, HOUR),
      sold({ stock: 5 }),
      later(2, DAY),
      told({ stock: 5, product_name: "Tea", url: "https://shop.example/tea" }),
    ],
    says: ["back", "sms"],
    short: [sold({ stock: 0 }), later(1, HOUR), sold({ stock: 4 }), later(2, DAY)],
    shortly: [],
  },
  price_drop: {
    whole: [
      sold({ price: 20 }),
      looked,
      later(1, HOUR),
      sold({ price: 15 }),
      later(2, DAY),
      told({ was: 20, price: 15, currency: "EUR", product_name: "Tea", url: "https://shop.example/tea" }),
    ],
    says: ["drop"],
    short: [looked, later(1, HOUR), sold({ price: 14.5 }), later(2, DAY)],
    shortly: [],
  },
  near_store: {
    whole: [opens, does("Location Updated", { latitude: 48.861, longitude: 2.341 }), later(2, DAY)],
    says: ["sms", "near"],
    short: [does("Location Updated", { latitude: 48.9, longitude: 2.341 }), later(2, DAY)],
    shortly: [],
  },
};

// Looking back takes longer than living on: by itself the suite does it for these, `npm run test:library` for all.
const REHEARSED = process.env["RELANCE_WHOLE_LIBRARY"] === "1" ? Object.keys(LIVES) : ["abandoned_cart", "birthday", "replenishment"];

/** The steps whose messages a rehearsal of the days lived asks for, of the last year of them: how things stood before it is known. */
async function rehearsed({ story, journey, since }: Life): Promise<string[]> {
  // A day more: what happens at the first instant is not looked back at.
  const days = Math.min(365, Math.ceil((story.now - since) / DAY) + 1);
  const { body } = await story.call("POST", `/api/journeys/${journey}/rehearsals`, { days });
  await runRehearsal(shop.deps, { workspace: story.workspace, id: body.id, listeners: listeners(shop.deps), stride: 0, lastAttempt: true });
  const { result, error } = (await story.call("GET", `/api/rehearsals/${body.id}`)).body;
  expect(error).toBeNull();
  return result.steps.filter((one: { planned: number }) => one.planned > 0).map((one: { step: string }) => one.step.replace(/^stp_/, ""));
}

async function begin(key: string, language: "fr" | "en"): Promise<Life> {
  const story = await Story.begin(shop, holder.db, "2026-03-02T10:00:00Z");
  await story.call("POST", "/api/coupon-pools", { name: "MERCI", kind: "generated", prefix: "MERCI-" });
  const made = await story.call("POST", "/api/library/drafts", { key, language });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  expect(made.body).toMatchObject({ published: true, problems: 0 });
  const { body } = await story.call("POST", `/api/journeys/${made.body.journey}/publish`, { revision: 1 });
  expect(body).toMatchObject({ state: "live", name: ENTRIES.find((entry) => entry.key === key)!.names[language] });
  await story.tick();
  const contact = await story.contact({ birth: "1990-04-08", zone: "Europe/Paris" });
  return new Life(story, contact, made.body.journey);
}

test("each entry speaks French and English, its texts fit a message, and both readers get its subject", async () => {
  const held = await shop.workspace();
  const { body } = await shop.call(held.key, "GET", "/api/library");
  expect(body.items).toHaveLength(ENTRIES.length);
  expect(Object.keys(LIVES).toSorted()).toEqual(ENTRIES.map((entry) => entry.key).toSorted());
  const entry = (await shop.call(held.key, "GET", "/api/library/entry?key=birthday")).body;
  for (const language of ["fr", "en"]) {
    const shown = await shop.call(held.key, "POST", "/api/templates/preview", {
      content: entry.messages[1].content,
      class: "marketing",
      language,
    });
    expect(shown.body.subject).toBe({ fr: "Joyeux anniversaire Camille\u202f!", en: "Happy birthday, Camille!" }[language]);
  }
  for (const { messages } of ENTRIES) {
    for (const { channel, variants, key } of messages) {
      expect(Object.keys(variants)).toEqual(["fr", "en"]);
      for (const [language, { source }] of Object.entries(variants)) {
        if (channel === "sms")
          expect(smsSize(source.replaceAll(/\{\{.*?\}\}/g, "")), source).toMatchObject({ encoding: "gsm7", segments: 1 });
        if (channel === "sms")
          expect(source, `${key} ${language}`).toMatch(language === "fr" ? /STOP pour vous désinscrire$/ : /Reply STOP to opt out$/);
        // A French mark with a plain space before it would begin a line by itself.
        if (language === "fr" && channel === "email")
          expect(source.replaceAll(/\{%.*?%\}|\{\{.*?\}\}|<style.*?<\/style>|<mj-style>.*?<\/mj-style>|="[^"]*"/gs, ""), key).not.toMatch(
            / [?!;:»]/,
          );
      }
    }
  }
});

test("what a workspace lacks is said with its measure, and a key that may not write content makes nothing", async () => {
  const story = await Story.begin(shop, holder.db, "2026-03-02T10:00:00Z");
  for (const birth of ["1990-04-08", undefined, undefined, undefined]) await story.contact({ ...(birth !== undefined && { birth }) });
  const entry = (await story.call("GET", "/api/library/entry?key=birthday")).body;
  expect(entry).toMatchObject({
    ready: "not_yet",
    needs: [
      { of: "attribute", name: "birth_date", met: "partly", share: 0.25 },
      { of: "website", met: "no" },
      { of: "coupons", met: "no" },
    ],
  });
  const narrow = await shop.key(story.workspace, ["journeys:write"]);
  expect(await shop.call(narrow, "POST", "/api/library/drafts", { key: "birthday" })).toMatchObject({
    status: 403,
    body: { error: { code: "library.scopes" } },
  });
  expect(await story.call("POST", "/api/library/drafts", { key: "none" })).toMatchObject({
    status: 404,
    body: { error: { code: "library.unknown", field: "key" } },
  });
  expect((await story.call("GET", "/api/templates")).body.items).toEqual([]);
  const without = await story.call("POST", "/api/library/drafts", { key: "birthday" });
  expect((await story.call("GET", `/api/journeys/${without.body.journey}`)).body).toMatchObject({
    state: "draft",
    problems: [{ code: "missing_pool" }],
  });
});

test.for(ENTRIES.map((entry) => entry.key))(
  "%s becomes a draft without problems, and says what it promises when life goes that way",
  { timeout: 60_000 },
  async (key) => {
    const told = LIVES[key]!;
    const life = await begin(key, "fr");
    for (const doing of told.whole) await doing(life);
    expect(await life.said()).toEqual(told.says);
    await life.story.expectBooks();
    if (REHEARSED.includes(key)) expect((await rehearsed(life)).toSorted()).toEqual([...new Set(told.says)].toSorted());
    if (!told.short) return;
    const other = new Life(life.story, await life.story.contact({ birth: "1990-06-01", zone: "Europe/Paris" }), life.journey);
    const before = (await other.said()).length;
    for (const doing of told.short) await doing(other);
    expect((await other.said()).slice(before)).toEqual(told.shortly);
  },
);
