import type { Id, Instant } from "@relance/model/base";
import type { Json } from "@relance/model/events";
import type { Cell } from "@relance/model/readiness";
import type { Db, Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, ts, tsArray } from "../../platform/db/sql.ts";

export interface Place {
  readonly bucket: number;
  readonly contact: Id;
}
const placesOf = (rows: readonly Place[]) =>
  sql`unnest(${rows.map((one) => one.bucket)}::smallint[], ${rows.map((one) => one.contact)}::uuid[]) as r (bucket, contact)`;

/** Marks contacts to be looked at; a mark that waits gets the new stamp. */
export async function markContacts(tx: Tx, input: { marks: readonly (Place & { workspace: Id })[]; stamp: Id }): Promise<void> {
  if (input.marks.length === 0) return;
  const rows = [...new Map(input.marks.map((one) => [one.contact, one])).values()].sort(
    (a, b) => a.bucket - b.bucket || (a.contact < b.contact ? -1 : 1),
  );
  await tx.query(sql`
    insert into readiness_marks (bucket, contact_id, workspace_id, stamp)
    select r.bucket, r.contact, r.workspace, ${input.stamp}::uuid from unnest(${rows.map((one) => one.bucket)}::smallint[], ${rows.map((one) => one.contact)}::uuid[], ${rows.map((one) => one.workspace)}::uuid[]) as r (bucket, contact, workspace)
    order by r.bucket, r.contact
    on conflict (bucket, contact_id) do update set stamp = excluded.stamp`);
}

/** The oldest waiting marks are not asked for: any will do, all are taken. */
export async function selectMarks(tx: Tx, input: { workspace: Id; limit: number }): Promise<(Place & { stamp: Id })[]> {
  return tx.query(
    sql`select bucket, contact_id as contact, stamp from readiness_marks where workspace_id = ${input.workspace} order by bucket, contact_id limit ${input.limit}`,
  );
}

/** Takes marks away, except those made anew since they were read. */
export async function dropMarks(tx: Tx, input: { marks: readonly (Place & { stamp: Id })[] }): Promise<void> {
  const { marks } = input;
  await tx.query(sql`
    delete from readiness_marks k using unnest(${marks.map((one) => one.bucket)}::smallint[], ${marks.map((one) => one.contact)}::uuid[], ${marks.map((one) => one.stamp)}::uuid[]) as r (bucket, contact, stamp)
    where k.bucket = r.bucket and k.contact_id = r.contact and k.stamp = r.stamp`);
}

export interface State {
  workspace_id: Id;
  walk_bucket: number | null;
  walk_after: Id;
  walk_began_at: Instant | null;
  walked_at: Instant | null;
  next_cell: number;
  products_to: Instant | null;
  products_id: Id;
}
const state = sql`workspace_id, walk_bucket, walk_after, walk_began_at, walked_at, next_cell, products_to, products_id`;

/** A row of state for every workspace that has none; their walk begins at once. */
export async function beginNewWorkspaces(db: Db, now: Instant): Promise<void> {
  await db.query(sql`
    insert into readiness_states (workspace_id, walk_bucket, walk_began_at) select w.id, 0, ${ts(now)}::timestamptz from workspaces w
    where w.archived_at is null and not exists (select 1 from readiness_states s where s.workspace_id = w.id) on conflict (workspace_id) do nothing`);
}

/** Begins the daily walk where the last one is over. */
export async function beginWalks(db: Db, input: { now: Instant; before: Instant }): Promise<void> {
  await db.query(sql`
    update readiness_states set walk_bucket = 0, walk_after = '00000000-0000-0000-0000-000000000000', walk_began_at = ${ts(input.now)} where walk_bucket is null and walked_at < ${ts(input.before)}`);
}

/** Workspaces where something waits and nobody works. */
export async function dueWorkspaces(db: Db, now: Instant): Promise<Id[]> {
  const rows = await db.query<{ id: Id }>(sql`
    select s.workspace_id as id from readiness_states s
    where (s.claimed_until is null or s.claimed_until < ${ts(now)})
      and (s.walk_bucket is not null or exists (select 1 from readiness_marks k where k.workspace_id = s.workspace_id) or exists (select 1 from sheet_marks m where m.workspace_id = s.workspace_id)
        or exists (select 1 from products p where p.workspace_id = s.workspace_id and p.archived_at is null and (p.updated_at, p.id) > (coalesce(s.products_to, '-infinity'), s.products_id)))
    order by s.workspace_id limit 100`);
  return rows.map((row) => row.id);
}

/**
 * Takes or keeps the right to count in a workspace, and holds its row until the transaction ends: whoever counts is alone.
 * @returns null when another has it
 */
export async function claim(tx: Tx, input: { workspace: Id; claim: Id; now: Instant; until: Instant }): Promise<State | null> {
  const rows = await tx.query<State>(sql`
    update readiness_states set claim = ${input.claim}, claimed_until = ${ts(input.until)}
    where workspace_id = ${input.workspace} and (claim = ${input.claim} or claimed_until is null or claimed_until < ${ts(input.now)}) returning ${state}`);
  return rows[0] ?? null;
}

