import { afterEach, expect, test } from "vitest";
import { htmlOf } from "../apps/server/test/support/mail.ts";
import { mailServer } from "../apps/server/test/support/smtp.ts";
import { Product } from "./support/product.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const DAY = 86_400_000;
const at = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY).toISOString().slice(0, 19).replace("T", " ");

// The main job by API alone: file → segment → journey → e-mails at a real SMTP server → a click → the numbers and the reason.
test("a file of orders becomes e-mails that arrive, for a reason that can be read, with numbers that add up", async () => {
  const shop = await Product.make();
  closers.push(() => shop.end());
  const mail = await mailServer();
  closers.push(() => mail.close());
  await shop.start();
  const workspace = await shop.api("GET", "/api/workspace");
  await shop.api("PATCH", "/api/workspace", {
    settings: {
      ...workspace.settings,
      quietHours: null,
      website: "https://shop.example",
      sender: { name: "Fauvel", email: "bonjour@shop.example", replyTo: "", postalAddress: "12 rue des Halles, 75001 Paris" },
    },
  });
  const provider = await shop.api("POST", "/api/providers", {
    name: "Relay",
    kind: "smtp",
    settings: { host: "127.0.0.1", port: mail.port, security: "none" },
  });
  await shop.api("POST", `/api/providers/${provider.id}/activate`);

  const rows = [
    "order,date,customer,email,total",
    `A1,${at(400)},anna,anna@shop.example,500`,
    `A2,${at(20)},anna,anna@shop.example,350`,
    `B1,${at(20)},ben,ben@shop.example,120`,
  ];
  const imported = await shop.api("POST", "/api/imports?fileName=orders.csv", rows.join("\n"));
  const mapping = {
    ...imported.mapping,
    columns: [
      ["order", "order.id"],
      ["date", "order.placed_at"],
      ["customer", "contact.user_id"],
      ["email", "contact.email"],
      ["total", "order.total"],
    ].map(([column, to]) => ({ column, to })),
    options: {
      ...imported.mapping?.options,
      timeZone: "UTC",
      currency: "EUR",
      decimal: ".",
      trimFloatIds: false,
      returnPrefix: null,
      dayFirst: true,
    },
    templates: [],
    version: 1,
  };
  await shop.api("POST", `/api/imports/${imported.id}/check`, { mapping });
  const state = (wanted: string) =>
    expect.poll(async () => (await shop.api("GET", `/api/imports/${imported.id}`)).state, { timeout: 30_000 }).toBe(wanted);
  await state("checked");
  await shop.api("POST", `/api/imports/${imported.id}/run`);
  await state("done");

  const event = { kind: "event", event: "Order Completed", where: [] };
  const rule = {
    kind: "all",
    of: [
      {
        ...event,
        window: { kind: "last", span: { n: 2, unit: "year" } },
        measure: { of: "sum", property: "amount" },
        is: { op: "gt", value: 800 },
      },
      {
        ...event,
        window: { kind: "ever" },
        measure: { of: "last", property: null },
        is: { op: "within_last", span: { n: 3, unit: "month" } },
      },
    ],
  };
  const segment = await shop.api("POST", "/api/segments", { name: "Best customers", rule });
  const members = () =>
    shop.api("GET", `/api/segments/${segment.id}/members`).then((page) => page.items.map((person: { email: string }) => person.email));
  await expect.poll(members, { timeout: 20_000 }).toEqual(["anna@shop.example"]);

  const template = await shop.api("POST", "/api/templates", { name: "Welcome back", starter: "win_back" });
  await shop.api("POST", `/api/templates/${template.id}/publish`);
  const graph = {
    version: 1,
    starts: [{ kind: "segment", segment: segment.id, on: "enter" }],
    first: "stp_mail",
    positions: {},
    settings: { filter: null, reentry: { kind: "never" }, exits: [] },
    steps: [
      { id: "stp_mail", name: "First", kind: "email", template: template.id, exits: { next: "stp_wait" } },
      {
        id: "stp_wait",
        name: "",
        kind: "wait",
        until: { of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 3, unit: "day" } },
        exits: { event: null, timeout: "stp_more" },
      },
      { id: "stp_more", name: "Second", kind: "email", template: template.id, exits: { next: null } },
    ],
  };
  const journey = await shop.api("POST", "/api/journeys", { name: "Win-back", graph });
  expect(journey.problems).toEqual([]);
  await shop.api("POST", `/api/journeys/${journey.id}/publish`, { revision: 1 });

  const contacts = (await shop.api("GET", "/api/contacts?limit=10")).items as { id: string; email: string }[];
  const ben = contacts.find((contact) => contact.email === "ben@shop.example")!;
  for (const contact of contacts)
    await shop.api("POST", `/api/contacts/${contact.id}/consents`, {
      channel: "email",
      topic: "",
      state: "granted",
      basis: "express",
      source: "order form",
    });
  expect(
    await shop.track([
      {
        type: "track",
        userId: "ben",
        event: "Order Completed",
        messageId: "live-1",
        properties: { order_id: "B2", total: 700, currency: "EUR" },
      },
    ]),
  ).toBe(true);
  await expect.poll(() => mail.taken.length, { timeout: 20_000 }).toBe(1);
  expect(mail.taken[0]!.to).toBe("ben@shop.example");

  const numbers = () => shop.api("GET", `/api/journeys/${journey.id}/numbers`);
  expect(await numbers()).toMatchObject({
    totals: { entered: 1, here: 1 },
    steps: expect.arrayContaining([{ step: "stp_wait", here: 1, arrived: 1, passed: 0 }]),
  });
  // The server has the mail a moment before the ledger has written that it does: "handing" is true for that moment.
  const ledger = async () =>
    (await shop.api("GET", `/api/sends?journey=${journey.id}`)).items as { id: string; contact: string; state: string }[];
  await expect.poll(ledger, { timeout: 10_000 }).toMatchObject([{ contact: ben.id, state: "accepted" }]);

  const link = /href="(http:\/\/127\.0\.0\.1[^"]*\/t\/c\/[^"]+)"/.exec(await htmlOf(mail.taken[0]!.raw))?.[1];
  expect(link).toBeDefined();
  const clicked = await fetch(link!, {
    redirect: "manual",
    headers: { "user-agent": "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36" },
  });
  expect([clicked.status, clicked.headers.get("location")]).toEqual([302, expect.stringMatching(/^https:\/\/shop\.example/)]);
  const kinds = () =>
    shop
      .api("GET", `/api/contacts/${ben.id}/timeline?limit=100`)
      .then((page) => [...new Set(page.items.map((item: { kind: string }) => item.kind))].sort());
  await expect.poll(kinds, { timeout: 10_000 }).toEqual(expect.arrayContaining(["engagement", "event", "order", "segment", "send"]));
  const send = await shop.api("GET", `/api/sends/${(await ledger())[0]!.id}`);
  expect(JSON.stringify(send.decision)).toContain("consent");
});
