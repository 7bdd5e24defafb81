export * from "./endpoint.ts";
export * from "./error.ts";
export * from "./shapes.ts";
