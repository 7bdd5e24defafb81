/** The engine's door: leases for the roles engine and delivery, the turn and its loop, quarantine. */
export { fence, forgetDeadWorkers, holdBuckets, openLeases, type LeaseRole, type Leases } from "./leases.ts";
export { openEngine, type Engine } from "./loop.ts";
export { listQuarantined, replayQuarantined } from "./quarantine.ts";
export { TurnFailed } from "./turn.ts";
