import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import { raw, sql, ts, type Sql } from "../../platform/db/sql.ts";
import { holdBuckets } from "../../platform/engine/index.ts";
import type { Chance } from "../../platform/ports.ts";
import type { Merge } from "./resolve.ts";
import { contactOwnedTables, ownKey, shapeOf, type Shape } from "./owned.ts";
import { deleteParts } from "./parts.ts";
import { deleteContacts } from "./queries.ts";

interface Pair {
  readonly loser: Id;
  readonly winner: Id;
}

/**
 * Folds stored contacts into others: moves what they own, each row marked with the part it belongs to, writes the merge with its
 * evidence, deletes the losers. The identities must be locked by this transaction; parts are written by the caller.
 */
export async function foldContacts(
  tx: Tx,
  input: { workspace: Id; chance: Chance; now: Instant; merges: readonly Merge[]; current: (id: Id) => Id },
): Promise<void> {
  const { workspace, now } = input;
  const pairs: Pair[] = input.merges.map((merge) => ({ loser: merge.loser.id, winner: input.current(merge.winner) }));
  const losers = pairs.map((pair) => pair.loser);
  // A turn that has read the loser's runs would write them back where they no longer are.
  await holdBuckets(tx, { buckets: pairs.flatMap((pair) => [bucketOf(pair.loser), bucketOf(pair.winner)]) });
  await tx.query(sql`
    update identities i set contact_id = r.winner, part_id = coalesce(i.part_id, r.loser) from ${pairsOf(pairs)}
    where i.contact_id = r.loser and i.workspace_id = ${workspace}`);
  for (const entry of contactOwnedTables) {
    if (entry.how === "listener" || entry.how === "history" || entry.how === "parts") continue;
    const shape = await shapeOf(tx, entry.table);
    if (entry.how === "move" || entry.how === "keyed" || entry.how === "consents")
      await move(tx, workspace, pairs, entry.table, shape, entry.how === "consents");
    if (entry.how === "keyed")
      await followKeys(
        tx,
        workspace,
        pairs.map((pair) => pair.winner),
        entry,
      );
    if (entry.how === "inbox") await moveInbox(tx, workspace, pairs, shape.columns);
    if (entry.how === "lines") await moveLines(tx, workspace, pairs, entry, shape.columns);
    if (entry.how === "runs") await moveRuns(tx, workspace, pairs, shape.columns, now);
    if (entry.how === "carts") await moveCarts(tx, workspace, pairs, shape.columns);
  }
  await settleConflicts(tx, workspace, pairs, now);
  await writeMerges(tx, input);
  await deleteParts(tx, { workspace, contacts: losers });
  await deleteContacts(tx, { workspace, ids: losers });
}

const pairsOf = (pairs: readonly Pair[]): Sql => sql`unnest(
  ${pairs.map((pair) => pair.loser)}::uuid[], ${pairs.map((pair) => pair.winner)}::uuid[], ${pairs.map((pair) => bucketOf(pair.loser))}::smallint[], ${pairs.map((pair) => bucketOf(pair.winner))}::smallint[]
) as r (loser, winner, loser_bucket, winner_bucket)`;

const MOVED: Readonly<Record<string, string>> = {
  bucket: "g.winner_bucket",
  contact_id: "g.winner",
  part_id: "coalesce(g.part_id, g.loser)",
};
const GIVEN = raw("r.loser, r.winner, r.winner_bucket, to_jsonb(t) as whole");

/** What is kept aside of moved rows, given as `bucket, contact_id, part_id, merged_into, content` of `from`. */
const keepAside = (workspace: Id, table: string, from: Sql): Sql => sql`
  insert into kept_rows (bucket, contact_id, part_id, table_name, digest, workspace_id, merged_into, content)
  select k.bucket, k.contact_id, k.part_id, ${table}, md5(k.content::text), ${workspace}, k.contact_id, k.content from (${from}) k on conflict do nothing`;

