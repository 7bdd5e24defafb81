import { DAY, HOUR, MINUTE, type Id } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { Networks, type Mood } from "../../../test/support/audience-networks.ts";
import { AudienceWorld } from "../../../test/support/audience-world.ts";
import { testDatabase } from "../../../test/support/db.ts";
import type { Deps } from "../../deps.ts";
import { seededGenerator } from "../../platform/chance/index.ts";
import { signatureOf } from "../../platform/net/index.ts";
import { sql } from "../../platform/db/sql.ts";
import { tendRights } from "../rights/index.ts";
import { sha256 } from "./destinations.ts";
import { tendAudiences } from "./sync.ts";

const holder = testDatabase();
let shop: TestApp;
let outside: Networks;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  outside = await Networks.open();
});
afterAll(async () => {
  await outside.close();
  await shop.close();
});

const CONSENT = { channel: "email", topic: "" };
const GOOGLE = (list: number) => ({
  destination: "google",
  accountId: "123-456-7890",
  audienceId: String(list),
  clientId: "us",
  clientSecret: "a good secret",
  refreshToken: "a good refresh token",
});
const META = (list: number) => ({ destination: "meta", audienceId: String(list), accessToken: "good token" });

test("a webhook hears who entered and who left, signed with the secret that was shown once and is stored sealed", async () => {
  const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
  const person = await world.contact("ana@tea.example");
  await world.belong(person, true);
  const { id, secret } = await world.audience({ destination: "webhook", url: `${outside.url}/hook` }, null);
  outside.hooks.length = 0;
  await world.sync(id);
  await world.belong(person, false);
  await world.sync(id);
  expect(outside.hooks.map((one) => (JSON.parse(one.body) as { changes: unknown[] }).changes)).toEqual([
    [{ change: "entered", contact: person, externalId: null, email: "ana@tea.example", phone: null }],
    [{ change: "left", contact: person, externalId: null, email: "ana@tea.example", phone: null }],
  ]);
  for (const { headers, body } of outside.hooks)
    expect(headers["relance-signature"]).toBe(signatureOf(secret!, headers["relance-timestamp"] as string, body));
  expect(JSON.stringify(await world.view())).not.toContain(secret);
  const [stored] = await holder.db.query<{ secret: Uint8Array }>(sql`select secret from audiences where id = ${id}`);
  expect(Buffer.from(stored!.secret).toString("latin1")).not.toContain(secret!);
  expect(
    (await shop.call(world.key, "GET", `/api/audiences/${id}/deliveries`)).body.items.map((one: Record<string, unknown>) => [
      one["outcome"],
      one["added"],
      one["removed"],
    ]),
  ).toEqual([
    ["done", 0, 1],
    ["done", 1, 0],
  ]);
});

test("an address inside the house is refused, when it is given and when it is called", async () => {
  const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
  const given = { name: "In", source: "group", sourceId: world.group, consent: null };
  expect(
    (await shop.call(world.key, "POST", "/api/audiences", { ...given, to: { destination: "webhook", url: "http://10.0.0.7/hook" } })).body
      .error,
  ).toMatchObject({ code: "audience.address_inside", field: "to.url" });
  await world.belong(await world.contact("ana@tea.example"), true);
  const { id } = await world.audience({ destination: "webhook", url: "https://10.0.0.7/hook" }, null);
  await world.sync(id);
  expect(await world.view()).toMatchObject({
    state: "failed",
    members: 1,
    problem: { reason: expect.stringContaining("not an address of the public internet") },
  });
});

