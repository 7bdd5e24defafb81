import type { Step, StepKind } from "../graph.ts";
import { branch } from "./branch.ts";
import { email } from "./email.ts";
import { exit } from "./exit.ts";
import { goal } from "./goal.ts";
import { group } from "./group.ts";
import type { Kind } from "./kind.ts";
import { wait } from "./wait.ts";

/** Every kind of step; a forgotten one does not compile. */
const KINDS: { readonly [K in StepKind]: Kind<Extract<Step, { kind: K }>> } = { wait, branch, email, group, goal, exit };

/** The kind of a step, ready to be asked about it. */
export function kindOf<S extends Step>(step: S): Kind<S> {
  return KINDS[step.kind] as unknown as Kind<S>;
}

export * from "./kind.ts";
export { nextLocal, spanEn, spanFr } from "./wait.ts";
