import { IDENTIFIERS } from "@relance/contract/team";
import type { Id } from "@relance/model/base";
import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { testDeps } from "../../../test/support/deps.ts";
import { seededGenerator, type Generator } from "../../platform/chance/generator.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import { ingestBatches, type IngestInto, type Verdict } from "./index.ts";

const database = testDatabase();
const NOW = Date.UTC(2026, 10, 23, 12);
const SEEDS = Array.from({ length: 12 }, (_, i) => `identity ${i}`);
const MANY = Array.from({ length: Number(process.env["RELANCE_IDENTITY_CASES"] ?? 4) }, (_, i) => `identity ${i}`);

interface World {
  ports: ReturnType<typeof testDeps>["ports"];
  into: IngestInto;
}
function world(trusted: boolean): World {
  const { ports } = testDeps(database.db);
  return { ports, into: { workspace: ports.chance.id(NOW), currency: "EUR", phone: (text) => text, trusted, source: "events" } };
}

const send = (at: World, messages: readonly unknown[]): Promise<Verdict[][]> =>
  ingestBatches(at.ports, at.into, [{ messages, receivedAt: NOW, source: null, live: true }]);

/** Messages of a few people, each with identifiers of their own, in the ways that shops mix them. */
function peopleTalk(generator: Generator, linked: boolean): Record<string, unknown>[] {
  const messages: Record<string, unknown>[] = [];
  for (let person = 0; person < 4; person++) {
    const visitors = [0, 1].map((n) => `anon-${person}-${n}`);
    const userId = `user-${person}`;
    const email = `p${person}@shop.example`;
    for (let i = 0; i < 2 + generator.below(7); i++) {
      const anonymousId = generator.pick(visitors);
      const timestamp = new Date(NOW - generator.below(1_000_000)).toISOString();
      const traits = { plan: generator.pick(["a", "b", "c"]), ...(generator.chance(0.5) && { score: generator.below(4) }) };
      const kinds = [
        () => ({
          type: "track",
          anonymousId,
          event: generator.pick(["Browse", "Product Added"]),
          properties: { product_id: "p", price: 2 },
        }),
        () => ({
          type: "track",
          userId,
          event: "Order Completed",
          properties: { order_id: `o-${person}-${generator.below(3)}`, total: generator.below(90) },
        }),
        () => ({ type: "identify", userId, anonymousId, traits: { ...traits, email } }),
        () => ({ type: "identify", userId, traits }),
        ...(linked
          ? [
              () => ({ type: "identify", anonymousId, traits: { ...traits, email } }),
              () => ({ type: "identify", anonymousId, traits: { email, phone: `+3361234567${person}` } }),
              () => ({ type: "alias", userId, previousId: anonymousId }),
            ]
          : []),
      ];
      messages.push({ ...generator.pick(kinds)(), timestamp, messageId: `m-${person}-${i}` });
    }
  }
  return messages;
}

function shuffled<T>(items: readonly T[], generator: Generator): T[] {
  const left = [...items];
  return items.map(() => left.splice(generator.below(left.length), 1)[0]!);
}

function inBatches<T>(items: readonly T[], generator: Generator): T[][] {
  const batches: T[][] = [];
  for (let i = 0; i < items.length;) {
    const size = 1 + generator.below(6);
    batches.push(items.slice(i, i + size));
    i += size;
  }
  return batches;
}

/** What a workspace knows, free of our ids: each contact by its identifiers, values, events and orders. */
async function picture(workspace: Id): Promise<unknown> {
  const rows = await database.db.query<{ who: string }>(sql`
    select jsonb_build_object(
      'identities', (select jsonb_agg(i.kind || ':' || i.value order by i.kind, i.value) from identities i where i.contact_id = c.id and i.workspace_id = c.workspace_id),
      'user', c.external_id, 'email', c.email, 'phone', c.phone, 'known', c.known, 'attributes', c.attributes, 'created', c.created_at,
      'events', (select jsonb_agg(e.message_id order by e.message_id) from events e where e.bucket = c.bucket and e.contact_id = c.id),
      'orders', (select jsonb_agg(o.external_id || ':' || o.total order by o.external_id) from orders o where o.bucket = c.bucket and o.contact_id = c.id)
    )::text as who
    from contacts c where c.workspace_id = ${workspace} order by who`);
  return rows.map((row) => JSON.parse(row.who) as unknown);
}

