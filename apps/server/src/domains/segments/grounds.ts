import { BUCKETS, type Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";

/**
 * Rules that count days in the workspace's zone, or distances to stores, rest on settings that no fact tells of. When those differ from
 * what memberships were last computed with, the segments that ask for them are computed anew. Cheap when nothing changed: one row a workspace.
 */
export async function settleGrounds(db: Db, input: { now: Instant }): Promise<void> {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  await db.query(sql`
    with present as (
      select w.id, jsonb_build_object('zone', w.time_zone, 'stores', coalesce((select jsonb_object_agg(s.id, jsonb_build_array(s.latitude, s.longitude)) from stores s where s.workspace_id = w.id), '{}'::jsonb)) as grounds
      from workspaces w where w.archived_at is null
    ), changed as (
      select p.id, p.grounds, g.grounds as before from present p left join rule_grounds g on g.workspace_id = p.id where g.grounds is distinct from p.grounds
    ), told as (
      insert into rule_grounds (workspace_id, grounds) select c.id, c.grounds from changed c order by c.id
      on conflict (workspace_id) do update set grounds = excluded.grounds returning workspace_id
    )
    insert into segment_builds (bucket, segment_id, workspace_id, generation, asked_at)
    select distinct b, g.id, g.workspace_id, n, ${ts(input.now)}::timestamptz
    from changed c join told t on t.workspace_id = c.id
    join segment_references r on r.workspace_id = c.id and ((r.kind = 'zone' and c.before ->> 'zone' <> c.grounds ->> 'zone') or (r.kind = 'store' and c.before -> 'stores' <> c.grounds -> 'stores'))
    join segments g on g.id = r.segment_id and g.state in ('live', 'building'), unnest(array[g.generation, g.next_generation]) as n, unnest(${buckets}::smallint[]) as b where n > 0 order by b, g.id, n
    on conflict (bucket, segment_id, generation) do nothing`);
}
