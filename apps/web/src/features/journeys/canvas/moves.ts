import { kindOf, stepOf, type Graph, type StepId } from "@relance/model/journeys";
import { START, type Placed, type Way } from "./layout.ts";

type From = Way["from"];
export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";
interface Drawn {
  readonly places: readonly Placed[];
  readonly ways: readonly Way[];
}
interface Point {
  readonly x: number;
  readonly y: number;
}

const isStep = (place: Placed): boolean => !place.id.startsWith("end");
const middle = (place: Placed): Point => ({ x: place.x + place.width / 2, y: place.y + place.height / 2 });

/** Where an arrow key leads from a step: along the ways up and down, to the neighbour of the row sideways; null when nothing is there. */
export function stepTowards({ places, ways }: Drawn, from: string, arrow: Arrow): string | null {
  const here = places.find((place) => place.id === from);
  if (!here) return START;
  const at = middle(here);
  const steps = places.filter((place) => isStep(place) && place.id !== from);
  const nearest = (found: readonly Placed[], cost: (place: Placed) => number): string | null =>
    [...found].sort((a, b) => cost(a) - cost(b))[0]?.id ?? null;
  if (arrow === "ArrowDown" || arrow === "ArrowUp") {
    const next = new Set(
      ways.flatMap((way) => {
        const source = way.from?.step ?? START;
        return arrow === "ArrowDown" ? (source === from ? [way.to] : []) : way.to === from ? [source] : [];
      }),
    );
    return nearest(
      steps.filter((place) => next.has(place.id)),
      (place) => Math.abs(middle(place).x - at.x),
    );
  }
  const side = arrow === "ArrowLeft" ? -1 : 1;
  return nearest(
    steps.filter((place) => (middle(place).x - at.x) * side > 20),
    (place) => Math.abs(middle(place).x - at.x) + 3 * Math.abs(middle(place).y - at.y),
  );
}

/** The way a new step goes on after what is chosen: a free one first; with nothing chosen the end of the first line. Undefined when none is. */
export function wayAfter(graph: Graph, chosen: string | null): From | undefined {
  if (graph.first === null || chosen === START) return null;
  const step = chosen === null ? undefined : stepOf(graph, chosen);
  if (!step) return lastWay(graph, graph.first);
  const exits = kindOf(step).exits(step);
  const exit = exits.find((one) => (step.exits[one] ?? null) === null) ?? exits[0];
  // Nothing follows an exit: the step goes in front of it.
  return exit === undefined ? wayTo(graph, step.id) : { step: step.id, exit };
}

function lastWay(graph: Graph, first: StepId): From | undefined {
  const seen = new Set<StepId>();
  for (let id: StepId | null = first; id !== null && !seen.has(id);) {
    seen.add(id);
    const step = stepOf(graph, id);
    const exits = step ? kindOf(step).exits(step) : [];
    if (!step || exits.length === 0) return wayTo(graph, id);
    const free = exits.find((exit) => (step.exits[exit] ?? null) === null);
    if (free !== undefined) return { step: id, exit: free };
    id = step.exits[exits[0]!]!;
  }
  return undefined;
}

/** A way that leads to a step; undefined when none does. */
export function wayTo(graph: Graph, id: StepId): From | undefined {
  if (graph.first === id) return null;
  for (const step of graph.steps) for (const exit of kindOf(step).exits(step)) if (step.exits[exit] === id) return { step: step.id, exit };
  return undefined;
}

/** The way on which a step dropped at a point goes: out of the step it is dropped on, else the nearest line. */
export function wayAt({ places, ways }: Drawn, point: Point): Way | null {
  const inside = (place: Placed): boolean =>
    point.x >= place.x && point.x <= place.x + place.width && point.y >= place.y && point.y <= place.y + place.height;
  const under = places.find((place) => isStep(place) && inside(place));
  const out = under && ways.find((way) => (way.from?.step ?? START) === under.id);
  if (out) return out;
  const byId = new Map(places.map((place) => [place.id, place]));
  const far = (way: Way): number => {
    const source = byId.get(way.from?.step ?? START)!;
    const target = byId.get(way.to)!;
    const a = { x: source.x + source.width / 2, y: source.y + source.height };
    const b = { x: target.x + target.width / 2, y: target.y };
    // As it is drawn: down, across, down.
    const turn = (a.y + b.y) / 2;
    return Math.min(
      distance(point, a, { x: a.x, y: turn }),
      distance(point, { x: a.x, y: turn }, { x: b.x, y: turn }),
      distance(point, { x: b.x, y: turn }, b),
    );
  };
  return (
    ways
      .map((way) => ({ way, far: far(way) }))
      .reduce<{ way: Way; far: number } | null>((nearest, one) => (nearest === null || one.far < nearest.far ? one : nearest), null)?.way ??
    null
  );
}

function distance(point: Point, a: Point, b: Point): number {
  const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / length));
  return Math.hypot(point.x - a.x - along * (b.x - a.x), point.y - a.y - along * (b.y - a.y));
}
