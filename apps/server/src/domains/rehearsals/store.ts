import type { RehearsalResult, RehearsalSummary } from "@relance/contract/rehearsals";
import type { Id, Instant } from "@relance/model/base";
import { upgradeGraph, type Graph } from "@relance/model/journeys";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, jsonArray, sql, ts, tsArray } from "../../platform/db/sql.ts";

export interface Other {
  readonly kind: "live" | "journey";
  readonly journey: Id;
  readonly name: string;
  readonly version: number | null;
  readonly graph: Graph;
}
export interface Shared {
  readonly both: number;
  readonly onlyThis: number;
  readonly onlyOther: number;
}

export interface RehearsalRow {
  readonly id: Id;
  readonly journey_id: Id;
  readonly name: string;
  readonly graph: Graph;
  readonly other: Other | null;
  readonly from_at: Instant;
  readonly until_at: Instant;
  readonly state: RehearsalSummary["state"];
  readonly asked_at: Instant;
  readonly done: number;
  readonly at: Instant | null;
  readonly ended_at: Instant | null;
  readonly result: RehearsalResult | null;
  readonly other_result: RehearsalResult | null;
  readonly shared: Shared | null;
  readonly error: string | null;
}

/** @returns false when one is already under way in the workspace */
export async function insertRehearsal(
  tx: Tx,
  input: {
    workspace: Id;
    id: Id;
    journey: Id;
    name: string;
    graph: Graph;
    other: Other | null;
    from: Instant;
    until: Instant;
    by: string;
    now: Instant;
  },
): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into rehearsals (workspace_id, id, journey_id, name, graph, other, from_at, until_at, state, asked_at, asked_by)
    values (${input.workspace}, ${input.id}, ${input.journey}, ${input.name}, ${json(input.graph)}::jsonb, ${input.other ? json(input.other) : null}::jsonb, ${ts(input.from)}::timestamptz, ${ts(input.until)}::timestamptz, 'waiting', ${ts(input.now)}::timestamptz, ${input.by})
    on conflict (workspace_id) where state in ('waiting', 'running') do nothing returning id`);
  return rows.length === 1;
}

export async function selectRehearsals(db: Db, input: { workspace: Id; id?: Id; journey?: Id }): Promise<RehearsalRow[]> {
  const rows = await db.query<RehearsalRow>(sql`
    select id, journey_id, name, graph, other, from_at, until_at, state, asked_at, done, at, ended_at, result, other_result, shared, error from rehearsals
    where workspace_id = ${input.workspace} ${input.id ? sql`and id = ${input.id}` : empty} ${input.journey ? sql`and journey_id = ${input.journey}` : empty} order by asked_at desc, id desc limit 50`);
  return rows.map((row) => ({
    ...row,
    graph: upgradeGraph(row.graph),
    other: row.other && { ...row.other, graph: upgradeGraph(row.other.graph) },
  }));
}

/** Takes or renews the right to work on a rehearsal, and says how far it came. @returns false when it is over, or another process holds it */
export async function leaseRehearsal(
  db: Db,
  input: { workspace: Id; id: Id; owner: Id; now: Instant; until: Instant; done: number; at: Instant | null },
): Promise<boolean> {
  const rows = await db.query(sql`
    update rehearsals set state = 'running', lease_owner = ${input.owner}, lease_until = ${ts(input.until)}::timestamptz, done = ${input.done}::real, at = ${input.at === null ? null : ts(input.at)}::timestamptz
    where workspace_id = ${input.workspace} and id = ${input.id} and state in ('waiting', 'running') and (lease_owner is null or lease_owner = ${input.owner} or lease_until < ${ts(input.now)}::timestamptz)
    returning id`);
  return rows.length === 1;
}

export async function endRehearsal(
  db: Db,
  input: {
    workspace: Id;
    id: Id;
    state: "done" | "failed" | "cancelled";
    now: Instant;
    result?: RehearsalResult;
    otherResult?: RehearsalResult | null;
    shared?: Shared | null;
    error?: string;
  },
): Promise<boolean> {
  const rows = await db.query(sql`
    update rehearsals set state = ${input.state}, ended_at = ${ts(input.now)}::timestamptz, result = coalesce(${input.result ? json(input.result) : null}::jsonb, result), other_result = coalesce(${input.otherResult ? json(input.otherResult) : null}::jsonb, other_result),
      shared = ${input.shared ? json(input.shared) : null}::jsonb, error = ${input.error ?? null}, lease_owner = null, lease_until = null, done = case when ${input.state} = 'done' then 1 else done end
    where workspace_id = ${input.workspace} and id = ${input.id} and state in ('waiting', 'running') returning id`);
  return rows.length === 1;
}

/** Says what it comes to as far as can be told yet; kept when it is stopped. */
export async function tellEstimate(
  db: Db,
  input: { workspace: Id; id: Id; owner: Id; result: RehearsalResult; otherResult: RehearsalResult | null },
): Promise<void> {
  await db.query(sql`
    update rehearsals set result = ${json(input.result)}::jsonb, other_result = ${input.otherResult ? json(input.otherResult) : null}::jsonb
    where workspace_id = ${input.workspace} and id = ${input.id} and state = 'running' and lease_owner = ${input.owner}`);
}

export async function releaseRehearsal(db: Db, input: { workspace: Id; id: Id; owner: Id }): Promise<void> {
  await db.query(
    sql`update rehearsals set lease_owner = null, lease_until = null where workspace_id = ${input.workspace} and id = ${input.id} and lease_owner = ${input.owner}`,
  );
}

/** Rehearsals that nobody works on any more: their job was lost, or their process died. */
export async function listAbandoned(db: Db, input: { before: Instant }): Promise<{ workspace_id: Id; id: Id }[]> {
  return db.query(
    sql`select workspace_id, id from rehearsals where state in ('waiting', 'running') and coalesce(lease_until, asked_at) < ${ts(input.before)}::timestamptz order by workspace_id, id`,
  );
}

/** Takes away old rehearsals with their people. Bounded: what is left goes at the next call. */
export async function forgetRehearsals(db: Db, input: { before: Instant }): Promise<void> {
  const old = await db.query<{ id: Id }>(
    sql`select id from rehearsals where asked_at < ${ts(input.before)}::timestamptz and state in ('done', 'failed', 'cancelled') order by asked_at limit 20`,
  );
  if (old.length === 0) return;
  const ids = old.map((row) => row.id);
  await db.query(sql`delete from rehearsal_people where rehearsal_id = any(${ids}::uuid[])`);
  await db.query(sql`delete from rehearsals where id = any(${ids}::uuid[])`);
}

export async function clearPeople(db: Db, input: { workspace: Id; id: Id }): Promise<void> {
  await db.query(sql`delete from rehearsal_people where workspace_id = ${input.workspace} and rehearsal_id = ${input.id}`);
}

export interface PersonToWrite {
  readonly bucket: number;
  readonly run: Id;
  readonly contact: Id;
  readonly place: number;
  readonly enteredAt: Instant;
  readonly endedAt: Instant | null;
  readonly state: string;
  readonly outcome: string | null;
  readonly became: readonly string[];
  readonly story: unknown;
}

export async function insertPeople(db: Db, input: { workspace: Id; id: Id; people: readonly PersonToWrite[] }): Promise<void> {
  const { people } = input;
  if (people.length === 0) return;
  await db.query(sql`
    insert into rehearsal_people (bucket, rehearsal_id, run_id, workspace_id, contact_id, place, entered_at, ended_at, state, outcome, became, story)
    select b, ${input.id}, r, ${input.workspace}, c, p, e, x, s, o, array(select jsonb_array_elements_text(m)), j
    from unnest(${people.map((one) => one.bucket)}::smallint[], ${people.map((one) => one.run)}::uuid[], ${people.map((one) => one.contact)}::uuid[], ${people.map((one) => one.place)}::integer[], ${tsArray(people.map((one) => one.enteredAt))}::timestamptz[], ${tsArray(people.map((one) => one.endedAt))}::timestamptz[],
      ${people.map((one) => one.state)}::text[], ${people.map((one) => one.outcome)}::text[], ${jsonArray(people.map((one) => one.became))}::jsonb[], ${jsonArray(people.map((one) => one.story))}::jsonb[]) as t (b, r, c, p, e, x, s, o, m, j)
    order by b, r on conflict (bucket, rehearsal_id, run_id) do nothing`);
}

export interface PersonRead {
  readonly place: number;
  readonly run_id: Id;
  readonly contact_id: Id;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly entered_at: Instant;
  readonly ended_at: Instant | null;
  readonly state: string;
  readonly outcome: string | null;
  readonly story: { readonly key: string; readonly start: Record<string, unknown>; readonly visits: never[]; readonly sends: never[] };
}

export async function selectPeople(
  db: Db,
  input: {
    workspace: Id;
    id: Id;
    after: number;
    limit: number;
    became?: string | undefined;
    ended?: string | undefined;
    contact?: Id | undefined;
  },
): Promise<PersonRead[]> {
  const filters = [
    input.became === undefined ? empty : sql`and ${input.became} = any(p.became)`,
    input.ended === undefined ? empty : sql`and coalesce(p.outcome, p.state) = ${input.ended}`,
    input.contact === undefined ? empty : sql`and p.contact_id = ${input.contact}`,
  ];
  return db.query<PersonRead>(sql`
    select p.place, p.run_id, p.contact_id, c.first_name, c.last_name, c.email, p.entered_at, p.ended_at, p.state, p.outcome, p.story
    from rehearsal_people p left join contacts c on c.bucket = p.bucket and c.id = p.contact_id
    where p.rehearsal_id = ${input.id} and p.workspace_id = ${input.workspace} and p.place > ${input.after}::integer ${filters[0]} ${filters[1]} ${filters[2]} order by p.place limit ${input.limit}`);
}
