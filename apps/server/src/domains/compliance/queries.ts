import { DAY, type Id, type Instant, type LocalDate } from "@relance/model/base";
import { LONGEST_PATIENCE } from "@relance/model/journeys";
import type { Consent, ConsentState, SuppressionReason } from "@relance/model/consent";
import type { Db, Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, ts, tsArray, tsOrNull } from "../../platform/db/sql.ts";

export interface ContactKey {
  readonly workspace: Id;
  readonly bucket: number;
  readonly contact: Id;
  readonly channel: string;
}

export interface StoredConsent extends Consent {
  readonly contact: Id;
  readonly channel: string;
}

/** Consents of many (contact, channel). */
export async function selectConsents(db: Db, input: { readonly keys: readonly ContactKey[] }): Promise<StoredConsent[]> {
  const { keys } = input;
  const rows = await db.query<{
    contact_id: Id;
    channel: string;
    topic: string;
    state: ConsentState;
    basis: string;
    changed_at: Instant;
    expires_on: LocalDate | null;
  }>(sql`
    select c.contact_id, c.channel, c.topic, c.state, c.basis, c.changed_at, c.expires_on
    from unnest(${keys.map((key) => key.workspace)}::uuid[], ${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.contact)}::uuid[], ${keys.map((key) => key.channel)}::text[]) as asked (workspace_id, bucket, contact_id, channel)
    join consents c on c.bucket = asked.bucket and c.contact_id = asked.contact_id and c.channel = asked.channel and c.workspace_id = asked.workspace_id
    order by c.contact_id, c.channel, c.topic`);
  return rows.map((row) => ({
    contact: row.contact_id,
    channel: row.channel,
    topic: row.topic,
    state: row.state,
    basis: row.basis,
    changedAt: row.changed_at,
    expiresOn: row.expires_on,
  }));
}

export interface ProofRow {
  readonly id: Id;
  readonly channel: string;
  readonly topic: string;
  readonly state: ConsentState;
  readonly basis: string;
  readonly occurred_at: Instant;
  readonly source: string;
  readonly wording: string | null;
  readonly language: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly expires_on: LocalDate | null;
  readonly recorded_by: string;
  readonly evidence: Record<string, unknown>;
}

/** The newest 200 proofs of one contact. */
export async function selectProofs(
  db: Db,
  input: { readonly workspace: Id; readonly bucket: number; readonly contact: Id },
): Promise<ProofRow[]> {
  return db.query<ProofRow>(sql`
    select id, channel, topic, state, basis, occurred_at, source, wording, language, ip, user_agent, expires_on, recorded_by, evidence
    from consent_proofs where bucket = ${input.bucket} and contact_id = ${input.contact} and workspace_id = ${input.workspace}
    order by occurred_at desc, id desc limit 200`);
}

/** One thing a contact said about what may be sent, with where and how it was said. */
export interface ConsentRecord {
  readonly workspace: Id;
  readonly contact: Id;
  /** `email`, `sms`, `push`, or `pixel` for measuring opens. */
  readonly channel: string;
  /** '' for all marketing on the channel. */
  readonly topic: string;
  readonly state: ConsentState;
  readonly basis: string;
  readonly occurredAt: Instant;
  readonly source: string;
  readonly wording?: string | null;
  readonly language?: string | null;
  readonly ip?: string | null;
  readonly userAgent?: string | null;
  readonly expiresOn?: LocalDate | null;
  readonly recordedBy: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
}

export interface ProofToWrite {
  readonly id: Id;
  readonly bucket: number;
  readonly record: ConsentRecord;
}

export async function insertProofs(tx: Tx, input: { readonly proofs: readonly ProofToWrite[] }): Promise<void> {
  const { proofs } = input;
  const column = <T>(pick: (record: ConsentRecord) => T) => proofs.map(({ record }) => pick(record));
  await tx.query(sql`
    insert into consent_proofs (bucket, contact_id, id, workspace_id, channel, topic, state, basis, occurred_at, source, wording, language, ip, user_agent, expires_on, recorded_by, evidence)
    select bucket, contact_id, id, workspace_id, channel, topic, state, basis, occurred_at, source, wording, language, ip, user_agent, expires_on, recorded_by, evidence
    from unnest(${proofs.map((one) => one.bucket)}::smallint[], ${column((r) => r.contact)}::uuid[], ${proofs.map((one) => one.id)}::uuid[], ${column((r) => r.workspace)}::uuid[],
      ${column((r) => r.channel)}::text[], ${column((r) => r.topic)}::text[], ${column((r) => r.state)}::text[], ${column((r) => r.basis)}::text[], ${tsArray(column((r) => r.occurredAt))}::timestamptz[],
      ${column((r) => r.source)}::text[], ${column((r) => r.wording ?? null)}::text[], ${column((r) => r.language ?? null)}::text[], ${column((r) => r.ip ?? null)}::text[], ${column((r) => r.userAgent ?? null)}::text[],
      ${column((r) => r.expiresOn ?? null)}::date[], ${column((r) => r.recordedBy)}::text[], ${jsonArray(column((r) => r.evidence ?? {}))}::jsonb[]
    ) as proof (bucket, contact_id, id, workspace_id, channel, topic, state, basis, occurred_at, source, wording, language, ip, user_agent, expires_on, recorded_by, evidence)`);
}

