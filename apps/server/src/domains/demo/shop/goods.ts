import type { ProductInput } from "@relance/contract/catalog";
import type { Generator } from "../../../platform/chance/index.ts";
import { PRODUCTS, type DemoColour, type DemoProduct } from "./catalogue.ts";

/** The codes of the demo's stores, with the currency of each. */
const SOLD_IN = [
  { store: "fr", currency: "EUR" },
  { store: "ca", currency: "CAD" },
] as const;
const SITE = "https://fauvel.example";

/** The shop's own id of a variant: what events name, whatever language the visitor reads. */
export const variantId = (product: DemoProduct, colour: DemoColour): string => `${product.id}-${colour.code.toLowerCase()}`;
export const skuOf = (product: DemoProduct, colour: DemoColour | null): string =>
  `${product.id.toUpperCase()}${colour ? `-${colour.code}` : ""}`;
export const pageOf = (store: "fr" | "ca", product: DemoProduct): string => `${SITE}/${store}/${product.id}`;
export const imageOf = (product: DemoProduct, colour: DemoColour | null = null): string =>
  `${SITE}/images/${colour ? variantId(product, colour) : product.id}.jpg`;

/** What is sold of a product: each colour, or itself. */
const soldOf = (product: DemoProduct): { variant?: string }[] =>
  product.colours ? product.colours.map((colour) => ({ variant: variantId(product, colour) })) : [{}];
export const pricesOf = (product: DemoProduct, amount: (store: "fr" | "ca") => number) =>
  soldOf(product).flatMap((one) => SOLD_IN.map(({ store, currency }) => ({ ...one, store, currency, amount: amount(store) })));
export const stockOf = (product: DemoProduct, pieces: (store: "fr" | "ca") => number) =>
  soldOf(product).flatMap((one) => SOLD_IN.map(({ store }) => ({ ...one, store, quantity: pieces(store) })));

/**
 * The catalogue as a shop would send it: both languages, a variant per colour, the price in each store, and stock of which a little is
 * out. The same for the same generator.
 */
export function demoGoods(chance: Generator): ProductInput[] {
  return PRODUCTS.map((product) => {
    const colours = product.colours ?? [];
    const stock = chance.split(product.id);
    return {
      externalId: product.id,
      sku: skuOf(product, null),
      name: product.names["fr"]!,
      brand: "Fauvel",
      category: { externalId: product.category },
      translations: (["fr", "en"] as const).map((language) => ({
        language,
        name: product.names[language]!,
        description: product.words[language]!,
        url: pageOf(language === "fr" ? "fr" : "ca", product),
        imageUrl: imageOf(product),
      })),
      variants: colours.map((colour) => ({
        externalId: variantId(product, colour),
        sku: skuOf(product, colour),
        options: { couleur: colour.names["fr"]!, colour: colour.names["en"]! },
      })),
      images: [
        { url: imageOf(product) },
        ...colours.map((colour) => ({ url: imageOf(product, colour), options: { couleur: colour.names["fr"]! } })),
      ],
      prices: pricesOf(product, (store) => (store === "fr" ? product.eur : product.cad)),
      stock: stockOf(product, (store) => (stock.chance(0.06) ? 0 : 4 + stock.below(store === "fr" ? 90 : 40))),
    };
  });
}
