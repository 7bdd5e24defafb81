import type { Instant } from "../base/index.ts";
import { compare, propertyValue, type FactEvent, type PropertyFilter } from "../rules/index.ts";

/** Whether an event is the one named, with all of the filters. */
export function matches(event: FactEvent, name: string, where: readonly PropertyFilter[], at: Instant): boolean {
  return event.name === name && where.every((filter) => compare(propertyValue(event, filter.property), filter.is, at));
}
