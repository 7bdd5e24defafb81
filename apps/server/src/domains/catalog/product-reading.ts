import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql } from "../../platform/db/sql.ts";

export interface ProductRecord {
  id: Id;
  external_id: string;
  sku: string | null;
  name: string;
  /** Its name by itself, by which lists are sorted. */ sorted: string;
  brand: string | null;
  category: string | null;
  category_id: Id | null;
  category_external_id: string | null;
  attributes: Record<string, unknown>;
  image_url: string | null;
  price: number | null;
  currency: string | null;
  archived: boolean;
  source: string;
  created_at: Instant;
  updated_at: Instant;
}

/** What a list or page shows of a product; name and category in a language where they have it. */
const shownIn = (language: string | null) => sql`
  p.id, p.category_id, c.external_id as category_external_id, p.archived_at is not null as archived, p.created_at, p.external_id, p.sku, p.name as sorted, p.brand,
  coalesce((select t.name from product_translations t where t.product_id = p.id and t.language = ${language}), p.name) as name, coalesce(c.names ->> ${language}::text, c.names ->> 'fr', c.names ->> 'en', c.external_id, p.attributes ->> 'category') as category, p.attributes, p.source, p.updated_at,
  coalesce((select i.url from product_images i where i.product_id = p.id order by i.place limit 1), (select t.image_url from product_translations t where t.product_id = p.id and t.image_url is not null order by t.language limit 1), p.attributes ->> 'image_url') as image_url,
  (select r.amount from prices r where r.product_id = p.id order by r.valid_from desc, r.variant_id, r.store_id limit 1) as price,
  (select r.currency from prices r where r.product_id = p.id order by r.valid_from desc, r.variant_id, r.store_id limit 1) as currency`;

export async function listProductRows(
  db: Db,
  input: {
    workspace: Id;
    search: string | null;
    language: string | null;
    category: Id | null;
    archived: boolean;
    after: { name: string; id: Id } | null;
    limit: number;
  },
): Promise<ProductRecord[]> {
  const { search, after } = input;
  const like = search === null ? null : `%${search.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  return db.query<ProductRecord>(sql`
    select ${shownIn(input.language)} from products p left join categories c on c.id = p.category_id
    where p.workspace_id = ${input.workspace} and (p.archived_at is not null) = ${input.archived} ${input.category === null ? empty : sql`and p.category_id = ${input.category}`}
      ${like === null ? empty : sql`and (lower(p.name) like ${like} or exists (select 1 from product_translations t where t.product_id = p.id and lower(t.name) like ${like}) or lower(p.external_id) = ${search!.toLowerCase()} or lower(p.sku) = ${search!.toLowerCase()})`}
      ${after === null ? empty : sql`and (p.name, p.id) > (${after.name}, ${after.id}::uuid)`}
    order by p.name, p.id limit ${input.limit}`);
}

export async function findProduct(db: Db, input: { workspace: Id; id: Id }): Promise<ProductRecord | null> {
  const rows = await db.query<ProductRecord>(sql`
    select ${shownIn(null)} from products p left join categories c on c.id = p.category_id where p.workspace_id = ${input.workspace} and p.id = ${input.id} order by p.id`);
  return rows[0] ?? null;
}

export async function translationsOf(
  db: Db,
  input: { workspace: Id; id: Id },
): Promise<{ language: string; name: string; description: string | null; url: string | null; image_url: string | null }[]> {
  return db.query(
    sql`select language, name, description, url, image_url from product_translations where workspace_id = ${input.workspace} and product_id = ${input.id} order by language`,
  );
}

export async function variantsOf(
  db: Db,
  input: { workspace: Id; id: Id },
): Promise<
  {
    id: Id;
    external_id: string;
    sku: string | null;
    options: Record<string, unknown>;
    attributes: Record<string, unknown>;
    image_url: string | null;
  }[]
> {
  return db.query(
    sql`select id, external_id, sku, options, attributes, image_url from variants where workspace_id = ${input.workspace} and product_id = ${input.id} order by external_id, id`,
  );
}

export async function imagesOf(db: Db, input: { workspace: Id; id: Id }): Promise<{ url: string; options: Record<string, unknown> }[]> {
  return db.query(
    sql`select url, options from product_images where workspace_id = ${input.workspace} and product_id = ${input.id} order by place`,
  );
}
