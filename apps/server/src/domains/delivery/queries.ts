import type { Channel, SendState } from "@relance/contract/delivery";
import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, ts } from "../../platform/db/sql.ts";

export interface StoredSend {
  readonly bucket: number;
  readonly id: Id;
  readonly contact: Id;
  readonly channel: Channel;
  readonly class: "marketing" | "transactional";
  readonly topic: string;
  readonly template: Id;
  readonly templateVersion: number;
  readonly journey: Id | null;
  readonly step: string | null;
  readonly run: Id | null;
  readonly campaign: Id | null;
  readonly state: SendState;
  readonly reason: string | null;
  readonly delivery: "delivered" | "bounced" | "complained" | null;
  readonly address: string | null;
  readonly language: string | null;
  readonly attempts: number;
  readonly createdAt: Instant;
  readonly dueAt: Instant;
  readonly gateAt: Instant | null;
  readonly handedAt: Instant | null;
  readonly acceptedAt: Instant | null;
  readonly endedAt: Instant | null;
}

export interface StoredSendDetail extends StoredSend {
  readonly patienceUntil: Instant;
  readonly decision: unknown;
  readonly provider: Id | null;
  readonly messageId: string | null;
  readonly providerReference: string | null;
  readonly answer: string | null;
  readonly data: Record<string, unknown>;
}

const ROW = sql`s.bucket, s.id, s.contact_id as contact, s.channel, s.class, s.topic, s.template_id as template, s.template_version as "templateVersion",
  s.journey_id as journey, s.step_id as step, s.run_id as run, s.campaign_id as campaign, s.state, s.reason, s.delivery, s.address, s.language, s.attempts,
  s.created_at as "createdAt", s.due_at as "dueAt", s.gate_at as "gateAt", s.handed_at as "handedAt", s.accepted_at as "acceptedAt", s.ended_at as "endedAt"`;

/** Sends of a workspace, newest first. @param input.after creation instant and id of the last one seen */
export function readSends(
  db: Db,
  input: {
    readonly workspace: Id;
    readonly state?: SendState | undefined;
    readonly journey?: Id | undefined;
    readonly step?: string | undefined;
    readonly bucket?: number | undefined;
    readonly contact?: Id | undefined;
    readonly template?: Id | undefined;
    readonly campaign?: Id | undefined;
    readonly channel?: Channel | undefined;
    readonly after: readonly [Instant, Id] | null;
    readonly limit: number;
  },
): Promise<StoredSend[]> {
  const { after } = input;
  return db.query(sql`
    select ${ROW} from sends s
    where s.workspace_id = ${input.workspace}
      ${input.contact ? sql`and s.bucket = ${input.bucket}::smallint and s.contact_id = ${input.contact}` : empty}
      ${input.state ? sql`and s.state = ${input.state}` : empty}
      ${input.journey ? sql`and s.journey_id = ${input.journey}` : empty}
      ${input.step ? sql`and s.step_id = ${input.step}` : empty}
      ${input.template ? sql`and s.template_id = ${input.template}` : empty}
      ${input.campaign ? sql`and s.campaign_id = ${input.campaign}` : empty}
      ${input.channel ? sql`and s.channel = ${input.channel}` : empty}
      ${after ? sql`and (s.created_at, s.id) < (${ts(after[0])}::timestamptz, ${after[1]}::uuid)` : empty}
    order by s.created_at desc, s.id desc
    limit ${input.limit}`);
}

export async function readSend(db: Db, input: { readonly workspace: Id; readonly id: Id }): Promise<StoredSendDetail | null> {
  const rows = await db.query<StoredSendDetail>(sql`
    select ${ROW}, s.patience_until as "patienceUntil", s.decision, s.provider_id as provider, s.message_id as "messageId", s.provider_reference as "providerReference", s.answer, s.data
    from sends s where s.workspace_id = ${input.workspace} and s.id = ${input.id}
    order by s.bucket limit 1`);
  return rows[0] ?? null;
}

