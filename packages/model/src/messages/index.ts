export * from "./content.ts";
export * from "./mime.ts";
export * from "./mime-address.ts";
