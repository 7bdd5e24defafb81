import { ROLES, SCOPES, type Endpoint, type Role } from "@relance/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeRenderPool } from "../src/domains/messages/index.ts";
import { seededGenerator } from "../src/platform/chance/generator.ts";
import { raw, sql } from "../src/platform/db/sql.ts";
import { testApp, type TestApp } from "./support/app.ts";
import { testDatabase } from "./support/db.ts";
import { furnish } from "./support/furnished.ts";
import { endpointsOf, kindsOf, nameOf, requestFor, send, type Furnished } from "./support/route-table.ts";

/**
 * Who may call what, over every route that the server declares: a route that is added is tested by being there. What it needs of people is
 * an example of a new kind of thing in `support/furnished.ts`, and a line in RAW for a route outside the contract.
 */
const holder = testDatabase();
let shop: TestApp;
let mine: Furnished;
let theirs: Furnished;
let endpoints: Endpoint[];

type Caller = {
  readonly name: string;
  readonly headers: Record<string, string>;
  readonly may: (endpoint: Endpoint) => "in" | 401 | 403 | 404;
};
let callers: Caller[];

/** Routes outside the contract, by the reason they give, and why anyone may call them. */
const RAW: Readonly<Record<string, string>> = {
  "the web app's own files": "hold nothing of anyone",
  "the API's own description": "describes, holds nothing",
  "health and metrics": "no data; metrics answer this machine only",
  "addresses in mails: signed tokens, no API": "hold a signed token, checked by tracking",
  "sign-up forms: pages for everybody, and signed links in their mails":
    "show what is published to everybody; what changes holds a signed token, checked by forms",
  "the Segment protocol": "asks for a write key itself (ingest tests)",
  "shops' webhooks: signed with the connection's secret": "asks for a signature itself (connectors tests)",
  "the snippet: public, names a public key": "a script for any page; holds the key it was asked by, and no data",
  "news of text messages: signed with the provider's token": "asks for a signature itself (Twilio tests)",
  "CORS of the Segment protocol": "says what a browser may send",
};

beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  mine = await furnish(shop, holder.db);
  theirs = await furnish(shop, holder.db);
  endpoints = endpointsOf(shop.app.routeTable);
  const person = async (role: Role, workspace: string, headers: Record<string, string> = {}) => ({
    cookie: (await shop.member(workspace, role)).cookie,
    "relance-workspace": mine.id,
    ...headers,
  });
  const declared = (endpoint: Endpoint) => endpoint.access;
  const needsSession = (endpoint: Endpoint, otherwise: 401 | 403 | 404) => (declared(endpoint) === "public" ? "in" : otherwise);
  const removed = await shop.member(mine.id, "admin");
  await holder.db.query(sql`delete from members where user_id = ${removed.userId}`);
  const revoked = await shop.key(mine.id, SCOPES);
  await holder.db.query(
    sql`update api_keys set revoked_at = created_at, revoked_by = 'test' where prefix = ${revoked.slice(0, 8)} and hash = encode(sha256(${revoked}::text::bytea), 'hex')`,
  );
  const signedInOnly = (endpoint: Endpoint, otherwise: 403 | 404) => (typeof declared(endpoint) === "string" ? "in" : otherwise);
  callers = [
    { name: "nobody", headers: {}, may: (endpoint) => needsSession(endpoint, 401) },
    {
      name: "a forged cookie",
      headers: { cookie: "relance.session_token=forged.signature", "relance-workspace": mine.id },
      may: (endpoint) => needsSession(endpoint, 401),
    },
    { name: "a write key", headers: { authorization: `Bearer ${mine.writeKey}` }, may: (endpoint) => needsSession(endpoint, 401) },
    {
      name: "an unknown API key",
      headers: { authorization: "Bearer rlk_unknown0123456789012345" },
      may: (endpoint) => needsSession(endpoint, 401),
    },
    { name: "a revoked API key", headers: { authorization: `Bearer ${revoked}` }, may: (endpoint) => needsSession(endpoint, 401) },
    {
      name: "a key without scopes",
      headers: { authorization: `Bearer ${await shop.key(mine.id, [])}` },
      may: (endpoint) => needsSession(endpoint, 403),
    },
    {
      name: "an administrator of another workspace",
      headers: await person("admin", theirs.id),
      may: (endpoint) => signedInOnly(endpoint, 404),
    },
    {
      name: "a member who was removed",
      headers: { cookie: removed.cookie, "relance-workspace": mine.id },
      may: (endpoint) => signedInOnly(endpoint, 404),
    },
  ];
  for (const role of ROLES) {
    const may = (endpoint: Endpoint) =>
      typeof endpoint.access === "string" || ROLES.indexOf(role) >= ROLES.indexOf(endpoint.access.role) ? "in" : 403;
    callers.push({ name: `role ${role}`, headers: await person(role, mine.id), may });
  }
  for (const scope of SCOPES) {
    const may = (endpoint: Endpoint) =>
      endpoint.access === "public" || (typeof endpoint.access === "object" && endpoint.access.scope === scope) ? "in" : 403;
    callers.push({ name: `key ${scope}`, headers: { authorization: `Bearer ${await shop.key(mine.id, [scope])}` }, may });
  }
});
afterAll(async () => {
  await closeRenderPool();
  await shop.close();
});

