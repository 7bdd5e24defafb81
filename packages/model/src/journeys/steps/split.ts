import { z } from "zod";
import { draw, pick } from "../draw.ts";
import { exitName, stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/**
 * Shares people out by weight. `contact`: a person takes the same way each time, also in a rehearsal (an A/B/n test); `visit`: drawn anew
 * at each passage.
 */
export type SplitStep = StepBase & {
  readonly kind: "split"; readonly by: "contact" | "visit";
  readonly arms: readonly { readonly exit: string; readonly name: string; readonly weight: number }[];
};
export const splitShape = z.strictObject({
  ...stepBase, kind: z.literal("split"), by: z.enum(["contact", "visit"]),
  arms: z.array(z.strictObject({ exit: exitName, name: z.string().max(100), weight: z.number().int().min(0).max(1_000) })).min(2).max(10),
});

export const split: Kind<SplitStep> = {
  exits: (step) => step.arms.map((arm) => arm.exit),
  problems: (step) => [
    ...(new Set(step.arms.map((arm) => arm.exit)).size < step.arms.length ? [{ code: "repeated_exit", message: { fr: "Deux voies portent le même nom de sortie.", en: "Two ways share one exit." } }] : []),
    ...(step.arms.every((arm) => arm.weight === 0) ? [{ code: "no_weight", message: { fr: "Donnez une part à une voie au moins.", en: "Give at least one way a share." } }] : []),
  ],
  advance(step, run) {
    const at = step.by === "contact" ? draw(run.journey, step.id, run.contact) : draw(run.journey, step.id, run.run, String(run.visit));
    const arm = pick(step.arms, at)!;
    return { kind: "go", exit: arm.exit, effect: { kind: "arm", exit: arm.exit }, reason: { why: "split", path: arm.name, draw: Math.round(at * 1e6) / 1e6 } };
  },
  describe(step) {
    const whole = step.arms.reduce((sum, arm) => sum + arm.weight, 0) || 1;
    const shares = step.arms.map((arm) => Math.round((100 * arm.weight) / whole)).join("\u00a0/ ");
    return { fr: `${shares}\u00a0%`, en: `${shares}%` };
  },
};
