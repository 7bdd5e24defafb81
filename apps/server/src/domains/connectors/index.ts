/** Shops that send what happens there by signed webhooks and are read through their programming interfaces, mapped onto the common model. */
export { READ_JOB, runReading, tendShops } from "./reading.ts";
export { ASKED_JOB, contactsOfShop, dropConnection } from "./privacy.ts";
export { connectionRoutes, hookRoutes } from "./routes.ts";
