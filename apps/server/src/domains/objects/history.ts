import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { JsonObject } from "@relance/model/events";
import { objectEvent, objectHistory, readObject, type ObjectMoment, type ObjectType } from "@relance/model/objects";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import type { ObjectState } from "./queries.ts";

export interface ToldMoment {
  readonly event: Id;
  readonly at: Instant;
  readonly source: string;
  readonly properties: JsonObject;
}

const MOST = 100;

/** What told of an object while its present contact had it, the newest first: the last hundred events that name it. */
export async function historyOf(
  db: Db,
  input: { workspace: Id; object: ObjectState; type: ObjectType },
): Promise<ObjectMoment<ToldMoment>[]> {
  const { workspace, object, type } = input;
  const rows = await db.query<{ id: Id; occurred_at: Instant; properties: JsonObject; source: string | null }>(sql`
    select e.id, e.occurred_at, e.properties, coalesce(e.context ->> 'source', e.source_id::text) as source from events e
    where e.bucket = ${bucketOf(object.contact_id)}::smallint and e.contact_id = ${object.contact_id} and e.workspace_id = ${workspace} and e.name = ${objectEvent(type.key)} and e.properties ->> 'id' = ${object.external_id}
    order by e.occurred_at desc, e.id desc limit ${MOST}`);
  const told = rows.reverse().flatMap((row) => {
    const seen = readObject({ name: objectEvent(type.key), properties: row.properties, occurredAt: row.occurred_at }, type);
    return seen === null
      ? []
      : [{ of: { event: row.id, at: row.occurred_at, source: row.source ?? object.source, properties: row.properties }, seen }];
  });
  return objectHistory(told);
}
