import { bucketOf, toIso, type Id, type Instant } from "@relance/model/base";
import { COLUMNS, type FactEvent, type Needs, type SharedFacts } from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import { rowSet } from "../../platform/db/row-set.ts";
import { empty, join, sql, type Sql } from "../../platform/db/sql.ts";

/** Of one event name; whoever has more is asked by SQL, so that a turn's memory stays bounded. */
const MOST_EVENTS = 2_000;

export interface KnownContact {
  readonly facts: SharedFacts & { readonly segments: Set<Id> };
  /** Has more events of one of the names than are read here. */
  readonly crowded: boolean;
}

/**
 * What rules look at, of many contacts with two statements: one row per contact, and the events of the names asked about. Contacts that
 * the workspace does not have (any more) get the segments they are in only.
 */
export async function loadShared(
  db: Db,
  input: { workspace: Id; contacts: readonly { readonly contact: Id; readonly needs: Needs }[] },
): Promise<(KnownContact & { readonly exists: boolean })[]> {
  const all = mergeNeeds(input.contacts.map((one) => one.needs));
  const people = await selectPeople(db, { workspace: input.workspace, contacts: input.contacts.map((one) => one.contact), needs: all });
  const events = await selectEvents(db, input.contacts);
  return people.map((person, n) => ({ ...person, facts: { ...person.facts, events: events[n]!.lists }, crowded: events[n]!.crowded }));
}

function mergeNeeds(list: readonly Needs[]): Omit<Needs, "events"> {
  const distinct = [...new Set(list)];
  const every = <T>(of: (needs: Needs) => ReadonlySet<T>): Set<T> => new Set(distinct.flatMap((needs) => [...of(needs)]));
  return {
    columns: every((one) => one.columns),
    custom: every((one) => one.custom),
    groups: every((one) => one.groups),
    consents: distinct.some((one) => one.consents),
    value: distinct.some((one) => one.value),
  };
}

const VALUE = sql`(select json_build_object('group', p.rfm_group, 'recency', p.recency_score, 'frequency', p.frequency_score, 'monetary', p.monetary_score, 'worth', p.worth_score, 'alive', p.alive, 'churn', p.churn,
  'orders90', p.orders_90, 'nextOn', to_char(p.next_order_on, 'YYYY-MM-DD'), 'value365', p.value_365, 'total', p.total_value) from predictions p where p.bucket = a.bucket and p.contact_id = a.contact_id)`;
const CONSENTS = sql`(select json_agg(json_build_object('channel', k.channel, 'topic', k.topic, 'state', k.state, 'expiresOn', k.expires_on, 'changedAt', round(extract(epoch from k.changed_at) * 1000))) from consents k where k.bucket = a.bucket and k.contact_id = a.contact_id)`;

async function selectPeople(
  db: Db,
  input: { workspace: Id; contacts: readonly Id[]; needs: Omit<Needs, "events"> },
): Promise<{ exists: boolean; facts: Omit<KnownContact["facts"], "events"> }[]> {
  const { needs } = input;
  const columns = [...needs.columns].sort();
  const custom = [...needs.custom].sort();
  const asked: Sql[] = [
    ...columns.map((column) => sql([`c.${column}`])),
    ...custom.map((name, index) => sql`c.attributes -> ${name}::text as ${sql([`a${index}`])}`),
    ...(needs.groups.size > 0
      ? [
          sql`(select string_agg(g.group_id::text, '') from group_members g where g.bucket = a.bucket and g.contact_id = a.contact_id and g.group_id = any(${[...needs.groups].sort()}::uuid[])) as groups`,
        ]
      : []),
    ...(needs.consents ? [sql`${CONSENTS} as consents`] : []),
    ...(needs.value ? [sql`${VALUE} as value`] : []),
  ];
  const rows = await db.query<Record<string, unknown>>(sql`
    select c.id is not null as there, (select string_agg(m.segment_id::text, '') from segment_members m where m.bucket = a.bucket and m.contact_id = a.contact_id) as segments ${asked.length === 0 ? empty : sql`, ${join(asked, ", ")}`}
    from unnest(${input.contacts.map(bucketOf)}::smallint[], ${input.contacts as Id[]}::uuid[]) with ordinality as a (bucket, contact_id, n)
    left join contacts c on c.bucket = a.bucket and c.id = a.contact_id and c.workspace_id = ${input.workspace}::uuid order by a.n`);
  return rows.map((row) => ({
    exists: row["there"] === true,
    facts: {
      columns: Object.fromEntries(columns.map((column) => [column, columnValue(row[column], COLUMNS[column])])),
      attributes: Object.fromEntries(custom.flatMap((name, index) => (row[`a${index}`] === null ? [] : [[name, row[`a${index}`]]]))),
      segments: idsOf(row["segments"]),
      groups: idsOf(row["groups"]),
      consents: (row["consents"] ?? []) as SharedFacts["consents"],
      value: (row["value"] ?? null) as (SharedFacts["value"] & object) | null,
    },
  }));
}

