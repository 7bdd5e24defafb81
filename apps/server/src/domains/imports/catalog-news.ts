import type { ArticleInput } from "@relance/contract/articles";
import type { CategoryInput } from "@relance/contract/categories";
import type { ProductInput } from "@relance/contract/catalog";
import { toIso, type Instant } from "@relance/model/base";
import { priceAt, type ArticleRow, type ImportRow, type Mapping, type ProductRow } from "@relance/model/imports";

type Options = Mapping["options"];

/** The products that some rows tell, those of one product as one: what they say first counts; each variant is a row. Without a name it is none. */
export function productsOf(rows: readonly ImportRow[], options: Options, now: Instant): ProductInput[] {
  const byId = Map.groupBy(rows.flatMap(({ product }) => product ?? []), (product) => product.id);
  return [...byId.values()].flatMap((told) => {
    const whole = firstOf(told);
    return whole.name === null ? [] : [productOf(whole, whole.name, told, options, now)];
  });
}

const firstOf = (told: readonly ProductRow[]): ProductRow => told.reduce((held, next) => ({ ...next, ...Object.fromEntries(Object.entries(held).filter(([, value]) => value !== null)) }) as ProductRow);

function productOf(product: ProductRow, name: string, told: readonly ProductRow[], options: Options, now: Instant): ProductInput {
  const { id, sku, brand, category, variant, description, url, imageUrl, images = [] } = product;
  const { language, store } = options;
  const variants = variant ? told.flatMap((row) => (row.variant ? [{ externalId: row.variant.id, sku: row.sku, options: row.variant.options, imageUrl: row.imageUrl ?? null }] : [])) : [];
  const pictures = [...new Set([...(imageUrl === undefined ? [] : [imageUrl]), ...images])];
  return {
    externalId: id, name, sku: variant ? null : sku, brand, ...(category !== null && { category: { externalId: category, ...(language !== undefined && { names: { [language]: nameOf(category) } }) } }),
    attributes: { ...(category !== null && { category }), ...(store === undefined && priceShown(product, options, now)), ...(language === undefined && { ...(description !== undefined && { description }), ...(url !== undefined && { url }) }), ...product.attributes },
    ...(language !== undefined && { translations: [{ language, name, ...(description !== undefined && { description }), ...(url !== undefined && { url }) }] }),
    ...(variants.length > 0 && { variants }), ...(pictures.length > 0 && { images: pictures.map((one) => ({ url: one })) }),
    ...(store !== undefined && offersOf(told, { ...options, store }, now)),
  };
}

function priceShown(product: ProductRow, options: Options, now: Instant): { price: number; currency: string } | Record<string, never> {
  const price = priceAt(product, now);
  return price === null ? {} : { price, currency: product.currency ?? options.currency };
}

/** What a product and its variants cost in a store at a moment, and how many there are. */
function offersOf(told: readonly ProductRow[], options: Options & { readonly store: string }, now: Instant): Pick<ProductInput, "prices" | "stock"> {
  const { store } = options;
  const placeOf = (row: ProductRow) => ({ ...(row.variant && { variant: row.variant.id }), store });
  const prices = told.flatMap((row) => {
    const amount = priceAt(row, now);
    return amount === null ? [] : [{ ...placeOf(row), currency: row.currency ?? options.currency, amount }];
  });
  const stock = told.flatMap((row) => (row.stock === undefined ? [] : [{ ...placeOf(row), quantity: row.stock }]));
  return { ...(prices.length > 0 && { prices }), ...(stock.length > 0 && { stock }) };
}

const nameOf = (category: string): string => category.split(" > ").at(-1)!;

/** The categories above those of some products, each under the next: `Women > Dresses` lies under `Women`. */
export function categoriesAbove(products: readonly ProductInput[], language: string | undefined): CategoryInput[] {
  const paths = new Set(products.flatMap(({ category }) => pathsOf(category?.externalId ?? "")));
  return [...paths].map((path) => {
    const above = path.lastIndexOf(" > ");
    return { externalId: path, ...(language !== undefined && { names: { [language]: nameOf(path) } }), ...(above >= 0 && { parent: path.slice(0, above) }) };
  });
}

function pathsOf(category: string): string[] {
  const parts = category.split(" > ");
  return parts.length < 2 ? [] : parts.map((_part, at) => parts.slice(0, at + 1).join(" > "));
}

/** A content item as a row tells it. */
export function articleOf({ id, title, summary, url, imageUrl, author, tags, publishedAt }: ArticleRow, { language, store }: Options): ArticleInput {
  return {
    externalId: id, language: language!, title, ...(summary !== undefined && { summary }), ...(url !== undefined && { url }), ...(imageUrl !== undefined && { imageUrl }), ...(author !== undefined && { author }),
    ...(tags !== undefined && { tags: [...tags] }), ...(store !== undefined && { store }), ...(publishedAt !== undefined && { publishedAt: toIso(publishedAt) }),
  };
}
