import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import { join, jsonArray, raw, sql, ts, tsOrNull, type Sql } from "../../platform/db/sql.ts";
import { firstNamed } from "./divide.ts";
import { countMoved, followKeys, type MovedFacts } from "./merge.ts";
import { contactOwnedTables, ownKey, shapeOf, type Shape } from "./owned.ts";

/** Parts leave a contact for one of their own. */
export interface Leaving {
  readonly workspace: Id;
  /** The contact they leave. */
  readonly from: Id;
  /** The contact they make, the first of them. */
  readonly to: Id;
  readonly going: readonly Id[];
}

const own = (alias: string, of: Leaving, contact: Id = of.from): Sql =>
  sql`${raw(alias)}.bucket = ${bucketOf(contact)}::smallint and ${raw(alias)}.contact_id = ${contact} and ${raw(alias)}.workspace_id = ${of.workspace}`;
const any = (ids: readonly Id[]): Sql => sql`any(${ids as Id[]}::uuid[])`;

/** Marks what came after the merge and belongs to parts that go: orders by the event that first named them, what runs did by their run. */
export async function claimLater(tx: Tx, of: Leaving): Promise<void> {
  const first = of.going[0]!;
  await tx.query(
    sql`update orders t set part_id = ${first} where ${own("t", of)} and t.part_id is null and ${firstNamed(of.from, any(of.going))}`,
  );
  for (const table of ["visits", "sends", "tasks", "split_people"]) {
    await tx.query(
      sql`update ${raw(table)} t set part_id = r.part_id from runs r where ${own("t", of)} and t.part_id is null and r.bucket = t.bucket and r.id = t.run_id and r.part_id = ${any(of.going)}`,
    );
  }
  for (const table of ["engagements", "outbox_messages"]) {
    await tx.query(
      sql`update ${raw(table)} t set part_id = s.part_id from sends s where ${own("t", of)} and t.part_id is null and s.bucket = t.bucket and s.id = t.send_id and s.part_id = ${any(of.going)}`,
    );
  }
}

/** News of what goes is told to whom it goes; call before the rows themselves move. */
export async function moveNews(tx: Tx, of: Leaving): Promise<void> {
  const { columns } = await shapeOf(tx, "inbox");
  await countMoved(
    tx,
    await tx.query<MovedFacts>(sql`
    with g as (
      delete from inbox t where ${own("t", of)} and (
        (t.kind = 'event' and exists (select 1 from events e where ${own("e", of)} and e.id = (t.data ->> 'event')::uuid and e.part_id = ${any(of.going)}))
        or exists (select 1 from runs r where ${own("r", of)} and r.id = (t.data ->> 'run')::uuid and r.part_id = ${any(of.going)}))
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}
    ), placed as (
      insert into inbox (${raw(columns.join(", "))}) select ${given(columns, of.to)} from g
    )
    select ${bucketOf(of.from)}::smallint as from_bucket, ${bucketOf(of.to)}::smallint as to_bucket, count(*) as n from g having count(*) > 0`),
  );
}

/** Moves every row of the parts to the contact they make, those kept aside first. */
export async function moveParts(tx: Tx, of: Leaving): Promise<void> {
  const kept = await tx.query<{ table_name: string; goes: boolean }>(sql`
    select k.table_name, bool_or(k.part_id = ${any(of.going)}) as goes from kept_rows k where ${own("k", of)} group by k.table_name order by k.table_name`);
  for (const entry of contactOwnedTables) {
    const shape = await shapeOf(tx, entry.table);
    if (entry.how === "lines") await moveLines(tx, of, entry, shape);
    if (!shape.columns.includes("part_id") || entry.how === "consents" || entry.table === "kept_rows") continue;
    const aside = kept.find((one) => one.table_name === entry.table);
    if (entry.how === "carts") await giveCartBack(tx, of);
    if (aside?.goes)
      await place(
        tx,
        of,
        of.to,
        entry.table,
        shape,
        sql`k.part_id = ${any(of.going)} and k.merged_into <> all(${of.going as Id[]}::uuid[])`,
      );
    await moveRows(tx, of, entry.table, shape);
    if (entry.how === "keyed") await followKeys(tx, of.workspace, [of.to], entry);
    // What had given way to a row that is gone now takes its place.
    if (aside)
      await place(
        tx,
        of,
        of.from,
        entry.table,
        shape,
        entry.how === "carts"
          ? sql`k.part_id <> ${all(of.going)}`
          : sql`k.part_id <> ${all(of.going)} and exists (select 1 from ${raw(entry.table)} l where ${own("l", of, of.to)} ${raw(
              ownKey(shape)
                .map((name) => ` and l.${name} = p.${name}`)
                .join(""),
            )})`,
      );
  }
  await tx.query(
    sql`delete from kept_rows k where ${own("k", of)} and k.part_id = ${any(of.going)} and k.merged_into <> all(${of.going as Id[]}::uuid[])`,
  );
  const { columns } = await shapeOf(tx, "kept_rows");
  await tx.query(sql`
    with g as (delete from kept_rows t where ${own("t", of)} and t.part_id = ${any(of.going)} returning ${raw(columns.map((name) => `t.${name}`).join(", "))})
    insert into kept_rows (${raw(columns.join(", "))}) select ${given(columns, of.to, raw("g.part_id"))} from g on conflict do nothing`);
}

