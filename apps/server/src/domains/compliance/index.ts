/** Who may be written to: consents with their proofs, suppressions, and the gate every send passes. */
export { decideSends, type Candidate } from "./gate.ts";
export { endConsents, readConsents, recordConsents, type Ending } from "./consents.ts";
export { selectConsents, type ConsentRecord } from "./queries.ts";
export { allowAgain, restoreSuppressions, suppress, suppressionKey, suppressedAmong, suppressionOf } from "./suppressions.ts";
export { activeTopics, archiveTopic, makeTopic, renameTopic } from "./topics.ts";
export { complianceRoutes } from "./routes.ts";
export { measurable } from "./pixel.ts";
