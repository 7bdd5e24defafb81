/** The engine's door: leases for the roles engine and delivery, the turn and its loop, quarantine. */
export { fence, forgetDeadWorkers, holdBuckets, LeaseLost, openLeases, type LeaseRole, type Leases } from "./leases.ts";
export { openEngine, type Engine, type EngineDeps } from "./loop.ts";
export { listQuarantined, replayQuarantined, type QuarantinedFact } from "./quarantine.ts";
export { TurnFailed } from "./turn.ts";
