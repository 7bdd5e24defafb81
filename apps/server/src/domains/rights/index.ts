/** The rights of people: to be erased, and to know what is known of them. */
export { repeatErasure } from "./erase.ts";
export { rightsRoutes } from "./routes.ts";
export { ERASE_SHOP_JOB, eraseShop, hearShop, shopAsked } from "./shops.ts";
export { tendRights } from "./sweep.ts";
