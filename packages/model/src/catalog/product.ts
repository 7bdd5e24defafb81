import type { SheetValue } from "./sheet.ts";

export type Options = Readonly<Record<string, SheetValue>>;

/** The texts of a product in one language. */
export type ProductText = { readonly name?: string; readonly description?: string; readonly url?: string; readonly imageUrl?: string };
export type VariantSheet = {
  readonly sku?: string;
  readonly options?: Options;
  readonly imageUrl?: string;
  /** What it says otherwise than its product. */ readonly attributes?: Options;
};
export type ProductImage = { readonly url: string; readonly options: Options };

/** All the catalogue says of a product but prices and stock, which keep a history of their own. What is not known is absent. */
export type ProductSheet = {
  readonly name: string;
  readonly sku?: string;
  readonly brand?: string;
  /** External id of its category. */
  readonly category?: string;
  readonly attributes?: Options;
  readonly translations?: Readonly<Record<string, ProductText>>;
  readonly variants?: Readonly<Record<string, VariantSheet>>;
  readonly images?: readonly ProductImage[];
  readonly archived?: true;
};

/** What somebody says of a product: what is absent stays as it is, null takes it away. */
export interface ProductNews {
  readonly name?: string | undefined;
  readonly sku?: string | null | undefined;
  readonly brand?: string | null | undefined;
  readonly category?: { readonly externalId: string } | null | undefined;
  readonly attributes?: Options | undefined;
  readonly translations?:
    | readonly {
        readonly language: string;
        readonly name: string;
        readonly description?: string | null | undefined;
        readonly url?: string | null | undefined;
        readonly imageUrl?: string | null | undefined;
      }[]
    | undefined;
  readonly variants?:
    | readonly {
        readonly externalId: string;
        readonly sku?: string | null | undefined;
        readonly options?: Options | undefined;
        readonly imageUrl?: string | null | undefined;
        readonly attributes?: Options | null | undefined;
      }[]
    | undefined;
  readonly images?: readonly { readonly url: string; readonly options?: Options | undefined }[] | undefined;
  readonly archived?: boolean | undefined;
}

/** A product as it stands after some news of it. Languages and variants that the news does not name stay; images are told whole. */
export function withNews(sheet: ProductSheet, news: ProductNews): ProductSheet {
  const { translations, variants, images, attributes, archived } = news;
  return dense({
    name: news.name ?? sheet.name,
    sku: told(news.sku, sheet.sku),
    brand: told(news.brand, sheet.brand),
    category: told(news.category === undefined || news.category === null ? news.category : news.category.externalId, sheet.category),
    attributes: attributes === undefined ? sheet.attributes : dense({ ...sheet.attributes, ...attributes }),
    translations:
      translations === undefined
        ? sheet.translations
        : {
            ...sheet.translations,
            ...Object.fromEntries(translations.map(({ language, ...text }) => [language, withText(sheet.translations?.[language], text)])),
          },
    variants:
      variants === undefined
        ? sheet.variants
        : {
            ...sheet.variants,
            ...Object.fromEntries(variants.map(({ externalId, ...one }) => [externalId, withVariant(sheet.variants?.[externalId], one)])),
          },
    images: images === undefined ? sheet.images : images.map(({ url, options }) => ({ url, options: options ?? {} })),
    archived: (archived ?? sheet.archived) === true ? true : undefined,
  }) as ProductSheet;
}

const told = <T>(said: T | null | undefined, held: T | undefined): T | undefined => (said === undefined ? held : (said ?? undefined));

type Text = NonNullable<ProductNews["translations"]>[number];
const withText = (held: ProductText | undefined, said: Omit<Text, "language">): ProductText =>
  dense({
    name: said.name,
    description: told(said.description, held?.description),
    url: told(said.url, held?.url),
    imageUrl: told(said.imageUrl, held?.imageUrl),
  });

type Variant = NonNullable<ProductNews["variants"]>[number];
const withVariant = (held: VariantSheet | undefined, said: Omit<Variant, "externalId">): VariantSheet =>
  dense({
    sku: told(said.sku, held?.sku),
    options: said.options ?? held?.options,
    imageUrl: told(said.imageUrl, held?.imageUrl),
    attributes: told(said.attributes, held?.attributes),
  });

/** Without what is null or absent. */
function dense<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== null)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/**
 * The image that shows a variant: its own; else the one whose options it has, the most of them; else one of all variants; else the one
 * of the text in the reader's language. Null when there is none.
 */
export function imageOf(
  sheet: Pick<ProductSheet, "images" | "translations" | "variants">,
  variant: string | null,
  language: string,
): string | null {
  const own = variant === null ? undefined : sheet.variants?.[variant];
  if (own?.imageUrl !== undefined) return own.imageUrl;
  const fitting = (sheet.images ?? []).filter(({ options }) =>
    Object.entries(options).every(([name, value]) => own?.options?.[name] === value),
  );
  const [best] = [...fitting].sort((a, b) => Object.keys(b.options).length - Object.keys(a.options).length);
  return best?.url ?? sheet.translations?.[language]?.imageUrl ?? null;
}
