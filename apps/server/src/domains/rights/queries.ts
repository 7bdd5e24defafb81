import type { ErasureReason, RightsRequest, RIGHTS_KINDS, RIGHTS_STATES } from "@relance/contract/rights";
import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, sql, ts } from "../../platform/db/sql.ts";

export interface RequestRow {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly kind: (typeof RIGHTS_KINDS)[number];
  readonly state: (typeof RIGHTS_STATES)[number];
  readonly person_id: Id | null;
  readonly connection_id: Id | null;
  readonly reason: ErasureReason;
  readonly asked_at: Instant;
  readonly asked_by: string;
  readonly due_at: Instant;
  readonly done_at: Instant | null;
  readonly wanted: Uint8Array | null;
  readonly report: RightsRequest["report"];
}
const columns = sql`id, workspace_id, kind, state, person_id, connection_id, reason, asked_at, asked_by, due_at, done_at, wanted, report`;

export async function insertRequest(tx: Tx, row: RequestRow): Promise<void> {
  await tx.query(sql`
    insert into rights_requests (id, workspace_id, kind, state, person_id, connection_id, reason, asked_at, asked_by, due_at, wanted, report)
    values (${row.id}, ${row.workspace_id}, ${row.kind}, ${row.state}, ${row.person_id}, ${row.connection_id}, ${row.reason}, ${ts(row.asked_at)}::timestamptz, ${row.asked_by}, ${ts(row.due_at)}::timestamptz, ${row.wanted}, ${json(row.report)}::jsonb)`);
}

export async function findRequest(db: Db, input: { workspace: Id; id: Id }): Promise<RequestRow | null> {
  return (
    (
      await db.query<RequestRow>(
        sql`select ${columns} from rights_requests where workspace_id = ${input.workspace} and id = ${input.id} order by id`,
      )
    )[0] ?? null
  );
}

export async function listRequests(
  db: Db,
  input: { workspace: Id; before: { at: Instant; id: Id } | null; limit: number },
): Promise<RequestRow[]> {
  const from = input.before ? sql`and (asked_at, id) < (${ts(input.before.at)}::timestamptz, ${input.before.id}::uuid)` : empty;
  return db.query<RequestRow>(
    sql`select ${columns} from rights_requests where workspace_id = ${input.workspace} ${from} order by asked_at desc, id desc limit ${input.limit}`,
  );
}

/** Those whose traces are still being taken away. */
export async function selectRunning(db: Db): Promise<RequestRow[]> {
  return db.query<RequestRow>(sql`select ${columns} from rights_requests where state = 'running' order by asked_at, id limit 200`);
}

/** @returns whether it was in that state */
export async function moveRequest(
  db: Db,
  input: { workspace: Id; id: Id; from: RequestRow["state"]; to: RequestRow["state"]; now: Instant; report?: RequestRow["report"] },
): Promise<boolean> {
  const done = input.to === "done";
  return (
    (
      await db.query(sql`
    update rights_requests set state = ${input.to}, done_at = case when ${done} then ${ts(input.now)}::timestamptz else done_at end, wanted = case when ${done} then null else wanted end,
      report = ${input.report ? sql`${json(input.report)}::jsonb` : sql`report`}
    where workspace_id = ${input.workspace} and id = ${input.id} and state = ${input.from} returning id`)
    ).length > 0
  );
}
