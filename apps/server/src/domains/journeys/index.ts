/** Journeys: graphs people draw, and the runs the engine moves through them. */
export { eventNames, journeyListener } from "./engine.ts";
export { journeyRoutes } from "./routes.ts";
export { createJourney, findJourney, problemsOf as journeyProblems, publish as publishJourney } from "./journeys.ts";
export { dropHeldStarts } from "./held.ts";
export { recheckSends } from "./recheck.ts";
export { layJourney } from "./lay.ts";
export { whyNot } from "./why.ts";
