/** Rules asked live: segments, their members, and the answers journeys ask for. */
export { askSome } from "./ask.ts";
export { askComputed } from "./sql/computed.ts";
export { explainRule } from "./explain.ts";
export { settleGrounds } from "./grounds.ts";
export { segmentListener } from "./membership.ts";
export { dropStaleTotals } from "./generations.ts";
export { mentionedValues, rebuildMentioning, segmentsMentioning, selectSegments, type SegmentRow } from "./queries.ts";
export { segmentRoutes } from "./routes.ts";
export { besideMembers, countRule } from "./preview.ts";
export { archiveSegment, changeSegment, createSegment, findSegment, namesOf, ruleCatalogue } from "./segments.ts";
export { laySegments } from "./lay.ts";
export { queryRoutes } from "./query/routes.ts";
export { changeQuery, createQuery, tendQueries } from "./query/segments.ts";
export { querySchedules } from "./query/queries.ts";