async function move(tx: Tx, workspace: Id, pairs: readonly Pair[], table: string, shape: Shape, newestStays: boolean): Promise<void> {
  const { columns } = shape;
  const taken = columns.map((name) => MOVED[name] ?? `g.${name}`).join(", ");
  const part = columns.includes("part_id") ? MOVED["part_id"]! : "g.loser";
  const key = [...new Set([...ownKey(shape), "contact_id", ...columns.filter((name) => name === "part_id")])];
  const same = key.map((name) => `p.${name} = ${MOVED[name] ?? `g.${name}`}`).join(" and ");
  const newer = newestStays
    ? raw(
        `on conflict (${shape.key.join(", ")}) do update set ${columns
          .filter((name) => !shape.key.includes(name))
          .map((name) => `${name} = excluded.${name}`)
          .join(", ")} where excluded.changed_at > ${table}.changed_at`,
      )
    : raw("on conflict do nothing");
  // Two losers of one winner may bring rows of one key: the newest word of them.
  const rows = newestStays
    ? sql`(select distinct on (g.winner, ${raw(
        ownKey(shape)
          .map((name) => `g.${name}`)
          .join(", "),
      )}) g.* from gone g order by g.winner, ${raw(
        ownKey(shape)
          .map((name) => `g.${name}`)
          .join(", "),
      )}, g.changed_at desc)`
    : raw("gone");
  await tx.query(sql`
    with gone as (
      delete from ${raw(table)} t using ${pairsOf(pairs)}
      where t.bucket = r.loser_bucket and t.contact_id = r.loser and t.workspace_id = ${workspace}
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, ${GIVEN}
    ), placed as (
      insert into ${raw(table)} (${raw(columns.join(", "))}) select ${raw(taken)} from ${rows} g ${newer} returning ${raw(key.join(", "))}
    )
    ${
      newestStays
        ? sql`select count(*) from placed`
        : keepAside(
            workspace,
            table,
            sql`
      select g.winner_bucket as bucket, g.winner as contact_id, ${raw(part)} as part_id, g.whole as content from gone g where not exists (select 1 from placed p where ${raw(same)})`,
          )
    }`);
}

async function moveLines(
  tx: Tx,
  workspace: Id,
  pairs: readonly Pair[],
  entry: { table: string; of: string; key: string },
  columns: readonly string[],
): Promise<void> {
  const taken = columns.map((name) => (name === "bucket" ? "g.winner_bucket" : `g.${name}`)).join(", ");
  await tx.query(sql`
    with g as (
      delete from ${raw(entry.table)} t using ${raw(entry.of)} o, ${pairsOf(pairs)}
      where o.bucket = r.loser_bucket and o.contact_id = r.loser and o.workspace_id = ${workspace} and t.bucket = o.bucket and t.${raw(entry.key)} = o.id
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, r.winner_bucket
    )
    insert into ${raw(entry.table)} (${raw(columns.join(", "))}) select ${raw(taken)} from g on conflict do nothing`);
}

/** What is looked up by its own key is found where its contacts are now. */
export async function followKeys(
  tx: Tx,
  workspace: Id,
  contacts: readonly Id[],
  entry: { table: string; keys: string; key: string },
): Promise<void> {
  await tx.query(sql`
    update ${raw(entry.keys)} k set bucket = o.bucket from ${raw(entry.table)} o
    where o.bucket = any(${contacts.map(bucketOf)}::smallint[]) and o.contact_id = any(${contacts as Id[]}::uuid[]) and o.workspace_id = ${workspace} and k.${raw(entry.key)} = o.id and k.bucket <> o.bucket`);
}

async function moveRuns(tx: Tx, workspace: Id, pairs: readonly Pair[], columns: readonly string[], now: Instant): Promise<void> {
  const ended: Record<string, string> = {
    ...MOVED,
    state: "case when g.twice then 'left' else g.state end",
    outcome: "case when g.twice then 'merged' else g.outcome end",
  };
  const at = sql`${ts(now)}::timestamptz`;
  const taken = columns.map((name) =>
    name === "ended_at" ? sql`case when g.twice then ${at} else g.ended_at end` : raw(ended[name] ?? `g.${name}`),
  );
  // An ended run and the visit it stood at are kept as they were.
  await tx.query(sql`
    with gone as (
      delete from runs t using ${pairsOf(pairs)}
      where t.bucket = r.loser_bucket and t.contact_id = r.loser and t.workspace_id = ${workspace}
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, ${GIVEN}
    ), g as (
      select gone.*, gone.state = 'waiting' and (
        exists (select 1 from runs w where w.bucket = gone.winner_bucket and w.contact_id = gone.winner and w.journey_id = gone.journey_id and w.key = gone.key and w.state = 'waiting')
        or row_number() over (partition by gone.winner, gone.journey_id, gone.key, gone.state order by gone.entered_at, gone.id) > 1
      ) as twice
      from gone
    ), kept as (${keepAside(workspace, "runs", sql`select g.winner_bucket as bucket, g.winner as contact_id, ${raw(MOVED["part_id"]!)} as part_id, g.whole as content from g where g.twice`)}
    ), stood as (${keepAside(
      workspace,
      "visits",
      sql`
      select g.winner_bucket as bucket, g.winner as contact_id, ${raw(MOVED["part_id"]!)} as part_id, to_jsonb(v) as content from g join visits v on v.bucket = g.bucket and v.run_id = g.id and v.visit = g.visit where g.twice`,
    )}
    )
    insert into runs (${raw(columns.join(", "))}) select ${joinSql(taken)} from g`);
}