/** Writes the latest words; an older word than the stored one changes nothing. One row per (contact, channel, topic). @returns those written */
export async function upsertConsents(
  tx: Tx,
  input: { readonly proofs: readonly ProofToWrite[] },
): Promise<{ contact_id: Id; channel: string; topic: string; state: ConsentState }[]> {
  const { proofs } = input;
  const column = <T>(pick: (record: ConsentRecord) => T) => proofs.map(({ record }) => pick(record));
  return tx.query(sql`
    insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, expires_on, proof_id)
    select bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, expires_on, proof_id
    from unnest(${proofs.map((one) => one.bucket)}::smallint[], ${column((r) => r.contact)}::uuid[], ${column((r) => r.channel)}::text[], ${column((r) => r.topic)}::text[], ${column((r) => r.workspace)}::uuid[],
      ${column((r) => r.state)}::text[], ${column((r) => r.basis)}::text[], ${tsArray(column((r) => r.occurredAt))}::timestamptz[], ${column((r) => r.expiresOn ?? null)}::date[], ${proofs.map((one) => one.id)}::uuid[]
    ) as said (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, expires_on, proof_id)
    order by bucket, contact_id, channel, topic
    on conflict (bucket, contact_id, channel, topic) do update
      set state = excluded.state, basis = excluded.basis, changed_at = excluded.changed_at, expires_on = excluded.expires_on, proof_id = excluded.proof_id
      where excluded.changed_at >= consents.changed_at and consents.workspace_id = excluded.workspace_id
    returning contact_id, channel, topic, state`);
}

export interface SuppressionKey {
  readonly workspace: Id;
  readonly channel: string;
  /** HMAC, hex. */
  readonly hash: string;
}
/** Which of 256 look-up buckets a hash lies in: its first byte. */
const lookupBucket = (hash: string) => Number.parseInt(hash.slice(0, 2), 16);

export interface StoredSuppression {
  readonly workspace_id: Id;
  readonly channel: string;
  readonly address_hash: string;
  readonly reason: SuppressionReason;
  readonly detail: { masked?: string };
  readonly suppressed_at: Instant;
  readonly lifted_at: Instant | null;
}

export async function selectSuppressions(db: Db, input: { readonly keys: readonly SuppressionKey[] }): Promise<StoredSuppression[]> {
  const { keys } = input;
  return db.query<StoredSuppression>(sql`
    select s.workspace_id, s.channel, s.address_hash, s.reason, s.detail, s.suppressed_at, s.lifted_at
    from unnest(${keys.map((key) => lookupBucket(key.hash))}::smallint[], ${keys.map((key) => key.workspace)}::uuid[], ${keys.map((key) => key.channel)}::text[], ${keys.map((key) => key.hash)}::text[]) as asked (lookup_bucket, workspace_id, channel, address_hash)
    join suppressions s on s.lookup_bucket = asked.lookup_bucket and s.workspace_id = asked.workspace_id and s.channel = asked.channel and s.address_hash = asked.address_hash
    order by s.address_hash`);
}

/** A weaker reason never replaces a complaint or an erasure that still stands. */
export async function upsertSuppressions(
  tx: Tx,
  input: {
    readonly now: Instant;
    readonly rows: readonly (SuppressionKey & { readonly reason: SuppressionReason; readonly detail: unknown })[];
  },
): Promise<StoredSuppression[]> {
  const { now, rows } = input;
  return tx.query<StoredSuppression>(sql`
    insert into suppressions (lookup_bucket, workspace_id, channel, address_hash, reason, detail, suppressed_at)
    select lookup_bucket, workspace_id, channel, address_hash, reason, detail, ${ts(now)}::timestamptz
    from unnest(${rows.map((row) => lookupBucket(row.hash))}::smallint[], ${rows.map((row) => row.workspace)}::uuid[], ${rows.map((row) => row.channel)}::text[], ${rows.map((row) => row.hash)}::text[],
      ${rows.map((row) => row.reason)}::text[], ${jsonArray(rows.map((row) => row.detail))}::jsonb[]) as said (lookup_bucket, workspace_id, channel, address_hash, reason, detail)
    order by lookup_bucket, workspace_id, channel, address_hash
    on conflict (lookup_bucket, workspace_id, channel, address_hash) do update
      set reason = excluded.reason, detail = excluded.detail, suppressed_at = excluded.suppressed_at, lifted_at = null
      where suppressions.lifted_at is not null or suppressions.reason not in ('complaint', 'erased')
    returning workspace_id, channel, address_hash, reason, detail, suppressed_at, lifted_at`);
}

