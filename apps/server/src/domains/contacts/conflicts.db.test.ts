import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { testEngine } from "../../../test/support/engine.ts";
import { listeners } from "../../worker.ts";
import { sql } from "../../platform/db/sql.ts";
import { noteLikenesses } from "./likeness.ts";

const database = testDatabase();
let app: TestApp;
beforeAll(async () => {
  app = await testApp(database.db, database.url);
});
afterAll(() => app.close());

const identify = (key: string, message: object) => app.call(key, "POST", "/v1/identify", message);
const queue = async (key: string) =>
  (await app.call(key, "GET", "/api/identity-conflicts")).body as {
    items: { contact: { id: string }; holder: { id: string } | null; kind: string; value: string; suggestion: string; why: string }[];
    open: number;
  };
const rules = async (id: string, identity: object) =>
  database.db.query(
    sql`update workspaces set settings = settings || jsonb_build_object('identity', ${JSON.stringify(identity)}::jsonb) where id = ${id}`,
  );
const emails = async (key: string) =>
  ((await app.call(key, "GET", "/api/contacts")).body.items as { email: string | null }[]).map((one) => one.email).sort();

test("a shared address joins nobody, by the rules of the workspace", async () => {
  const { id, key } = await app.workspace();
  for (const externalId of ["a", "b"]) await app.call(key, "POST", "/api/contacts", { externalId, email: "compta@shop.example" });
  for (let i = 0; i < 2; i++) await app.call(key, "POST", "/api/contacts", { email: "compta@shop.example" }); // the mailbox itself, once
  expect(await emails(key)).toEqual(Array(3).fill("compta@shop.example"));
  for (const externalId of ["a", "b"]) await app.call(key, "POST", "/api/contacts", { externalId, email: `${externalId}@shop.example` });
  expect(await emails(key)).toEqual(["a@shop.example", "b@shop.example", "compta@shop.example"]);
  for (const [phone, joined] of [
    ["shared", 2],
    ["unique", 1],
  ] as const) {
    await rules(id, { phone });
    for (const part of ["x", "y"])
      await app.call(
        key,
        "POST",
        "/api/contacts",
        part === "x"
          ? { externalId: phone, phone: `+3361234567${joined}` }
          : { email: `${phone}@shop.example`, phone: `+3361234567${joined}` },
      );
    expect((await app.call(key, "GET", `/api/contacts?search=${encodeURIComponent(`+3361234567${joined}`)}`)).body.items.length).toBe(
      phone === "shared" ? 0 : 1,
    );
    const [row] = await database.db.query<{ n: number }>(
      sql`select count(*) as n from contacts where workspace_id = ${id} and phone = ${`+3361234567${joined}`}`,
    );
    expect(row!.n).toBe(joined);
  }
});

test("a conflict waits for a person, who keeps two apart, changes their mind, and joins them", async () => {
  const { key } = await app.workspace();
  const stranger = await app.workspace();
  const one = (
    await app.call(key, "POST", "/api/contacts", { externalId: "1", email: "lea@shop.example", firstName: "Léa", lastName: "Martin" })
  ).body.id as string;
  await identify(key, { userId: "2", traits: { email: "lea@shop.example", firstName: "Lea", lastName: "Martin" } });
  const [open] = (await queue(key)).items;
  expect(open).toMatchObject({ holder: { id: one }, kind: "email", value: "lea@shop.example", suggestion: "apart", why: "two_accounts" });
  const claim = { contact: open!.contact.id, kind: "email", value: "lea@shop.example" };
  const decide = (decision: string, by = key) => app.call(by, "POST", "/api/identity-conflicts/decide", { ...claim, decision });
  expect((await decide("join", stranger.key)).status).toBe(404);
  expect(await decide("take")).toMatchObject({ status: 422, body: { error: { code: "identity.decision_unfit", field: "decision" } } });
  expect((await decide("apart")).status).toBe(200);
  await identify(key, { userId: "2", traits: { email: "lea@shop.example" } }); // does not come back
  expect((await queue(key)).open).toBe(0);
  expect((await decide("join")).status).toBe(404);
  expect((await app.call(key, "POST", "/api/identity-conflicts/reopen", claim)).status).toBe(200);
  const joined = await decide("join");
  expect(joined.status).toBe(200);
  expect((await queue(key)).open).toBe(0);
  const profile = (await app.call(key, "GET", `/api/contacts/${claim.contact}`)).body;
  expect(profile).toMatchObject({ id: joined.body.contact, merges: [{ evidence: { kind: "email", value: "lea@shop.example" } }] });
  expect(profile.identities.map((row: { value: string }) => row.value).sort()).toEqual(["1", "2", "lea@shop.example"]);
  expect((await app.call(key, "GET", "/api/contacts")).body.total).toBe(1);
});