const all = (ids: readonly Id[]): Sql => sql`all(${ids as Id[]}::uuid[])`;

/** The columns of rows `g` as they are with another contact, of which a part may have become the own. */
function given(columns: readonly string[], to: Id, part: Sql = sql`nullif(g.part_id, ${to}::uuid)`): Sql {
  const special: Readonly<Record<string, Sql>> = { bucket: sql`${bucketOf(to)}::smallint`, contact_id: sql`${to}::uuid`, part_id: part };
  return join(
    columns.map((name) => special[name] ?? raw(`g.${name}`)),
    ", ",
  );
}

async function moveRows(tx: Tx, of: Leaving, table: string, { columns }: Shape): Promise<void> {
  await tx.query(sql`
    with g as (delete from ${raw(table)} t where ${own("t", of)} and t.part_id = ${any(of.going)} returning ${raw(columns.map((name) => `t.${name}`).join(", "))})
    insert into ${raw(table)} (${raw(columns.join(", "))}) select ${given(columns, of.to)} from g on conflict do nothing`);
}

async function moveLines(
  tx: Tx,
  of: Leaving,
  entry: { readonly table: string; readonly of: string; readonly key: string },
  { columns }: Shape,
): Promise<void> {
  await tx.query(sql`
    with g as (
      delete from ${raw(entry.table)} t using ${raw(entry.of)} o where ${own("o", of)} and o.part_id = ${any(of.going)} and t.bucket = o.bucket and t.${raw(entry.key)} = o.id
      returning ${raw(columns.map((name) => `t.${name}`).join(", "))}
    )
    insert into ${raw(entry.table)} (${raw(columns.join(", "))}) select ${given(columns, of.to)} from g on conflict do nothing`);
}

/** Puts rows kept aside in their place with a contact, where it is free. */
async function place(tx: Tx, of: Leaving, to: Id, table: string, { columns }: Shape, which: Sql): Promise<void> {
  const special: Readonly<Record<string, Sql>> = {
    bucket: sql`${bucketOf(to)}::smallint`,
    contact_id: sql`${to}::uuid`,
    part_id: sql`nullif(k.part_id, ${to}::uuid)`,
    ...(table === "carts" && { id: sql`case when p.external_id = '' then ${to}::uuid else p.id end` }),
  };
  await tx.query(sql`
    insert into ${raw(table)} (${raw(columns.join(", "))})
    select ${join(
      columns.map((name) => special[name] ?? raw(`p.${name}`)),
      ", ",
    )}
    from kept_rows k cross join lateral jsonb_populate_record(null::${raw(table)}, k.content) p
    where ${own("k", of)} and k.table_name = ${table} and ${which}
    order by k.content ->> 'updated_at' desc nulls last, k.part_id, k.digest
    on conflict do nothing`);
}

// The one cart of a shop without cart ids: it goes when nothing happened to it since, else it stays as it is now.
async function giveCartBack(tx: Tx, of: Leaving): Promise<void> {
  const cart = sql`t.bucket = ${bucketOf(of.from)}::smallint and t.id = ${of.from} and t.workspace_id = ${of.workspace} and t.part_id = ${any(of.going)}`;
  await tx.query(sql`
    delete from carts t where ${cart} and exists (
      select 1 from kept_rows k where ${own("k", of)} and k.table_name = 'carts' and k.part_id = t.part_id and (k.content ->> 'updated_at')::timestamptz = t.updated_at)`);
  await tx.query(sql`update carts t set part_id = null where ${cart}`);
}

/** Steps at which runs go on that the merge had ended, where their end was counted. Call before the rows move. */
export async function countedAsMerged(tx: Tx, of: Leaving): Promise<{ journey: Id; version: number; step: string }[]> {
  return tx.query(sql`
    select v.journey_id as journey, r.version, v.step_id as step
    from kept_rows k join visits v on v.bucket = k.bucket and v.run_id = (k.content ->> 'run_id')::uuid and v.visit = (k.content ->> 'visit')::integer
    join runs r on r.bucket = v.bucket and r.id = v.run_id
    where ${own("k", of)} and k.table_name = 'visits' and k.part_id = ${any(of.going)} and k.merged_into <> ${all(of.going)} and v.left_at is not null order by 1, 2, 3`);
}