export async function updateLifted(tx: Tx, input: { readonly now: Instant; readonly key: SuppressionKey }): Promise<StoredSuppression[]> {
  const { now, key } = input;
  return tx.query<StoredSuppression>(sql`
    update suppressions set lifted_at = ${ts(now)}::timestamptz
    where lookup_bucket = ${lookupBucket(key.hash)} and workspace_id = ${key.workspace} and channel = ${key.channel} and address_hash = ${key.hash} and lifted_at is null
    returning workspace_id, channel, address_hash, reason, detail, suppressed_at, lifted_at`);
}

export async function listSuppressionRows(
  db: Db,
  input: {
    readonly workspace: Id;
    readonly channel: string | null;
    readonly before: { readonly at: Instant; readonly hash: string } | null;
    readonly limit: number;
  },
): Promise<StoredSuppression[]> {
  const { workspace, channel, before, limit } = input;
  const at = tsOrNull(before?.at);
  return db.query<StoredSuppression>(sql`
    select workspace_id, channel, address_hash, reason, detail, suppressed_at, lifted_at from suppressions
    where workspace_id = ${workspace} and lifted_at is null and (${channel}::text is null or channel = ${channel})
      and (${at}::timestamptz is null or (suppressed_at, address_hash) < (${at}::timestamptz, ${before?.hash ?? null}::text))
    order by suppressed_at desc, address_hash desc limit ${limit}`);
}

export type PersonKey = Omit<ContactKey, "channel">;

export interface LedgerRow {
  readonly contact: Id;
  readonly id: Id;
  readonly channel: string;
  readonly topic: string;
  readonly tags: string[];
  readonly priority: number;
  readonly journey: Id | null;
  /** Planned, and not left. */
  readonly open: boolean;
  readonly at: Instant | null;
  readonly due: Instant;
}

/**
 * Marketing of many contacts: what left, is on its way or may have left since `since`, and what is planned; the newest 500 each. No
 * message is older than its patience when it leaves, so nothing planned before `since` less the longest patience is read.
 * The ledger is delivery's; this one look, over its index by contact, is the gate's only question to it.
 */
export async function selectLedger(
  db: Db,
  input: { readonly keys: readonly PersonKey[]; readonly since: Instant; readonly except: readonly Id[] },
): Promise<LedgerRow[]> {
  const { keys, since, except } = input;
  return db.query(sql`
    select asked.contact_id as contact, s.id, s.channel, s.topic, s.tags, s.priority, s.journey_id as journey, s.open, s.at, s.due_at as due
    from unnest(${keys.map((key) => key.workspace)}::uuid[], ${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.contact)}::uuid[]) as asked (workspace_id, bucket, contact_id)
    cross join lateral (
      select s.id, s.channel, s.topic, s.tags, s.priority, s.journey_id, s.state in ('waiting', 'held') as open, coalesce(s.accepted_at, s.handed_at, s.gate_at) as at, s.due_at
      from sends s
      where s.bucket = asked.bucket and s.contact_id = asked.contact_id and s.workspace_id = asked.workspace_id and s.class = 'marketing'
        and s.created_at > ${ts(since - LONGEST_PATIENCE)}::timestamptz
        and (s.state in ('waiting', 'held') or (s.state in ('claimed', 'handing', 'accepted', 'uncertain') and coalesce(s.accepted_at, s.handed_at, s.gate_at) > ${ts(since)}::timestamptz))
        and s.id <> all(${except}::uuid[])
      order by s.created_at desc, s.id limit 500) s
    order by asked.contact_id, s.at desc nulls last, s.id`);
}

export interface Person {
  readonly id: Id;
  readonly time_zone: string | null;
  readonly country: string | null;
  readonly region: string | null;
  readonly postal_code: string | null;
  readonly store: Id | null;
  readonly store_zone: string | null;
  readonly store_country: string | null;
}

