export * from "./span.ts";
export * from "./zones.ts";
