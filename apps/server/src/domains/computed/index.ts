/** Computed attributes: values of contacts told from their events, kept true. */
export { computedListener } from "./listener.ts";
export { changeComputed, createComputed, removeComputed } from "./computed.ts";
export { selectComputed, settleComputed } from "./queries.ts";
export { computedRoutes } from "./routes.ts";