test("two joined by mistake are looked at, separated, kept apart, and joined again", async () => {
  const { id, key } = await app.workspace();
  const stranger = await app.workspace();
  const one = (await app.call(key, "POST", "/api/contacts", { externalId: "1", email: "lea@shop.example", attributes: { plan: "gold" } }))
    .body.id as string;
  const other = (await app.call(key, "POST", "/api/contacts", { email: "max@shop.example", firstName: "Max" })).body.id as string;
  expect((await app.call(stranger.key, "POST", `/api/contacts/${one}/join`, { contact: other })).status).toBe(404);
  expect((await app.call(key, "POST", `/api/contacts/${one}/join`, { contact: one })).body.error.code).toBe("identity.decision_unfit");
  expect((await app.call(key, "POST", `/api/contacts/${one}/join`, { contact: other })).body).toEqual({ contact: one });
  await app.call(key, "POST", "/v1/track", { userId: "1", event: "Visit" });
  await identify(key, { anonymousId: "phone", traits: { email: "max@shop.example", lastName: "Blanc", plan: "silver" } });
  const [merge] = (await app.call(key, "GET", `/api/contacts/${other}`)).body.merges;
  const path = `/api/contacts/${one}/merges/${merge.id}`;
  expect((await app.call(key, "GET", path)).body).toMatchObject({
    stays: { externalId: "1", email: "lea@shop.example", firstName: null },
    goes: {
      email: "max@shop.example",
      lastName: "Blanc",
      identities: [
        { kind: "anonymous_id", value: "phone" },
        { kind: "email", value: "max@shop.example" },
      ],
    },
    counts: expect.arrayContaining([{ kind: "event", goes: 1, stays: 1 }]),
  });
  expect((await app.call(stranger.key, "POST", `${path}/separate`)).status).toBe(404);
  expect((await app.call(key, "POST", `${path}/separate`)).body).toEqual({ contact: other });
  expect((await app.call(key, "POST", `${path}/separate`)).body.error.code).toBe("contact.merge_not_found");
  expect((await app.call(key, "GET", `/api/contacts/${one}`)).body).toMatchObject({
    id: one,
    email: "lea@shop.example",
    lastName: null,
    attributes: { plan: "gold" },
    merges: [],
  });
  expect((await app.call(key, "GET", `/api/contacts/${other}`)).body).toMatchObject({
    id: other,
    email: "max@shop.example",
    firstName: "Max",
    lastName: "Blanc",
    attributes: { plan: "silver" },
  });
  // What would have joined them joins them no more.
  await identify(key, { userId: "1", traits: { email: "max@shop.example" } });
  expect((await app.call(key, "GET", "/api/contacts")).body.total).toBe(2);
  expect((await app.call(key, "POST", `/api/contacts/${one}/join`, { contact: other })).body).toEqual({ contact: one });
  expect(
    (await app.call(key, "GET", "/api/audit")).body.items
      .map((row: { action: string }) => row.action)
      .filter((action: string) => action.startsWith("contact.")),
  ).toEqual(["contact.joined", "contact.separated", "contact.joined"]);
  // A merge of before parts were kept says that it cannot be taken back.
  const joined = async () => (await app.call(key, "GET", `/api/contacts/${one}`)).body.merges as { id: string; separable: boolean }[];
  expect((await joined()).map((row) => row.separable)).toEqual([true]);
  await database.db.query(sql`delete from contact_parts where workspace_id = ${id}`);
  expect((await joined()).map((row) => row.separable)).toEqual([false]);
  expect((await app.call(key, "POST", `/api/contacts/${one}/merges/${(await joined())[0]!.id}/separate`)).body.error.code).toBe(
    "contact.not_separable",
  );
});

