import type { Task } from "@relance/contract/journeys";
import * as contract from "@relance/contract/journeys";
import { toIso, type Id, type Instant } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, ts } from "../../platform/db/sql.ts";
import { absent } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";

/** What journeys ask people of the team to do: a list, and a tick. */
export function taskRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock } = deps.ports;
  route(app, contract.listTasks, async ({ actor: { workspace }, query }) => {
    const [, at, id] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(query.after ?? "") ?? [];
    const rows = await selectTasks(db, {
      workspace,
      done: query.done === "true",
      before: at && id ? { at: Number(at), id } : null,
      limit: query.limit + 1,
    });
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return { items: items.map(taskOf), next: rows.length > query.limit && last ? `${last.created_at}.${last.id}` : null };
  });
  route(app, contract.settleTask, async ({ actor, params, body }) => {
    const now = clock.now();
    await db.query(
      sql`update tasks set done_at = ${body.done ? ts(now) : null}::timestamptz, done_by = ${body.done ? actor.name : null} where workspace_id = ${actor.workspace} and id = ${params.id}`,
    );
    const [row] = await selectTasks(db, { workspace: actor.workspace, id: params.id, before: null, limit: 1 });
    if (!row) throw absent({ what: "task" });
    return taskOf(row);
  });
}

interface TaskRow {
  readonly id: Id;
  readonly contact_id: Id;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly journey_id: Id;
  readonly journey_name: string;
  readonly run_id: Id;
  readonly title: string;
  readonly note: string;
  readonly created_at: Instant;
  readonly done_at: Instant | null;
  readonly done_by: string | null;
}

async function selectTasks(
  db: Db,
  input: { workspace: Id; id?: Id; done?: boolean; before: { at: Instant; id: Id } | null; limit: number },
): Promise<TaskRow[]> {
  return db.query<TaskRow>(sql`
    select t.id, t.contact_id, c.first_name, c.last_name, c.email, t.journey_id, j.name as journey_name, t.run_id, t.title, t.note, t.created_at, t.done_at, t.done_by
    from tasks t join journeys j on j.id = t.journey_id left join contacts c on c.bucket = t.bucket and c.id = t.contact_id
    where t.workspace_id = ${input.workspace} ${input.id ? sql`and t.id = ${input.id}` : empty} ${input.done === undefined ? empty : sql`and (t.done_at is null) = ${!input.done}`} ${input.before ? sql`and (t.created_at, t.id) < (${ts(input.before.at)}::timestamptz, ${input.before.id}::uuid)` : empty}
    order by t.created_at desc, t.id desc limit ${input.limit}`);
}

function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    contact: row.contact_id,
    contactName: [row.first_name, row.last_name].filter(Boolean).join(" "),
    contactEmail: row.email,
    journey: row.journey_id,
    journeyName: row.journey_name,
    run: row.run_id,
    title: row.title,
    note: row.note,
    createdAt: toIso(row.created_at),
    doneAt: row.done_at === null ? null : toIso(row.done_at),
    doneBy: row.done_by,
  };
}
