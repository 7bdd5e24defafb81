import { kindOf, stepOf, type Graph, type Step, type StepId } from "@relance/model/journeys";

/** A line of a journey read from top to bottom; `depth` counts the forks it stands under. */
export type Line =
  | { readonly kind: "step"; readonly step: Step; readonly depth: number }
  /** One way out of a fork; what follows it comes next, one deeper. */
  | { readonly kind: "way"; readonly of: Step; readonly exit: string; readonly depth: number }
  /** The way goes on at a step that was read before. */
  | { readonly kind: "again"; readonly step: Step; readonly depth: number }
  | { readonly kind: "end"; readonly depth: number };

/** The journey as a list for small screens: every step once, forks as indented ways. Steps that nothing leads to are left out. */
export function outline(graph: Graph): readonly Line[] {
  const lines: Line[] = [];
  const seen = new Set<StepId>();
  const read = (id: StepId | null, depth: number): void => {
    const step = id === null ? undefined : stepOf(graph, id);
    if (!step) return void lines.push({ kind: "end", depth });
    if (seen.has(step.id)) return void lines.push({ kind: "again", step, depth });
    seen.add(step.id);
    lines.push({ kind: "step", step, depth });
    const exits = kindOf(step).exits(step);
    if (exits.length === 1) return read(step.exits[exits[0]!] ?? null, depth);
    for (const exit of exits) {
      lines.push({ kind: "way", of: step, exit, depth: depth + 1 });
      read(step.exits[exit] ?? null, depth + 1);
    }
  };
  if (graph.first !== null) read(graph.first, 0);
  return lines;
}
