import type { Instant } from "../base/index.ts";
import { plainText } from "./plain-text.ts";
import { RowRefusal, type RowCells } from "./row-cells.ts";
import type { Target } from "./mapping.ts";

/** What a row says of a product. What is absent or null it does not tell. */
export interface ProductRow {
  readonly id: string;
  readonly sku: string | null;
  readonly name: string | null;
  readonly brand: string | null;
  /** The names of the category and those above it, from the top, with ` > ` between them. */
  readonly category: string | null;
  readonly price: number | null;
  /** Of the price, where it says so. */
  readonly currency?: string;
  readonly sale?: { readonly price: number; readonly from: Instant | null; readonly to: Instant | null };
  /** Of a row that is one of several variants of its product. */
  readonly variant?: { readonly id: string; readonly options: Readonly<Record<string, string>>; readonly imageUrl?: string };
  readonly description?: string;
  readonly url?: string;
  readonly imageUrl?: string;
  readonly images?: readonly string[];
  /** Pieces; 1 and 0 where the row only tells whether there are any. */
  readonly stock?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface ArticleRow {
  readonly id: string;
  readonly title: string;
  readonly summary?: string;
  readonly url?: string;
  readonly imageUrl?: string;
  readonly author?: string;
  readonly tags?: readonly string[];
  readonly publishedAt?: Instant;
}

const MOST_NAME = 500;
const MOST_DESCRIPTION = 20_000;
const MOST_SUMMARY = 5_000;
/** What is kept of a column that we only keep: longer texts set their row aside. */
const MOST_KEPT = 100_000;
/** What is read of a text in HTML before its tags are taken away. */
const MOST_HTML = 500_000;

const htmlText = (cells: RowCells, to: Target, most: number): string | null => {
  const text = cells.text(to, MOST_HTML);
  return text === null ? null : plainText(text, most) || null;
};

/** Without what is not told. */
const told = <T extends object>(parts: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

/** @param alone whether the row is about the product only; else it may name none */
export function productOf(cells: RowCells, alone: boolean): ProductRow | null {
  const group = cells.text("product.group");
  const numbered = cells.has("product.id");
  const own = alone && (numbered || group === null) ? cells.required(numbered ? "product.id" : "product.group") : cells.text("product.id");
  if (own === null && group === null) return null;
  const price = cells.money("product.price");
  const availability =
    cells
      .text("product.availability")
      ?.toLowerCase()
      .replace(/[\s-]+/g, "_") ?? null;
  const options = valuesOf(cells, "product.options.");
  const attributes = {
    ...valuesOf(cells, "product.attributes."),
    ...(group === null && options),
    ...(availability !== null && { availability }),
  };
  const images = cells.urls("product.images");
  return {
    id: group ?? own!,
    sku: cells.text("product.sku"),
    name: htmlText(cells, "product.name", MOST_NAME),
    brand: cells.text("product.brand"),
    category: categoryOf(cells),
    price: price?.amount ?? null,
    ...told({
      currency: price?.currency,
      sale: saleOf(cells),
      variant: group === null ? null : variantOf(cells, own ?? madeOf(group, options), options),
      description: htmlText(cells, "product.description", MOST_DESCRIPTION),
      url: cells.url("product.url"),
      imageUrl: cells.url("product.image_url"),
      images: images.length > 0 ? images : null,
      stock: stockOf(cells, availability),
      attributes: Object.keys(attributes).length > 0 ? attributes : null,
    }),
  };
}

function variantOf(cells: RowCells, id: string | null, options: Readonly<Record<string, string>>): ProductRow["variant"] | null {
  const image = cells.url("product.variant_image") ?? cells.url("product.image_url");
  return id === null ? null : { id, options, ...(image !== null && { imageUrl: image }) };
}

/** What tells a variant without a number apart: its product and its options. Null without any: the row is about the product. */
function madeOf(group: string, options: Readonly<Record<string, string>>): string | null {
  const values = Object.values(options);
  return values.length === 0 ? null : `${group}/${values.join("/")}`;
}

export function articleOf(cells: RowCells): ArticleRow {
  const url = cells.url("article.url");
  const id = cells.text("article.id") ?? url ?? cells.required("article.id");
  const title = htmlText(cells, "article.title", MOST_NAME) ?? cells.required("article.title");
  const tags = [...new Set(cells.list("article.tags").map((tag) => tag.slice(0, 100)))].slice(0, 50);
  return {
    id: id.length > 200 ? id.slice(-200) : id,
    title,
    ...told({
      summary: htmlText(cells, "article.summary", MOST_SUMMARY),
      url,
      imageUrl: cells.url("article.image_url"),
      author: cells.text("article.author")?.slice(0, 200),
      tags: tags.length > 0 ? tags : null,
      publishedAt: cells.text("article.published_at") === null ? null : cells.moment("article.published_at"),
    }),
  };
}

function valuesOf(cells: RowCells, prefix: "product.attributes." | "product.options."): Record<string, string> {
  return Object.fromEntries(
    cells.targets
      .filter((to) => to.startsWith(prefix))
      .flatMap((to) => {
        const text = cells.text(to, MOST_KEPT);
        return text === null ? [] : [[to.slice(prefix.length), text]];
      }),
  );
}

function categoryOf(cells: RowCells): string | null {
  const parts = (cells.text("product.category") ?? "")
    .split(">")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.length === 0 ? null : parts.join(" > ");
}

function saleOf(cells: RowCells): ProductRow["sale"] | null {
  const sale = cells.money("product.sale_price");
  if (sale === null) return null;
  const { from, to } = cells.period("product.sale_dates");
  if (from !== null && to !== null && to <= from) throw new RowRefusal("product.sale_dates", { why: "sale_backwards" });
  return { price: sale.amount, from, to };
}

// What can be had later is not there now.
const THERE: Readonly<Record<string, number>> = {
  in_stock: 1,
  available_for_order: 1,
  limited_availability: 1,
  out_of_stock: 0,
  preorder: 0,
  backorder: 0,
  discontinued: 0,
};

function stockOf(cells: RowCells, availability: string | null): number | null {
  const pieces = cells.number("product.stock");
  if (pieces !== null) return Math.round(pieces);
  return availability === null ? null : (THERE[availability] ?? null);
}

/** What a product costs at a moment: the price of its sale while that lasts. Null when the row tells no price. */
export function priceAt(product: Pick<ProductRow, "price" | "sale">, now: Instant): number | null {
  const { sale } = product;
  return sale && (sale.from === null || sale.from <= now) && (sale.to === null || now < sale.to) ? sale.price : product.price;
}
