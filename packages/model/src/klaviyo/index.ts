export { klaviyo } from "./import.ts";