test("a network needs a consent; a wrong token ends in failed with its own words, and going on tries at once", async () => {
  const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
  expect(
    (
      await shop.call(world.key, "POST", "/api/audiences", {
        name: "Ads",
        source: "group",
        sourceId: world.group,
        to: META(1),
        consent: null,
      })
    ).body.error,
  ).toMatchObject({ code: "audience.consent_needed", field: "consent" });
  const person = await world.contact("ana@tea.example");
  await world.agree(person, true);
  await world.belong(person, true);
  const { id } = await world.audience({ ...META(2), accessToken: "a wrong token" }, CONSENT);
  await world.sync(id);
  expect(await world.view()).toMatchObject({
    state: "failed",
    problem: { reason: "Answered 401, code 190: Invalid OAuth access token.", nextTryAt: null },
  });
  expect(await shop.call(world.key, "PATCH", `/api/audiences/${id}`, { state: "active" })).toMatchObject({
    status: 200,
    body: { state: "active" },
  });
  expect(shop.deps.enqueued.at(-1)).toMatchObject({ name: "audience.sync", payload: { id } });
});

test("Meta's rate limit waits as long as it says, is shown, and is made good afterwards", async () => {
  const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
  const person = await world.contact("ana@tea.example");
  await world.agree(person, true);
  await world.belong(person, true);
  const { id } = await world.audience(META(3), CONSENT);
  outside.mood = () => "rate";
  await world.sync(id);
  outside.mood = () => "well";
  expect(await world.view()).toMatchObject({
    state: "active",
    lastSuccessAt: null,
    problem: { attempts: 1, reason: "Answered 400, code 17: User request limit reached" },
  });
  const before = outside.calls;
  await world.sync(id);
  expect(outside.calls).toBe(before);
  shop.deps.clock.advance(61_000);
  await world.sync(id);
  expect([...outside.held.get("3")!]).toEqual([sha256("ana@tea.example")]);
  expect(await world.view()).toMatchObject({ problem: null, members: 1, waiting: 0 });
});

test("Criteo is told with a token of its own and says how many it could not read; a consent that ends takes the person away on that day", async () => {
  const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
  const person = await world.contact("Ana@Tea.Example");
  await world.agree(person, true, "2026-11-25");
  await world.belong(person, true);
  const { id } = await world.audience({ destination: "criteo", audienceId: "4", clientId: "us", clientSecret: "a good secret" }, CONSENT);
  await world.sync(id);
  expect([...outside.held.get("4")!]).toEqual([sha256("ana@tea.example")]);
  expect((await shop.call(world.key, "GET", `/api/audiences/${id}/deliveries`)).body.items[0]).toMatchObject({ added: 1, refused: 1 });
  shop.deps.clock.set(Date.UTC(2026, 10, 26, 1));
  const before = shop.deps.enqueued.length;
  await tendAudiences(shop.deps);
  expect(shop.deps.enqueued.slice(before)).toContainEqual({ name: "audience.sync", payload: { workspace: world.workspace, id } });
  await world.sync(id);
  expect([...outside.held.get("4")!]).toEqual([]);
});

