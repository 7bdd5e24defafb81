import type { Id } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { addContact } from "../../../test/support/messaging.ts";
import { loadCompiled } from "./index.ts";

const holder = testDatabase();
let app: TestApp;
let shop: { id: Id; key: string };
beforeAll(async () => {
  app = await testApp(holder.db, holder.url);
  shop = await app.workspace();
});
afterAll(() => app.close());
const content = (source: string) => ({
  version: 1,
  fallback: "fr",
  variants: { fr: { subject: "Bonjour {{ contact.first_name }}", preheader: "", format: "html", source, text: null } },
});

test("a template is drafted, published twice, and old versions keep what they were", async () => {
  const made = await app.call(shop.key, "POST", "/api/templates", { name: "Bienvenue", starter: "welcome" });
  expect(made).toMatchObject({ status: 201, body: { liveVersion: null, languages: ["en", "fr"] } });
  const url = `/api/templates/${made.body.id}`;
  expect((await app.call(shop.key, "POST", `${url}/publish`)).body).toMatchObject({ liveVersion: 1, changedSincePublished: false });
  app.deps.clock.advance(1000);
  const saved = await app.call(shop.key, "PUT", url, {
    name: "Accueil",
    class: "marketing",
    topic: "",
    content: content("<p>Deux</p>"),
    expected: made.body.changedAt,
  });
  expect(saved.body).toMatchObject({ name: "Accueil", liveVersion: 1, changedSincePublished: true });
  expect(
    (
      await app.call(shop.key, "PUT", url, {
        name: "Accueil",
        class: "marketing",
        topic: "",
        content: content("x"),
        expected: made.body.changedAt,
      })
    ).body.error,
  ).toMatchObject({ code: "template.changed", field: "expected" });
  app.deps.clock.advance(1000);
  expect((await app.call(shop.key, "POST", `${url}/publish`)).body.versions).toMatchObject([{ version: 2 }, { version: 1 }]);
  const compiled = await loadCompiled(
    holder.db,
    [1, 2, 3].map((version) => ({ workspace: shop.id, template: made.body.id as Id, version })),
  );
  expect([...compiled.keys()]).toEqual([`${made.body.id}:1`, `${made.body.id}:2`]);
  expect(compiled.get(`${made.body.id}:1`)!.compiled.variants["fr"]!.html).toContain("compter parmi nous");
});

test("errors stop publishing and name their fields", async () => {
  const made = await app.call(shop.key, "POST", "/api/templates", {
    name: "Mauvais",
    content: content("<p>{{ x | env }}</p><script></script>"),
  });
  const refused = await app.call(shop.key, "POST", `/api/templates/${made.body.id}/publish`);
  expect(refused).toMatchObject({ status: 422, body: { error: { code: "template.has_errors", field: "variants.fr.source" } } });
  expect(refused.body.error.problems.map((one: { code: string }) => one.code)).toEqual(["html.forbidden_tag", "liquid.unknown_filter"]);
  expect(
    (await app.call(shop.key, "POST", "/api/templates/problems", { class: "marketing", content: content("<p>x</p>") })).body.problems.map(
      (one: { code: string }) => one.code,
    ),
  ).toContain("unsubscribe.inserted");
});

test("a preview shows what one contact would get, and only one's own contacts", async () => {
  const ana = await addContact(holder.db, {
    id: app.deps.ports.chance.id(app.deps.clock.now()),
    workspace: shop.id,
    now: app.deps.clock.now(),
    firstName: '"><svg onload=top.__x=1>',
  });
  const seen = await app.call(shop.key, "POST", "/api/templates/preview", {
    content: content("<p>{{ contact.first_name }}</p><a href='{{ unsubscribe_url }}'>x</a>"),
    contact: ana,
  });
  expect(seen.body).toMatchObject({ language: "fr", subject: 'Bonjour "><svg onload=top.__x=1>' });
  expect(seen.body.html).not.toContain("<svg");
  const other = await app.workspace();
  expect((await app.call(other.key, "POST", "/api/templates/preview", { content: content("x"), contact: ana })).body.error).toMatchObject({
    code: "contact.not_found",
    field: "contact",
  });
  expect(
    (await app.call(shop.key, "POST", "/api/templates/preview", { content: content("{% for i in (1..100000000) %}{% endfor %}") })).body
      .error.code,
  ).toBe("template.preview_failed");
});

