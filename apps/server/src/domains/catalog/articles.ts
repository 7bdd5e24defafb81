import type { ArticleInput } from "@relance/contract/articles";
import { toIso, type Id, type Instant } from "@relance/model/base";
import { pageAddress } from "@relance/model/events";
import { addToCounters } from "../../platform/counters.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, sql, ts } from "../../platform/db/sql.ts";
import { articleUntitled, storeUnknown } from "./errors.ts";
import { counterSlot } from "./product-sheets.ts";
import { storeIds } from "./queries.ts";
import { keepEdits, type By, type Edit, type SheetKind } from "./sheets.ts";

/** A content item as it is compared and brought back; its store by code. */
export interface ArticleSheet {
  readonly title: string;
  readonly summary?: string;
  readonly url?: string;
  readonly imageUrl?: string;
  readonly author?: string;
  readonly store?: string;
  readonly tags: readonly string[];
  readonly publishedAt: string;
  readonly archived?: true;
}

export const articleKind: SheetKind<ArticleSheet> = {
  name: "article",
  async load(tx, { workspace, ids }) {
    const rows = await tx.query<{ id: Id; sheet: ArticleSheet; published_at: Instant }>(sql`
      select a.id, a.published_at, jsonb_strip_nulls(jsonb_build_object('title', a.title, 'summary', a.summary, 'url', a.url, 'imageUrl', a.image_url, 'author', a.author, 'tags', to_jsonb(a.tags),
        'store', (select s.code from stores s where s.id = a.store_id), 'archived', case when a.archived_at is not null then true end)) as sheet
      from articles a where a.workspace_id = ${workspace} and a.id = any(${ids as Id[]}::uuid[]) order by a.external_id, a.language for update of a`);
    return new Map(rows.map((row) => [row.id, { ...row.sheet, publishedAt: toIso(row.published_at) }]));
  },
  async write(tx, by, edits) {
    const stores = await storeIds(tx, { workspace: by.workspace, codes: edits.flatMap(({ after }) => after.store ?? []) });
    const rows = edits.map(({ id, after }) => ({
      id,
      ...after,
      image_url: after.imageUrl,
      address: pageAddress(after.url),
      published_at: after.publishedAt,
      store_id: after.store === undefined ? null : (stores.get(after.store) ?? null),
      archived: after.archived === true,
    }));
    await tx.query(sql`
      update articles a set title = r.title, summary = r.summary, url = r.url, address = r.address, image_url = r.image_url, author = r.author, store_id = r.store_id, tags = array(select jsonb_array_elements_text(r.tags)), published_at = r.published_at,
        archived_at = case when r.archived then coalesce(a.archived_at, ${ts(by.now)}::timestamptz) end, updated_at = ${ts(by.now)}::timestamptz, source = ${by.source}
      from jsonb_to_recordset(${json(rows)}::jsonb) as r (id uuid, title text, summary text, url text, address text, image_url text, author text, store_id uuid, tags jsonb, published_at timestamptz, archived boolean)
      where a.id = r.id and a.workspace_id = ${by.workspace}`);
  },
};

const keyOf = (one: { externalId: string; language: string }) => `${one.language} ${one.externalId}`;

/**
 * Creates content items or changes those of the same external id and language. Of two with one key the later counts.
 * @throws store.unknown, article.untitled naming the field
 */
