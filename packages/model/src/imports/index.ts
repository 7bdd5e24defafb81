export { priceAt, type ArticleRow, type ProductRow } from "./catalog-rows.ts";
export * from "./cells.ts";
export * from "./detect.ts";
export { PRODUCT_FEED_COLUMNS } from "./feeds.ts";
export * from "./mapping.ts";
export * from "./propose.ts";
export { round4, rowProblem, type RowProblem } from "./row-cells.ts";
export * from "./rows.ts";
export { attributeName } from "./words.ts";