/** Where many contacts are, as far as they or their stores say, and which of them exist. */
export async function selectPeople(db: Db, input: { readonly keys: readonly PersonKey[] }): Promise<Person[]> {
  const { keys } = input;
  return db.query(sql`
    select c.id, c.time_zone, c.country, c.region, c.postal_code, c.store_id as store, t.time_zone as store_zone, t.country as store_country
    from unnest(${keys.map((key) => key.workspace)}::uuid[], ${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.contact)}::uuid[]) as asked (workspace_id, bucket, id)
    join contacts c on c.bucket = asked.bucket and c.id = asked.id and c.workspace_id = asked.workspace_id
    left join stores t on t.id = c.store_id and t.workspace_id = asked.workspace_id
    order by c.id`);
}

/** When contacts clicked (people, not machines) or ordered: the newest 50 of each within a year. */
export async function selectActs(
  db: Db,
  input: { readonly keys: readonly PersonKey[]; readonly now: Instant },
): Promise<{ contact: Id; at: Instant }[]> {
  const { keys, now } = input;
  return db.query(sql`
    select asked.contact_id as contact, act.at
    from unnest(${keys.map((key) => key.workspace)}::uuid[], ${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.contact)}::uuid[]) as asked (workspace_id, bucket, contact_id)
    cross join lateral (
      (select e.at from engagements e where e.bucket = asked.bucket and e.contact_id = asked.contact_id and e.workspace_id = asked.workspace_id and e.kind = 'clicked' and not e.machine
        and e.at <= ${ts(now)}::timestamptz and e.at > ${ts(now - 365 * DAY)}::timestamptz order by e.at desc limit 50)
      union all
      (select o.placed_at from orders o where o.bucket = asked.bucket and o.contact_id = asked.contact_id and o.workspace_id = asked.workspace_id and o.kind = 'sale'
        and o.placed_at <= ${ts(now)}::timestamptz and o.placed_at > ${ts(now - 365 * DAY)}::timestamptz order by o.placed_at desc limit 50)) act
    order by asked.contact_id, act.at desc`);
}

/** The same of a whole workspace: its newest 500 clicks and 500 orders, with the time zone of whoever it was. */
export async function selectWorkspaceActs(
  db: Db,
  input: { readonly workspace: Id; readonly now: Instant },
): Promise<{ at: Instant; time_zone: string | null }[]> {
  const { workspace, now } = input;
  return db.query(sql`
    select act.at, c.time_zone from (
      (select e.bucket, e.contact_id, e.at from engagements e where e.workspace_id = ${workspace} and e.kind = 'clicked' and not e.machine and e.at <= ${ts(now)}::timestamptz order by e.at desc limit 500)
      union all
      (select o.bucket, o.contact_id, o.placed_at from orders o where o.workspace_id = ${workspace} and o.kind = 'sale' and o.placed_at <= ${ts(now)}::timestamptz order by o.placed_at desc limit 500)) act
    join contacts c on c.bucket = act.bucket and c.id = act.contact_id
    order by act.at desc, c.id`);
}

export interface TopicRow {
  readonly id: Id;
  readonly key: string;
  readonly names: Record<string, string>;
  readonly created_at: Instant;
  readonly archived_at: Instant | null;
}

export async function selectTopics(db: Db, input: { readonly workspace: Id }): Promise<TopicRow[]> {
  return db.query<TopicRow>(
    sql`select id, key, names, created_at, archived_at from topics where workspace_id = ${input.workspace} order by key`,
  );
}
export async function insertTopic(
  db: Db,
  input: { readonly id: Id; readonly workspace: Id; readonly key: string; readonly names: unknown; readonly now: Instant },
): Promise<TopicRow | null> {
  const rows = await db.query<TopicRow>(sql`
    insert into topics (id, workspace_id, key, names, created_at) values (${input.id}, ${input.workspace}, ${input.key}, ${JSON.stringify(input.names)}::jsonb, ${ts(input.now)}::timestamptz)
    on conflict (workspace_id, key) do nothing returning id, key, names, created_at, archived_at`);
  return rows[0] ?? null;
}
export async function updateTopic(
  db: Db,
  input: { readonly id: Id; readonly workspace: Id; readonly names?: unknown; readonly archivedAt?: Instant },
): Promise<TopicRow | null> {
  const rows = await db.query<TopicRow>(sql`
    update topics set names = coalesce(${input.names ? JSON.stringify(input.names) : null}::jsonb, names), archived_at = coalesce(archived_at, ${tsOrNull(input.archivedAt)}::timestamptz)
    where id = ${input.id} and workspace_id = ${input.workspace} returning id, key, names, created_at, archived_at`);
  return rows[0] ?? null;
}