async function conserved(workspace: Id, sent: number): Promise<void> {
  const [counts] = await database.db.query<Record<string, number>>(sql`
    select (select count(*) from events where workspace_id = ${workspace}) as events,
      (select count(distinct message_id) from events where workspace_id = ${workspace}) as messages,
      (select count(*) from events e where e.workspace_id = ${workspace} and not exists (select 1 from contacts c where c.bucket = e.bucket and c.id = e.contact_id)) as orphans,
      (select count(*) from identities i where i.workspace_id = ${workspace} and not exists (select 1 from contacts c where c.id = i.contact_id)) as lost,
      (select count(*) from inbox where workspace_id = ${workspace} and kind = 'event') as facts,
      (select coalesce(sum(n), 0) from counters where workspace_id = ${workspace} and name = 'events') as counted,
      (select count(*) from contacts where workspace_id = ${workspace} and known) - (select coalesce(sum(n), 0) from counters where workspace_id = ${workspace} and name = 'contacts.known') as known_off,
      (select count(*) from contacts where workspace_id = ${workspace}) - (select coalesce(sum(n), 0) from counters where workspace_id = ${workspace} and name = 'contacts') as contacts_off,
      (select count(*) from contacts c where c.workspace_id = ${workspace} and not exists (select 1 from identities i where i.contact_id = c.id)) as nameless,
      (select coalesce(sum(abs(t.n - coalesce(i.n, 0))), 0) from (select bucket, sum(enqueued - taken - quarantined) as n from inbox_totals group by bucket) t left join (select bucket, count(*) as n from inbox group by bucket) i on i.bucket = t.bucket) as inbox_off`);
  expect(counts).toEqual({
    events: sent,
    messages: sent,
    orphans: 0,
    lost: 0,
    facts: sent,
    counted: sent,
    known_off: 0,
    contacts_off: 0,
    nameless: 0,
    inbox_off: 0,
  });
}

test.each(
  SEEDS.flatMap(
    (seed) =>
      [
        [seed, true],
        [seed, false],
      ] as const,
  ),
)("any order and any batching of the same messages give the same contacts (%s, trusted %s)", async (seed, trusted) => {
  const generator = seededGenerator(seed);
  const messages = peopleTalk(generator, trusted);
  const twin = world(trusted);
  for (const message of messages) await send(twin, [message]); // the slow twin: one at a time, as written
  const expected = await picture(twin.into.workspace);
  await conserved(twin.into.workspace, messages.length);
  for (let round = 0; round < 3; round++) {
    const other = world(trusted);
    for (const batch of inBatches(shuffled(messages, generator), generator)) await send(other, batch);
    expect(await picture(other.into.workspace)).toEqual(expected);
    await conserved(other.into.workspace, messages.length);
  }
});

/** Messages of people who change their addresses and devices more often than a limit keeps; all that is theirs is said once with their user id. */
function peopleChange(generator: Generator): Record<string, unknown>[] {
  return Array.from({ length: 3 }, (_, person) => {
    const [userId, emails, phones, devices] = [
      `user-${person}`,
      ...["e", "p", "d"].map((letter) =>
        Array.from({ length: 3 }, (_, n) =>
          letter === "e" ? `p${person}-${n}@shop.example` : letter === "p" ? `+336123456${person}${n}` : `anon-${person}-${n}`,
        ),
      ),
    ] as const;
    const one = (items: readonly string[]) => generator.pick(items);
    const kinds = [
      () => ({ anonymousId: one(devices!), traits: { email: one(emails!) } }),
      () => ({ anonymousId: one(devices!) }),
      () => ({ userId, anonymousId: one(devices!), traits: { plan: one(["a", "b"]) } }),
      () => ({ userId, traits: { email: one(emails!) } }),
      () => ({ userId, traits: { phone: one(phones!) } }),
      () => ({ userId, anonymousId: one(devices!), traits: { email: one(emails!) } }),
    ];
    const all = [
      ...emails!.map((email) => ({ userId, traits: { email } })),
      ...phones!.map((phone) => ({ userId, traits: { phone } })),
      ...devices!.map((anonymousId) => ({ userId, anonymousId })),
    ];
    return [...all, ...Array.from({ length: 12 }, () => generator.pick(kinds)())].map((message, i) => ({
      type: "identify",
      messageId: `m-${person}-${i}`,
      timestamp: new Date(NOW - generator.below(1_000_000)).toISOString(),
      ...message,
    }));
  }).flat();
}

/** The identifiers that name each person, by when they were said: those the limits keep. */
async function keptBy(workspace: Id, limits: Readonly<Record<string, number | null>>): Promise<unknown> {
  return database.db.query(sql`
    select c.external_id, array_agg(i.kind || ' ' || i.value order by i.kind, i.value) as kept from (
      select i.contact_id, i.kind, i.value, row_number() over (partition by i.contact_id, i.kind order by i.said_at desc, i.value collate "C" desc) as place from identities i where i.workspace_id = ${workspace}
    ) i join contacts c on c.id = i.contact_id where i.place <= coalesce((${JSON.stringify(limits)}::jsonb ->> i.kind)::int, 99) group by c.external_id order by c.external_id`);
}

