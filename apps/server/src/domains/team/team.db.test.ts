import { SCOPES } from "@relance/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { createAuth, ensureFirstRun } from "./index.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

test("the one-time link of the first start makes the first administrator, once", async () => {
  const auth = createAuth({ connection: { connectionString: holder.url }, config: shop.deps.config, secrets: shop.deps.secrets });
  const { setupUrl } = await ensureFirstRun(shop.deps, auth);
  const token = new URL(setupUrl!).searchParams.get("token")!;
  const accept = (email: string) =>
    shop.app.inject({
      method: "POST",
      url: "/api/invitations/accept",
      payload: { token, name: "Camille", email, password: "a rather long sentence", locale: "en", timeZone: "America/Montreal" },
    });
  const both = await Promise.all([accept("camille@shop.example"), accept("intruder@shop.example")]);
  expect(both.map((answer) => answer.statusCode).sort()).toEqual([200, 410]);
  const winner = both.find((answer) => answer.statusCode === 200)!;
  const cookie = [winner.headers["set-cookie"]!].flat()[0]!.split(";")[0]!;
  const me = await shop.app.inject({ url: "/api/me", headers: { cookie } });
  expect(me.json()).toMatchObject({
    name: "Camille",
    workspaces: [{ name: "My shop", locale: "en", timeZone: "America/Montreal", role: "admin", kind: "regular" }],
  });
  expect((await ensureFirstRun(shop.deps, auth)).setupUrl).toBe(null);
  await auth.close();
});

test("a wrong password and an unknown address get the same answer", async () => {
  const { id } = await shop.workspace();
  const { email } = await shop.member(id, "viewer");
  const attempt = (address: string) =>
    shop.app.inject({ method: "POST", url: "/api/session", payload: { email: address, password: "not the password" } });
  const [known, unknown] = [await attempt(email), await attempt("nobody@shop.example")];
  expect([known.statusCode, unknown.statusCode]).toEqual([401, 401]);
  expect(known.json().error.code).toBe(unknown.json().error.code);
});

test("guessing passwords is stopped after twenty tries a minute from one network", async () => {
  const statuses = [];
  for (let n = 0; n < 25; n++)
    statuses.push(
      (
        await shop.app.inject({
          method: "POST",
          url: "/api/session",
          remoteAddress: "2001:db8::1",
          payload: { email: "a@shop.example", password: "x" },
        })
      ).statusCode,
    );
  expect(statuses.filter((status) => status === 401)).toHaveLength(20);
  expect(statuses.slice(20).every((status) => status === 429)).toBe(true);
});

test("a request from another site is refused although its cookie is good", async () => {
  const { id } = await shop.workspace();
  const { cookie } = await shop.member(id, "admin");
  const rename = (headers: Record<string, string>) =>
    shop.app.inject({
      method: "PATCH",
      url: "/api/workspace",
      headers: { cookie, "relance-workspace": id, ...headers },
      payload: { name: "Renamed" },
    });
  expect((await rename({ origin: "https://evil.example" })).json()).toMatchObject({ error: { code: "access.foreign_origin" } });
  expect((await rename({ "sec-fetch-site": "cross-site" })).statusCode).toBe(403);
  expect((await rename({ origin: "http://127.0.0.1:3000" })).json()).toMatchObject({ name: "Renamed" });
});

test("another workspace of the installation is absent, whoever asks", async () => {
  const [mine, theirs] = [await shop.workspace(), await shop.workspace()];
  const { cookie } = await shop.member(mine.id, "admin");
  const answer = await shop.app.inject({ url: "/api/workspace", headers: { cookie, "relance-workspace": theirs.id } });
  expect([answer.statusCode, answer.json().error.code]).toEqual([404, "access.no_workspace"]);
});

test("a viewer reads and does not write; a key does what its scopes say", async () => {
  const { id } = await shop.workspace();
  const { cookie } = await shop.member(id, "viewer");
  const headers = { cookie, "relance-workspace": id };
  expect((await shop.app.inject({ url: "/api/workspace", headers })).statusCode).toBe(200);
  expect((await shop.app.inject({ method: "PATCH", url: "/api/workspace", headers, payload: { name: "X" } })).statusCode).toBe(403);
  const key = await shop.key(id, ["settings:read"]);
  expect((await shop.call(key, "GET", "/api/workspace")).status).toBe(200);
  expect((await shop.call(key, "PATCH", "/api/workspace", { name: "X" })).body.error.message).toContain("settings:write");
});

