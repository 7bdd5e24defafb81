import type { ProductInput } from "@relance/contract/catalog";
import { DAY, type Instant } from "@relance/model/base";
import { PRODUCTS, type DemoProduct } from "./catalogue.ts";
import { pricesOf, stockOf } from "./goods.ts";

/** Days before the present. */
type DaysAgo = number;

/** Prices are lowered from one day to another; 0: they still are. */
interface Sale {
  readonly from: DaysAgo;
  readonly to: DaysAgo;
  readonly by: number;
  readonly products: readonly string[];
}
/** Nothing is left from one day on, until so many pieces come. */
interface Gap {
  readonly from: DaysAgo;
  readonly to: DaysAgo;
  readonly product: string;
  readonly pieces: number;
}

const SALES: readonly Sale[] = [
  { from: 71, to: 57, by: 0.8, products: ["nappe-lin", "serviettes-4", "torchons-3"] },
  { from: 11, to: 0, by: 0.85, products: ["cocotte-28", "plat-four", "bouilloire"] },
];
// Products without variants: what is gone is gone whatever the colour.
const GAPS: readonly Gap[] = [
  { from: 76, to: 66, product: "miel", pieces: 60 },
  { from: 44, to: 31, product: "verres-6", pieces: 24 },
  { from: 17, to: 8, product: "couteau-chef", pieces: 6 },
];

const within = (span: { readonly from: DaysAgo; readonly to: DaysAgo }, at: Instant, now: Instant): boolean =>
  at >= now - span.from * DAY && (span.to === 0 || at < now - span.to * DAY);

/** What a product costs at a moment in its store's currency. */
export function priceAt(product: DemoProduct, store: "fr" | "ca", at: Instant, now: Instant): number {
  const price = store === "fr" ? product.eur : product.cad;
  const sale = SALES.find((one) => one.products.includes(product.id) && within(one, at, now));
  return sale ? Math.round(price * sale.by) : price;
}

/** Whether a product is sold out at a moment. */
export const isSoldOut = (product: DemoProduct, at: Instant, now: Instant): boolean =>
  GAPS.some((gap) => gap.product === product.id && within(gap, at, now));

/** What the shop tells of its prices and stock after it opened, in the order of time. */
export function demoChanges(now: Instant): { readonly at: Instant; readonly products: ProductInput[] }[] {
  const told = (ids: readonly string[], of: (product: DemoProduct) => Pick<ProductInput, "prices" | "stock">): ProductInput[] =>
    PRODUCTS.filter((product) => ids.includes(product.id)).map((product) => ({
      externalId: product.id,
      name: product.names["fr"]!,
      ...of(product),
    }));
  const prices = (days: DaysAgo, ids: readonly string[]) => ({
    at: now - days * DAY,
    products: told(ids, (product) => ({ prices: pricesOf(product, (store) => priceAt(product, store, now - days * DAY, now)) })),
  });
  const stock = (days: DaysAgo, id: string, pieces: number) => ({
    at: now - days * DAY,
    products: told([id], (product) => ({ stock: stockOf(product, () => pieces) })),
  });
  return [
    ...SALES.flatMap(({ from, to, products }) => [prices(from, products), ...(to === 0 ? [] : [prices(to, products)])]),
    ...GAPS.flatMap(({ from, to, product, pieces }) => [stock(from, product, 0), stock(to, product, pieces)]),
  ].sort((a, b) => a.at - b.at);
}
