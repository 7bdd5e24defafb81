export * from "./product.ts";
export * from "./sheet.ts";
