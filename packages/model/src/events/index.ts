export { pageAddress, pageViewed } from "./address.ts";
export * from "./clean.ts";
export * from "./commerce.ts";
export * from "./fact.ts";
export * from "./message.ts";
export * from "./time.ts";
export * from "./traits.ts";
