import type { ExitStep } from "../graph.ts";
import type { Kind } from "./kind.ts";

export const exit: Kind<ExitStep> = {
  exits: () => [],
  problems: () => [],
  advance: () => ({ kind: "end", outcome: "exit", reason: { why: "exit" } }),
  describe: () => ({ fr: "Fin du parcours", en: "End of the run" }),
};