test("lists page by name, and hide what is archived and what is another's", async () => {
  const shop2 = await app.workspace();
  for (const name of ["c", "a", "b"]) await app.call(shop2.key, "POST", "/api/templates", { name, starter: "birthday" });
  const first = await app.call(shop2.key, "GET", "/api/templates?limit=2");
  expect(first.body.items.map((one: { name: string }) => one.name)).toEqual(["a", "b"]);
  const second = await app.call(shop2.key, "GET", `/api/templates?limit=2&after=${encodeURIComponent(first.body.next)}`);
  expect(second.body).toMatchObject({ items: [{ name: "c" }], next: null });
  await app.call(shop2.key, "POST", `/api/templates/${second.body.items[0].id}/archive`);
  expect((await app.call(shop2.key, "GET", "/api/templates")).body.items).toHaveLength(2);
  const put = (await app.call(shop2.key, "GET", "/api/templates?archived=true")).body.items;
  expect(put).toHaveLength(1);
  // By id, in use or not, and never another workspace's.
  const foreign = (await app.call((await app.workspace()).key, "GET", `/api/templates?ids=${put[0].id}`)).body.items;
  expect([
    (await app.call(shop2.key, "GET", `/api/templates?ids=${put[0].id},${first.body.items[0].id}`)).body.items.length,
    foreign,
  ]).toEqual([2, []]);
  expect(await app.call(shop2.key, "GET", "/api/templates?ids=all")).toMatchObject({
    status: 422,
    body: { error: { field: "querystring.ids" } },
  });
  expect((await app.call(shop2.key, "POST", `/api/templates/${first.body.items[0].id}/duplicate`, { name: "copie" })).body).toMatchObject({
    name: "copie",
    liveVersion: null,
  });
  expect((await app.call(shop.key, "GET", `/api/templates/${first.body.items[0].id}`)).body.error.code).toBe("template.not_found");
  expect((await app.call(shop2.key, "GET", "/api/template-starters")).body.items).toHaveLength(6);
  expect((await app.call(shop2.key, "GET", "/api/template-variables")).status).toBe(200);
});

test("an old version can be read again, and saved as the draft it once was", async () => {
  const made = await app.call(shop.key, "POST", "/api/templates", { name: "Retour", content: content("<p>Un</p>") });
  const url = `/api/templates/${made.body.id}`;
  await app.call(shop.key, "POST", `${url}/publish`);
  app.deps.clock.advance(1000);
  await app.call(shop.key, "PUT", url, { name: "Retour", class: "marketing", topic: "", content: content("<p>Deux</p>") });
  const old = await app.call(shop.key, "GET", `${url}/versions/1`);
  expect(old.body.content).toMatchObject(content("<p>Un</p>"));
  expect(
    (await app.call(shop.key, "PUT", url, { name: "Retour", class: "marketing", topic: "", content: old.body.content })).body.draft,
  ).toEqual(old.body.content);
  expect((await app.call(shop.key, "GET", `${url}/versions/2`)).body.error.code).toBe("template.version_not_found");
  const other = await app.workspace();
  expect((await app.call(other.key, "GET", `${url}/versions/1`)).body.error.code).toBe("template.not_found");
});

test("problems say their line", async () => {
  const source =
    "<mjml>\n<mj-body>\n<mj-section><mj-column>\n<mj-wrong></mj-wrong>\n<mj-text>{{ kontact.name }}</mj-text>\n</mj-column></mj-section></mj-body></mjml>";
  const mjml = { ...content(""), variants: { fr: { ...content("").variants.fr, format: "mjml", source } } };
  const problems = (await app.call(shop.key, "POST", "/api/templates/problems", { class: "marketing", content: mjml })).body.problems;
  expect(problems).toContainEqual(expect.objectContaining({ code: "mjml.invalid", line: 4 }));
  expect(problems).toContainEqual(expect.objectContaining({ code: "liquid.unknown_variable", line: 5 }));
  const liquid = (
    await app.call(shop.key, "POST", "/api/templates/problems", { class: "marketing", content: content("<p>a</p>\n<p>{{ x | env }}</p>") })
  ).body.problems;
  expect(liquid).toContainEqual(expect.objectContaining({ code: "liquid.unknown_filter", line: 2 }));
});

test("a message that takes a second to compile does not keep the server from answering", async () => {
  const heavy = `<mjml><mj-body>${'<mj-section><mj-column><mj-text>x</mj-text><mj-button href="https://shop.example">y</mj-button></mj-column></mj-section>'.repeat(1_500)}</mj-body></mjml>`;
  const mjml = { ...content(""), variants: { fr: { ...content("").variants.fr, format: "mjml", source: heavy } } };
  // The thread is started and warm, so that what is seen is compiling.
  await app.call(shop.key, "POST", "/api/templates/problems", { class: "marketing", content: content("<p>x</p>") });
  const began = performance.now();
  let done = false;
  const compiling = app.call(shop.key, "POST", "/api/templates/problems", { class: "marketing", content: mjml }).finally(() => {
    done = true;
  });
  let longest = 0;
  let asked = 0;
  while (!done) {
    const at = performance.now();
    expect((await app.app.inject({ method: "GET", url: "/healthz" })).statusCode).toBe(200);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    longest = Math.max(longest, performance.now() - at);
    asked++;
  }
  const took = performance.now() - began;
  expect((await compiling).status).toBe(200);
  console.info(
    `compiled in ${Math.round(took)} ms; /healthz answered ${asked} times meanwhile, the slowest after ${Math.round(longest)} ms`,
  );
  expect(longest).toBeLessThan(took / 2);
});
