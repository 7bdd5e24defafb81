import type { Channel, SendState } from "@relance/contract/delivery";
import { BUCKETS, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../../platform/db/database.ts";
import { rowSet } from "../../../platform/db/row-set.ts";
import { sql, ts } from "../../../platform/db/sql.ts";
import type { DueSend } from "../doors.ts";
import type { Subject } from "../totals.ts";

/** The row as the worker carries it about. */
export interface TakenSend extends DueSend {
  /** State and reason it was found in. */
  readonly state: SendState;
  readonly reason: string | null;
  readonly attempts: number;
  readonly unfinished: number;
  readonly refusals: number;
  readonly repeats: number;
}

export interface DuePair {
  readonly workspace: Id;
  readonly channel: Channel;
}

// Hops along the index from one pair to the next, so its cost is that of the pairs, not of the millions that may wait in one of them.
const WAITING_PAIRS = sql`with recursive pair as (
      (select s.workspace_id, s.channel from sends s where s.state in ('waiting', 'held') order by s.workspace_id, s.channel limit 1)
      union all
      select n.workspace_id, n.channel from pair p cross join lateral (
        select s.workspace_id, s.channel from sends s
        where s.state in ('waiting', 'held') and (s.workspace_id, s.channel) > (p.workspace_id, p.channel)
        order by s.workspace_id, s.channel limit 1) n
    )`;

/** Which workspaces and channels have a send due in these buckets, stopped workspaces left out. */
export function readDuePairs(tx: Tx, input: { readonly buckets: readonly number[]; readonly now: Instant }): Promise<DuePair[]> {
  return tx.query(sql`
    ${WAITING_PAIRS}
    select p.workspace_id as workspace, p.channel as channel from pair p
    where not exists (select 1 from send_stops t where t.workspace_id = p.workspace_id and t.resumed_at is null)
      and (exists (select 1 from sends s where s.workspace_id = p.workspace_id and s.channel = p.channel and s.class = 'transactional'
          and s.state in ('waiting', 'held') and s.due_at <= ${ts(input.now)}::timestamptz and s.bucket = any(${input.buckets}::smallint[]))
        or exists (select 1 from sends s where s.workspace_id = p.workspace_id and s.channel = p.channel and s.class = 'marketing'
          and s.state in ('waiting', 'held') and s.due_at <= ${ts(input.now)}::timestamptz and s.bucket = any(${input.buckets}::smallint[])))
    order by p.workspace_id, p.channel`);
}

/** When the first of the sends that wait is due: the first of each pair and class, not the least of all that wait. */
export async function firstDue(db: Db, input: { readonly buckets: readonly number[] }): Promise<Instant | null> {
  const [row] = await db.query<{ due: Instant | null }>(sql`
    ${WAITING_PAIRS}
    select min(f.due_at) as due from pair p cross join (values ('transactional'), ('marketing')) as of (class) cross join lateral (
      select s.due_at from sends s where s.workspace_id = p.workspace_id and s.channel = p.channel and s.class = of.class and s.state in ('waiting', 'held') and s.bucket = any(${input.buckets}::smallint[])
      order by s.due_at limit 1) f`);
  return row!.due;
}

const SEND = sql`s.bucket, s.id, s.workspace_id as workspace, s.contact_id as contact, s.channel, s.class, s.topic, s.template_id as template,
  s.template_version as "templateVersion", s.journey_id as journey, s.journey_version as "journeyVersion", s.step_id as step, s.run_id as run,
  s.campaign_id as campaign, s.webhook_id as webhook, s.data, s.priority, s.exclusive_group as "group", s.tags, s.at_once as "atOnce", s.created_at as "createdAt", s.patience_until as "patienceUntil", s.message_id as "messageId",
  s.state, s.reason, s.attempts, s.unfinished, s.refusals, s.repeats, s.due_at`;

/**
 * The sends to take now: transactional before marketing, then one of each workspace in turn, oldest first within it.
 * Reads only: buckets have one owner and the caller holds their leases, so nobody else takes these.
 * @param input.pairs with the most each may give
 * @param input.limit at most so many in all
 */
export function readDueSends(
  tx: Tx,
  input: {
    readonly pairs: readonly (DuePair & { readonly most: number })[];
    readonly limit: number;
    readonly buckets: readonly number[];
    readonly now: Instant;
  },
): Promise<TakenSend[]> {
  const most = Math.max(...input.pairs.map((pair) => pair.most));
  const ofClass = (name: "transactional" | "marketing", rank: number) => sql`(
      select ${SEND}, ${rank}::int as rank from sends s
      where s.workspace_id = w.workspace_id and s.channel = w.channel and s.class = ${name} and s.state in ('waiting', 'held')
        and s.due_at <= ${ts(input.now)}::timestamptz and s.bucket = any(${input.buckets}::smallint[])
      order by s.due_at, s.id limit ${most})`;
  return tx.query(sql`
    select d.bucket, d.id, d.workspace, d.contact, d.channel, d.class, d.topic, d.template, d."templateVersion", d.journey, d."journeyVersion", d.step,
      d.run, d.campaign, d.webhook, d.data, d.priority, d."group", d.tags, d."atOnce", d."createdAt", d."patienceUntil", d."messageId", d.state, d.reason, d.attempts, d.unfinished, d.refusals, d.repeats
    from unnest(${input.pairs.map((pair) => pair.workspace)}::uuid[], ${input.pairs.map((pair) => pair.channel)}::text[], ${input.pairs.map((pair) => pair.most)}::int[]) as w (workspace_id, channel, most)
    cross join lateral (
      select x.*, row_number() over (order by x.rank, x.due_at, x.id) as nth
      from (${ofClass("transactional", 0)} union all ${ofClass("marketing", 1)}) x
    ) d
    where d.nth <= w.most
    order by d.rank, d.nth, d.due_at, d.id
    limit ${input.limit}`);
}

/** One row's way from the state it was found in to another. Fields left undefined stay as they are. */
export interface Move {
  readonly send: Subject & { readonly bucket: number; readonly id: Id };
  readonly from: { readonly state: SendState; readonly reason: string | null };
  readonly to: { readonly state: SendState; readonly reason: string | null };
  /** The attempt this belongs to: a row taken up again since is another worker's affair. */
  readonly attempts: number;
  readonly dueAt?: Instant | null;
  readonly refusals?: number;
  readonly repeats?: number;
  readonly answer?: string | null;
  readonly reference?: string | null;
  readonly messageId?: string | null;
  readonly provider?: Id | null;
  /** Set while claimed or handing: past it the row is taken for abandoned. */
  readonly claimedUntil?: Instant | null;
  /** Taken from a dead worker: the start that was not finished stays counted. */
  readonly abandoned?: boolean;
}

/** What the gate said, written with the claim. */
export interface Claim extends Move {
  readonly decision: unknown;
  readonly address: string | null;
  readonly language: string | null;
}

/**
 * Writes the claim: the attempt is counted here, before any work, so that a message that kills its worker cannot do so for ever.
 * @returns ids of the rows that still stood as they were read (a person may have settled one, a merge moved one meanwhile)
 */
export async function writeClaims(
  tx: Tx,
  input: { readonly claims: readonly Claim[]; readonly worker: Id; readonly epochs: ReadonlyMap<number, number>; readonly now: Instant },
): Promise<Set<Id>> {
  const { claims, now } = input;
  const rows = await tx.query<{ id: Id }>(sql`
    update sends s set
      state = c.state, reason = c.reason, due_at = coalesce(c.due_at, s.due_at), decision = c.decision, address = c.address, language = c.language,
      gate_at = ${ts(now)}::timestamptz, attempts = s.attempts + c.started, unfinished = s.unfinished + c.started, claimed_by = ${input.worker}::uuid,
      claimed_until = c.claimed_until, ended_at = c.ended_at, lease_epoch = c.epoch
    from ${rowSet(claims, {
      bucket: ["smallint", (c) => c.send.bucket],
      id: ["uuid", (c) => c.send.id],
      was: ["text", (c) => c.from.state],
      state: ["text", (c) => c.to.state],
      reason: ["text", (c) => c.to.reason],
      due_at: ["timestamptz", (c) => c.dueAt],
      decision: ["jsonb", (c) => c.decision],
      address: ["text", (c) => c.address],
      language: ["text", (c) => c.language],
      started: ["smallint", (c) => (c.to.state === "claimed" ? 1 : 0)],
      claimed_until: ["timestamptz", (c) => c.claimedUntil],
      ended_at: ["timestamptz", (c) => (isEnd(c.to.state) ? now : null)],
      epoch: ["bigint", (c) => input.epochs.get(c.send.bucket) ?? 0],
    })} as c
    where s.bucket = c.bucket and s.id = c.id and s.state = c.was
    returning s.id`);
  return new Set(rows.map((row) => row.id));
}

/**
 * Moves rows on after the claim. Each must still be in the state, attempt and hands it was left in; what moved otherwise meanwhile is
 * left alone, so a move written twice (a commit whose answer was lost) changes nothing the second time.
 * @param input.worker whose claim it must be; null for rows of any worker (recovery)
 * @param input.epochs written into the rows; absent when the write is covered by the claim alone, see record.ts
 */
export async function writeMoves(
  tx: Tx,
  input: {
    readonly moves: readonly Move[];
    readonly worker: Id | null;
    readonly epochs?: ReadonlyMap<number, number>;
    readonly now: Instant;
  },
): Promise<Set<Id>> {
  const { moves, now } = input;
  if (moves.length === 0) return new Set();
  const rows = await tx.query<{ id: Id }>(sql`
    update sends s set
      state = c.state, reason = c.reason, due_at = coalesce(c.due_at, s.due_at), refusals = coalesce(c.refusals, s.refusals), repeats = coalesce(c.repeats, s.repeats),
      answer = coalesce(c.answer, s.answer), provider_reference = coalesce(c.reference, s.provider_reference), message_id = coalesce(s.message_id, c.message_id),
      provider_id = coalesce(c.provider, s.provider_id), claimed_until = c.claimed_until,
      unfinished = case when c.finished then 0 else s.unfinished end,
      handed_at = case when c.state = 'handing' or (c.state = 'accepted' and s.handed_at is null) then ${ts(now)}::timestamptz else s.handed_at end,
      accepted_at = case when c.state = 'accepted' then ${ts(now)}::timestamptz else s.accepted_at end,
      ended_at = c.ended_at, lease_epoch = coalesce(c.epoch, s.lease_epoch)
    from ${rowSet(moves, {
      bucket: ["smallint", (m) => m.send.bucket],
      id: ["uuid", (m) => m.send.id],
      was: ["text", (m) => m.from.state],
      attempts: ["smallint", (m) => m.attempts],
      state: ["text", (m) => m.to.state],
      reason: ["text", (m) => m.to.reason],
      due_at: ["timestamptz", (m) => m.dueAt],
      refusals: ["smallint", (m) => m.refusals],
      repeats: ["smallint", (m) => m.repeats],
      answer: ["text", (m) => m.answer?.replaceAll("\0", "")],
      reference: ["text", (m) => m.reference],
      message_id: ["text", (m) => m.messageId],
      provider: ["uuid", (m) => m.provider],
      claimed_until: ["timestamptz", (m) => m.claimedUntil],
      finished: ["boolean", (m) => m.to.state !== "handing" && !m.abandoned],
      ended_at: ["timestamptz", (m) => (isEnd(m.to.state) ? now : null)],
      epoch: ["bigint", (m) => input.epochs?.get(m.send.bucket)],
    })} as c
    where s.bucket = c.bucket and s.id = c.id and s.state = c.was and s.attempts = c.attempts
      and (${input.worker}::uuid is null or s.claimed_by = ${input.worker}::uuid)
    returning s.id`);
  return new Set(rows.map((row) => row.id));
}

/** Rows whose worker is gone: claimed under another epoch or past its time, or on the wire past its time. Those in `inHand` are ours and alive. */
export function readAbandoned(
  tx: Tx,
  input: { readonly epochs: ReadonlyMap<number, number>; readonly inHand: readonly Id[]; readonly now: Instant; readonly limit: number },
): Promise<TakenSend[]> {
  return tx.query(sql`
    select ${SEND}
    from sends s join unnest(${[...input.epochs.keys()]}::smallint[], ${[...input.epochs.values()]}::bigint[]) as l (bucket, epoch) on l.bucket = s.bucket
    where s.bucket = any(${[...input.epochs.keys()]}::smallint[]) and s.state in ('claimed', 'handing')
      and (s.claimed_until <= ${ts(input.now)}::timestamptz or (s.state = 'claimed' and s.lease_epoch <> l.epoch))
      and s.id <> all(${input.inHand}::uuid[])
    order by s.bucket, s.id
    limit ${input.limit}`);
}

/** Where sends are now that a merge of contacts moved to another bucket while they were on the wire. One probe per bucket and id: for the few. */
export function readMovedAway(
  tx: Tx,
  input: { readonly ids: readonly Id[]; readonly worker: Id },
): Promise<{ id: Id; bucket: number; contact: Id }[]> {
  return tx.query(sql`
    select s.id, s.bucket, s.contact_id as contact from sends s
    where s.bucket = any(${Array.from({ length: BUCKETS }, (_, bucket) => bucket)}::smallint[]) and s.id = any(${input.ids}::uuid[])
      and s.claimed_by = ${input.worker}::uuid and s.state in ('handing', 'uncertain')
    order by s.id`);
}

/** Says that these are still on the wire, so that nobody takes them for abandoned. */
export async function extendClaims(
  db: Db,
  input: { readonly ids: readonly Id[]; readonly buckets: readonly number[]; readonly worker: Id; readonly until: Instant },
): Promise<void> {
  await db.query(sql`
    update sends s set claimed_until = ${ts(input.until)}::timestamptz
    where s.bucket = any(${input.buckets}::smallint[]) and s.id = any(${input.ids}::uuid[]) and s.state = 'handing' and s.claimed_by = ${input.worker}::uuid`);
}

/** Of these workspaces, those whose sending is stopped. */
export async function readStopped(tx: Tx, input: { readonly workspaces: readonly Id[] }): Promise<Set<Id>> {
  const rows = await tx.query<{ id: Id }>(sql`
    select t.workspace_id as id from send_stops t where t.workspace_id = any(${input.workspaces}::uuid[]) and t.resumed_at is null order by t.workspace_id`);
  return new Set(rows.map((row) => row.id));
}

export function isEnd(state: SendState): boolean {
  return state === "accepted" || state === "skipped" || state === "failed" || state === "uncertain";
}
