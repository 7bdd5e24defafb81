export * from "./address.ts";
export * from "./consent.ts";
export * from "./decide.ts";
export * from "./quiet.ts";
