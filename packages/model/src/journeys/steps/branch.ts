import { z } from "zod";
import { rule, type Rule } from "../../rules/index.ts";
import { exitName, stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

export type BranchStep = StepBase & {
  readonly kind: "branch";
  readonly paths: readonly { readonly exit: string; readonly name: string; readonly rule: Rule }[];
};
export const branchShape = z.strictObject({
  ...stepBase,
  kind: z.literal("branch"),
  paths: z
    .array(z.strictObject({ exit: exitName, name: z.string().max(100), rule }))
    .min(1)
    .max(20),
});

/** The first path whose rule is true, from the top; otherwise `else`, which is always there. */
export const branch: Kind<BranchStep> = {
  exits: (step) => [...step.paths.map((path) => path.exit), "else"],
  problems: (step, catalogue) => [
    ...(new Set(step.paths.map((path) => path.exit)).size < step.paths.length
      ? [{ code: "repeated_exit", message: { fr: "Deux voies portent le même nom de sortie.", en: "Two paths share one exit." } }]
      : []),
    ...step.paths.flatMap((path) => catalogue.ruleProblems(path.rule).map(({ code, message }) => ({ code, message }))),
  ],
  advance(step, _run, known) {
    if (known.answers === null) return { kind: "ask", question: { rules: step.paths.map((path) => path.rule) } };
    const taken = known.answers.indexOf(true);
    const path = step.paths[taken];
    return {
      kind: "go",
      exit: path?.exit ?? "else",
      effect: null,
      reason: { why: "branch", path: path?.name ?? "else", answers: known.answers },
    };
  },
  describe: (step) => ({ fr: `${step.paths.length + 1}\u00a0voies`, en: `${step.paths.length + 1} ways` }),
};
