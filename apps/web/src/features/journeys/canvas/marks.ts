import { withFollowers, type Graph } from "@relance/model/journeys";
import { useState } from "react";
import { START } from "./layout.ts";

const NONE: ReadonlySet<string> = new Set();

/** Steps chosen together with the chosen one; none while it stands alone. */
export function useMarks(graph: Graph, chosen: string | null) {
  const [marked, set] = useState(NONE);
  const alone = chosen === null || chosen === START ? NONE : new Set([chosen]);
  const there = marked.size === 0 ? NONE : new Set(graph.steps.filter((step) => marked.has(step.id)).map((step) => step.id));
  return {
    marked: there,
    /** What copy, cut and remove are about. */
    picked: there.size > 0 ? there : alone,
    mark: (id: string, on?: boolean): void =>
      set((before) => {
        const next = new Set(before.size === 0 ? alone : before);
        if (id === START) return next;
        if (on ?? !next.has(id)) next.add(id);
        else next.delete(id);
        return next;
      }),
    markOn: (from: string): void => set(withFollowers(graph, from)),
    markAll: (ids: Iterable<string>): void => set(new Set(ids)),
    unmark: (): void => set(NONE),
  };
}
export type Marks = ReturnType<typeof useMarks>;
