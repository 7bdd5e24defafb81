import type { GoalStep } from "../graph.ts";
import type { Kind } from "./kind.ts";

export const goal: Kind<GoalStep> = {
  exits: () => ["next"],
  problems: () => [],
  advance: () => ({ kind: "go", exit: "next", effect: { kind: "goal" }, reason: { why: "goal" } }),
  describe: () => ({ fr: "Objectif atteint", en: "Goal reached" }),
};