test("a key is shown once, works, gives no more rights than its maker has, and is dead when revoked", async () => {
  const { id, key } = await shop.workspace();
  const made = await shop.call(key, "POST", "/api/keys", { kind: "api", name: "reports", scopes: ["team:write", "team:read"] });
  expect(made.body.key).toMatch(/^rlk_[A-Za-z0-9]{43}$/);
  expect((await shop.call(made.body.key, "POST", "/api/keys", { kind: "api", name: "more", scopes: SCOPES })).body.error.code).toBe(
    "role.beyond_own",
  );
  const list = await shop.call(key, "GET", "/api/keys");
  expect(JSON.stringify(list.body)).not.toContain(made.body.key);
  expect((await shop.call(key, "DELETE", `/api/keys/${made.body.id}`)).status).toBe(200);
  expect((await shop.call(made.body.key, "GET", "/api/keys")).status).toBe(401);
  const audit = await shop.call(key, "GET", "/api/audit");
  expect(audit.body.items.map((item: { action: string }) => item.action)).toEqual(["key.revoked", "key.created"]);
  expect(id).toBeDefined();
});

test("a workspace keeps one administrator, and a changed password ends other sessions", async () => {
  const { id, key } = await shop.workspace();
  const person = await shop.member(id, "admin");
  expect((await shop.call(key, "PATCH", `/api/members/${person.userId}`, { role: "viewer" })).body.error.code).toBe("member.last_admin");
  const changed = await shop.app.inject({
    method: "POST",
    url: "/api/me/password",
    headers: { cookie: person.cookie },
    payload: { current: person.password, next: "another long password" },
  });
  expect(changed.statusCode).toBe(200);
  expect((await shop.app.inject({ url: "/api/me", headers: { cookie: person.cookie } })).statusCode).toBe(401);
});

test.each([
  ["unknown keys", { name: "X", role: "admin" }, 422],
  ["a wrong type", { name: 7 }, 422],
  ["a forbidden key", JSON.parse('{"constructor":{"x":1}}'), 422],
])("%s in a body are refused by a coded answer", async (_what, payload, status) => {
  const { key } = await shop.workspace();
  const answer = await shop.call(key, "PATCH", "/api/workspace", payload);
  expect(answer.status).toBe(status);
  expect(answer.body.error.code).toBeTruthy();
});

test("broken JSON is 400, another content type 415, a body of 2 MB 413", async () => {
  const { key } = await shop.workspace();
  const send = (type: string, payload: string) =>
    shop.app.inject({ method: "PATCH", url: "/api/workspace", headers: { authorization: `Bearer ${key}`, "content-type": type }, payload });
  expect((await send("application/json", "{")).statusCode).toBe(400);
  expect((await send("text/plain", "{}")).statusCode).toBe(415);
  expect((await send("application/json", JSON.stringify({ name: "x".repeat(2_000_000) }))).statusCode).toBe(413);
});

test("text that no database can hold is refused with its field; an address that is none, or too long, with a code", async () => {
  const { key } = await shop.workspace();
  expect((await shop.call(key, "PATCH", "/api/workspace", { name: "a\u0000b" })).body.error).toMatchObject({
    code: "text.unstorable",
    field: "body.name",
  });
  expect((await shop.call(key, "PATCH", "/api/workspace", { settings: { linkHosts: ["\ud800"] } })).body.error).toMatchObject({
    code: "text.unstorable",
    field: "body.settings.linkHosts.0",
  });
  expect((await shop.call(key, "GET", "/api/contacts?search=%00")).body.error).toMatchObject({
    code: "text.unstorable",
    field: "query.search",
  });
  const malformed = await shop.app.inject({ url: "/api/contacts/%ff%fe" });
  expect([malformed.statusCode, malformed.json().error.code, malformed.headers["x-content-type-options"]]).toEqual([
    400,
    "address.malformed",
    "nosniff",
  ]);
  expect((await shop.app.inject({ url: `/api/contacts/${"x".repeat(600)}` })).json().error.code).toBe("address.too_long");
  // A person's browser may get the app, which says that there is no such page; a program never does.
  const nowhere = (accept: string, url = "/nowhere") => shop.app.inject({ url, headers: { accept } });
  const [program, api, person] = [await nowhere("*/*"), await nowhere("text/html", "/api/nowhere"), await nowhere("text/html")];
  expect([program.json().error.code, api.json().error.code, person.statusCode]).toEqual(["route.absent", "route.absent", 404]);
});

test("the API describes itself: every endpoint is in the OpenAPI document, and every answer carries the security headers", async () => {
  const document = (await shop.app.inject({ url: "/api/openapi.json" })).json();
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(["/api/keys", "/api/imports", "/api/imports/{id}/run"]));
  const page = await shop.app.inject({ url: "/api/docs" });
  expect(page.headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
  });
});
