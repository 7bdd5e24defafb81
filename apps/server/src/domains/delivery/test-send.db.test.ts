import type { Id } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { addContact } from "../../../test/support/messaging.ts";
import { mailServer } from "../../../test/support/smtp.ts";
import { systemSleep } from "../../platform/clock/index.ts";
import { sql } from "../../platform/db/sql.ts";

const holder = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
beforeAll(async () => {
  app = await testApp(holder.db, holder.url, { RELANCE_ALLOW_PRIVATE_HOSTS: "127.0.0.1" });
  Object.assign(app.deps.clock, { sleep: systemSleep });
  shop = await app.workspace();
});
afterAll(() => app.close());

const content = {
  version: 1,
  fallback: "fr",
  variants: {
    fr: {
      subject: "Bonjour {{ contact.first_name }}",
      preheader: "",
      format: "html",
      source: '<p>{{ contact.first_name }}</p><a href="https://shop.example/a">A</a>',
      text: null,
    },
  },
};
const make = async (of = shop) => (await app.call(of.key, "POST", "/api/templates", { name: "T", content })).body.id as Id;
async function as(cookie: string, workspace: Id, path: string, body: Record<string, unknown>) {
  const answer = await app.app.inject({
    method: "POST",
    url: path,
    headers: { cookie, "relance-workspace": workspace, origin: app.deps.config.publicUrl, "sec-fetch-site": "same-origin" },
    payload: body,
  });
  return { status: answer.statusCode, body: answer.json() };
}

test("a test reaches the person who asked, as the contact would read it, and nothing of it is counted", async () => {
  const me = await app.member(shop.id, "editor");
  const now = app.deps.clock.now();
  const ana = await addContact(holder.db, { id: app.deps.ports.chance.id(now), workspace: shop.id, now, firstName: "Ana" });
  const sent = await as(me.cookie, shop.id, `/api/templates/${await make()}/test`, { contact: ana });
  expect(sent).toMatchObject({
    status: 200,
    body: { to: me.email, subject: "[Test] Bonjour Ana", provider: "outbox", outcome: "accepted" },
  });
  const seen = await app.call(shop.key, "GET", `/api/outbox/${sent.body.outbox}`);
  expect(seen.body).toMatchObject({ address: me.email, contact: ana, subject: "[Test] Bonjour Ana" });
  expect(seen.body.html).toContain('href="https://shop.example/a"');
  expect(seen.body.html).toContain('href="#unsubscribe"');
  expect(seen.body.html).not.toMatch(/\/t\/[co]\/|\/u\//);
  expect(Object.keys(seen.body.headers)).not.toContain("List-Unsubscribe");
  expect((await app.call(shop.key, "GET", "/api/sends")).body.items).toEqual([]);
  expect((await app.call(shop.key, "GET", "/api/send-ledger")).body.planned).toBe(0);
});

test("a test is refused to a viewer, to strangers' addresses, for a template with errors, while sending is stopped, and after ten", async () => {
  const viewer = await app.member(shop.id, "viewer");
  const path = `/api/templates/${await make()}/test`;
  expect((await as(viewer.cookie, shop.id, path, {})).status).toBe(403);
  expect((await app.call(shop.key, "POST", path, {})).body.error).toMatchObject({ code: "test.not_member", field: "to" });
  expect((await app.call(shop.key, "POST", path, { to: "stranger@evil.example" })).body.error).toMatchObject({ code: "test.not_member" });
  const other = await app.workspace();
  expect((await app.call(other.key, "POST", path, { to: viewer.email })).body.error.code).toBe("template.not_found");
  expect((await app.call(other.key, "POST", `/api/templates/${await make(other)}/test`, { to: viewer.email })).body.error.code).toBe(
    "test.not_member",
  );
  const bad = (
    await app.call(shop.key, "POST", "/api/templates", {
      name: "B",
      content: { ...content, variants: { fr: { ...content.variants.fr, subject: "" } } },
    })
  ).body.id;
  expect((await app.call(shop.key, "POST", `/api/templates/${bad}/test`, { to: viewer.email })).body.error).toMatchObject({
    code: "template.has_errors",
    field: "variants.fr.subject",
  });
  await app.call(shop.key, "POST", "/api/sending/stop", {});
  expect((await app.call(shop.key, "POST", path, { to: viewer.email })).body.error.code).toBe("sending.stopped");
  await app.call(shop.key, "POST", "/api/sending/resume");
  for (let n = 0; n < 10; n++)
    expect((await app.call(shop.key, "POST", path, { to: viewer.email.toUpperCase() })).body).toMatchObject({ to: viewer.email });
  expect((await app.call(shop.key, "POST", path, { to: viewer.email })).body.error.code).toBe("test.too_many");
  app.deps.clock.advance(5 * 60_000);
  expect((await app.call(shop.key, "POST", path, { to: viewer.email })).status).toBe(200);
});

test("with an SMTP server active the test leaves by it, and only when the workspace says who writes", async () => {
  const own = await app.workspace();
  const me = await app.member(own.id, "admin");
  const mail = await mailServer();
  try {
    const provider = (
      await app.call(own.key, "POST", "/api/providers", {
        name: "Relay",
        kind: "smtp",
        settings: { host: "127.0.0.1", port: mail.port, security: "none" },
      })
    ).body;
    await app.call(own.key, "POST", `/api/providers/${provider.id}/activate`);
    const path = `/api/templates/${await make(own)}/test`;
    expect((await app.call(own.key, "POST", path, { to: me.email })).body.error.code).toBe("sender.missing");
    await holder.db.query(
      sql`update workspaces set settings = jsonb_set(settings, '{sender}', '{"name":"Fauvel","email":"bonjour@shop.example","replyTo":"","postalAddress":"x"}') where id = ${own.id}`,
    );
    expect((await app.call(own.key, "POST", path, { to: me.email })).body).toMatchObject({
      provider: "smtp",
      outcome: "accepted",
      outbox: null,
    });
    expect(mail.taken).toMatchObject([{ to: me.email }]);
    expect(String(mail.taken[0]!.raw)).not.toContain("List-Unsubscribe");
  } finally {
    await mail.close();
  }
});
