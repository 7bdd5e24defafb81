import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import { raw, sql, ts, type Sql } from "../../platform/db/sql.ts";
import { holdBuckets } from "../../platform/engine/index.ts";
import type { Chance } from "../../platform/ports.ts";
import type { Merge } from "./resolve.ts";
import { deleteContacts, identitiesOf } from "./queries.ts";

/**
 * Every table with rows of contacts, and how they follow when one contact is folded into another. A new contact-owned table adds a
 * line here; a test compares this list with the schema.
 *
 * - `move`: each row goes to the winner's bucket with the winner's id; where the winner has a row of that key, the winner's stays
 * - `inbox`: as move, with the counts of facts per bucket
 * - `lines`: rows hang on another row that moved (`of` is its table, `key` the column)
 * - `keyed`: as move, and the table in which rows are looked up follows (`keys` is its name, `key` the column)
 * - `runs`: as move, but of two runs active in the same journey under the same key the loser's ends as `merged`
 * - `carts`: as move; the one cart of a shop without cart ids becomes the winner's own, the newer of the two stays
 * - `listener`: stays, and goes when its domain hears `contact.merged` in the engine (memberships are counted there)
 * - `history`: stays as it is, on purpose
 */
export const contactOwnedTables = [
  { table: "events", how: "move" },
  { table: "order_lines", how: "lines", of: "orders", key: "order_id" },
  { table: "orders", how: "keyed", keys: "order_keys", key: "order_id" },
  { table: "objects", how: "keyed", keys: "object_keys", key: "object_id" },
  { table: "carts", how: "carts" },
  { table: "product_interests", how: "move" },
  { table: "attribute_changes", how: "move" },
  { table: "group_members", how: "move" },
  { table: "identity_conflicts", how: "move" },
  { table: "consent_proofs", how: "move" },
  { table: "consents", how: "move" },
  { table: "predictions", how: "move" },
  { table: "inbox", how: "inbox" },
  { table: "inbox_quarantine", how: "history" },
  { table: "runs", how: "runs" },
  { table: "visits", how: "move" },
  { table: "journey_dates", how: "move" },
  { table: "held_starts", how: "move" },
  { table: "start_timers", how: "move" },
  { table: "tasks", how: "move" },
  { table: "split_people", how: "move" },
  { table: "coupons", how: "move" },
  { table: "sends", how: "move" },
  { table: "engagements", how: "move" },
  { table: "outbox_messages", how: "move" },
  { table: "form_submissions", how: "move" },
  { table: "segment_memberships", how: "listener" },
  { table: "segment_wakes", how: "listener" },
  { table: "sql_answers", how: "history" },
  { table: "computed_timers", how: "listener" },
  { table: "audience_marks", how: "listener" },
  { table: "audience_members", how: "listener" },
  { table: "readiness_marks", how: "listener" },
  { table: "contact_audits", how: "listener" },
  { table: "contact_findings", how: "listener" },
  { table: "contact_fix_changes", how: "move" },
  { table: "segment_moves", how: "move" },
  { table: "rehearsal_people", how: "move" },
] as const;

interface Pair {
  readonly loser: Id;
  readonly winner: Id;
}

/**
 * Folds stored contacts into others: moves what they own, writes the merge with its evidence and what un-merging needs, deletes the
 * losers. The identities must be locked by this transaction.
 */
export async function foldContacts(tx: Tx, input: { workspace: Id; chance: Chance; now: Instant; merges: readonly Merge[]; current: (id: Id) => Id }): Promise<void> {
  const { workspace, now } = input;
  const pairs: Pair[] = input.merges.map((merge) => ({ loser: merge.loser.id, winner: input.current(merge.winner) }));
  const losers = pairs.map((pair) => pair.loser);
  // A turn that has read the loser's runs would write them back where they no longer are.
  await holdBuckets(tx, { buckets: pairs.flatMap((pair) => [bucketOf(pair.loser), bucketOf(pair.winner)]) });
  const identities = await identitiesOf(tx, { workspace, contacts: losers });
  await tx.query(sql`
    update identities i set contact_id = r.winner from ${pairsOf(pairs)}
    where i.contact_id = r.loser and i.workspace_id = ${workspace}`);
  for (const entry of contactOwnedTables) {
    const columns = await columnsOf(tx, entry.table);
    if (columns.length === 0) continue;
    if (entry.how === "move") await move(tx, workspace, pairs, entry.table, columns);
    if (entry.how === "keyed") {
      await move(tx, workspace, pairs, entry.table, columns);
      await followKeys(tx, workspace, pairs, entry);
    }
    if (entry.how === "inbox") await moveInbox(tx, workspace, pairs, columns);
    if (entry.how === "lines") await moveLines(tx, workspace, pairs, entry, columns);
    if (entry.how === "runs") await moveRuns(tx, workspace, pairs, columns, now);
    if (entry.how === "carts") await moveCarts(tx, workspace, pairs, columns);
  }
  await settleConflicts(tx, workspace, pairs, now);
  await writeMerges(tx, input, identities);
  await deleteContacts(tx, { workspace, ids: losers });
}

