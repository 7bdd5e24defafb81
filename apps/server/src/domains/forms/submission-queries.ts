import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, raw, sql, ts } from "../../platform/db/sql.ts";

export interface Submission {
  readonly bucket: number;
  readonly contact_id: Id;
  readonly id: Id;
  readonly workspace_id: Id;
  readonly form_id: Id;
  readonly form_version: number;
  readonly state: "pending" | "confirmed" | "expired";
  readonly language: string;
  readonly address: string | null;
  readonly answers: Readonly<Record<string, string>>;
  readonly consents: readonly number[];
  readonly page: string | null;
  readonly ip_hash: string | null;
  readonly user_agent: string | null;
  readonly submitted_at: Instant;
  readonly confirmed_at: Instant | null;
  readonly expires_at: Instant;
  readonly mails: number;
  readonly mailed_at: Instant | null;
}

const COLUMNS = raw(
  "bucket, contact_id, id, workspace_id, form_id, form_version, state, language, address, answers, consents, page, ip_hash, user_agent, submitted_at, confirmed_at, expires_at, mails, mailed_at",
);

export async function insertSubmission(
  tx: Tx,
  input: Omit<Submission, "bucket" | "state" | "confirmed_at" | "mails" | "mailed_at">,
): Promise<void> {
  await tx.query(sql`
    insert into form_submissions (bucket, contact_id, id, workspace_id, form_id, form_version, state, language, address, answers, consents, page, ip_hash, user_agent, submitted_at, expires_at)
    values (${bucketOf(input.contact_id)}::smallint, ${input.contact_id}, ${input.id}, ${input.workspace_id}, ${input.form_id}, ${input.form_version}, 'pending', ${input.language}, ${input.address}, ${json(input.answers)}::jsonb,
      ${input.consents as number[]}::smallint[], ${input.page}, ${input.ip_hash}, ${input.user_agent}, ${ts(input.submitted_at)}::timestamptz, ${ts(input.expires_at)}::timestamptz)`);
}

/** Held until the transaction ends: two confirmations of one sending come one after the other. */
export async function lockSubmission(tx: Tx, input: { workspace: Id; contact: Id; id: Id }): Promise<Submission | null> {
  return (
    (
      await tx.query<Submission>(sql`
    select ${COLUMNS} from form_submissions where bucket = ${bucketOf(input.contact)}::smallint and contact_id = ${input.contact} and id = ${input.id} and workspace_id = ${input.workspace} for update`)
    )[0] ?? null
  );
}

/** One sending wherever its contact is by now. */
export async function findSubmission(db: Db, input: { workspace: Id; form: Id; id: Id }): Promise<Submission | null> {
  return (
    (
      await db.query<Submission>(
        sql`select ${COLUMNS} from form_submissions where workspace_id = ${input.workspace} and form_id = ${input.form} and id = ${input.id} order by bucket limit 1`,
      )
    )[0] ?? null
  );
}

/** How many confirmations the contact was asked for since an instant, by any form, and when last. */
export async function mailsSince(
  tx: Tx,
  input: { workspace: Id; contact: Id; since: Instant },
): Promise<{ mails: number; last: Instant | null }> {
  const [row] = await tx.query<{ mails: number; last: Instant | null }>(sql`
    select coalesce(sum(mails), 0)::integer as mails, max(mailed_at) as last from form_submissions
    where bucket = ${bucketOf(input.contact)}::smallint and contact_id = ${input.contact} and workspace_id = ${input.workspace} and mailed_at > ${ts(input.since)}::timestamptz`);
  return row!;
}

type Key = Pick<Submission, "bucket" | "contact_id" | "id">;

export async function noteMail(tx: Tx, input: Key & { now: Instant }): Promise<void> {
  await tx.query(
    sql`update form_submissions set mails = mails + 1, mailed_at = ${ts(input.now)}::timestamptz where bucket = ${input.bucket}::smallint and contact_id = ${input.contact_id} and id = ${input.id}`,
  );
}

/** The answers are the contact's own from now on, and kept there only. */
export async function markConfirmed(tx: Tx, input: Key & { now: Instant }): Promise<void> {
  await tx.query(
    sql`update form_submissions set state = 'confirmed', confirmed_at = ${ts(input.now)}::timestamptz, answers = '{}' where bucket = ${input.bucket}::smallint and contact_id = ${input.contact_id} and id = ${input.id}`,
  );
}

/** Forgets what was sent and never confirmed, at most so many at once. @returns how many of each form */
export async function expireSubmissions(tx: Tx, input: { now: Instant; most: number }): Promise<{ workspace: Id; form: Id; n: number }[]> {
  return tx.query(sql`
    with due as (
      select bucket, contact_id, id from form_submissions where state = 'pending' and expires_at <= ${ts(input.now)}::timestamptz order by expires_at limit ${input.most}
    ), gone as (
      update form_submissions s set state = 'expired', answers = '{}', address = null, page = null, ip_hash = null, user_agent = null
      from due where s.bucket = due.bucket and s.contact_id = due.contact_id and s.id = due.id and s.state = 'pending' returning s.workspace_id, s.form_id
    )
    select workspace_id as workspace, form_id as form, count(*)::integer as n from gone group by workspace_id, form_id order by workspace_id, form_id`);
}

/** Newest first. */
export async function selectSubmissions(
  db: Db,
  input: { workspace: Id; form: Id; after: { at: Instant; id: Id } | null; limit: number },
): Promise<Submission[]> {
  const { after } = input;
  return db.query<Submission>(sql`
    select ${COLUMNS} from form_submissions where workspace_id = ${input.workspace} and form_id = ${input.form}
      and (${after?.id ?? null}::uuid is null or (submitted_at, id) < (${ts(after?.at ?? 0)}::timestamptz, ${after?.id ?? null}::uuid))
    order by submitted_at desc, id desc limit ${input.limit}`);
}
