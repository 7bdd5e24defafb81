/** Objects of contacts with a schema of the workspace's own: subscriptions, loyalty cards, appointments. Written by events of their types. */
export { applyObjects } from "./apply.ts";
export type { Teller, ToldEvent } from "./put.ts";
export { objectsOf, selectTypes } from "./queries.ts";
export { createType } from "./types.ts";
export { objectRoutes } from "./routes.ts";
