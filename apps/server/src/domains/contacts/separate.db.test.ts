import { CONSENT_STATES } from "@relance/model/consent";
import { bucketOf, type Id } from "@relance/model/base";
import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { testDeps } from "../../../test/support/deps.ts";
import { seededGenerator, type Generator } from "../../platform/chance/generator.ts";
import { raw, sql } from "../../platform/db/sql.ts";
import { recordConsents } from "../compliance/index.ts";
import { ensureEventPartitions, ingestBatches } from "../ingest/index.ts";
import { contactOwnedTables, ownKey, shapeOf } from "./owned.ts";
import { mergesOf } from "./reading.ts";
import { joinContacts, recordContacts } from "./record.ts";
import { separateContact } from "./separate.ts";

const database = testDatabase();
const NOW = Date.UTC(2026, 10, 23, 12);

interface World {
  readonly workspace: Id;
  readonly ports: ReturnType<typeof testDeps>["ports"];
}
function world(): World {
  const { ports } = testDeps(database.db);
  return { ports, workspace: ports.chance.id(NOW) };
}

const by = (at: World) => ({ workspace: at.workspace, chance: at.ports.chance, now: NOW, slot: 1, source: "api:person" });
const join = (at: World, a: Id, b: Id) =>
  database.db.transaction((tx) => joinContacts(tx, { ...by(at), a, b, evidence: { kind: "user_id", value: "u", at: NOW } }));
const separate = (at: World, contact: Id, merge: Id) =>
  database.db.transaction((tx) => separateContact(tx, { ...by(at), contact, merge, by: "person" }));
const send = (at: World, messages: readonly unknown[]) =>
  ingestBatches(at.ports, { workspace: at.workspace, currency: "EUR", phone: (text) => text, trusted: true, source: "events" }, [
    { messages, receivedAt: NOW, source: null, live: true },
  ]);

async function made(at: World, userId: string): Promise<Id> {
  const { contacts } = await database.db.transaction((tx) =>
    recordContacts(tx, {
      ...by(at),
      trusted: true,
      claims: [{ userId, anonymousId: null, values: { email: `${userId}@shop.example`, "attributes.plan": userId }, at: NOW, seen: true }],
    }),
  );
  return contacts[0]!;
}

