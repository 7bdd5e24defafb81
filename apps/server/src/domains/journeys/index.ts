/** Journeys: graphs people draw, and the runs the engine moves through them. */
export { journeyListener } from "./runs/engine.ts";
export { eventNames } from "./graphs.ts";
export { journeyRoutes } from "./routes.ts";
export {
  archive as archiveJourney,
  createJourney,
  findJourney,
  graphCatalogue,
  problemsOf as journeyProblems,
  publish as publishJourney,
  saveDraft as saveJourneyDraft,
} from "./journeys.ts";
export { previewDraft } from "./preview.ts";
export { selectJourneys, type JourneyRow } from "./runs/store.ts";
export { endRuns } from "./forget.ts";
export { dropHeldStarts } from "./runs/held.ts";
export { recheckSends } from "./recheck.ts";
export { layJourney } from "./lay.ts";
export { lookAtSplits } from "./runs/splits.ts";
export { whyNot } from "./why.ts";