export async function letGo(db: Db, input: { workspace: Id; claim: Id }): Promise<void> {
  await db.query(
    sql`update readiness_states set claim = null, claimed_until = null where workspace_id = ${input.workspace} and claim = ${input.claim}`,
  );
}

export async function findState(db: Db, workspace: Id): Promise<State | null> {
  return (await db.query<State>(sql`select ${state} from readiness_states where workspace_id = ${workspace}`))[0] ?? null;
}

export async function hasMarks(db: Db, workspace: Id): Promise<boolean> {
  return (await db.query<{ any: boolean }>(sql`select exists (select 1 from readiness_marks where workspace_id = ${workspace}) as any`))[0]!
    .any;
}

/** Where the walk is; null: it is over. */
export async function writeWalk(tx: Tx, input: { workspace: Id; at: Place | null; now: Instant }): Promise<void> {
  // Products are all looked at again, too.
  if (input.at === null)
    await tx.query(
      sql`update readiness_states set walk_bucket = null, products_to = null, products_id = '00000000-0000-0000-0000-000000000000', walked_at = ${ts(input.now)} where workspace_id = ${input.workspace}`,
    );
  else
    await tx.query(
      sql`update readiness_states set walk_bucket = ${input.at.bucket}, walk_after = ${input.at.contact} where workspace_id = ${input.workspace}`,
    );
}

/** The next of the walk in key order: contacts, and those once counted that may be no more. */
export async function nextOfWalk(tx: Tx, input: { workspace: Id; after: Place; limit: number }): Promise<Place[]> {
  const { workspace, after, limit } = input;
  return tx.query<Place>(sql`
    (select c.bucket, c.id as contact from contacts c where c.workspace_id = ${workspace} and c.known and (c.bucket, c.id) > (${after.bucket}::smallint, ${after.contact}::uuid) order by c.bucket, c.id limit ${limit})
    union
    (select a.bucket, a.contact_id as contact from contact_audits a where a.workspace_id = ${workspace} and (a.bucket, a.contact_id) > (${after.bucket}::smallint, ${after.contact}::uuid) order by a.bucket, a.contact_id limit ${limit})
    order by bucket, contact limit ${limit}`);
}

/** Up to `most` marketing e-mails that left, and whether a person ever opened or clicked one. */
export async function selectEngagement(
  tx: Tx,
  input: { places: readonly Place[]; most: number },
): Promise<{ contact: Id; received: number; engaged: boolean }[]> {
  return tx.query(sql`
    select r.contact,
      (select count(*) from (select 1 as one from sends s where s.bucket = r.bucket and s.contact_id = r.contact and s.channel = 'email' and s.class = 'marketing' and s.state = 'accepted' limit ${input.most}) x) as received,
      exists (select 1 from engagements e where e.bucket = r.bucket and e.contact_id = r.contact and e.kind in ('opened', 'clicked') and not e.machine) as engaged
    from ${placesOf(input.places)} order by r.contact`);
}

/** Where each field of contacts was last changed from. */
export async function selectSources(
  tx: Tx,
  input: { places: readonly Place[] },
): Promise<{ contact: Id; attribute: string; source: string }[]> {
  return tx.query(sql`
    select distinct on (a.contact_id, a.attribute) a.contact_id as contact, a.attribute, a.source from ${placesOf(input.places)}
    join attribute_changes a on a.bucket = r.bucket and a.contact_id = r.contact order by a.contact_id, a.attribute, a.changed_at desc, a.id desc`);
}

export interface AuditRow extends Place {
  readonly cells: readonly number[];
  /** Of its e-mail. */ readonly domain: string | null;
}
export async function selectAudits(tx: Tx, input: { places: readonly Place[] }): Promise<AuditRow[]> {
  return tx.query(
    sql`select a.bucket, a.contact_id as contact, a.cells, a.domain from ${placesOf(input.places)} join contact_audits a on a.bucket = r.bucket and a.contact_id = r.contact order by a.bucket, a.contact_id`,
  );
}