test("Google is told by the Data Manager API, consent and terms said, its number kept until it says what came of it; a person erased is taken off", async () => {
  const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
  const person = await world.contact("A.na@gmail.com");
  await world.agree(person, true);
  await world.belong(person, true);
  const { id } = await world.audience(GOOGLE(50), CONSENT);
  await world.sync(id);
  const destinations = [{ operatingAccount: { accountType: "GOOGLE_ADS", accountId: "1234567890" }, productDestinationId: "50" }];
  const audienceMembers = [{ userData: { userIdentifiers: [{ emailAddress: sha256("ana@gmail.com") }] } }];
  expect(outside.google).toEqual([
    {
      path: "/v1/audienceMembers:ingest",
      body: {
        destinations,
        audienceMembers,
        encoding: "HEX",
        consent: { adUserData: "CONSENT_GRANTED", adPersonalization: "CONSENT_GRANTED" },
        termsOfService: { customerMatchTermsOfServiceStatus: "ACCEPTED" },
      },
    },
  ]);
  outside.outcomes.set("r1", {
    requestStatus: "PARTIAL_SUCCESS",
    errorInfo: { errorCounts: [{ recordCount: "1", reason: "PROCESSING_ERROR_REASON_INVALID_FORMAT" }] },
  });
  shop.deps.clock.advance(31 * MINUTE);
  await world.sync(id);
  const log = async () =>
    (await shop.call(world.key, "GET", `/api/audiences/${id}/deliveries`)).body.items.map((one: Record<string, unknown>) => [
      one["outcome"],
      one["added"],
      one["removed"],
      one["refused"],
      one["reason"],
    ]);
  expect(await log()).toEqual([
    ["done", 0, 0, 1, "1 × INVALID_FORMAT"],
    ["done", 1, 0, 0, null],
  ]);
  const erasure = (await shop.call(world.key, "POST", `/api/contacts/${person}/erase`, { reason: "person", confirm: "erase" })).body.id;
  await holder.db.transaction((tx) =>
    world.tell(
      [
        {
          workspace: world.workspace,
          contact: person,
          occurredAt: shop.deps.clock.now(),
          kind: "contact.erased",
          data: { reason: "person", joined: [], keys: [] },
        },
      ],
      tx,
    ),
  );
  await holder.db.query(sql`delete from inbox where workspace_id = ${world.workspace}`);
  const request = async () => {
    await tendRights(shop.deps);
    return (await shop.call(world.key, "GET", "/api/rights")).body.items.find((one: { id: Id }) => one.id === erasure);
  };
  expect(await request()).toMatchObject({ state: "running", report: { waits: ["audiences"] } });
  await world.sync(id);
  expect(outside.google.at(-1)).toEqual({ path: "/v1/audienceMembers:remove", body: { destinations, audienceMembers, encoding: "HEX" } });
  expect(await world.view()).toMatchObject({ members: 0, waiting: 0, problem: null });
  expect(await request()).toMatchObject({ state: "done" });
});

test("a request that Google lost stops with Google's reason; started again, the list is emptied and filled anew; members are told again before Google forgets them", async () => {
  const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
  const person = await world.contact("bo@tea.example");
  await world.agree(person, true);
  await world.belong(person, true);
  const { id } = await world.audience(GOOGLE(51), CONSENT);
  await world.sync(id);
  outside.outcomes.set(`r${outside.google.length}`, {
    requestStatus: "FAILED",
    errorInfo: { errorCounts: [{ recordCount: "1", reason: "PROCESSING_ERROR_REASON_NO_CONSENT" }] },
  });
  shop.deps.clock.advance(31 * MINUTE);
  await world.sync(id);
  expect(await world.view()).toMatchObject({ state: "failed", problem: { reason: "FAILED: 1 × NO_CONSENT" } });
  const before = outside.google.length;
  await shop.call(world.key, "PATCH", `/api/audiences/${id}`, { state: "active" });
  await world.sync(id);
  const paths = () => outside.google.slice(before).map((one) => one.path.replace("/v1/audienceMembers:", ""));
  expect(paths()).toEqual(["removeAll", "ingest"]);
  expect([...outside.held.get("51")!]).toEqual(world.expected());
  shop.deps.clock.advance(2 * MINUTE);
  await world.sync(id);
  shop.deps.clock.advance(15 * DAY);
  await tendAudiences(shop.deps);
  await world.sync(id);
  expect(paths()).toEqual(["removeAll", "ingest", "ingest"]);
  expect(await shop.call(world.key, "POST", `/api/audiences/${id}/refill`)).toMatchObject({ status: 200 });
  await world.sync(id);
  expect(paths().slice(3)).toEqual(["removeAll", "ingest"]);
  const { id: meta } = await world.audience(META(52), CONSENT);
  expect((await shop.call(world.key, "POST", `/api/audiences/${meta}/refill`)).body.error).toMatchObject({ code: "audience.cannot_empty" });
});

