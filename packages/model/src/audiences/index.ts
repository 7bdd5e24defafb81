export * from "./identifiers.ts";
export * from "./plan.ts";
