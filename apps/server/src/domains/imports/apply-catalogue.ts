import { upsertArticles, upsertCategories, upsertProducts } from "../catalog/index.ts";
import { takeIds } from "../ingest/index.ts";
import { categoriesAbove } from "./catalog-news.ts";
import { hash, type GroupNews } from "./messages.ts";

type Tx = Parameters<typeof upsertProducts>[0];
type By = Omit<Parameters<typeof upsertProducts>[1], "products">;

/** How many things were new, changed, or said just as they are. */
export interface Applied {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/**
 * Writes the products and content items of a chunk, before the orders that name them. Always written, for the catalogue may have changed
 * since; what a file said before in just these words counts as unchanged. Products of a flat file are not counted: they come with its orders.
 */
export async function applyCatalogue(tx: Tx, by: By, news: readonly GroupNews[]): Promise<Applied> {
  const categories = categoriesAbove(
    news.flatMap((one) => one.products),
    by.texts?.language,
  );
  if (categories.length > 0) await upsertCategories(tx, by, { categories });
  const isAlone = (one: GroupNews): boolean => one.messages.length + one.orders.length + one.returns.length === 0;
  const beside = news.filter((one) => !isAlone(one)).flatMap((one) => one.products);
  if (beside.length > 0) await upsertProducts(tx, { ...by, products: beside });
  const products = news.filter(isAlone).flatMap((one) => one.products);
  const articles = news.flatMap((one) => one.articles);
  const ofProducts = await counted(
    tx,
    by,
    products.map((product) => `import:product:${product.externalId}:${hash(product)}`),
    () => upsertProducts(tx, { ...by, products }),
  );
  const ofArticles = await counted(
    tx,
    by,
    articles.map((article) => `import:article:${article.language}:${article.externalId}:${hash(article)}`),
    async () => upsertArticles(tx, by, { articles }),
  );
  return {
    created: ofProducts.created + ofArticles.created,
    updated: ofProducts.updated + ofArticles.updated,
    unchanged: ofProducts.unchanged + ofArticles.unchanged,
  };
}

async function counted(tx: Tx, by: By, words: readonly string[], write: () => Promise<{ created: number }>): Promise<Applied> {
  if (words.length === 0) return { created: 0, updated: 0, unchanged: 0 };
  const fresh = await takeIds(tx, { workspace: by.workspace, now: by.now, ids: words });
  const { created } = await write();
  const updated = Math.max(0, fresh.size - created);
  return { created, updated, unchanged: words.length - created - updated };
}
