import type { Id } from "@relance/model/base";
import { awaitedEvents, startKindOf, type Graph } from "@relance/model/journeys";
import type { Tx } from "../../platform/db/database.ts";
import { selectGraphs } from "./queries.ts";

// Published versions never change, so their graphs may be kept; a few hundred cover any installation.
const graphs = new Map<string, Graph>();
const MOST_GRAPHS = 500;

export async function loadGraphs(tx: Tx, keys: readonly { journey: Id; version: number }[]): Promise<void> {
  const missing = keys.filter((key) => !graphs.has(`${key.journey}:${key.version}`));
  if (missing.length === 0) return;
  if (graphs.size > MOST_GRAPHS) graphs.clear();
  for (const [key, graph] of await selectGraphs(tx, { keys: missing })) graphs.set(key, graph);
}

export const graphOf = (journey: Id, version: number): Graph => {
  const graph = graphs.get(`${journey}:${version}`);
  if (!graph) throw new Error(`No version ${version} of journey ${journey}`);
  return graph;
};

/** Events that can start a run of a graph, move it or end it. */
export function eventNames(graph: Graph): string[] {
  return [
    ...graph.starts.flatMap((start) => startKindOf(start).events(start)),
    ...graph.settings.exits.map((exit) => exit.event),
    ...graph.steps.flatMap((step) => awaitedEvents(step).map((one) => one.event)),
  ];
}