export async function upsertArticles(
  tx: Tx,
  by: By,
  input: { readonly articles: readonly ArticleInput[] },
): Promise<{ created: number; updated: number }> {
  const stores = await storeIds(tx, { workspace: by.workspace, codes: input.articles.flatMap((one) => one.store ?? []) });
  input.articles.forEach(({ store }, at) => {
    if (store != null && !stores.has(store)) throw storeUnknown({ code: store }, { field: `articles[${at}].store` });
  });
  const told = [...new Map(input.articles.map((one, at) => [keyOf(one), { ...one, at }])).values()].sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1,
  );
  const made = await tx.query<{ id: Id; title: string; external_id: string; language: string }>(sql`
    insert into articles (id, workspace_id, external_id, language, title, published_at, created_at, updated_at, source)
    select r.id, ${by.workspace}::uuid, r.external_id, r.language, '', ${ts(by.now)}::timestamptz, ${ts(by.now)}::timestamptz, ${ts(by.now)}::timestamptz, ${by.source}
    from unnest(${told.map(() => by.chance.id(by.now))}::uuid[], ${told.map((one) => one.externalId)}::text[], ${told.map((one) => one.language)}::text[]) as r (id, external_id, language) order by r.language, r.external_id
    on conflict (workspace_id, external_id, language) do nothing returning id, title, external_id, language`);
  const fresh = new Set(made.map((row) => row.id));
  const found = await tx.query<{ id: Id; external_id: string; language: string }>(sql`
    select a.id, a.external_id, a.language from articles a join unnest(${told.map((one) => one.externalId)}::text[], ${told.map((one) => one.language)}::text[]) as r (external_id, language) on r.external_id = a.external_id and r.language = a.language
    where a.workspace_id = ${by.workspace} order by a.id`);
  const ids = new Map(found.map((row) => [keyOf({ externalId: row.external_id, language: row.language }), row.id]));
  const held = await articleKind.load(tx, { workspace: by.workspace, ids: [...ids.values()] });
  const edits = told.map((one): Edit<ArticleSheet> => {
    const id = ids.get(keyOf(one))!;
    if (fresh.has(id) && one.title === undefined) throw articleUntitled({ id: one.externalId }, { field: `articles[${one.at}].title` });
    return { id, before: fresh.has(id) ? null : held.get(id)!, after: withArticleNews(held.get(id)!, one) };
  });
  const { created, changed } = await keepEdits(tx, by, articleKind, edits);
  await addToCounters(tx, counterSlot(by), [{ workspace: by.workspace, name: "articles", n: created }]);
  return { created, updated: changed.length - created };
}

function withArticleNews(held: ArticleSheet, told: ArticleInput): ArticleSheet {
  const part = (name: "summary" | "url" | "imageUrl" | "author" | "store") => {
    const value = told[name] === undefined ? held[name] : told[name];
    return value == null ? {} : { [name]: value };
  };
  return {
    title: told.title ?? held.title,
    tags: told.tags ?? held.tags,
    publishedAt: told.publishedAt === undefined ? held.publishedAt : toIso(Date.parse(told.publishedAt)),
    ...part("summary"),
    ...part("url"),
    ...part("imageUrl"),
    ...part("author"),
    ...part("store"),
    ...((told.archived ?? held.archived) === true && { archived: true as const }),
  };
}

export interface ArticleRecord {
  readonly id: Id;
  readonly external_id: string;
  readonly language: string;
  readonly store_id: Id | null;
  readonly title: string;
  readonly summary: string | null;
  readonly url: string | null;
  readonly image_url: string | null;
  readonly author: string | null;
  readonly tags: string[];
  readonly published_at: Instant;
  readonly readers: number;
  readonly archived: boolean;
  readonly source: string;
  readonly updated_at: Instant;
}

export async function listArticleRows(
  db: Db,
  input: {
    workspace: Id;
    search: string | null;
    language: string | null;
    archived: boolean;
    after: { at: Instant; id: Id } | null;
    limit: number;
  },
): Promise<ArticleRecord[]> {
  const { search, language, after } = input;
  const like = search === null ? null : `%${search.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  return db.query<ArticleRecord>(sql`
    select a.id, a.external_id, a.language, a.store_id, a.title, a.summary, a.url, a.image_url, a.author, a.tags, a.published_at, a.readers, a.archived_at is not null as archived, a.source, a.updated_at
    from articles a where a.workspace_id = ${input.workspace} and (a.archived_at is not null) = ${input.archived}
      ${like === null ? empty : sql`and lower(a.title) like ${like}`} ${language === null ? empty : sql`and a.language = ${language}`}
      ${after === null ? empty : sql`and (a.published_at, a.id) < (${ts(after.at)}::timestamptz, ${after.id}::uuid)`}
    order by a.published_at desc, a.id desc limit ${input.limit}`);
}
