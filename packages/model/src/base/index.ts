export * from "./id.ts";
export * from "./instant.ts";
export * from "./language.ts";
export * from "./unreachable.ts";