const pairsOf = (pairs: readonly Pair[]): Sql => sql`unnest(
  ${pairs.map((pair) => pair.loser)}::uuid[], ${pairs.map((pair) => pair.winner)}::uuid[], ${pairs.map((pair) => bucketOf(pair.loser))}::smallint[], ${pairs.map((pair) => bucketOf(pair.winner))}::smallint[]
) as r (loser, winner, loser_bucket, winner_bucket)`;

const columnCache = new Map<string, readonly string[]>();

/** Column names of a table of ours, from the schema itself, so that a new column moves too. */
async function columnsOf(tx: Tx, table: string): Promise<readonly string[]> {
  const cached = columnCache.get(table);
  if (cached) return cached;
  const rows = await tx.query<{ column_name: string }>(sql`
    select column_name from information_schema.columns where table_schema = current_schema() and table_name = ${table} order by ordinal_position`);
  const columns = rows.map((row) => row.column_name);
  if (columns.some((name) => !/^[a-z][a-z0-9_]*$/.test(name))) throw new Error(`A column of ${table} has a name of another form`);
  columnCache.set(table, columns);
  return columns;
}

async function move(tx: Tx, workspace: Id, pairs: readonly Pair[], table: string, columns: readonly string[]): Promise<void> {
  const taken = columns.map((name) => (name === "bucket" ? "g.winner_bucket" : name === "contact_id" ? "g.winner" : `g.${name}`)).join(", ");
  await tx.query(sql`
    with g as (
      delete from ${raw(table)} t using ${pairsOf(pairs)}
      where t.bucket = r.loser_bucket and t.contact_id = r.loser and t.workspace_id = ${workspace}
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, r.winner, r.winner_bucket
    )
    insert into ${raw(table)} (${raw(columns.join(", "))}) select ${raw(taken)} from g on conflict do nothing`);
}

async function moveLines(tx: Tx, workspace: Id, pairs: readonly Pair[], entry: { table: string; of: string; key: string }, columns: readonly string[]): Promise<void> {
  const taken = columns.map((name) => (name === "bucket" ? "g.winner_bucket" : `g.${name}`)).join(", ");
  await tx.query(sql`
    with g as (
      delete from ${raw(entry.table)} t using ${raw(entry.of)} o, ${pairsOf(pairs)}
      where o.bucket = r.loser_bucket and o.contact_id = r.loser and o.workspace_id = ${workspace} and t.bucket = o.bucket and t.${raw(entry.key)} = o.id
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, r.winner_bucket
    )
    insert into ${raw(entry.table)} (${raw(columns.join(", "))}) select ${raw(taken)} from g on conflict do nothing`);
}

async function followKeys(tx: Tx, workspace: Id, pairs: readonly Pair[], entry: { table: string; keys: string; key: string }): Promise<void> {
  await tx.query(sql`
    update ${raw(entry.keys)} k set bucket = o.bucket from ${raw(entry.table)} o, ${pairsOf(pairs)}
    where o.bucket = r.winner_bucket and o.contact_id = r.winner and o.workspace_id = ${workspace} and k.${raw(entry.key)} = o.id and k.bucket <> o.bucket`);
}

async function moveRuns(tx: Tx, workspace: Id, pairs: readonly Pair[], columns: readonly string[], now: Instant): Promise<void> {
  const ended: Record<string, string> = { state: "case when g.twice then 'left' else g.state end", outcome: "case when g.twice then 'merged' else g.outcome end", bucket: "g.winner_bucket", contact_id: "g.winner" };
  const at = sql`${ts(now)}::timestamptz`;
  const taken = columns.map((name) => (name === "ended_at" ? sql`case when g.twice then ${at} else g.ended_at end` : raw(ended[name] ?? `g.${name}`)));
  await tx.query(sql`
    with gone as (
      delete from runs t using ${pairsOf(pairs)}
      where t.bucket = r.loser_bucket and t.contact_id = r.loser and t.workspace_id = ${workspace}
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, r.winner, r.winner_bucket
    ), g as (
      select gone.*, gone.state = 'waiting' and (
        exists (select 1 from runs w where w.bucket = gone.winner_bucket and w.contact_id = gone.winner and w.journey_id = gone.journey_id and w.key = gone.key and w.state = 'waiting')
        or row_number() over (partition by gone.winner, gone.journey_id, gone.key, gone.state order by gone.entered_at, gone.id) > 1
      ) as twice
      from gone
    )
    insert into runs (${raw(columns.join(", "))}) select ${joinSql(taken)} from g`);
}

const joinSql = (parts: readonly Sql[]): Sql => parts.reduce((left, right) => sql`${left}, ${right}`);