export async function upsertAudits(tx: Tx, input: { workspace: Id; now: Instant; rows: readonly AuditRow[] }): Promise<void> {
  const { rows } = input;
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into contact_audits (bucket, contact_id, workspace_id, cells, domain, audited_at)
    select r.bucket, r.contact, ${input.workspace}, r.cells::integer[], r.domain, ${ts(input.now)}::timestamptz
    from unnest(${rows.map((one) => one.bucket)}::smallint[], ${rows.map((one) => one.contact)}::uuid[], ${rows.map((one) => `{${one.cells.join(",")}}`)}::text[], ${rows.map((one) => one.domain)}::text[]) as r (bucket, contact, cells, domain)
    order by r.bucket, r.contact
    on conflict (bucket, contact_id) do update set cells = excluded.cells, domain = excluded.domain, audited_at = excluded.audited_at`);
}

export async function deleteAudits(tx: Tx, input: { places: readonly Place[] }): Promise<void> {
  if (input.places.length === 0) return;
  await tx.query(sql`delete from contact_audits a using ${placesOf(input.places)} where a.bucket = r.bucket and a.contact_id = r.contact`);
}

export interface FoundRow extends Place {
  readonly code: string;
  readonly field: string;
  readonly value: Json;
  readonly proposal: Json | undefined;
}

/**
 * Makes what is found of these contacts exactly this; what a person kept stays kept while its value is the same. What is there as it is
 * found is read only: of a look at everyone that finds little new, little is written.
 */
export async function writeFindings(
  tx: Tx,
  input: { workspace: Id; now: Instant; places: readonly Place[]; rows: readonly FoundRow[] },
): Promise<void> {
  const { places, rows } = input;
  const codes = Map.groupBy(rows, (one) => one.contact);
  const kept = places.map((one) => `{${(codes.get(one.contact) ?? []).map((row) => row.code).join(",")}}`);
  // What each keeps travels beside it: one set joined with another would be compared pair by pair by a plan that is kept.
  await tx.query(sql`
    delete from contact_findings d using unnest(${places.map((one) => one.bucket)}::smallint[], ${places.map((one) => one.contact)}::uuid[], ${kept}::text[]) as r (bucket, contact, kept)
    where d.bucket = r.bucket and d.contact_id = r.contact and not d.code = any(r.kept::text[])`);
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into contact_findings (bucket, contact_id, code, workspace_id, field, value, proposal, found_at)
    select f.bucket, f.contact, f.code, ${input.workspace}, f.field, f.value, f.proposal, ${ts(input.now)}::timestamptz
    from unnest(${rows.map((one) => one.bucket)}::smallint[], ${rows.map((one) => one.contact)}::uuid[], ${rows.map((one) => one.code)}::text[], ${rows.map((one) => one.field)}::text[], ${jsonArray(rows.map((one) => one.value))}::jsonb[], ${rows.map((one) => (one.proposal === undefined ? null : JSON.stringify(one.proposal)))}::jsonb[]) as f (bucket, contact, code, field, value, proposal)
    where not exists (select 1 from contact_findings e where e.bucket = f.bucket and e.contact_id = f.contact and e.code = f.code and e.field = f.field and e.value = f.value and e.proposal is not distinct from f.proposal) order by f.bucket, f.contact, f.code
    on conflict (bucket, contact_id, code) do update set field = excluded.field, proposal = excluded.proposal, value = excluded.value,
      kept_at = case when contact_findings.value = excluded.value then contact_findings.kept_at else null end`);
}

/** Numbers of cells by their keys. */
export async function cellIds(tx: Db, input: { workspace: Id; keys: readonly string[] }): Promise<Map<string, number>> {
  const rows = await tx.query<{ key: string; id: number }>(
    sql`select key, id from readiness_cells where workspace_id = ${input.workspace} and key = any(${input.keys as string[]}::text[]) order by key`,
  );
  return new Map(rows.map((row) => [row.key, row.id]));
}

/** Takes `n` numbers for new cells. @returns the first */
export async function takeCellNumbers(tx: Tx, input: { workspace: Id; n: number }): Promise<number> {
  return (
    await tx.query<{ first: number }>(
      sql`update readiness_states set next_cell = next_cell + ${input.n} where workspace_id = ${input.workspace} returning next_cell - ${input.n}::integer as first`,
    )
  )[0]!.first;
}

export async function insertCells(tx: Tx, input: { workspace: Id; cells: readonly { key: string; id: number }[] }): Promise<void> {
  const { cells } = input;
  await tx.query(sql`
    insert into readiness_cells (workspace_id, id, key) select ${input.workspace}, r.id, r.key from unnest(${cells.map((one) => one.id)}::int[], ${cells.map((one) => one.key)}::text[]) as r (id, key) order by r.id`);
}

/** Adds to cells; `at`: the newest word of what was counted in, which only moves forward. */
export async function addToCells(
  tx: Tx,
  input: { workspace: Id; changes: readonly { id: number; n: number; at: Instant | null }[] },
): Promise<void> {
  const rows = [...input.changes].sort((a, b) => a.id - b.id);
  if (rows.length === 0) return;
  await tx.query(sql`
    update readiness_cells c set n = c.n + r.n, latest_at = greatest(c.latest_at, r.at)
    from unnest(${rows.map((one) => one.id)}::int[], ${rows.map((one) => one.n)}::bigint[], ${tsArray(rows.map((one) => one.at))}::timestamptz[]) as r (id, n, at)
    where c.workspace_id = ${input.workspace} and c.id = r.id and (r.n <> 0 or c.latest_at is null or r.at > c.latest_at)`);
}

/** All cells with someone in them: some thousands, however many contacts. */
export async function selectCells(db: Db, workspace: Id): Promise<Cell[]> {
  return db.query<Cell>(
    sql`select key, n, latest_at as latest from readiness_cells where workspace_id = ${workspace} and n > 0 order by id`,
  );
}
