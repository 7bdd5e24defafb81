import type { Id, Instant } from "@relance/model/base";
import type { ProductSeen } from "@relance/model/readiness";
import type { Db } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";

/** Products changed since a moment, in order of change. */
export async function changedProducts(
  db: Db,
  input: { workspace: Id; after: { at: Instant; id: Id }; limit: number },
): Promise<{ id: Id; at: Instant }[]> {
  return db.query(sql`
    select id, updated_at as at from products where workspace_id = ${input.workspace} and archived_at is null and (updated_at, id) > (${ts(input.after.at)}::timestamptz, ${input.after.id}::uuid) order by updated_at, id limit ${input.limit}`);
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** Everything that the sheets of some products show. */
export async function productSheets(
  db: Db,
  input: { workspace: Id; ids: readonly Id[] },
): Promise<(ProductSeen & { readonly externalId: string })[]> {
  const ids = input.ids as Id[];
  // One after the other: this runs inside a transaction, on one connection.
  const products = await db.query<{
    id: Id;
    external_id: string;
    name: string;
    category: string | null;
    attributes: Record<string, unknown>;
  }>(sql`
      select p.id, p.external_id, p.name, coalesce(p.category_id::text, p.attributes ->> 'category') as category, p.attributes from products p where p.workspace_id = ${input.workspace} and p.id = any(${ids}::uuid[]) order by p.id`);
  const translations = await db.query<{
    product_id: Id;
    language: string;
    name: string;
    description: string | null;
    url: string | null;
    image_url: string | null;
  }>(
    sql`select product_id, language, name, description, url, image_url from product_translations where product_id = any(${ids}::uuid[]) order by product_id, language`,
  );
  const variants = await db.query<{ id: Id; product_id: Id; options: Record<string, unknown>; image_url: string | null }>(
    sql`select id, product_id, options, image_url from variants where product_id = any(${ids}::uuid[]) order by product_id, external_id`,
  );
  const images = await db.query<{ product_id: Id; url: string; options: Record<string, unknown> }>(
    sql`select product_id, url, options from product_images where product_id = any(${ids}::uuid[]) order by product_id, place`,
  );
  const prices = await db.query<{ product_id: Id; variant_id: Id; store_id: Id }>(
    sql`select distinct product_id, variant_id, store_id from prices where product_id = any(${ids}::uuid[]) order by product_id, variant_id, store_id`,
  );
  const [byTranslation, byVariant, byImage, byPrice] = [
    Map.groupBy(translations, (one) => one.product_id),
    Map.groupBy(variants, (one) => one.product_id),
    Map.groupBy(images, (one) => one.product_id),
    Map.groupBy(prices, (one) => one.product_id),
  ];
  return products.map((product) => {
    const pictures = byImage.get(product.id) ?? [];
    // A picture is of the variants whose options it names.
    const pictureOf = (options: Record<string, unknown>) =>
      pictures.find(
        (one) => Object.keys(one.options).length > 0 && Object.entries(one.options).every(([name, value]) => options[name] === value),
      )?.url ?? null;
    return {
      id: product.id,
      externalId: product.external_id,
      name: product.name,
      category: product.category,
      url: text(product.attributes["url"]),
      imageUrl:
        pictures.find((one) => Object.keys(one.options).length === 0)?.url ?? pictures[0]?.url ?? text(product.attributes["image_url"]),
      price: typeof product.attributes["price"] === "number",
      description: text(product.attributes["description"]),
      translations: (byTranslation.get(product.id) ?? []).map((one) => ({
        language: one.language,
        name: one.name,
        description: one.description,
        url: one.url,
        imageUrl: one.image_url,
      })),
      variants: (byVariant.get(product.id) ?? []).map((one) => ({
        id: one.id,
        options: one.options,
        imageUrl: one.image_url ?? pictureOf(one.options),
      })),
      prices: (byPrice.get(product.id) ?? []).map((one) => ({ variant: one.variant_id, store: one.store_id })),
    };
  });
}

/** Categories with how many products each has; at most two thousand. */
export async function categoryFill(
  db: Db,
  input: { workspace: Id },
): Promise<{ id: Id; external_id: string; names: Record<string, string>; products: number }[]> {
  return db.query(sql`
    select c.id, c.external_id, c.names, (select count(*) from products p where p.workspace_id = c.workspace_id and p.category_id = c.id and p.archived_at is null) as products
    from categories c where c.workspace_id = ${input.workspace} and c.archived_at is null order by c.external_id limit 2000`);
}
