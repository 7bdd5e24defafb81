import type { Channel } from "@relance/contract/delivery";
import type { Id, Instant } from "@relance/model/base";
import type { Content, MessageClass } from "@relance/model/messages";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, raw, sql, ts } from "../../platform/db/sql.ts";
import type { Compiled } from "./compiled.ts";
import { showsArticles } from "./data.ts";

export interface TemplateRecord {
  readonly id: Id;
  readonly name: string;
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly topic: string;
  readonly draft: Content;
  readonly live_version: number | null;
  readonly created_at: Instant;
  readonly changed_at: Instant;
  readonly archived_at: Instant | null;
  /** When the live version was published; null without one. */
  readonly published_at: Instant | null;
}

const COLUMNS = raw(
  "t.id, t.name, t.channel, t.class, t.topic, t.draft, t.live_version, t.created_at, t.changed_at, t.archived_at, (select v.published_at from template_versions v where v.template_id = t.id and v.version = t.live_version) as published_at",
);

export async function insertTemplate(
  db: Db,
  input: {
    readonly id: Id;
    readonly workspace: Id;
    readonly name: string;
    readonly channel: Channel;
    readonly class: MessageClass;
    readonly topic: string;
    readonly draft: Content;
    readonly by: string;
    readonly now: Instant;
  },
): Promise<void> {
  const { id, workspace, name, topic, draft, by, now } = input;
  await db.query(sql`
    insert into templates (id, workspace_id, name, channel, class, topic, draft, created_at, created_by, changed_at)
    values (${id}, ${workspace}, ${name}, ${input.channel}, ${input.class}, ${topic}, ${json(draft)}::jsonb, ${ts(now)}::timestamptz, ${by}, ${ts(now)}::timestamptz)`);
}

export async function selectTemplate(db: Db, input: { readonly workspace: Id; readonly id: Id }): Promise<TemplateRecord | null> {
  const rows = await db.query<TemplateRecord>(
    sql`select ${COLUMNS} from templates t where t.workspace_id = ${input.workspace} and t.id = ${input.id}`,
  );
  return rows[0] ?? null;
}

/** Holds the row until the transaction ends, so that two publishings make two versions. */
export async function lockTemplate(tx: Tx, input: { readonly workspace: Id; readonly id: Id }): Promise<void> {
  await tx.query(sql`select id from templates where workspace_id = ${input.workspace} and id = ${input.id} for update`);
}

export async function selectTemplates(
  db: Db,
  input: {
    readonly workspace: Id;
    readonly archived: boolean;
    readonly search: string | null;
    /** Whether the search is of what variants say, too. */ readonly texts?: boolean;
    /** Only these, archived ones too. */ readonly ids?: readonly Id[] | null;
    readonly after: { readonly name: string; readonly id: Id } | null;
    readonly limit: number;
  },
): Promise<TemplateRecord[]> {
  const { workspace, archived, search, texts = false, ids = null, after, limit } = input;
  const like = search === null ? null : `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  return db.query<TemplateRecord>(sql`
    select ${COLUMNS} from templates t
    where t.workspace_id = ${workspace} and case when ${ids}::uuid[] is null then (t.archived_at is not null) = ${archived} else t.id = any(${ids}::uuid[]) end and (${like}::text is null or t.name ilike ${like}
        or (${texts} and exists (select 1 from jsonb_each(t.draft -> 'variants') v where concat_ws(' ', v.value ->> 'subject', v.value ->> 'preheader', v.value ->> 'source') ilike ${like})))
      and (${after?.name ?? null}::text is null or (t.name, t.id) > (${after?.name ?? null}::text, ${after?.id ?? null}::uuid))
    order by t.name, t.id limit ${limit}`);
}

export async function updateDraft(
  tx: Tx,
  input: {
    readonly workspace: Id;
    readonly id: Id;
    readonly name: string;
    readonly class: MessageClass;
    readonly topic: string;
    readonly draft: Content;
    readonly now: Instant;
  },
): Promise<void> {
  await tx.query(sql`
    update templates set name = ${input.name}, class = ${input.class}, topic = ${input.topic}, draft = ${json(input.draft)}::jsonb, changed_at = ${ts(input.now)}::timestamptz
    where workspace_id = ${input.workspace} and id = ${input.id}`);
}

export async function updateArchived(
  db: Db,
  input: { readonly workspace: Id; readonly id: Id; readonly archivedAt: Instant | null },
): Promise<void> {
  await db.query(
    sql`update templates set archived_at = ${input.archivedAt === null ? null : ts(input.archivedAt)}::timestamptz where workspace_id = ${input.workspace} and id = ${input.id}`,
  );
}

export async function insertVersion(
  tx: Tx,
  input: {
    readonly workspace: Id;
    readonly id: Id;
    readonly version: number;
    readonly content: Content;
    readonly compiled: Compiled;
    readonly by: string;
    readonly now: Instant;
  },
): Promise<void> {
  await tx.query(sql`
    insert into template_versions (template_id, version, workspace_id, content, compiled, shows_articles, published_at, published_by)
    values (${input.id}, ${input.version}, ${input.workspace}, ${json(input.content)}::jsonb, ${json(input.compiled)}::jsonb, ${showsArticles(input.compiled)}, ${ts(input.now)}::timestamptz, ${input.by})`);
  await tx.query(sql`update templates set live_version = ${input.version} where workspace_id = ${input.workspace} and id = ${input.id}`);
}

export async function selectVersions(
  db: Db,
  input: { readonly workspace: Id; readonly id: Id },
): Promise<{ version: number; published_at: Instant; published_by: string | null }[]> {
  return db.query(
    sql`select version, published_at, published_by from template_versions where workspace_id = ${input.workspace} and template_id = ${input.id} order by version desc limit 100`,
  );
}

export async function selectVersion(
  db: Db,
  input: { readonly workspace: Id; readonly id: Id; readonly version: number },
): Promise<{ version: number; published_at: Instant; published_by: string | null; content: Content } | null> {
  const rows = await db.query<{ version: number; published_at: Instant; published_by: string | null; content: Content }>(sql`
    select version, published_at, published_by, content from template_versions where workspace_id = ${input.workspace} and template_id = ${input.id} and version = ${input.version}`);
  return rows[0] ?? null;
}

export async function selectCompiled(
  db: Db,
  input: { readonly versions: readonly { readonly workspace: Id; readonly template: Id; readonly version: number }[] },
): Promise<{ workspace_id: Id; template_id: Id; version: number; compiled: Compiled; name: string }[]> {
  const { versions } = input;
  return db.query(sql`
    select v.workspace_id, v.template_id, v.version, v.compiled, t.name
    from unnest(${versions.map((one) => one.workspace)}::uuid[], ${versions.map((one) => one.template)}::uuid[], ${versions.map((one) => one.version)}::int[]) as asked (workspace_id, template_id, version)
    join template_versions v on v.template_id = asked.template_id and v.version = asked.version and v.workspace_id = asked.workspace_id
    join templates t on t.id = v.template_id and t.workspace_id = v.workspace_id
    order by v.template_id, v.version`);
}
