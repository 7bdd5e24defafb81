import type { FactEvent } from "../rules/index.ts";
import type { Graph } from "./graph.ts";
import { startKindOf } from "./starts/index.ts";

export { matches } from "./match-event.ts";

/**
 * Whether a later event is about what a run is about: one of the keys it carries, read as the journey's starts read them, is the run's.
 * An event that carries none of them (an order without its cart id) concerns every run: better to end one too many than to remind
 * someone of what they bought.
 */
export function sameKey(graph: Graph, runKey: string, event: FactEvent): boolean {
  if (runKey === "") return true;
  const keys = graph.starts.flatMap((start) => startKindOf(start).keysIn(start, event));
  return keys.length === 0 || keys.includes(runKey);
}