test.each(MANY)("any order of the same messages gives the same contacts with limits and priorities on (%s)", async (seed) => {
  const generator = seededGenerator(`limits ${seed}`);
  const messages = shuffled(peopleChange(generator), generator);
  const limits = {
    email: 1 + generator.below(2),
    phone: 1 + generator.below(2),
    anonymous_id: generator.pick([null, 1, 2]),
    shop_id: null,
  };
  const identity = JSON.stringify({ limits, priority: shuffled(IDENTIFIERS, generator) });
  let expected: unknown = null;
  for (let round = 0; round < 4; round++) {
    const at = world(true);
    await database.db.query(
      sql`insert into workspaces (id, name, kind, created_at, settings) values (${at.into.workspace}, 'W', 'regular', ${ts(NOW)}::timestamptz, jsonb_build_object('identity', ${identity}::jsonb))`,
    );
    for (const batch of round === 0 ? messages.map((message) => [message]) : inBatches(shuffled(messages, generator), generator))
      await send(at, batch);
    const found = [await picture(at.into.workspace), await keptBy(at.into.workspace, limits)];
    await conserved(at.into.workspace, messages.length);
    expected ??= found;
    expect(found).toEqual(expected);
  }
  expect((expected as unknown[][])[0]!.length).toBe(3);
});

/** Four people at one kiosk, who also give their office's mailbox; all but the device itself. */
async function people(workspace: Id): Promise<unknown> {
  const rows = (await picture(workspace)) as { identities: string[] }[];
  return rows
    .map((row) => ({ ...row, identities: row.identities.filter((one) => !one.startsWith("anonymous_id:")) }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

test.each(SEEDS.slice(0, 6))("people who share a device and a mailbox stay apart, in any order and any batching (%s)", async (seed) => {
  const generator = seededGenerator(`shared ${seed}`);
  const messages = Array.from({ length: 24 }, (_, i) => {
    const person = i % 4;
    const own = { email: `p${person}@shop.example`, plan: generator.pick(["a", "b"]) };
    const kinds = [
      () => ({ anonymousId: "kiosk", traits: own }),
      () => ({ userId: `u${person}`, anonymousId: "kiosk", traits: own }),
      () => ({ userId: `u${person}`, traits: own }),
      () => ({ userId: `u${person}`, traits: { email: "info@office.example" } }),
    ];
    return {
      type: "identify",
      messageId: `m${i}`,
      timestamp: new Date(NOW - generator.below(1e6)).toISOString(),
      ...(i < 4 ? { userId: `u${person}`, traits: own } : generator.pick(kinds)()),
    };
  });
  let expected: unknown = null;
  for (let round = 0; round < 4; round++) {
    const other = world(true);
    const sent =
      round === 0
        ? messages.map((message) => [message])
        : inBatches(shuffled([...messages, ...messages.slice(0, 5)], generator), generator);
    for (const batch of sent) await send(other, batch);
    await conserved(other.into.workspace, messages.length);
    const found = await people(other.into.workspace);
    expected ??= found;
    expect(found).toEqual(expected);
  }
  expect((expected as { user: string; email: string }[]).map((one) => [one.user, one.email])).toEqual(
    [0, 1, 2, 3].map((n) => [`u${n}`, `p${n}@shop.example`]),
  );
});

test.each(SEEDS)("contested identifiers lose no event and join no two people with user ids (%s)", async (seed) => {
  const generator = seededGenerator(`contest ${seed}`);
  const at = world(generator.chance(0.5));
  const messages = Array.from({ length: 60 }, (_, i) => ({
    type: generator.pick(["track", "identify"]),
    event: "E",
    messageId: `m${i}`,
    timestamp: new Date(NOW - generator.below(1e6)).toISOString(),
    traits: {
      ...(generator.chance(0.5) && { email: `e${generator.below(4)}@shop.example` }),
      ...(generator.chance(0.3) && { phone: `+3361234567${generator.below(3)}` }),
    },
    anonymousId: `x${generator.below(6)}`,
    ...(generator.chance(0.5) && { userId: `u${generator.below(4)}` }),
  }));
  // Eight senders at a time, as two processes would.
  await Promise.all(
    inBatches(messages, generator).map(async (batch) => {
      for (let attempt = 0; ; attempt++) {
        try {
          return await send(at, batch);
        } catch (error) {
          if (!["40P01", "40001"].includes((error as { code?: string }).code ?? "") || attempt > 5) throw error;
        }
      }
    }),
  );
  await conserved(at.into.workspace, 60);
  const joined = await database.db.query(
    sql`select contact_id from identities where workspace_id = ${at.into.workspace} and kind = 'user_id' group by contact_id having count(*) > 1 order by contact_id`,
  );
  expect(joined).toEqual([]);
});

test("two senders who name the same new person at once make one contact", async () => {
  const at = world(true);
  await Promise.all(
    Array.from({ length: 16 }, (_, i) =>
      send(at, [{ type: "identify", userId: "same", anonymousId: `x${i}`, traits: { email: "same@shop.example", [`k${i}`]: i } }]),
    ),
  );
  const rows = await database.db.query<{ attributes: object }>(
    sql`select attributes from contacts where workspace_id = ${at.into.workspace} order by id`,
  );
  expect(rows.length).toBe(1);
  expect(Object.keys(rows[0]!.attributes).length).toBe(16);
});
