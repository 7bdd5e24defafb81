import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../../platform/db/database.ts";
import { sql, ts } from "../../../platform/db/sql.ts";

export interface StoredWebhook {
  readonly id: Id;
  readonly workspace: Id;
  readonly name: string;
  readonly url: string;
  readonly secret: Uint8Array;
  readonly active: boolean;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
}

const COLUMNS = sql`w.id, w.workspace_id as workspace, w.name, w.url, w.secret, w.active, w.created_at as "createdAt", w.changed_at as "changedAt"`;

export function readWebhooks(db: Db, input: { readonly workspaces: readonly Id[] }): Promise<StoredWebhook[]> {
  return db.query(
    sql`select ${COLUMNS} from webhooks w where w.workspace_id = any(${input.workspaces}::uuid[]) order by w.created_at, w.id`,
  );
}

export async function readWebhook(db: Db, input: { readonly workspace: Id; readonly id: Id }): Promise<StoredWebhook | null> {
  const [found] = await db.query<StoredWebhook>(
    sql`select ${COLUMNS} from webhooks w where w.workspace_id = ${input.workspace} and w.id = ${input.id}`,
  );
  return found ?? null;
}

/** Writes a webhook as it is to be, new or changed. */
export async function writeWebhook(db: Db, one: StoredWebhook): Promise<void> {
  await db.query(sql`
    insert into webhooks (id, workspace_id, name, url, secret, active, created_at, changed_at)
    values (${one.id}, ${one.workspace}, ${one.name}, ${one.url}, ${Buffer.from(one.secret)}, ${one.active}, ${ts(one.createdAt)}::timestamptz, ${ts(one.changedAt)}::timestamptz)
    on conflict (id) do update set name = excluded.name, url = excluded.url, secret = excluded.secret, active = excluded.active, changed_at = excluded.changed_at`);
}

/** @returns whether it was there and not in use */
export async function deleteWebhook(db: Db, input: { readonly workspace: Id; readonly id: Id }): Promise<boolean> {
  return (
    (await db.query(sql`delete from webhooks where workspace_id = ${input.workspace} and id = ${input.id} and not active returning id`))
      .length > 0
  );
}
