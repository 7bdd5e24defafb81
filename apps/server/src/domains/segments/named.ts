import type { Id } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";

export interface Named {
  readonly stores: ReadonlyMap<Id, string>;
  readonly journeys: ReadonlyMap<Id, string>;
  readonly templates: ReadonlyMap<Id, string>;
}

/** Names of the stores, journeys and templates that rules may mention. Like the compiler, this reads tables of domains above its own. */
export async function selectNamed(db: Db, input: { workspace: Id }): Promise<Named> {
  const rows = await db.query<{ kind: "store" | "journey" | "template"; id: Id; name: string }>(sql`
    select 'store' as kind, s.id, s.name from stores s where s.workspace_id = ${input.workspace}
    union all select 'journey', j.id, j.name from journeys j where j.workspace_id = ${input.workspace} and j.state <> 'archived'
    union all select 'template', t.id, t.name from templates t where t.workspace_id = ${input.workspace} and t.archived_at is null
    order by 1, 3, 2`);
  const of = (kind: string) => new Map(rows.filter((row) => row.kind === kind).map((row) => [row.id, row.name]));
  return { stores: of("store"), journeys: of("journey"), templates: of("template") };
}
