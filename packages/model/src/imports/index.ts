export * from "./cells.ts";
export * from "./mapping.ts";
export * from "./propose.ts";
export * from "./rows.ts";
