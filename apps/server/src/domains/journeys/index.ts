/** Journeys: graphs people draw, and the runs the engine moves through them. */
export { journeyListener } from "./engine.ts";
export { journeyRoutes } from "./routes.ts";
export { createJourney, publish as publishJourney } from "./journeys.ts";
export { dropHeldStarts } from "./held.ts";
export { recheckSends } from "./recheck.ts";
