import { z } from "zod";
import { stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/** Sends a run round again, so many times at most in one run; then it goes on. */
export type LoopStep = StepBase & { readonly kind: "loop"; readonly times: number };
export const loopShape = z.strictObject({ ...stepBase, kind: z.literal("loop"), times: z.number().int().min(1).max(100) });

export const loop: Kind<LoopStep> = {
  exits: () => ["next", "again"],
  problems: (step) =>
    step.exits["again"] == null
      ? [{ code: "loop_without_target", message: { fr: "Dites à quelle étape revenir.", en: "Say which step to go back to." } }]
      : [],
  advance(step, run) {
    const done = run.rounds[step.id] ?? 0;
    const again = done < step.times;
    return {
      kind: "go",
      exit: again ? "again" : "next",
      effect: again ? { kind: "round" } : null,
      reason: { why: again ? "again" : "rounds_done", round: Math.min(done + 1, step.times), of: step.times },
    };
  },
  describe: (step) => ({ fr: `${step.times}\u00a0fois au plus`, en: `${step.times} time${step.times === 1 ? "" : "s"} at most` }),
};