export interface Refusal {
  readonly id: Id;
  readonly channel: string;
  readonly topic: string;
  readonly state: string;
  readonly basis: string;
  readonly occurred_at: Instant;
  readonly source: string;
}

/** What the contact refused since the merge. */
export async function refusalsSince(tx: Tx, of: Leaving, since: Instant): Promise<Refusal[]> {
  return tx.query(sql`
    select t.id, t.channel, t.topic, t.state, t.basis, t.occurred_at, t.source from consent_proofs t
    where ${own("t", of)} and t.state <> 'granted' and t.occurred_at >= ${ts(since)}::timestamptz order by t.id`);
}

/** Writes refusals for whom they count, too. */
export async function copyRefusals(tx: Tx, of: Leaving, rows: readonly (Refusal & { readonly copy: Id })[], by: string): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into consent_proofs (bucket, contact_id, id, workspace_id, channel, topic, state, basis, occurred_at, source, recorded_by, evidence)
    select ${bucketOf(of.to)}::smallint, ${of.to}, r.copy, ${of.workspace}, r.channel, r.topic, r.state, r.basis, r.occurred_at, r.source, ${by}, r.evidence
    from unnest(${rows.map((row) => row.copy)}::uuid[], ${rows.map((row) => row.channel)}::text[], ${rows.map((row) => row.topic)}::text[], ${rows.map((row) => row.state)}::text[], ${rows.map((row) => row.basis)}::text[],
      ${rows.map((row) => tsOrNull(row.occurred_at))}::timestamptz[], ${rows.map((row) => row.source)}::text[], ${jsonArray(rows.map((row) => ({ saidAs: of.from, proof: row.id })))}::jsonb[])
      as r (copy, channel, topic, state, basis, occurred_at, source, evidence)`);
}

/** The last words of each by their own proofs. */
export async function consentsFromProofs(tx: Tx, of: Leaving): Promise<void> {
  const both = [of.from, of.to];
  const theirs = (alias: string) =>
    sql`${raw(alias)}.bucket = any(${both.map(bucketOf)}::smallint[]) and ${raw(alias)}.contact_id = ${any(both)} and ${raw(alias)}.workspace_id = ${of.workspace}`;
  await tx.query(sql`delete from consents t where ${theirs("t")}`);
  await tx.query(sql`
    insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, expires_on, proof_id)
    select distinct on (t.bucket, t.contact_id, t.channel, t.topic) t.bucket, t.contact_id, t.channel, t.topic, t.workspace_id, t.state, t.basis, t.occurred_at, t.expires_on, t.id
    from consent_proofs t where ${theirs("t")} order by t.bucket, t.contact_id, t.channel, t.topic, t.occurred_at desc, t.id desc`);
}

export async function moveIdentities(tx: Tx, of: Leaving): Promise<void> {
  await tx.query(sql`
    update identities i set contact_id = ${of.to}, part_id = nullif(i.part_id, ${of.to}::uuid) where i.contact_id = ${of.from} and i.workspace_id = ${of.workspace} and i.part_id = ${any(of.going)}`);
}

export async function markUndone(
  tx: Tx,
  input: { readonly workspace: Id; readonly winner: Id; readonly id: Id; readonly by: string; readonly now: Instant },
): Promise<void> {
  await tx.query(sql`
    update merges set undone_at = ${ts(input.now)}::timestamptz, undone_by = ${input.by} where bucket = ${bucketOf(input.winner)}::smallint and id = ${input.id} and workspace_id = ${input.workspace}`);
}

/** Keeps two apart, whatever gives their identifiers. @param input.holder who has the identifier */
export async function keepApart(
  tx: Tx,
  input: {
    readonly workspace: Id;
    readonly contact: Id;
    readonly holder: Id;
    readonly kind: string;
    readonly value: string;
    readonly source: string;
    readonly by: string;
    readonly now: Instant;
  },
): Promise<void> {
  const at = ts(input.now);
  await tx.query(sql`
    insert into identity_conflicts (bucket, contact_id, kind, value, workspace_id, holder_id, source, claimed_at, decision, decided_at, decided_by)
    values (${bucketOf(input.contact)}, ${input.contact}, ${input.kind}, ${input.value}, ${input.workspace}, ${input.holder}, ${input.source}, ${at}::timestamptz, 'apart', ${at}::timestamptz, ${input.by})
    on conflict (bucket, contact_id, kind, value) do update set holder_id = excluded.holder_id, decision = 'apart', decided_at = excluded.decided_at, decided_by = excluded.decided_by`);
}
