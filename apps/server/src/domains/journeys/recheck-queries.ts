import type { Id, Instant } from "@relance/model/base";
import type { FactEvent } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import { sql, tsArray } from "../../platform/db/sql.ts";

/** A run by the send it planned. */
export interface RunOfSend {
  readonly id: Id;
  readonly state: "waiting" | "completed" | "left" | "failed";
  readonly outcome: string | null;
  readonly key: string;
  readonly entered_at: Instant;
  readonly ended_at: Instant | null;
  readonly ended_by: string | null;
}

export async function selectRunsOf(
  tx: Tx,
  input: { readonly runs: readonly { readonly bucket: number; readonly id: Id }[] },
): Promise<RunOfSend[]> {
  const { runs } = input;
  return tx.query(sql`
    select r.id, r.state, r.outcome, r.key, r.entered_at, r.ended_at,
      case when r.state = 'left' then (select v.reason ->> 'event' from visits v where v.bucket = r.bucket and v.run_id = r.id and v.visit = r.visit) end as ended_by
    from unnest(${runs.map((run) => run.bucket)}::smallint[], ${runs.map((run) => run.id)}::uuid[]) as asked (bucket, id)
    join runs r on r.bucket = asked.bucket and r.id = asked.id
    order by r.id`);
}

/** Events of some names of many contacts, each since its own instant: at most 20 of a name. */
export async function selectEventsSince(
  tx: Tx,
  input: {
    readonly asked: readonly {
      readonly workspace: Id;
      readonly bucket: number;
      readonly contact: Id;
      readonly name: string;
      readonly since: Instant;
    }[];
  },
): Promise<(FactEvent & { readonly contact: Id })[]> {
  const { asked } = input;
  return tx.query(sql`
    select a.contact_id as contact, e.id, e.name, e.occurred_at as at, e.amount, e.currency, e.properties
    from unnest(${asked.map((one) => one.workspace)}::uuid[], ${asked.map((one) => one.bucket)}::smallint[], ${asked.map((one) => one.contact)}::uuid[], ${asked.map((one) => one.name)}::text[], ${tsArray(asked.map((one) => one.since))}::timestamptz[]) as a (workspace_id, bucket, contact_id, name, since)
    cross join lateral (
      select e.id, e.name, e.occurred_at, e.amount, e.currency, e.properties from events e
      where e.bucket = a.bucket and e.contact_id = a.contact_id and e.workspace_id = a.workspace_id and e.name = a.name and e.occurred_at >= a.since
      order by e.occurred_at desc limit 20) e
    order by a.contact_id, e.occurred_at desc, e.id`);
}

export interface RivalRow {
  readonly contact: Id;
  readonly journey: Id;
  readonly name: string;
  readonly run: Id;
  readonly entered_at: Instant;
  readonly group: string;
  readonly priority: number;
}

/** Runs under way of many contacts in journeys that exclude others. */
export async function selectExclusiveRuns(
  tx: Tx,
  input: {
    readonly contacts: readonly { readonly workspace: Id; readonly bucket: number; readonly contact: Id }[];
    readonly groups: readonly string[];
  },
): Promise<RivalRow[]> {
  const { contacts, groups } = input;
  return tx.query(sql`
    select r.contact_id as contact, r.journey_id as journey, j.name, r.id as run, r.entered_at, v.graph -> 'settings' -> 'attention' ->> 'group' as "group",
      coalesce((v.graph -> 'settings' -> 'attention' ->> 'priority')::int, 50) as priority
    from unnest(${contacts.map((one) => one.workspace)}::uuid[], ${contacts.map((one) => one.bucket)}::smallint[], ${contacts.map((one) => one.contact)}::uuid[]) as asked (workspace_id, bucket, contact_id)
    join runs r on r.bucket = asked.bucket and r.contact_id = asked.contact_id and r.workspace_id = asked.workspace_id and r.state = 'waiting'
    join journey_versions v on v.journey_id = r.journey_id and v.version = r.version
    join journeys j on j.id = r.journey_id
    where j.state = 'live' and v.graph -> 'settings' -> 'attention' ->> 'group' = any(${groups}::text[])
    order by r.contact_id, priority desc, r.entered_at, r.id`);
}
