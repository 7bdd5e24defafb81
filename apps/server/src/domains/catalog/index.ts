/** Stores, products, orders and carts: what is sold, and what contacts bought or nearly did. */
export { cartId, upsertCarts } from "./carts.ts";
export { noteProducts, upsertOrders, type CatalogInput, type OrderCounts } from "./orders.ts";
