import { useParams } from "@tanstack/react-router";
import { Articles } from "./articles.tsx";
import { Carts } from "./carts.tsx";
import { Categories } from "./categories.tsx";
import { Coupons } from "./coupons.tsx";
import type { Part } from "./frame.tsx";
import { Objects } from "./objects.tsx";
import { Orders } from "./orders.tsx";
import { Products } from "./products.tsx";
import { Stores } from "./stores.tsx";

export { ObjectsPage } from "./object-list.tsx";
export { OrderPage } from "./order.tsx";
export { ProductPage } from "./product.tsx";

const PARTS: Readonly<Record<Part, () => React.ReactNode>> = {
  products: Products,
  categories: Categories,
  stores: Stores,
  articles: Articles,
  orders: Orders,
  carts: Carts,
  coupons: Coupons,
  objects: Objects,
};

/** One part of the catalogue; products where none is named. */
export function CatalogPage() {
  const { part } = useParams({ strict: false });
  const Shown = PARTS[part !== undefined && part in PARTS ? (part as Part) : "products"];
  return <Shown />;
}
