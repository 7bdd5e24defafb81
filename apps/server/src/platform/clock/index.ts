export { databaseClock, type DatabaseClock } from "./database-clock.ts";
export { systemSleep } from "./sleep.ts";
