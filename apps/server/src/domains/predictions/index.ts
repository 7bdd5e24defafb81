/** Customers' value: RFM groups and what customers will do next, refreshed every night and on demand. */
export { planNightly, REFRESH_JOB, refreshNow } from "./nightly.ts";
export { runRefresh } from "./refresh.ts";
export { predictionRoutes } from "./routes.ts";
export { saveSettings } from "./settings.ts";
