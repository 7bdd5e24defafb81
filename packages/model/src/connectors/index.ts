export * from "./shopify.ts";
