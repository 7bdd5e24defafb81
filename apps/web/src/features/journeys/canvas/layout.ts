import { Graph as Layered, layout } from "@dagrejs/dagre";
import { kindOf, type Graph, type Step, type StepId } from "@relance/model/journeys";

export const START = "start";
export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Way {
  readonly id: string;
  readonly from: { readonly step: StepId; readonly exit: string } | null;
  readonly to: string;
  /** Of an earlier version only. */ readonly gone?: true;
}

/** The free end of a way out that leads nowhere yet: the run ends there, and a step can be put there. */
export const endOf = (from: Way["from"]): string => (from === null ? "end" : `end ${from.step} ${from.exit}`);
export const wayId = (from: Way["from"]): string => (from === null ? START : `${from.step} ${from.exit}`);
const sizeOf = (step: Step | null): { width: number; height: number } =>
  step?.kind === "wait" ? { width: 230, height: 54 } : { width: 250, height: 70 };

/** `places` and `ways` are the same objects while no step comes, goes or is led elsewhere. */
export interface Picture {
  readonly places: readonly Placed[];
  readonly ways: readonly Way[];
  readonly steps: ReadonlyMap<string, Step>;
}

// Typing a name changes the graph at each letter but not where its steps stand, and laying out 400 of them takes 0.3 s.
let last: { readonly shape: string; readonly places: readonly Placed[]; readonly ways: readonly Way[] } | null = null;

/** Where the canvas draws each step, from top to bottom, and the ways between them. The same graph always gives the same picture. */
export function drawn(graph: Graph): Picture {
  const ways = waysOf(graph);
  const shape = JSON.stringify([ways, graph.positions, graph.steps.map((step) => [step.id, step.kind])]);
  if (last?.shape !== shape) last = { shape, ways, places: placesOf(graph.steps, ways, graph.positions) };
  return { places: last.places, ways: last.ways, steps: new Map(graph.steps.map((step) => [step.id, step])) };
}

/** Two versions in one picture: the newer one, and where they were the steps that are gone, with the ways to them and from them. */
export function drawnOver(before: Graph, after: Graph): Picture {
  const known = new Set(after.steps.map((step) => step.id));
  const gone = before.steps.filter((step) => !known.has(step.id));
  const steps = new Map([...after.steps, ...gone].map((step) => [step.id, step]));
  const isGone = (id: string | undefined): boolean => id !== undefined && steps.has(id) && !known.has(id);
  const lost = waysOf(before)
    .filter((way) => steps.has(way.to) && (way.from === null || steps.has(way.from.step)) && (isGone(way.to) || isGone(way.from?.step)))
    .map((way): Way => ({ ...way, id: `gone ${way.id}`, gone: true }));
  const ways = [...waysOf(after), ...lost];
  return { ways, steps, places: placesOf([...steps.values()], ways, after.positions) };
}

function waysOf(graph: Graph): readonly Way[] {
  const ways: Way[] = [{ id: START, from: null, to: graph.first ?? endOf(null) }];
  for (const step of graph.steps) {
    // In the order of the kind (others last), not of the stored keys.
    for (const exit of kindOf(step).exits(step))
      ways.push({
        id: wayId({ step: step.id, exit }),
        from: { step: step.id, exit },
        to: step.exits[exit] ?? endOf({ step: step.id, exit }),
      });
  }
  return ways;
}

function placesOf(steps: readonly Step[], ways: readonly Way[], positions: Graph["positions"]): readonly Placed[] {
  const layered = new Layered().setGraph({ rankdir: "TB", nodesep: 36, ranksep: 58 }).setDefaultEdgeLabel(() => ({}));
  layered.setNode(START, sizeOf(null));
  for (const step of steps) layered.setNode(step.id, sizeOf(step));
  for (const way of ways) {
    if (way.to.startsWith("end")) layered.setNode(way.to, { width: 150, height: 28 });
    layered.setEdge(way.from?.step ?? START, way.to);
  }
  // Ways stand in their own order, others last. Where ways meet again that could cross lines, and the shortest picture is sought instead.
  const arrivals = new Set(ways.map((way) => way.to));
  layout(layered, { disableOptimalOrderHeuristic: arrivals.size === ways.length });
  return layered.nodes().map((id: string) => {
    const { x, y, width, height } = layered.node(id) as Omit<Placed, "id">;
    const moved = positions[id];
    return { id, width, height, x: moved?.x ?? x - width / 2, y: moved?.y ?? y - height / 2 };
  });
}
