export * from "./news.ts";
export * from "./type.ts";
