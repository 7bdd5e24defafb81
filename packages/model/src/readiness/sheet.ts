import { languageOf } from "./place.ts";

/** A product as its sheets are judged: what is said of it by language, by variant and by store. */
export interface ProductSeen {
  readonly id: string;
  readonly name: string;
  readonly category: string | null;
  /** Said outside any language: by a shop that has only one. */
  readonly url: string | null;
  readonly imageUrl: string | null;
  readonly price: boolean;
  readonly description: string | null;
  readonly translations: readonly {
    readonly language: string;
    readonly name: string;
    readonly description: string | null;
    readonly url: string | null;
    readonly imageUrl: string | null;
  }[];
  readonly variants: readonly {
    readonly id: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly imageUrl: string | null;
  }[];
  /** Stores with a price, of the product (its own id) or of a variant. */
  readonly prices: readonly { readonly variant: string; readonly store: string }[];
}

export const SHEET_CODES = [
  "no_title",
  "no_description",
  "no_price",
  "no_link",
  "no_image",
  "dead_link",
  "dead_image",
  "same_image",
  "no_category",
] as const;
export type SheetCode = (typeof SHEET_CODES)[number];

/** One fault of one sheet. `variant`: null when the product is sold as it is; store and language null: of the product itself. */
export interface SheetProblem {
  readonly code: SheetCode;
  readonly variant: string | null;
  readonly store: string | null;
  readonly language: string | null;
  readonly url: string | null;
}
export interface SheetStore {
  readonly id: string;
  readonly languages: readonly string[];
}
export interface SheetAudit {
  readonly sheets: readonly { readonly store: string; readonly language: string; readonly n: number }[];
  readonly problems: readonly SheetProblem[];
  readonly urls: readonly string[];
}

const WEB = /^https?:\/\/[^\s/]+\.[^\s]+$/i;
const filled = (text: string | null | undefined): boolean =>
  text !== null && text !== undefined && text.replaceAll(/<[^>]*>/g, "").trim() !== "";

/**
 * Judges every sheet of a product: one for each variant, store and language of the store. What is said in no language counts where the
 * store has one language only. Variants that differ in an option a picture shows (colour, pattern, material…) each need a picture of
 * their own: the same one for all shows the wrong one to most.
 * @param alive what is known of a web address; null: not known
 */
export function auditProduct(product: ProductSeen, stores: readonly SheetStore[], alive: (url: string) => boolean | null): SheetAudit {
  const problems: SheetProblem[] = [];
  const variants: readonly (ProductSeen["variants"][number] | null)[] = product.variants.length === 0 ? [null] : product.variants;
  const shared = sameImages(product);
  const urls = new Set<string>();
  const sheets = stores.flatMap((store) =>
    store.languages.length === 0
      ? []
      : store.languages.map((language) => ({ store: store.id, language: languageOf(language), n: variants.length })),
  );
  for (const { store, language } of sheets) {
    const only = stores.find((one) => one.id === store)!.languages.length === 1;
    const said = product.translations.find((one) => languageOf(one.language) === language) ?? null;
    const [title, description, url] = [
      said?.name ?? (only ? product.name : null),
      said?.description ?? (only ? product.description : null),
      said?.url ?? (only ? product.url : null),
    ];
    for (const variant of variants) {
      const at = { variant: variant?.id ?? null, store, language };
      const image = variant?.imageUrl ?? said?.imageUrl ?? product.imageUrl;
      const add = (code: SheetCode, of: string | null = null) => problems.push({ code, ...at, url: of });
      if (!filled(title)) add("no_title");
      if (!filled(description)) add("no_description");
      if (
        !product.price &&
        !product.prices.some((one) => one.store === store && (one.variant === variant?.id || one.variant === product.id))
      )
        add("no_price");
      if (url === null || !WEB.test(url)) add("no_link", url);
      else if (alive(url) === false) add("dead_link", url);
      if (image === null || !WEB.test(image)) add("no_image", image);
      else if (alive(image) === false) add("dead_image", image);
      for (const one of [url, image]) if (one !== null && WEB.test(one)) urls.add(one);
    }
  }
  for (const id of shared) problems.push({ code: "same_image", variant: id, store: null, language: null, url: null });
  if (product.category === null) problems.push({ code: "no_category", variant: null, store: null, language: null, url: null });
  return { sheets, problems, urls: [...urls].sort() };
}

const SEEN_OPTIONS = /^(colou?r|couleur|coloris|pattern|motif|material|mati[eè]re|finish|finition|print|style)$/i;

/** Variants that differ by eye from another and have no picture of their own. */
function sameImages(product: ProductSeen): string[] {
  const look = (variant: ProductSeen["variants"][number]) =>
    JSON.stringify(
      Object.entries(variant.options)
        .filter(([name]) => SEEN_OPTIONS.test(name))
        .map(([, value]) => String(value).toLowerCase())
        .sort(),
    );
  const looks = new Set(product.variants.map(look));
  if (looks.size < 2) return [];
  return product.variants
    .filter(
      (one) => one.imageUrl === null || product.variants.some((other) => other.imageUrl === one.imageUrl && look(other) !== look(one)),
    )
    .map((one) => one.id);
}

/** Two names of categories that are probably one: the same but for case, accents, plural or a slip. */
export function alikeNames(a: string, b: string): boolean {
  const plain = (text: string) =>
    text
      .normalize("NFD")
      .replaceAll(/\p{M}/gu, "")
      .toLowerCase()
      .replaceAll(/\b(et|and|de|des|du|la|le|les|the)\b|[^a-z0-9]+/g, " ")
      .trim()
      .split(/\s+/)
      .map((word) => (word.length > 3 ? word.replace(/(s|x)$/, "") : word))
      .sort()
      .join(" ");
  return plain(a) !== "" && plain(a) === plain(b);
}