/** A person's word on an uncertain send. @returns whether it was still uncertain */
export async function settleUncertain(
  db: Db,
  input: {
    readonly workspace: Id;
    readonly bucket: number;
    readonly id: Id;
    readonly state: "accepted" | "waiting" | "failed";
    readonly reason: string | null;
    readonly now: Instant;
  },
): Promise<boolean> {
  const rows = await db.query(sql`
    update sends s set state = ${input.state}, reason = ${input.reason}, due_at = case when ${input.state} = 'waiting' then ${ts(input.now)}::timestamptz else s.due_at end,
      patience_until = case when ${input.state} = 'waiting' then greatest(s.patience_until, ${ts(input.now + 24 * 3_600_000)}::timestamptz) else s.patience_until end,
      accepted_at = case when ${input.state} = 'accepted' then ${ts(input.now)}::timestamptz else s.accepted_at end,
      ended_at = case when ${input.state} = 'waiting' then null else ${ts(input.now)}::timestamptz end, claimed_by = null, claimed_until = null, unfinished = 0
    where s.workspace_id = ${input.workspace} and s.bucket = ${input.bucket}::smallint and s.id = ${input.id} and s.state = 'uncertain'
    returning s.id`);
  return rows.length > 0;
}

/** What came back for accepted sends: delivered, then bounced or complained, never back. @returns rows that changed, with what they were */
export function writeDelivery(
  db: Db,
  input: {
    readonly news: readonly { readonly bucket: number; readonly send: Id; readonly delivery: "delivered" | "bounced" | "complained" }[];
    readonly was: "none" | "delivered";
  },
): Promise<
  {
    id: Id;
    workspace: Id;
    template: Id;
    journey: Id | null;
    step: string | null;
    campaign: Id | null;
    delivery: "delivered" | "bounced" | "complained";
  }[]
> {
  return db.query(sql`
    update sends s set delivery = n.delivery
    from unnest(${input.news.map((n) => n.bucket)}::smallint[], ${input.news.map((n) => n.send)}::uuid[], ${input.news.map((n) => n.delivery)}::text[]) as n (bucket, send_id, delivery)
    where s.bucket = n.bucket and s.id = n.send_id and s.bucket = any(${[...new Set(input.news.map((n) => n.bucket))]}::smallint[]) and s.state = 'accepted'
      and ${input.was === "none" ? sql`s.delivery is null` : sql`s.delivery = 'delivered' and n.delivery <> 'delivered'`}
    returning s.id, s.workspace_id as workspace, s.template_id as template, s.journey_id as journey, s.step_id as step, s.campaign_id as campaign, s.delivery`);
}

/** Sums of the spread counters of one subject; `from` and `before` bound the subject's name. */
export function readTotals(
  db: Db,
  input: { readonly workspace: Id; readonly from: string; readonly before: string },
): Promise<{ state: SendState; reason: string; n: number }[]> {
  return db.query(sql`
    select t.state, t.reason, sum(t.n)::bigint as n from send_totals t
    where t.workspace_id = ${input.workspace} and t.subject collate "C" >= ${input.from} and t.subject collate "C" < ${input.before}
    group by t.state, t.reason having sum(t.n) <> 0
    order by t.state, t.reason`);
}

export interface Stop {
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}

export async function readStop(db: Db, input: { readonly workspace: Id }): Promise<Stop | null> {
  const rows = await db.query<Stop>(sql`
    select t.stopped_at as at, t.stopped_by as by, t.reason from send_stops t where t.workspace_id = ${input.workspace} and t.resumed_at is null order by t.stopped_at`);
  return rows[0] ?? null;
}

export async function insertStop(
  db: Db,
  input: { readonly workspace: Id; readonly by: string; readonly reason: string; readonly now: Instant },
): Promise<void> {
  await db.query(sql`
    insert into send_stops (workspace_id, stopped_at, stopped_by, reason) values (${input.workspace}, ${ts(input.now)}::timestamptz, ${input.by}, ${input.reason})
    on conflict do nothing`);
}

export async function endStop(db: Db, input: { readonly workspace: Id; readonly by: string; readonly now: Instant }): Promise<void> {
  await db.query(sql`
    update send_stops set resumed_at = ${ts(input.now)}::timestamptz, resumed_by = ${input.by} where workspace_id = ${input.workspace} and resumed_at is null`);
}