test("every route is an endpoint of the contract, or says why not and is listed here", () => {
  expect(endpoints.length).toBeGreaterThan(100);
  const reasons = new Set(shop.app.routeTable.flatMap((route) => (route.raw === null ? [] : [route.raw])));
  expect([...reasons].filter((reason) => !(reason in RAW))).toEqual([]);
});

test("every kind of thing that a path can name has an example here", () => {
  const kinds = new Set(endpoints.flatMap(kindsOf));
  expect([...kinds].filter((kind) => !mine.examples.has(kind))).toEqual([]);
});

test("whoever may not call an endpoint is refused with the right code, and nothing at all changes", { timeout: 300_000 }, async () => {
  const before = await contents();
  const wrong: string[] = [];
  let asked = 0;
  for (const caller of callers) {
    for (const endpoint of endpoints) {
      const wanted = caller.may(endpoint);
      if (wanted === "in") continue;
      asked++;
      const answer = await send(shop, requestFor(endpoint, mine, seededGenerator(nameOf(endpoint))), caller.headers);
      const code = { 401: "access.not_signed_in", 403: "access.not_allowed", 404: "access.no_workspace" }[wanted];
      if (answer.status !== wanted || answer.code !== code)
        wrong.push(`${caller.name}: ${nameOf(endpoint)} answered ${answer.status} ${answer.code}, wanted ${wanted} ${code}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(1_500);
  expect(changed(before, await contents())).toEqual([]);
});

test(
  "an id of another workspace is absent, whoever asks and whatever for, and nothing of that workspace changes",
  { timeout: 300_000 },
  async () => {
    const admin = { cookie: (await shop.member(mine.id, "admin")).cookie, "relance-workspace": mine.id };
    const key = { authorization: `Bearer ${mine.key}` };
    const before = await contents(theirs.id);
    const wrong: string[] = [];
    for (const endpoint of endpoints.filter((one) => kindsOf(one).length > 0 && typeof one.access === "object")) {
      for (const headers of [admin, key]) {
        const answer = await send(shop, requestFor(endpoint, theirs, seededGenerator(nameOf(endpoint))), headers);
        if (answer.status !== 404) wrong.push(`${nameOf(endpoint)} answered ${answer.status} ${answer.body.slice(0, 300)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(changed(before, await contents(theirs.id))).toEqual([]);
  },
);

test("ids of another workspace in a query or a body change nothing there and show nothing of it", { timeout: 300_000 }, async () => {
  const key = { authorization: `Bearer ${mine.key}` };
  const before = await contents(theirs.id);
  const wrong: string[] = [];
  for (const endpoint of endpoints.filter((one) => typeof one.access === "object")) {
    for (let round = 0; round < 4; round++) {
      // The path names our things, the rest theirs.
      const path = requestFor(endpoint, mine, seededGenerator("path")).url.split("?")[0]!;
      const foreign = requestFor(endpoint, theirs, seededGenerator(`${nameOf(endpoint)} ${round}`), round === 0);
      const answer = await send(shop, { ...foreign, url: [path, ...foreign.url.split("?").slice(1)].join("?") }, key);
      // What was sent may come back; anything else of theirs may not.
      const asked = JSON.stringify(foreign);
      const shown = [`person-${theirs.id}`, ...theirs.examples.values()].filter(
        (mark) => answer.body.includes(mark) && !asked.includes(mark),
      );
      if (answer.status >= 500 || shown.length > 0)
        wrong.push(`${nameOf(endpoint)} answered ${answer.status} ${answer.body.slice(0, 300)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(changed(before, await contents(theirs.id))).toEqual([]);
});

test("whoever may call an endpoint gets past the door", { timeout: 300_000 }, async () => {
  const wrong: string[] = [];
  for (const caller of callers) {
    for (const endpoint of endpoints) {
      // Signing out and changing passwords would end the sessions this test lives on.
      if (caller.may(endpoint) !== "in" || endpoint.access === "public" || endpoint.path === "/api/me/password") continue;
      const answer = await send(shop, requestFor(endpoint, mine, seededGenerator(nameOf(endpoint))), caller.headers);
      if (answer.status === 401 || answer.code.startsWith("access.") || answer.status >= 500)
        wrong.push(`${caller.name}: ${nameOf(endpoint)} answered ${answer.status} ${answer.body.slice(0, 300)}`);
    }
  }
  expect(wrong).toEqual([]);
});

// What may move without anyone having done anything: when a session was last seen.
const RESTLESS = new Set(["auth_sessions"]);

/** A fingerprint of every table, or of one workspace's rows in every table that knows workspaces. */
async function contents(workspace: string | null = null): Promise<Map<string, string>> {
  const tables = await holder.db.query<{ name: string }>(sql`
    select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and (${workspace}::text is null or exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped)) order by c.relname`);
  const found = new Map<string, string>();
  for (const { name } of tables) {
    if (RESTLESS.has(name)) continue;
    const [row] = await holder.db.query<{ print: string }>(
      sql`select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as print from ${raw(name)} t where ${workspace}::text is null or to_jsonb(t) ->> 'workspace_id' = ${workspace}`,
    );
    found.set(name, row!.print);
  }
  return found;
}

const changed = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) =>
  [...after].filter(([name, print]) => before.get(name) !== print).map(([name]) => name);