const joinSql = (parts: readonly Sql[]): Sql => parts.reduce((left, right) => sql`${left}, ${right}`);

// A cart without a shop's cart id is the contact's only one: its external id is empty and its id is the contact's own. Both are kept as they were.
async function moveCarts(tx: Tx, workspace: Id, pairs: readonly Pair[], columns: readonly string[]): Promise<void> {
  const special: Record<string, string> = { ...MOVED, id: "case when g.external_id = '' then g.winner else g.id end" };
  const taken = columns.map((name) => special[name] ?? `g.${name}`).join(", ");
  const updates = columns
    .filter((name) => !["bucket", "id", "workspace_id", "contact_id", "external_id", "created_at"].includes(name))
    .map((name) => `${name} = excluded.${name}`)
    .join(", ");
  await tx.query(sql`
    with gone as (
      delete from carts t using ${pairsOf(pairs)}
      where t.bucket = r.loser_bucket and t.contact_id = r.loser and t.workspace_id = ${workspace}
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, ${GIVEN}
    ), g as (
      select gone.*, row_number() over (partition by gone.winner, case when gone.external_id = '' then gone.winner else gone.id end order by gone.updated_at desc, gone.id) as place from gone
    ), kept as (${keepAside(
      workspace,
      "carts",
      sql`
      select g.winner_bucket as bucket, g.winner as contact_id, ${raw(MOVED["part_id"]!)} as part_id, g.whole as content from g where g.external_id = ''
      union select w.bucket, w.contact_id, coalesce(w.part_id, w.contact_id), to_jsonb(w) from g join carts w on w.bucket = g.winner_bucket and w.id = g.winner where g.external_id = '' and w.updated_at < g.updated_at`,
    )}
    )
    insert into carts (${raw(columns.join(", "))}) select ${raw(taken)} from g where g.place = 1
    on conflict (bucket, id) do update set ${raw(updates)} where carts.updated_at < excluded.updated_at`);
}

// Facts that change bucket are enqueued in the new one and taken back from the old (book B9). Slot 8 is written by merges only, so that
// locks are taken in one order.
const MERGE_SLOT = 8;

async function moveInbox(tx: Tx, workspace: Id, pairs: readonly Pair[], columns: readonly string[]): Promise<void> {
  const taken = columns
    .map((name) => (name === "bucket" ? "g.winner_bucket" : name === "contact_id" ? "g.winner" : `g.${name}`))
    .join(", ");
  await countMoved(
    tx,
    await tx.query<MovedFacts>(sql`
    with g as (
      delete from inbox t using ${pairsOf(pairs)}
      where t.bucket = r.loser_bucket and t.contact_id = r.loser and t.workspace_id = ${workspace}
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}, r.winner, r.winner_bucket
    ), placed as (
      insert into inbox (${raw(columns.join(", "))}) select ${raw(taken)} from g returning id
    )
    select g.bucket as from_bucket, g.winner_bucket as to_bucket, count(*) as n from g group by g.bucket, g.winner_bucket order by g.bucket, g.winner_bucket`),
  );
}

export interface MovedFacts {
  from_bucket: number;
  to_bucket: number;
  n: number;
}

/** Counts facts that changed bucket. */
export async function countMoved(tx: Tx, moved: readonly MovedFacts[]): Promise<void> {
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
    where c.bucket = r.winner_bucket and c.contact_id = r.winner and c.workspace_id = ${workspace} and (c.decision is null or c.decision = 'apart')
      and (c.holder_id in (r.winner, r.loser) or exists (
        select 1 from contact_parts p where p.bucket in (r.winner_bucket, r.loser_bucket) and p.contact_id in (r.winner, r.loser) and p.id = c.holder_id))`);
}

async function writeMerges(
  tx: Tx,
  input: { workspace: Id; chance: Chance; now: Instant; merges: readonly Merge[]; current: (id: Id) => Id },
): Promise<void> {
  const rows = input.merges.map((merge) => ({
    id: input.chance.id(input.now),
    winner: input.current(merge.winner),
    loser: merge.loser.id,
    evidence: JSON.stringify(merge.evidence),
  }));
  await tx.query(sql`
    insert into merges (bucket, id, workspace_id, winner_id, loser_id, evidence, merged_at)
    select r.bucket, r.id, ${input.workspace}, r.winner, r.loser, r.evidence, ${ts(input.now)}::timestamptz
    from unnest(${rows.map((row) => bucketOf(row.winner))}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.winner)}::uuid[], ${rows.map((row) => row.loser)}::uuid[],
      ${rows.map((row) => row.evidence)}::jsonb[]) as r (bucket, id, winner, loser, evidence)`);
}
