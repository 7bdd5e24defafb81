export * from "./differences.ts";
export * from "./find.ts";
export * from "./names.ts";
export * from "./order.ts";
export * from "./references.ts";