test("contacts who are probably one person are found by what they share, wait for a person, and do not come back", async () => {
  const { id: workspace, key } = await app.workspace();
  const lea = { firstName: "Léa", lastName: "Dupont-Roux" };
  const people = [
    { email: "lea.dupont@gmail.com", ...lea, birthDate: "1990-05-01" },
    { email: "leadupont+promo@googlemail.com" },
    { email: "lea@shop.example", firstName: "LEA", lastName: "Dupont Roux", birthDate: "1990-05-01", postalCode: "75011" },
    { email: "l@other.example", ...lea, postalCode: "75 011" },
    { email: "max@shop.example", firstName: "Max", lastName: "Dupont-Roux", birthDate: "1990-05-01", postalCode: "75011" },
    { email: "x@shop.example", firstName: "Léa", birthDate: "1990-05-01" },
  ];
  const ids = new Map<string, number>();
  for (const [n, person] of people.entries()) {
    ids.set((await app.call(key, "POST", "/api/contacts", person)).body.id as string, n);
    app.deps.clock.advance(1000);
  }
  const look = async () => {
    await database.db.transaction((tx) => noteLikenesses(tx, { workspace, now: app.deps.clock.now() }));
    return (await queue(key)).items.map((one) => [ids.get(one.contact.id), ids.get(one.holder!.id), one.value, one.suggestion]).sort();
  };
  const found = [
    [1, 0, "email", "join"],
    [2, 0, "name_birth", "join"],
    [3, 2, "name_postcode", "join"],
  ];
  expect(await look()).toEqual(found);
  expect(await look()).toEqual(found);
  const claim = async (n: number) => ({
    contact: [...ids].find(([, place]) => place === n)![0],
    kind: "likeness",
    value: found.find(([contact]) => contact === n)![2],
  });
  expect((await app.call(key, "POST", "/api/identity-conflicts/decide", { ...(await claim(3)), decision: "apart" })).status).toBe(200);
  expect((await app.call(key, "POST", "/api/identity-conflicts/decide", { ...(await claim(2)), decision: "join" })).status).toBe(200);
  await app.call(key, "PATCH", `/api/contacts/${(await claim(1)).contact}`, { email: "somebody@else.example" });
  expect(await look()).toEqual([]);
  expect((await app.call(key, "GET", "/api/readiness/cleaning")).body.duplicates).toBe(0);
});

test("decisions on claims about the same people, all at once, wait for each other and end in one person", async () => {
  const { id, key } = await app.workspace();
  const people = await Promise.all(
    [1, 2, 3, 4].map(
      async (n) =>
        (await app.call(key, "POST", "/api/contacts", { externalId: `${n}`, email: `p${n}@shop.example`, phone: `+3361234567${n}` })).body
          .id as string,
    ),
  );
  for (const n of [1, 2, 3, 4])
    for (const m of [1, 2, 3, 4]) if (n !== m) await identify(key, { userId: `${n}`, traits: { email: `p${m}@shop.example` } });
  const { items } = await queue(key);
  expect(items.length).toBe(12);
  const answers = await Promise.all(
    [...items, ...[...items].reverse()].map(({ contact, kind, value }) =>
      app.call(key, "POST", "/api/identity-conflicts/decide", { contact: contact.id, kind, value, decision: "join" }),
    ),
  );
  expect([...new Set(answers.map((answer) => answer.status))].sort()).toEqual([200, 404]);
  expect((await queue(key)).open).toBe(0);
  const [row] = await database.db.query<{ contacts: number; owners: number }>(
    sql`select (select count(*) from contacts where workspace_id = ${id}) as contacts, (select count(distinct contact_id) from identities where workspace_id = ${id}) as owners`,
  );
  expect(row).toEqual({ contacts: 1, owners: 1 });
  expect(people).toContain((await app.call(key, "GET", `/api/contacts/${people[3]}`)).body.id);
});

test("a new address said by a public key waits, and is taken on a person's word", async () => {
  const { id, key } = await app.workspace();
  await app.call(key, "POST", "/api/contacts", { externalId: "1", email: "old@shop.example" });
  await identify(await app.writeKey(id), { userId: "1", traits: { email: "new@shop.example" } });
  const [open] = (await queue(key)).items;
  expect(open).toMatchObject({ holder: null, suggestion: "take", why: "unsigned" });
  expect(
    (
      await app.call(key, "POST", "/api/identity-conflicts/decide", {
        contact: open!.contact.id,
        kind: "email",
        value: "new@shop.example",
        decision: "take",
      })
    ).status,
  ).toBe(200);
  expect(await emails(key)).toEqual(["new@shop.example"]);
});

