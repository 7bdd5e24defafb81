import { z } from "zod";
import { stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

export type ExitStep = StepBase & { readonly kind: "exit" };
export const exitShape = z.strictObject({ ...stepBase, kind: z.literal("exit") });

export const exit: Kind<ExitStep> = {
  exits: () => [],
  problems: () => [],
  advance: () => ({ kind: "end", outcome: "exit", reason: { why: "exit" } }),
  describe: () => ({ fr: "Fin du parcours", en: "End of the run" }),
};
