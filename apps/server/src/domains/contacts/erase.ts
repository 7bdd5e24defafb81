import { bucketOf, type Id } from "@relance/model/base";
import { addToCounters } from "../../platform/counters.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { raw, sql, type Sql } from "../../platform/db/sql.ts";
import { holdBuckets } from "../../platform/engine/index.ts";
import { isKnown } from "./columns.ts";
import { contactOwnedTables } from "./owned.ts";
import { deleteContacts, identitiesOf } from "./queries.ts";
import { lockPeople } from "./record.ts";

interface Person {
  readonly workspace: Id;
  readonly contact: Id;
}

/** An identifier of somebody, and what they are called: what is looked for where rows do not say whose they are. */
export interface Traces {
  readonly identities: readonly { readonly kind: string; readonly value: string }[];
  /** First and last name together; null without both. */
  readonly name: string | null;
}

/**
 * Keeps a person from changing until the end of the transaction: identifiers, contact, then buckets, as recording and merging lock.
 * Whoever tells of the person meanwhile waits. @throws identity.conflict_not_found when the contact is gone
 */
export async function holdPerson(tx: Tx, { workspace, contact }: Person): Promise<{ known: boolean; traces: Traces }> {
  const draft = (await lockPeople(tx, { workspace, ids: [contact] })).get(contact)!;
  const identities = (await identitiesOf(tx, { workspace, contacts: [contact] })).map(({ kind, value }) => ({
    kind: kind as string,
    value,
  }));
  await holdBuckets(tx, { buckets: [bucketOf(contact)] });
  // An address that people share names nobody, but it is this person's too; and so is what the joined ones had each.
  for (const { columns } of [draft, ...draft.parts.values()]) {
    for (const kind of ["email", "phone"] as const) {
      const value = columns[kind];
      if (typeof value === "string" && !identities.some((one) => one.kind === kind && one.value === value))
        identities.push({ kind, value });
    }
  }
  const { first_name: first, last_name: last } = draft.columns;
  return {
    known: isKnown(draft),
    traces: { identities, name: typeof first === "string" && typeof last === "string" && last.length > 1 ? `${first} ${last}` : null },
  };
}

/**
 * Takes a held person out of every table of contacts. Orders stay, without the person and without what the shop said of it beside amounts
 * and lines (COMPLIANCE §4: accounts are kept). What is counted by listeners goes when they hear of it.
 * @returns rows by table, and which contacts had been joined into it
 */
export async function eraseRows(
  tx: Tx,
  person: Person & { readonly known: boolean; readonly slot: number },
): Promise<{ rows: Record<string, number>; joined: readonly Id[] }> {
  const { workspace, contact, known, slot } = person;
  const rows: Record<string, number> = {};
  const counters = new Map<string, number>([
    ["contacts", 1],
    ["contacts.known", Number(known)],
  ]);
  for (const { table } of await countedApart(tx, person)) counters.set(table.name, table.n);
  for (const entry of contactOwnedTables) {
    if (entry.how === "listener") continue;
    const n = await (entry.table === "order_lines"
      ? stripLines(tx, person)
      : entry.table === "orders"
        ? freeOrders(tx, person)
        : entry.table === "inbox"
          ? dropFacts(tx, person)
          : dropOwned(tx, person, entry));
    if (n > 0) rows[entry.table] = n;
  }
  rows["identities"] = await count(
    tx,
    sql`delete from identities where contact_id = ${contact} and workspace_id = ${workspace} returning 1`,
  );
  const merges = await tx.query<{ loser: Id; stands: boolean }>(
    sql`delete from merges where workspace_id = ${workspace} and ((bucket = ${bucketOf(contact)} and winner_id = ${contact}) or loser_id = ${contact}) returning loser_id as loser, undone_at is null as stands`,
  );
  rows["merges"] = merges.length;
  rows["identity_conflicts"] =
    (rows["identity_conflicts"] ?? 0) +
    (await count(tx, sql`delete from identity_conflicts where workspace_id = ${workspace} and holder_id = ${contact} returning 1`));
  await deleteContacts(tx, { workspace, ids: [contact] });
  rows["contacts"] = 1;
  await addToCounters(
    tx,
    slot,
    [...counters].map(([name, n]) => ({ workspace, name, n: -n })),
  );
  return {
    rows: Object.fromEntries(Object.entries(rows).filter(([, n]) => n > 0)),
    joined: [...new Set(merges.flatMap(({ loser, stands }) => (stands && loser !== contact ? [loser] : [])))].sort(),
  };
}

/** Whether something about someone erased is still there: news not yet heard, or a destination not yet told. */
export async function leftOf(db: Db, person: Person): Promise<string[]> {
  const left: string[] = [];
  for (const { table } of contactOwnedTables) {
    if (table === "order_lines") continue;
    if ((await db.query(sql`select 1 from ${raw(table)} where ${owned(person)} limit 1`)).length > 0) left.push(table);
  }
  return left;
}

/** Takes away what listeners wrote of someone erased while they heard of it. */
export async function sweepErased(tx: Tx, person: Person): Promise<void> {
  for (const entry of contactOwnedTables) {
    if (entry.how !== "listener" && entry.table !== "order_lines" && entry.table !== "orders" && entry.table !== "inbox")
      await dropOwned(tx, person, entry);
  }
}

const owned = ({ workspace, contact }: Person): Sql =>
  sql`bucket = ${bucketOf(contact)} and contact_id = ${contact} and workspace_id = ${workspace}`;

const count = async (tx: Tx, statement: Sql): Promise<number> => (await tx.query(statement)).length;

async function dropOwned(tx: Tx, person: Person, entry: (typeof contactOwnedTables)[number]): Promise<number> {
  if (entry.how === "keyed")
    await tx.query(
      sql`delete from ${raw(entry.keys)} where ${raw(entry.key)} in (select t.id from ${raw(entry.table)} t where ${owned(person)})`,
    );
  return count(tx, sql`delete from ${raw(entry.table)} where ${owned(person)} returning 1`);
}

const freeOrders = (tx: Tx, person: Person): Promise<number> =>
  count(tx, sql`update orders set contact_id = null, part_id = null, attributes = '{}', refunds = '[]' where ${owned(person)} returning 1`);

const stripLines = (tx: Tx, person: Person): Promise<number> =>
  count(
    tx,
    sql`
  update order_lines l set attributes = '{}' where l.bucket = ${bucketOf(person.contact)} and l.attributes <> '{}' and l.order_id in (select o.id from orders o where ${owned(person)}) returning 1`,
  );

/** Facts nobody will hear count as taken (book B9). */
async function dropFacts(tx: Tx, person: Person): Promise<number> {
  const n = await count(tx, sql`delete from inbox where ${owned(person)} returning 1`);
  if (n > 0)
    await tx.query(sql`
    insert into inbox_totals (bucket, slot, taken) values (${bucketOf(person.contact)}, 0, ${n}) on conflict (bucket, slot) do update set taken = inbox_totals.taken + excluded.taken`);
  return n;
}

/** What the workspace's lists count of the person. */
async function countedApart(tx: Tx, person: Person): Promise<{ table: { name: string; n: number } }[]> {
  const objects = await tx.query<{ type: string; n: number }>(
    sql`select type, count(*)::integer as n from objects where ${owned(person)} and removed_at is null group by type order by type`,
  );
  const [carts] = await tx.query<{ n: number }>(sql`select count(*)::integer as n from carts where ${owned(person)}`);
  return [...objects.map(({ type, n }) => ({ table: { name: `objects:${type}`, n } })), { table: { name: "carts", n: carts!.n } }];
}
