import { gzipSync } from "node:zlib";
import { bucketOf } from "@relance/model/base";
import { runCount, tendReadiness } from "../../src/domains/readiness/index.ts";
import { sql, ts } from "../../src/platform/db/sql.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { listeners } from "../../src/worker.ts";
import { seededGenerator } from "../../src/platform/chance/generator.ts";
import type { TestApp } from "./app.ts";
import { testEngine } from "./engine.ts";
import { addSend } from "./messaging.ts";
import { endpointsOf, kindsOf, requestFor, type Furnished } from "./route-table.ts";

const COMMERCE = {
  order_id: "order-1",
  total: 20,
  currency: "EUR",
  products: [{ product_id: "p-1", sku: "sku-1", name: "Tea", price: 20, quantity: 1 }],
};

/** Makes the things by the product's own doors; what only the engine or a provider makes comes from the engine, or is written as they would. */
export async function furnish(shop: TestApp, db: Database): Promise<Furnished> {
  const { id: workspace, key } = await shop.workspace();
  const writeKey = await shop.writeKey(workspace);
  const now = shop.deps.clock.now();
  const make = async (path: string, body: unknown): Promise<{ id: string }> => {
    const answer = await shop.call(key, "POST", path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as { id: string };
  };
  const contact = (await make("/api/contacts", { externalId: `person-${workspace}`, email: "person@shop.example", firstName: "Zoé" })).id;
  const tracked = await shop.app.inject({
    method: "POST",
    url: "/v1/batch",
    headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString("base64")}` },
    payload: {
      batch: [
        { type: "track", userId: `person-${workspace}`, event: "Order Completed", messageId: `furnish-${workspace}`, properties: COMMERCE },
      ],
    },
  });
  if (tracked.statusCode !== 200) throw new Error(tracked.body);
  const segment = await make("/api/segments", {
    name: "People",
    rule: { kind: "attribute", attribute: "first_name", is: { op: "eq", value: "Zoé" } },
  });
  const template = await make("/api/templates", { name: "Welcome", starter: "welcome" });
  await make(`/api/templates/${template.id}/publish`, undefined);
  const graph = {
    version: 1,
    starts: [{ kind: "segment", segment: segment.id, on: "enter" }],
    first: "stp_task",
    positions: {},
    settings: { filter: null, reentry: { kind: "always" }, exits: [] },
    steps: [
      { id: "stp_task", name: "", kind: "task", title: "Call them", note: "", exits: { next: "stp_wait" } },
      { id: "stp_wait", name: "", kind: "wait", until: { of: "duration", span: { n: 1, unit: "day" } }, exits: { next: null } },
    ],
  };
  const journey = await make("/api/journeys", { name: "Care", graph });
  await make(`/api/journeys/${journey.id}/publish`, { revision: 1 });
  await make(`/api/journeys/${journey.id}/start`, { contacts: [contact] });
  await make("/api/contacts", { email: "mistyped@gmial.com" });
  await make(`/api/contacts/${contact}/join`, { contact: (await make("/api/contacts", { email: "other@shop.example" })).id });
  await make("/api/object-types", {
    key: "card",
    names: { one: { fr: "Carte", en: "Card" }, many: { fr: "Cartes", en: "Cards" } },
    fields: [{ key: "points", names: { fr: "Points", en: "Points" }, kind: "number" }],
  });
  await make("/api/objects", { type: "card", objects: [{ id: "C1", contact: { id: contact }, fields: { points: 1 } }] });
  const engine = await testEngine({ db, clock: shop.deps.clock, chance: shop.deps.ports.chance, listeners: listeners(shop.deps) });
  await engine.drain();
  await engine.leases.release();
  const send = await addSend(db, {
    id: shop.deps.ports.chance.id(now),
    contact,
    workspace,
    template: template.id,
    now,
    state: "uncertain",
    acceptedAt: null,
    journey: journey.id,
    step: "stp_wait",
  });
  await db.query(sql`
    insert into outbox_messages (bucket, send_id, workspace_id, contact_id, channel, address, subject, body, arrived_at)
    values (${bucketOf(contact)}, ${send}, ${workspace}, ${contact}, 'email', 'person@shop.example', 'Hello', 'Hello', ${ts(now)}::timestamptz)`);
  const upload = await shop.app.inject({
    method: "POST",
    url: "/api/imports?fileName=people.csv.gz",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/gzip" },
    payload: gzipSync("email,first_name\nanna@shop.example,Anna\n"),
  });
  const firstOf = async (path: string) => ((await shop.call(key, "GET", path)).body.items as { id: string }[])[0]!.id;
  await make("/api/stores", { code: "FR", name: "France", country: "FR", currency: "EUR", languages: ["fr"], timeZone: "Europe/Paris" });
  await tendReadiness(shop.deps);
  await runCount(shop.deps, { workspace });
  const examples = new Map([
    ["/api/readiness/journeys/", journey.id],
    ["/api/readiness/fixes/", (await make("/api/readiness/fixes", { code: "email_typo" })).id],
    ["/api/readiness/samples/", (await make("/api/readiness/samples", { subject: "contacts", percent: 5 })).id],
    [
      "/api/contacts/:id/merges/",
      ((await shop.call(key, "GET", `/api/contacts/${contact}`)).body as { merges: { id: string }[] }).merges[0]!.id,
    ],
    ["/api/contacts/", contact],
    ["/api/segments/", segment.id],
    ["/api/templates/", template.id],
    ["/api/journeys/", journey.id],
    [
      "/api/comments/",
      ((await make(`/api/journeys/${journey.id}/comments`, { step: "stp_wait", text: "Long enough?" })) as { id: string }).id,
    ],
    ["/api/runs/", await firstOf(`/api/journeys/${journey.id}/runs`)],
    ["/api/sql-segments/", (await make("/api/sql-segments", { name: "By query", query: "select id from contacts" })).id],
    // Its links are their own key, for whoever holds one; this one has ended.
    ["/api/export-files/", `ended-link-of-${workspace}`],
    [
      "/api/rights/",
      (
        await make(`/api/contacts/${(await make("/api/contacts", { email: "erased@shop.example" })).id}/erase`, {
          reason: "person",
          confirm: "erase",
        })
      ).id,
    ],
    [
      "/api/exports/",
      ((await make("/api/exports", { kinds: ["contacts"], format: "csv" })) as unknown as { items: { id: string }[] }).items[0]!.id,
    ],
    ["/api/rehearsals/", (await make(`/api/journeys/${journey.id}/rehearsals`, { days: 1 })).id],
    ["/api/sends/", send],
    ["/api/outbox/", send],
    ["/api/imports/", upload.json<{ id: string }>().id],
    ["/api/groups/", (await make("/api/groups", { name: "Friends" })).id],
    ["/api/topics/", (await make("/api/topics", { key: "news", names: { fr: "Nouvelles", en: "News" } })).id],
    [
      "/api/providers/",
      (await make("/api/providers", { name: "Relay", kind: "smtp", settings: { host: "127.0.0.1", port: 1, security: "none" } })).id,
    ],
    ["/api/sender-keys/", (await make("/api/sender-keys", { domain: "shop.example" })).id],
    [
      "/api/connections/",
      (await make("/api/connections", { shop: "shopify", name: "Shop", domain: "tea-shop.myshopify.com", secret: "a shared secret" })).id,
    ],
    [
      "/api/syncs/",
      (await make("/api/syncs", { kind: "https", name: "Products", every: { at: "03:00" }, url: "https://127.0.0.1:1/products.csv" })).id,
    ],
    [
      "/api/audiences/",
      (
        await make("/api/audiences", {
          name: "Fans elsewhere",
          source: "segment",
          sourceId: segment.id,
          to: { destination: "webhook", url: "https://127.0.0.1:1/hook" },
          consent: null,
        })
      ).id,
    ],
    ["/api/keys/", (await make("/api/keys", { kind: "write", name: "website" })).id],
    ["/api/members/", (await shop.member(workspace, "viewer")).userId],
    ["/api/products/", await firstOf("/api/products")],
    ["/api/object-types/", await firstOf("/api/object-types")],
    ["/api/objects/", await firstOf("/api/objects")],
    ["/api/orders/", await firstOf("/api/orders")],
  ]);
  const furnished = { id: workspace, key, writeKey, examples };
  await furnishTheRest(shop, furnished, examples);
  return furnished;
}

/** Kinds of things nobody named above: the first of their list, or one made from the schema of their POST. */
async function furnishTheRest(shop: TestApp, about: Furnished, examples: Map<string, string>): Promise<void> {
  const endpoints = endpointsOf(shop.app.routeTable);
  for (const kind of new Set(endpoints.flatMap(kindsOf))) {
    const list = kind.slice(0, -1);
    if (examples.has(kind) || list.includes(":")) continue;
    const make = endpoints.find((one) => one.method === "POST" && one.path === list);
    const made = make ? await shop.call(about.key, "POST", list, requestFor(make, about, seededGenerator(list)).payload) : null;
    const { body } = endpoints.some((one) => one.method === "GET" && one.path === list)
      ? await shop.call(about.key, "GET", list)
      : { body: null };
    const id: unknown = made?.body?.id ?? body?.items?.[0]?.id;
    if (typeof id === "string") examples.set(kind, id);
  }
}