test("of a kind with a limit the ones said last name a contact; an older one joins nobody and is whose it is said to be since", async () => {
  const { id, key } = await app.workspace();
  await rules(id, { limits: { email: 1 } });
  const say = async (userId: string, email: string, timestamp?: string) => {
    app.deps.clock.advance(60_000);
    return identify(key, { userId, traits: { email, plan: userId }, ...(timestamp && { timestamp }) });
  };
  const of = async (userId: string) => {
    const [row] = (await app.call(key, "GET", `/api/contacts?search=${userId}`)).body.items as { id: string }[];
    const { email, identities } = (await app.call(key, "GET", `/api/contacts/${row!.id}`)).body as {
      email: string;
      identities: { kind: string; value: string; former: boolean }[];
    };
    return { email, held: identities.filter((one) => one.kind === "email").map((one) => `${one.value}${one.former ? " (former)" : ""}`) };
  };
  await say("user-1", "old@shop.example");
  await say("user-1", "new@shop.example");
  expect(await of("user-1")).toEqual({ email: "new@shop.example", held: ["new@shop.example", "old@shop.example (former)"] });
  // Another person has the address now: no merge, and nothing to decide.
  await say("user-2", "old@shop.example");
  expect([await of("user-1"), await of("user-2"), (await queue(key)).open]).toEqual([
    { email: "new@shop.example", held: ["new@shop.example"] },
    { email: "old@shop.example", held: ["old@shop.example"] },
    0,
  ]);
  // A word from before the address was left is a claim like any other: two user ids, for a person to decide.
  await say("user-2", "newer@shop.example");
  await say("user-3", "old@shop.example", new Date(app.deps.clock.now() - 90_000).toISOString());
  expect((await queue(key)).items.map((one) => [one.value, one.suggestion, one.why])).toEqual([
    ["old@shop.example", "apart", "two_accounts"],
  ]);
  // An old address alone, in a row of a list, is still of whoever had it last.
  const { body } = await app.call(key, "POST", "/api/contacts", { email: "old@shop.example" });
  expect(body.externalId).toBe("user-2");
});

test("the identifier believed first says whom a message is about when another names a different contact", async () => {
  const { id, key } = await app.workspace();
  const [one, two] = [
    (await app.call(key, "POST", "/api/contacts", { externalId: "1", email: "one@shop.example" })).body.id,
    (await app.call(key, "POST", "/api/contacts", { externalId: "2" })).body.id,
  ];
  const about = async (message: object) => {
    app.deps.clock.advance(60_000);
    const plan = `plan ${app.deps.clock.now()}`;
    await identify(key, { ...message, traits: { email: "one@shop.example", plan } });
    const holders = await Promise.all(
      [one, two].map(async (contact) =>
        (await app.call(key, "GET", `/api/contacts/${contact}`)).body.attributes.plan === plan ? contact : null,
      ),
    );
    return holders.filter((contact) => contact !== null);
  };
  expect(await about({ userId: "2" })).toEqual([two]);
  await rules(id, { priority: ["email", "user_id", "shop_id", "phone", "anonymous_id"] });
  expect(await about({ userId: "2" })).toEqual([one]);
  expect(await about({ userId: "3" })).toEqual([one]); // a new user id of the same person
  expect((await queue(key)).items.map((item) => [item.contact.id, item.kind, item.value, item.holder!.id])).toEqual(
    expect.arrayContaining([
      [two, "email", "one@shop.example", one],
      [one, "user_id", "2", two],
    ]),
  );
  expect((await app.call(key, "GET", "/api/contacts")).body.total).toBe(2);
});