// A cart without a shop's cart id is the contact's only one: its external id is empty and its id is the contact's own.
async function moveCarts(tx: Tx, workspace: Id, pairs: readonly Pair[], columns: readonly string[]): Promise<void> {
  const taken = columns.map((name) => ({ bucket: "g.winner_bucket", contact_id: "g.winner", id: "case when g.external_id = '' then g.winner else g.id end" })[name] ?? `g.${name}`).join(", ");
  const updates = columns.filter((name) => !["bucket", "id", "workspace_id", "contact_id", "external_id", "created_at"].includes(name)).map((name) => `${name} = excluded.${name}`).join(", ");
  await tx.query(sql`
    with gone as (
      delete from carts t using ${pairsOf(pairs)}
      where t.bucket = r.loser_bucket and t.contact_id = r.loser and t.workspace_id = ${workspace}
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, r.winner, r.winner_bucket
    ), g as (
      select gone.*, row_number() over (partition by gone.winner, case when gone.external_id = '' then gone.winner else gone.id end order by gone.updated_at desc, gone.id) as place from gone
    )
    insert into carts (${raw(columns.join(", "))}) select ${raw(taken)} from g where g.place = 1
    on conflict (bucket, id) do update set ${raw(updates)} where carts.updated_at < excluded.updated_at`);
}

// Facts that change bucket are enqueued in the new one and taken back from the old (book B9). Slot 8 is written by merges only, so that
// locks are taken in one order.
const MERGE_SLOT = 8;

async function moveInbox(tx: Tx, workspace: Id, pairs: readonly Pair[], columns: readonly string[]): Promise<void> {
  const taken = columns.map((name) => (name === "bucket" ? "g.winner_bucket" : name === "contact_id" ? "g.winner" : `g.${name}`)).join(", ");
  const moved = await tx.query<{ from_bucket: number; to_bucket: number; n: number }>(sql`
    with g as (
      delete from inbox t using ${pairsOf(pairs)}
      where t.bucket = r.loser_bucket and t.contact_id = r.loser and t.workspace_id = ${workspace}
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, r.winner, r.winner_bucket
    ), placed as (
      insert into inbox (${raw(columns.join(", "))}) select ${raw(taken)} from g returning id
    )
    select g.bucket as from_bucket, g.winner_bucket as to_bucket, count(*) as n from g group by g.bucket, g.winner_bucket order by g.bucket, g.winner_bucket`);
  const sums = new Map<number, number>();
  for (const row of moved) {
    sums.set(row.from_bucket, (sums.get(row.from_bucket) ?? 0) - row.n);
    sums.set(row.to_bucket, (sums.get(row.to_bucket) ?? 0) + row.n);
  }
  const rows = [...sums].filter(([, n]) => n !== 0).sort(([a], [b]) => a - b);
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into inbox_totals (bucket, slot, enqueued)
    select r.bucket, ${MERGE_SLOT}::smallint, r.n from unnest(${rows.map(([bucket]) => bucket)}::smallint[], ${rows.map(([, n]) => n)}::bigint[]) as r (bucket, n)
    order by r.bucket
    on conflict (bucket, slot) do update set enqueued = inbox_totals.enqueued + excluded.enqueued`);
}

// Who became one no longer contradicts itself.
async function settleConflicts(tx: Tx, workspace: Id, pairs: readonly Pair[], now: Instant): Promise<void> {
  await tx.query(sql`
    update identity_conflicts c set decision = 'join', decided_at = ${ts(now)}::timestamptz from ${pairsOf(pairs)}
    where c.bucket = r.winner_bucket and c.contact_id = r.winner and c.workspace_id = ${workspace} and c.holder_id in (r.winner, r.loser) and c.decision is null`);
}

async function writeMerges(tx: Tx, input: { workspace: Id; chance: Chance; now: Instant; merges: readonly Merge[]; current: (id: Id) => Id }, identities: readonly { contact_id: Id; kind: string; value: string }[]): Promise<void> {
  const rows = input.merges.map((merge) => ({
    id: input.chance.id(input.now), winner: input.current(merge.winner), loser: merge.loser.id, evidence: JSON.stringify(merge.evidence),
    undo: JSON.stringify({
      columns: merge.loser.columns, attributes: merge.loser.attributes, fieldTimes: merge.loser.fieldTimes, createdAt: merge.loser.createdAt, lastSeenAt: merge.loser.lastSeenAt,
      identities: identities.filter((one) => one.contact_id === merge.loser.id).map(({ kind, value }) => ({ kind, value })),
    }),
  }));
  await tx.query(sql`
    insert into merges (bucket, id, workspace_id, winner_id, loser_id, evidence, undo, merged_at)
    select r.bucket, r.id, ${input.workspace}, r.winner, r.loser, r.evidence, r.undo, ${ts(input.now)}::timestamptz
    from unnest(${rows.map((row) => bucketOf(row.winner))}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.winner)}::uuid[], ${rows.map((row) => row.loser)}::uuid[],
      ${rows.map((row) => row.evidence)}::jsonb[], ${rows.map((row) => row.undo)}::jsonb[]) as r (bucket, id, winner, loser, evidence, undo)`);
}
