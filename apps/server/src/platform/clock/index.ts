export { databaseClock, type DatabaseClock } from "./database-clock.ts";
export { clockGuard, type ClockGuard, type ClockHold } from "./guard.ts";
export { systemSleep } from "./sleep.ts";
