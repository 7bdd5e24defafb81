import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { raw, sql, ts } from "../../platform/db/sql.ts";
import type { LinkOwner } from "./links.ts";

/** A send as those see it who hear of it from outside: links, pixels, bounces. */
export interface FoundSend {
  readonly bucket: number;
  readonly id: Id;
  readonly workspace: Id;
  readonly contact: Id;
  readonly channel: string;
  readonly class: "marketing" | "transactional";
  readonly topic: string;
  readonly template: Id;
  readonly templateVersion: number;
  readonly journey: Id | null;
  readonly step: string | null;
  readonly run: Id | null;
  readonly address: string | null;
  readonly language: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly acceptedAt: Instant | null;
}

const COLUMNS =
  raw(`s.bucket, s.id, s.workspace_id as workspace, s.contact_id as contact, s.channel, s.class, s.topic, s.template_id as template, s.template_version as "templateVersion",
  s.journey_id as journey, s.step_id as step, s.run_id as run, s.address, s.language, s.data, s.accepted_at as "acceptedAt"`);

/** What a provider or the outbox took after `after` and until `until`, in that order. */
export function acceptedSince(
  db: Db,
  input: { readonly workspace: Id; readonly after: Instant; readonly until: Instant },
): Promise<FoundSend[]> {
  return db.query<FoundSend>(sql`
    select ${COLUMNS} from sends s
    where s.workspace_id = ${input.workspace} and s.state = 'accepted' and s.accepted_at > ${ts(input.after)}::timestamptz and s.accepted_at <= ${ts(input.until)}::timestamptz
    order by s.accepted_at, s.id`);
}

/** The send a signed link names; null when it is no more. */
export async function findSend(db: Db, input: LinkOwner): Promise<FoundSend | null> {
  const rows = await db.query<FoundSend>(
    sql`select ${COLUMNS} from sends s where s.bucket = ${input.bucket}::smallint and s.id = ${input.send}`,
  );
  if (rows[0]) return rows[0];
  // Its contact was folded into another meanwhile, and it moved with it.
  return (
    (
      await db.query<FoundSend>(
        sql`select ${COLUMNS} from sends s where s.bucket = any(${ALL_BUCKETS}::smallint[]) and s.id = ${input.send}`,
      )
    )[0] ?? null
  );
}

const ALL_BUCKETS = Array.from({ length: 256 }, (_, bucket) => bucket);