/** A typed column as the evaluator takes it. */
export function columnValue(value: unknown, kind: string): unknown {
  if (value === null || value === undefined) return null;
  return kind === "instant" ? toIso(value as Instant) : value;
}

const UUID_LENGTH = 36;

// One text per contact: thousands of memberships arrive without an array to parse.
function idsOf(text: unknown): Set<Id> {
  const ids = new Set<Id>();
  if (typeof text === "string") for (let at = 0; at < text.length; at += UUID_LENGTH) ids.add(text.slice(at, at + UUID_LENGTH));
  return ids;
}

const NOTHING: Record<string, unknown> = {};

interface Events {
  readonly lists: Map<string, FactEvent[]>;
  crowded: boolean;
}

/** One look-up per contact and name, in the months since the earliest moment asked about, whatever the number of conditions. */
async function selectEvents(db: Db, contacts: readonly { readonly contact: Id; readonly needs: Needs }[]): Promise<Events[]> {
  const found = contacts.map((): Events => ({ lists: new Map(), crowded: false }));
  const asked = contacts.flatMap(({ contact, needs }, n) =>
    [...needs.events].map(([name, { since, whole }]) => ({ n, contact, name, since, whole })),
  );
  for (const [whole, ones] of Map.groupBy(asked, (one) => one.whole)) {
    for (const { place, list } of await (whole ? selectWhole : selectAmounts)(db, ones)) {
      const { n, name } = ones[place]!;
      list.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
      found[n]!.lists.set(name, list);
      found[n]!.crowded ||= list.length > MOST_EVENTS;
    }
  }
  return found;
}

interface AskedEvents {
  readonly contact: Id;
  readonly name: string;
  readonly since: Instant;
}
interface FoundEvents {
  readonly place: number;
  readonly list: FactEvent[];
}

/** Events `e` of those asked about, `a`; whoever has too many tells so by one more. */
const lookUp = (asked: readonly AskedEvents[], columns: Sql): [from: Sql, events: Sql] => [
  rowSet(
    asked.map((one, place) => ({ ...one, place })),
    {
      place: ["integer", (one) => one.place],
      bucket: ["smallint", (one) => bucketOf(one.contact)],
      contact_id: ["uuid", (one) => one.contact],
      name: ["text", (one) => one.name],
      since: ["timestamptz", (one) => (one.since === -Infinity ? null : one.since)],
    },
  ),
  sql`select ${columns} from events e where e.bucket = a.bucket and e.contact_id = a.contact_id and e.name = a.name and e.occurred_at > coalesce(a.since, '-infinity') limit ${MOST_EVENTS + 1}`,
];

/** Moments and amounts. One text per contact: a turn's tens of thousands of events arrive without a row each to parse. */
async function selectAmounts(db: Db, asked: readonly AskedEvents[]): Promise<FoundEvents[]> {
  const [from, events] = lookUp(asked, sql`e.occurred_at, e.amount`);
  const rows = await db.query<{ place: number; found: string }>(sql`
    select a.place, x.found from ${from} a
    cross join lateral (select string_agg((date_part('epoch', e.occurred_at) * 1000)::bigint || ':' || coalesce(e.amount::text, ''), ' ') as found from (${events}) e) x where x.found is not null`);
  return rows.map(({ place, found }) => ({
    place,
    list: found.split(" ").map((text): FactEvent => {
      const colon = text.indexOf(":");
      return {
        id: "",
        name: asked[place]!.name,
        at: Number(text.slice(0, colon)),
        amount: colon + 1 === text.length ? null : Number(text.slice(colon + 1)),
        currency: null,
        properties: NOTHING,
      };
    }),
  }));
}

interface EventRow {
  readonly place: number;
  readonly id: Id;
  readonly at: Instant;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly properties: Record<string, unknown> | null;
}

async function selectWhole(db: Db, asked: readonly AskedEvents[]): Promise<FoundEvents[]> {
  const [from, events] = lookUp(asked, sql`e.id, e.occurred_at as at, e.amount, e.currency, e.properties`);
  const rows = await db.query<EventRow>(sql`select a.place, x.* from ${from} a cross join lateral (${events}) x`);
  return [...Map.groupBy(rows, (row) => row.place)].map(([place, own]) => ({
    place,
    list: own.map((row): FactEvent => ({
      id: row.id,
      name: asked[place]!.name,
      at: row.at,
      amount: row.amount,
      currency: row.currency,
      properties: row.properties ?? NOTHING,
    })),
  }));
}
