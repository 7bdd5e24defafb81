/** Stores, categories, products, content items, orders and carts: what is sold, and what contacts bought or nearly did. */
export { articlesFor, countReaders, noteReads } from "./article-reads.ts";
export { upsertArticles } from "./articles.ts";
export { cartId, cartViews, heldCarts, upsertCarts, type CartView } from "./carts.ts";
export { storeUnknown } from "./errors.ts";
export { giveCoupons, selectPools } from "./coupons.ts";
export { noteInterests } from "./interests.ts";
export { dropToldBatches, takeNews, tellBatch, type CatalogNews } from "./news.ts";
export { orderNotFound } from "./errors.ts";
export { noteProducts, upsertOrders } from "./orders.ts";
export { upsertCategories } from "./categories.ts";
export { upsertProducts, type ProductTexts } from "./products.ts";
export { upsertStore } from "./stores.ts";
export { currentOffers, type Offer } from "./offers.ts";
export { findOrder, hasProducts, knownOrders, placesOf, selectStores, soldLines, type KnownOrder } from "./reading.ts";
export { catalogRoutes } from "./routes.ts";
export { categoryFill, changedProducts, productSheets } from "./shown.ts";
