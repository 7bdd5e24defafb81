import { kindOf, type Graph, type Step, type StepId } from "../journeys/index.ts";
import type { FlowNames, Json, Line, Made, TemplateToMake } from "./place.ts";

/** A flow as a draft of ours, with a line on each of its parts. Steps that send hold the key of their template in `templates`, not an id. */
export interface ImportedFlow {
  readonly name: string;
  readonly graph: Graph;
  readonly report: readonly Line[];
  readonly templates: readonly TemplateToMake[];
}

/** What a definition names by its id only: `group` is a list or a segment. */
export interface Ask {
  readonly of: "metric" | "list" | "segment" | "group";
  readonly id: string;
}

/** A product whose flows are read. */
export interface FlowReader {
  readonly product: string;
  /** The flow inside what was given; null when there is none. */
  readonly find: (given: unknown) => { readonly name: string; readonly definition: Json } | null;
  /** Ids of what becomes a group here, and is made where there is none of its name. */
  readonly groups: (definition: Json) => readonly string[];
  /** Names the file itself tells, by id. */
  readonly said: (definition: Json) => {
    readonly lists: Readonly<Record<string, string>>;
    readonly segments: Readonly<Record<string, string>>;
  };
  /** The ids whose names only a person can tell. */
  readonly asks: (definition: Json) => readonly Ask[];
  readonly read: (flow: { readonly name: string; readonly definition: Json }, names: FlowNames) => ImportedFlow;
}

/** Stands for wherever the whole action leads, inside its own steps. */
export const PAST = "stp_past";

export function freshId(action: string, taken: Set<StepId>): StepId {
  const stem = `stp_${
    action
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "")
      .slice(-14) || "x"
  }`;
  for (let n = 0; ; n++) {
    const id = n === 0 ? stem : `${stem}${"bcdefghijklmnopqrstuvwxyz"[n - 1] ?? `z${n}`}`;
    if (taken.has(id) || id === PAST) continue;
    taken.add(id);
    return id;
  }
}

type AllMade = ReadonlyMap<string, { readonly made: Made }>;

/** The first step of an action, or of what follows it when it was left out; null at the end, and where left-out actions lead in a circle. */
export function placeOf(action: string | null, all: AllMade, seen = new Set<string>()): StepId | null {
  if (action === null || seen.has(action)) return null;
  seen.add(action);
  const made = all.get(action)?.made;
  if (!made) return null;
  return made.steps[0]?.id ?? placeOf(made.exits["next"] ?? null, all, seen);
}

/** The steps of an action, one leading to the next, the last to where the action leads. */
export function joined(made: Made, all: AllMade): Step[] {
  const next = placeOf(made.exits["next"] ?? null, all);
  const inner = made.steps.some((step) => Object.keys(step.exits).length > 0);
  return made.steps.map((step, index): Step => {
    const last = index === made.steps.length - 1;
    const given = step.exits;
    const exits = Object.fromEntries(
      kindOf(step)
        .exits(step)
        .map((exit) => {
          if (Object.hasOwn(given, exit)) return [exit, given[exit] === PAST ? next : (given[exit] ?? null)];
          if (last || inner) return [exit, placeOf(made.exits[exit] ?? null, all)];
          return [exit, made.steps[index + 1]!.id];
        }),
    );
    return { ...step, exits };
  });
}
