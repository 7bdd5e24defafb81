export * from "./address.ts";
export * from "./consent.ts";
export * from "./suppression.ts";
export * from "./quiet.ts";
