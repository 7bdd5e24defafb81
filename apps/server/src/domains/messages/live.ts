import type { Id } from "@relance/model/base";
import type { MessageClass } from "@relance/model/messages";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";

/** The published version of templates by id, for planning sends; a template without one, or archived, is missing. */
export async function liveTemplates(
  db: Db,
  input: { ids: readonly Id[] },
): Promise<
  ReadonlyMap<
    Id,
    {
      readonly workspace: Id;
      readonly version: number;
      readonly class: MessageClass;
      readonly topic: string;
      readonly showsArticles: boolean;
    }
  >
> {
  const rows = await db.query<{
    id: Id;
    workspace_id: Id;
    live_version: number;
    class: MessageClass;
    topic: string;
    shows_articles: boolean;
  }>(sql`
    select t.id, t.workspace_id, t.live_version, t.class, t.topic, v.shows_articles from templates t join template_versions v on v.template_id = t.id and v.version = t.live_version
    where t.id = any(${input.ids as Id[]}::uuid[]) and t.archived_at is null order by t.id`);
  return new Map(
    rows.map((row) => [
      row.id,
      { workspace: row.workspace_id, version: row.live_version, class: row.class, topic: row.topic, showsArticles: row.shows_articles },
    ]),
  );
}

/** Every template that can be chosen in a workspace, and whether it has been published. */
export async function templateStates(
  db: Db,
  input: { workspace: Id },
): Promise<ReadonlyMap<Id, { readonly published: boolean; readonly channel: string }>> {
  const rows = await db.query<{ id: Id; channel: string; published: boolean }>(
    sql`select id, channel, live_version is not null as published from templates where workspace_id = ${input.workspace} and archived_at is null order by id`,
  );
  return new Map(rows.map((row) => [row.id, { published: row.published, channel: row.channel }]));
}