const VALUES: Readonly<Record<string, string>> = {
  "carts.status": "open",
  "orders.kind": "sale",
  "runs.state": "waiting",
  "sends.class": "marketing",
  "sends.state": "accepted",
  "form_submissions.state": "pending",
  "identity_conflicts.decision": "take",
};
const OF_TYPE: Readonly<Record<string, (n: number) => unknown>> = {
  smallint: (n) => n,
  integer: (n) => n,
  bigint: (n) => n,
  real: (n) => n,
  "double precision": (n) => n / 2,
  "numeric(19,4)": (n) => `${n}.5`,
  boolean: (n) => n % 2 === 0,
  text: (n) => `text ${n}`,
  jsonb: (n) => JSON.stringify({ n }),
  "text[]": (n) => [`t${n}`],
  "smallint[]": (n) => [n],
  date: () => "2026-11-01",
  "timestamp with time zone": (n) => new Date(NOW - n * 1_000).toISOString(),
  uuid: (n) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`,
};

/** Two rows of every table for each contact; of the second, both have the same key where a key tells rows of one contact apart. */
async function fill(at: World, contacts: readonly Id[]): Promise<void> {
  let n = 100;
  for (const entry of contactOwnedTables) {
    const shape = await shapeOf(database.db, entry.table);
    if (
      !shape.columns.includes("part_id") ||
      entry.how === "consents" ||
      entry.table === "consent_proofs" ||
      entry.table === "held_starts" ||
      entry.table === "kept_rows"
    )
      continue;
    const twice = ownKey(shape).length > 0;
    const types = new Map(
      (
        await database.db.query<{ name: string; type: string }>(
          sql`select a.attname as name, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a where a.attrelid = ${entry.table}::regclass and a.attnum > 0 order by a.attnum`,
        )
      ).map((row) => [row.name, row.type]),
    );
    for (const [row, contact] of [0, 1].flatMap((one) => contacts.map((of) => [one, of] as const))) {
      n++;
      if (!twice && row === 0) continue;
      const shared = row === 1 && shape.key.includes("contact_id");
      const values = shape.columns.map((name): unknown => {
        const own: Readonly<Record<string, unknown>> = {
          bucket: bucketOf(contact),
          contact_id: contact,
          workspace_id: at.workspace,
          part_id: null,
        };
        if (name in own) return own[name];
        if (entry.table === "runs" && ["ended_at", "outcome"].includes(name)) return null;
        if (entry.table === "runs" && name === "journey_id") return OF_TYPE["uuid"]!(row);
        if (entry.table === "runs" && name === "key") return "";
        if (entry.table === "carts" && row === 1) {
          if (name === "external_id") return "";
          if (name === "id") return contact;
        }
        return VALUES[`${entry.table}.${name}`] ?? OF_TYPE[types.get(name)!]!(shared && ownKey(shape).includes(name) ? 7 : n);
      });
      await database.db.query(
        sql`insert into ${raw(entry.table)} (${raw(shape.columns.join(", "))}) select ${raw(shape.columns.map((name) => `r.${name}`).join(", "))} from jsonb_populate_record(null::${raw(entry.table)}, ${JSON.stringify(Object.fromEntries(shape.columns.map((name, i) => [name, asJson(values[i])])))}::jsonb) r`,
      );
    }
  }
}

const asJson = (value: unknown): unknown => (typeof value === "string" && value.startsWith('{"n"') ? JSON.parse(value) : value);

/** All that contacts own, row by row, and what they are. */
async function everything(at: World): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const table of ["contacts", "identities", "contact_parts", ...contactOwnedTables.map((entry) => entry.table)]) {
    if (table === "inbox") continue;
    const rows = await database.db.query<{ row: Record<string, unknown> }>(
      sql`select to_jsonb(t) as row from ${raw(table)} t where t.workspace_id = ${at.workspace} order by to_jsonb(t)::text`,
    );
    found[table] = rows.map(({ row }) => {
      const { updated_at: _, ...rest } = row;
      return table === "contacts" ? rest : row;
    });
  }
  return found;
}

test("two contacts joined and separated own exactly what they did, in every table", async () => {
  const at = world();
  const [a, b] = [await made(at, "a"), await made(at, "b")] as const;
  await ensureEventPartitions(database.db, [NOW]);
  await fill(at, [a, b]);
  await database.db.transaction((tx) =>
    recordConsents(tx, {
      now: NOW,
      chance: at.ports.chance,
      records: [a, b].map((contact, n) => ({
        workspace: at.workspace,
        contact,
        channel: "email",
        topic: "",
        state: CONSENT_STATES[n]!,
        basis: "consent",
        occurredAt: NOW - 5_000 * n,
        source: "form",
        recordedBy: "x",
      })),
    }),
  );
  const before = await everything(at);
  const { contact } = await join(at, a, b);
  const [owned] = await database.db.query<{ n: number }>(
    sql`select count(distinct contact_id) as n from events where workspace_id = ${at.workspace}`,
  );
  expect(owned!.n).toBe(1);
  const [merge] = await mergesOf(database.db, { workspace: at.workspace, contact });
  await separate(at, contact, merge!.id);
  const after = await everything(at);
  const apart = (rows: unknown) => (rows as { decision: string; kind: string }[]).filter((row) => row.kind !== "user_id");
  const told = (rows: unknown) => (rows as { source: string }[]).filter((row) => !row.source.startsWith("api:"));
  for (const [table, rows] of Object.entries(before)) {
    const found = table === "identity_conflicts" ? apart(after[table]) : table === "attribute_changes" ? told(after[table]) : after[table];
    expect(found, table).toEqual(table === "attribute_changes" ? told(rows) : rows);
  }
});

/** Messages of people with identifiers of their own; the first names each by all of them. */
function talk(generator: Generator, people: number, from: number): Record<string, unknown>[] {
  return Array.from({ length: 6 * people }, (_, i) => {
    const person = i % people;
    const own = {
      userId: `u${person}`,
      anonymousId: `x${person}`,
      traits: { email: `p${person}@shop.example`, plan: generator.pick(["a", "b", "c"]), [`k${generator.below(3)}`]: generator.below(4) },
    };
    const kinds = [
      () => ({ type: "identify", ...own }),
      () => ({ type: "identify", anonymousId: own.anonymousId, traits: own.traits }),
      () => ({ type: "track", anonymousId: own.anonymousId, event: "Browse" }),
      () => ({
        type: "identify",
        userId: own.userId,
        anonymousId: `y${person}-${generator.below(3)}`,
        traits: { score: generator.below(9) },
      }),
      () => ({
        type: "track",
        userId: own.userId,
        event: "Order Completed",
        properties: { order_id: `o-${person}-${generator.below(4)}`, total: generator.below(90) },
      }),
    ];
    return {
      messageId: `m${from + i}`,
      timestamp: new Date(NOW - generator.below(1e6)).toISOString(),
      ...(from === 0 && i < people ? kinds[0]!() : generator.pick(kinds)()),
    };
  });
}

async function picture(at: World): Promise<unknown> {
  return database.db.query(sql`
    select c.external_id, c.email, c.known, c.attributes, c.field_times, c.created_at,
      (select array_agg(i.kind || ':' || i.value order by i.kind, i.value) from identities i where i.contact_id = c.id and i.workspace_id = c.workspace_id) as identities,
      (select array_agg(e.message_id order by e.message_id) from events e where e.bucket = c.bucket and e.contact_id = c.id and e.part_id is null) as events,
      (select array_agg(o.external_id || ':' || o.total order by o.external_id) from orders o where o.bucket = c.bucket and o.contact_id = c.id) as orders,
      (select count(*) from inbox i where i.bucket = c.bucket and i.contact_id = c.id and i.kind = 'event') as news
    from contacts c where c.workspace_id = ${at.workspace} order by c.external_id`);
}

test.each(
  Array.from({ length: Number(process.env["RELANCE_SEPARATE_SEEDS"] ?? 6) }, (_, i) => i + Number(process.env["RELANCE_FIRST_SEED"] ?? 0)),
)(
  "people joined by mistake who lived on are, once separated, as if they had never been one, whatever the order of what came meanwhile (seed %i)",
  async (seed) => {
    const generator = seededGenerator(`separate ${seed}`);
    const people = 2 + generator.below(3);
    const [first, later] = [talk(generator, people, 0), talk(generator, people, 100)];
    const twin = world(); // nobody was ever joined, and what came later came in another order
    const order = seededGenerator(`order ${seed}`);
    const otherwise = later
      .map((message) => ({ message, place: order.float() }))
      .sort((a, b) => a.place - b.place)
      .map((one) => one.message);
    for (const message of [...first, ...otherwise]) await send(twin, [message]);
    const at = world();
    await send(at, first);
    const idOf = async (person: number) =>
      (
        await database.db.query<{ id: Id }>(
          sql`select contact_id as id from identities where workspace_id = ${at.workspace} and kind = 'user_id' and value = ${`u${person}`}`,
        )
      )[0]!.id;
    for (let person = 1; person < people; person++) await join(at, await idOf(generator.below(person)), await idOf(person));
    const joined = await idOf(0);
    const half = generator.below(later.length);
    await send(at, later.slice(0, half));
    const merges = await mergesOf(database.db, { workspace: at.workspace, contact: joined });
    // Taken apart in any order: each at the contact that holds it then.
    for (let left = merges.filter((one) => one.evidence.source === "api:person"); left.length > 0;) {
      const merge = generator.pick(left);
      left = left.filter((one) => one !== merge);
      const holders = await database.db.query<{ id: Id }>(
        sql`select contact_id as id from contact_parts where workspace_id = ${at.workspace} and id = ${merge.loser_id}`,
      );
      await separate(at, holders[0]!.id, merge.id);
    }
    await send(at, later.slice(half));
    expect(await picture(at)).toEqual(await picture(twin));
    const [books] = await database.db.query<Record<string, number>>(sql`
    select (select count(*) from events e where e.workspace_id = ${at.workspace} and not exists (select 1 from contacts c where c.bucket = e.bucket and c.id = e.contact_id)) as orphans,
      (select count(*) from contacts where workspace_id = ${at.workspace}) - (select coalesce(sum(n), 0) from counters where workspace_id = ${at.workspace} and name = 'contacts') as contacts_off,
      (select count(*) from contacts where workspace_id = ${at.workspace} and known) - (select coalesce(sum(n), 0) from counters where workspace_id = ${at.workspace} and name = 'contacts.known') as known_off,
      (select coalesce(sum(abs(t.n - coalesce(i.n, 0))), 0) from (select bucket, sum(enqueued - taken - quarantined) as n from inbox_totals group by bucket) t left join (select bucket, count(*) as n from inbox group by bucket) i on i.bucket = t.bucket) as inbox_off`);
    expect(books).toEqual({ orphans: 0, contacts_off: 0, known_off: 0, inbox_off: 0 });
  },
);
