export * from "./cells.ts";
export * from "./detect.ts";
export * from "./mapping.ts";
export * from "./propose.ts";
export * from "./rows.ts";
