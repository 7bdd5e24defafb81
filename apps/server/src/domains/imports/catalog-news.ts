import type { ArticleInput } from "@relance/contract/articles";
import type { CategoryInput } from "@relance/contract/categories";
import type { ProductInput } from "@relance/contract/catalog";
import { toIso, type Instant } from "@relance/model/base";
import { priceAt, type ArticleRow, type ImportRow, type Mapping, type ProductRow } from "@relance/model/imports";

type Options = Mapping["options"];

/** The products that some rows tell, those of one product as one: what they say first counts; each variant is a row. Without a name it is none. */
export function productsOf(rows: readonly ImportRow[], options: Options, now: Instant): ProductInput[] {
  const byId = Map.groupBy(
    rows.flatMap(({ product }) => product ?? []),
    (product) => product.id,
  );
  return [...byId.values()].flatMap((told) => {
    const whole = firstOf(told);
    return whole.name === null ? [] : [productOf(whole, whole.name, told, options, now)];
  });
}

const firstOf = (told: readonly ProductRow[]): ProductRow =>
  told.reduce(
    (held, next) => ({ ...next, ...Object.fromEntries(Object.entries(held).filter(([, value]) => value !== null)) }) as ProductRow,
  );

function productOf(product: ProductRow, name: string, told: readonly ProductRow[], options: Options, now: Instant): ProductInput {
  const { id, sku, brand, category, variant, description, url, imageUrl } = product;
  const { language, store } = options;
  const attributes = attributesOf(told, options, now);
  const variants = told.flatMap((row) =>
    row.variant
      ? [
          {
            externalId: row.variant.id,
            sku: row.sku,
            options: row.variant.options,
            imageUrl: row.variant.imageUrl ?? null,
            attributes: otherwise(row, product, { options, attributes, now }),
          },
        ]
      : [],
  );
  const pictures = [...new Set([...(imageUrl === undefined ? [] : [imageUrl]), ...told.flatMap((row) => row.images ?? [])])];
  return {
    externalId: id,
    name,
    sku: variant ? null : sku,
    brand,
    ...(category !== null && {
      category: { externalId: category, ...(language !== undefined && { names: { [language]: nameOf(category) } }) },
    }),
    attributes: {
      ...(category !== null && { category }),
      ...(language === undefined && { ...(description !== undefined && { description }), ...(url !== undefined && { url }) }),
      ...attributes,
    },
    ...(language !== undefined && {
      translations: [{ language, name, ...(description !== undefined && { description }), ...(url !== undefined && { url }) }],
    }),
    ...(variants.length > 0 && { variants }),
    ...(pictures.length > 0 && { images: pictures.map((one) => ({ url: one })) }),
    ...(store !== undefined && offersOf(told, { ...options, store }, now)),
  };
}

/** What its first row says of a product, and rows of none of its variants: where those say several things, all of them. */
function attributesOf(told: readonly ProductRow[], options: Options, now: Instant): Record<string, string | number | string[]> {
  const [first, ...rest] = told;
  const more = rest.filter((row) => row.variant === undefined).flatMap((row) => Object.entries(row.attributes ?? {}));
  // Whether there are any is said of each variant.
  const all = Object.entries(first!.attributes ?? {})
    .filter(([name]) => first!.variant === undefined || name !== "availability")
    .concat(more);
  const values = Map.groupBy(all, ([name]) => name);
  return {
    ...(options.store === undefined && offerShown(firstOf(told), options, now)),
    ...Object.fromEntries([...values].map(([name, said]) => [name, oneOrAll([...new Set(said.map(([, value]) => value))])])),
  };
}

const oneOrAll = (values: string[]): string | string[] => (values.length === 1 ? values[0]! : values);

/** What a row of a variant says otherwise than its product: texts, attributes, and without a store its price and pieces. Null: nothing. */
function otherwise(
  row: ProductRow,
  product: ProductRow,
  { options, attributes, now }: { options: Options; attributes: Readonly<Record<string, unknown>>; now: Instant },
): Record<string, string | number> | null {
  const { name, brand, category, description, url } = row;
  const texts = Object.entries({ name, brand, category, description, url }).filter(
    (one): one is [keyof ProductRow & string, string] => one[1] != null && one[1] !== product[one[0] as keyof ProductRow],
  );
  const says = (name: string, value: string | number): boolean => [attributes[name]].flat().includes(value);
  const kept = Object.entries({ ...(options.store === undefined && offerShown(row, options, now)), ...row.attributes }).filter(
    ([name, value]) => !says(name, value),
  );
  return texts.length + kept.length === 0 ? null : Object.fromEntries<string | number>([...texts, ...kept]);
}

/** Without a store the catalogue keeps no prices and no stock: they are only shown. */
function offerShown(product: ProductRow, options: Options, now: Instant): Record<string, string | number> {
  return {
    ...priceShown(product, options, now),
    ...(product.stock !== undefined && product.attributes?.["availability"] === undefined && { stock: product.stock }),
  };
}

function priceShown(product: ProductRow, options: Options, now: Instant): { price: number; currency: string } | Record<string, never> {
  const price = priceAt(product, now);
  return price === null ? {} : { price, currency: product.currency ?? options.currency };
}

/** What a product and its variants cost in a store at a moment, and how many there are. */
function offersOf(
  told: readonly ProductRow[],
  options: Options & { readonly store: string },
  now: Instant,
): Pick<ProductInput, "prices" | "stock"> {
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
    return {
      externalId: path,
      ...(language !== undefined && { names: { [language]: nameOf(path) } }),
      ...(above >= 0 && { parent: path.slice(0, above) }),
    };
  });
}

function pathsOf(category: string): string[] {
  const parts = category.split(" > ");
  return parts.length < 2 ? [] : parts.map((_part, at) => parts.slice(0, at + 1).join(" > "));
}

/** A content item as a row tells it. */
export function articleOf(
  { id, title, summary, url, imageUrl, author, tags, publishedAt }: ArticleRow,
  { language, store }: Options,
): ArticleInput {
  return {
    externalId: id,
    language: language!,
    title,
    ...(summary !== undefined && { summary }),
    ...(url !== undefined && { url }),
    ...(imageUrl !== undefined && { imageUrl }),
    ...(author !== undefined && { author }),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(store !== undefined && { store }),
    ...(publishedAt !== undefined && { publishedAt: toIso(publishedAt) }),
  };
}
