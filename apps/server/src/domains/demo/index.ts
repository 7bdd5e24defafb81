/** The demo shop: invented people and products, real everything else. */
export { loadDemo } from "./load.ts";