test.each([
  [
    "a token that Google took back",
    { ...GOOGLE(53), refreshToken: "a bad refresh token" },
    "well",
    "failed",
    "Answered 400, code invalid_grant: Token has been expired or revoked.",
  ],
  [
    "a list that Google does not know",
    GOOGLE(404),
    "well",
    "failed",
    "Answered 400, code INVALID_ARGUMENT INVALID_DESTINATION: There was a problem with the request. · destinations[0].product_destination_id: No such audience.",
  ],
  ["Google broken", GOOGLE(54), "broken", "active", "Answered 500: Service temporarily unavailable"],
  ["a code of Meta's that nobody knows", META(55), "odd", "active", "Answered 400, code 2650: A rule that nobody knows yet"],
] as const)("%s is told with its code and the network's words", async (_name, to, mood, state, reason) => {
  const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
  const person = await world.contact("cy@tea.example");
  await world.agree(person, true);
  await world.belong(person, true);
  const { id } = await world.audience(to, CONSENT);
  outside.mood = () => mood;
  await world.sync(id);
  outside.mood = () => "well";
  expect(await world.view()).toMatchObject({ state, problem: { reason } });
});

test("the file for an upload page holds the hashes of members who agreed", async () => {
  const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
  const [yes, no] = [await world.contact("a.na@gmail.com"), await world.contact("bo@tea.example")];
  await world.agree(yes, true);
  for (const one of [yes, no]) await world.belong(one, true);
  const { body } = await shop.call(
    world.key,
    "GET",
    `/api/audience-files?source=group&sourceId=${world.group}&network=google&channel=email`,
  );
  expect(body).toEqual({ title: "Email,Phone\n", lines: `${sha256("ana@gmail.com")},\n`, people: 1, next: null });
});

/** Dies at its n-th transaction or statement: what it did before stays, what it would do after never happens. */
function mortal(deps: Deps, n: number): Deps {
  let left = n;
  const die = () => {
    if (left-- <= 0) throw new Error("killed");
  };
  const { sql: db } = deps.ports;
  return {
    ...deps,
    ports: {
      ...deps.ports,
      sql: {
        ...db,
        query: async (statement) => {
          die();
          return db.query(statement);
        },
        transaction: async (work) => {
          die();
          return db.transaction(work);
        },
      },
    },
  };
}

test.each((process.env["AUDIENCE_SEEDS"] ?? "1,2,3").split(","))(
  "whatever people do, whatever fails and wherever the sync is killed, the destination ends with exactly the members who agreed (seed %s)",
  async (seed) => {
    const draw = seededGenerator(`audiences ${seed}`);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(draw.float() * list.length)]!;
    const world = await AudienceWorld.open({ shop, db: holder.db, networks: outside });
    const list = 100 + Number(seed);
    const ids: Id[] = [];
    // Fewer addresses than people: some of them are one identifier at the network.
    const email = () => `p${Math.floor(draw.float() * 6)}@tea.example`;
    for (let n = 0; n < 8; n++) ids.push(await world.contact(email()));
    for (const id of ids.slice(0, 5)) {
      await world.agree(id, true);
      await world.belong(id, true);
    }
    const { id: audience } = await world.audience(META(list), CONSENT);
    let cuts = 0;
    for (let round = 0; round < 40; round++) {
      for (let deed = 0; deed < 3; deed++) {
        const id = pick(ids);
        const act = draw.float();
        if (act < 0.45) await world.belong(id, draw.float() < 0.5);
        else if (act < 0.75) await world.agree(id, draw.float() < 0.6);
        else await world.rename(id, email());
      }
      outside.mood = () => pick<Mood>(["well", "well", "rate", "broken", "cut before", "cut after"]);
      if (draw.float() < 0.4)
        await world.sync(audience, mortal(shop.deps, Math.floor(draw.float() * 4))).catch((error: Error) => {
          cuts++;
          expect(error.message).toBe("killed");
        });
      else await world.sync(audience);
      shop.deps.clock.advance(HOUR / 2);
    }
    expect(cuts).toBeGreaterThan(3);
    outside.mood = () => "well";
    if ((await world.view())["state"] !== "active") await shop.call(world.key, "PATCH", `/api/audiences/${audience}`, { state: "active" });
    shop.deps.clock.advance(DAY);
    await world.sync(audience);
    expect([...(outside.held.get(String(list)) ?? [])].sort()).toEqual(world.expected());
    expect(await world.view()).toMatchObject({
      state: "active",
      waiting: 0,
      members: [...world.people.values()].filter((one) => one.member && one.agrees).length,
      problem: null,
    });
  },
);
