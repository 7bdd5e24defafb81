export * from "./computed.ts";
export * from "./describe.ts";
export * from "./value.ts";
