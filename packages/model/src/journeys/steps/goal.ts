import { z } from "zod";
import { stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

export type GoalStep = StepBase & { readonly kind: "goal" };
export const goalShape = z.strictObject({ ...stepBase, kind: z.literal("goal") });

export const goal: Kind<GoalStep> = {
  exits: () => ["next"],
  problems: () => [],
  advance: () => ({ kind: "go", exit: "next", effect: { kind: "goal" }, reason: { why: "goal" } }),
  describe: () => ({ fr: "Objectif atteint", en: "Goal reached" }),
};
