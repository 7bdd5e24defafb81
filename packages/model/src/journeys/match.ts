import type { Instant } from "../base/index.ts";
import { compare, propertyValue, type FactEvent, type PropertyFilter } from "../rules/index.ts";
import type { Graph, Start } from "./graph.ts";

/** Whether an event is the one named, with all of the filters. */
export function matches(event: FactEvent, name: string, where: readonly PropertyFilter[], at: Instant): boolean {
  return event.name === name && where.every((filter) => compare(propertyValue(event, filter.property), filter.is, at));
}

/** What tells concurrent runs apart: the key property of an event as text; '' when the start has no key, null when the event lacks it. */
export function keyOf(start: Extract<Start, { kind: "event" }>, event: FactEvent): string | null {
  if (start.key === null) return "";
  const value = propertyValue(event, start.key);
  return typeof value === "string" || typeof value === "number" ? String(value).slice(0, 200) : null;
}

/**
 * Whether a later event is about what a run is about: its key, read by the key properties of the journey's event starts, is the run's.
 * An event that carries none of them (an order without its cart id) concerns every run: better to end one too many than to remind
 * someone of what they bought.
 */
export function sameKey(graph: Graph, runKey: string, event: FactEvent): boolean {
  if (runKey === "") return true;
  const keys = graph.starts.flatMap((start) => (start.kind === "event" && start.key !== null ? [keyOf(start, event)] : [])).filter((key) => key !== null);
  return keys.length === 0 || keys.includes(runKey);
}
