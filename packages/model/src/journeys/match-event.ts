import type { Instant } from "../base/index.ts";
import { matchesPattern, type FactEvent, type PropertyFilter } from "../rules/index.ts";

/** Whether an event is the one named, with all of the filters. */
export function matches(event: FactEvent, name: string, where: readonly PropertyFilter[], at: Instant): boolean {
  return matchesPattern(event, { event: name, where }, at);
}