test("beyond the guard a merge needs a person; the message that joined two is kept as evidence", async () => {
  const { id, key } = await app.workspace();
  await rules(id, { guard: 4 });
  const visits = ["v1", "v2", "v3", "v4", "v5"];
  for (const anonymousId of visits) await app.call(key, "POST", "/v1/track", { anonymousId, event: "Visit" });
  await app.call(key, "POST", "/v1/batch", {
    batch: visits.map((anonymousId, n) => ({ type: "identify", userId: "kiosk", anonymousId, messageId: `login-${n}` })),
  });
  const { items } = await queue(key);
  expect(items.map((one) => [one.kind, one.value, one.suggestion, one.why])).toEqual(
    ["v4", "v5"].map((visitor) => ["anonymous_id", visitor, "apart", "too_many"]),
  );
  const { merges } = (await app.call(key, "GET", `/api/contacts/${items[0]!.contact.id}`)).body;
  expect(merges.map((one: { evidence: { value: string; message: string } }) => [one.evidence.value, one.evidence.message]).sort()).toEqual([
    ["v2", "login-1"],
    ["v3", "login-2"],
  ]);
  for (const { contact, kind, value } of items)
    expect(
      (await app.call(key, "POST", "/api/identity-conflicts/decide", { contact: contact.id, kind, value, decision: "join" })).status,
    ).toBe(200);
  const [row] = await database.db.query<{ contacts: number; owners: number; events: number }>(sql`
    select (select count(*) from contacts where workspace_id = ${id}) as contacts, (select count(distinct contact_id) from identities where workspace_id = ${id}) as owners, (select count(distinct contact_id) from events where workspace_id = ${id}) as events`);
  expect(row).toEqual({ contacts: 1, owners: 1, events: 1 });
});

test("a journey that the merge ended, since both were in it, goes on when they are separated; who was where is counted right", async () => {
  const { key } = await app.workspace();
  const make = async (path: string, body?: unknown) => (await app.call(key, "POST", path, body)).body;
  const people = [
    (await make("/api/contacts", { externalId: "1", email: "a@shop.example", firstName: "Zoé" })).id as string,
    (await make("/api/contacts", { email: "b@shop.example", firstName: "Zoé" })).id as string,
  ];
  const segment = await make("/api/segments", {
    name: "People",
    rule: { kind: "attribute", attribute: "first_name", is: { op: "eq", value: "Zoé" } },
  });
  const graph = {
    version: 1,
    starts: [{ kind: "segment", segment: segment.id, on: "enter" }],
    first: "stp_wait",
    positions: {},
    settings: { filter: null, reentry: { kind: "always" }, exits: [] },
    steps: [{ id: "stp_wait", name: "", kind: "wait", until: { of: "duration", span: { n: 9, unit: "day" } }, exits: { next: null } }],
  };
  const journey = await make("/api/journeys", { name: "Care", graph });
  await make(`/api/journeys/${journey.id}/publish`, { revision: 1 });
  await make(`/api/journeys/${journey.id}/start`, { contacts: people });
  const engine = await testEngine({
    db: database.db,
    clock: app.deps.clock,
    chance: app.deps.ports.chance,
    listeners: listeners(app.deps),
  });
  const state = async () => {
    await engine.drain();
    return database.db.query(sql`
      select (select count(*) from runs where journey_id = ${journey.id} and state = 'waiting') as waiting, (select count(*) from visits where journey_id = ${journey.id} and left_at is null) as open,
        (select sum(entered - completed - left_early - failed) from journey_totals where journey_id = ${journey.id}) as inside, (select sum(arrived - passed) from step_totals where journey_id = ${journey.id}) as at,
        (select count(*) from segment_members where segment_id = ${segment.id}) as members, (select count(*) from runs r join contacts c on c.bucket = r.bucket and c.id = r.contact_id where r.journey_id = ${journey.id}) as owned`);
  };
  expect(await state()).toEqual([{ waiting: 2, open: 2, inside: 2, at: 2, members: 2, owned: 2 }]);
  const joined = await make(`/api/contacts/${people[0]}/join`, { contact: people[1] });
  expect(await state()).toEqual([{ waiting: 1, open: 1, inside: 1, at: 1, members: 1, owned: 2 }]);
  const [merge] = (await app.call(key, "GET", `/api/contacts/${joined.contact}`)).body.merges;
  await make(`/api/contacts/${joined.contact}/merges/${merge.id}/separate`);
  expect(await state()).toEqual([{ waiting: 2, open: 2, inside: 2, at: 2, members: 2, owned: 2 }]);
  await engine.leases.release();
});
