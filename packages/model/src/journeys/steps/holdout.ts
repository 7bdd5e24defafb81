import { z } from "zod";
import { draw } from "../draw.ts";
import { stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/** Keeps a share of people aside, the same ones for ever, so that the effect of what follows can be measured against them. */
export type HoldoutStep = StepBase & { readonly kind: "holdout"; readonly percent: number };
export const holdoutShape = z.strictObject({ ...stepBase, kind: z.literal("holdout"), percent: z.number().min(0.1).max(90) });

export const holdout: Kind<HoldoutStep> = {
  exits: () => ["next", "held"],
  problems: () => [],
  advance(step, run) {
    const at = draw(run.journey, step.id, run.contact);
    const held = at * 100 < step.percent;
    return {
      kind: "go",
      exit: held ? "held" : "next",
      effect: null,
      reason: { why: held ? "held_out" : "not_held_out", percent: step.percent, draw: Math.round(at * 1e6) / 1e6 },
    };
  },
  describe: (step) => ({ fr: `${String(step.percent).replace(".", ",")}\u00a0% sans message`, en: `${step.percent}% without messages` }),
};
