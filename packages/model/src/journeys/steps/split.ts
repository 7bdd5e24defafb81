import { z } from "zod";
import { draw, pick } from "../draw.ts";
import { exitName, stepBase, type StepBase } from "../parts.ts";
import type { Decision, Kind, Known, RunView } from "./kind.ts";

/**
 * Shares people out by weight. `contact`: a person takes the same way each time, also in a rehearsal (an A/B/n test); `visit`: drawn anew
 * at each passage.
 */
export type SplitStep = StepBase & {
  readonly kind: "split";
  readonly by: "contact" | "visit";
  readonly arms: readonly { readonly exit: string; readonly name: string; readonly weight: number }[];
  /** Let results say who takes which way; absent: the weights do, for ever. */
  readonly choose?: Choosing | undefined;
};

/**
 * `winner`: once a way is proven best, newcomers take it. `best`: shares of newcomers move each day towards what seems best, `explore`
 * percent of them shared equally. A person counts once, `days` after they came: `goal`: reached the journey's goal by then; `click`:
 * clicked in a message of that run. Everyone keeps the way they have.
 */
export type Choosing = { readonly on: "goal" | "click"; readonly days: number } & (
  | { readonly how: "winner" }
  | { readonly how: "best"; readonly explore: number }
);
const counted = { on: z.enum(["goal", "click"]), days: z.number().int().min(1).max(60) };
export const splitShape = z.strictObject({
  ...stepBase,
  kind: z.literal("split"),
  by: z.enum(["contact", "visit"]),
  arms: z
    .array(z.strictObject({ exit: exitName, name: z.string().max(100), weight: z.number().int().min(0).max(1_000) }))
    .min(2)
    .max(10),
  choose: z
    .discriminatedUnion("how", [
      z.strictObject({ how: z.literal("winner"), ...counted }),
      z.strictObject({ how: z.literal("best"), ...counted, explore: z.number().int().min(5).max(80) }),
    ])
    .optional(),
});

export type ChoosingSplit = SplitStep & { readonly choose: Choosing };
export const chooses = (step: { readonly kind: string }): step is ChoosingSplit =>
  step.kind === "split" && (step as SplitStep).choose !== undefined;
/** What is counted at a split; while it stays the same, counts of earlier versions go on. */
export const countedBy = ({ choose, arms }: ChoosingSplit): string =>
  [choose.on, choose.days, ...arms.map((arm) => arm.exit).sort()].join(" ");

export const split: Kind<SplitStep> = {
  exits: (step) => step.arms.map((arm) => arm.exit),
  problems: (step) => [
    ...(new Set(step.arms.map((arm) => arm.exit)).size < step.arms.length
      ? [{ code: "repeated_exit", message: { fr: "Deux voies portent le même nom de sortie.", en: "Two ways share one exit." } }]
      : []),
    ...(step.arms.every((arm) => arm.weight === 0)
      ? [{ code: "no_weight", message: { fr: "Donnez une part à une voie au moins.", en: "Give at least one way a share." } }]
      : []),
    ...(step.choose && step.by === "visit"
      ? [
          {
            code: "choice_by_visit",
            message: {
              fr: "Pour choisir d’après les résultats, chacun doit garder sa voie\u00a0: choisissez le test A/B.",
              en: "To choose by results, everyone must keep their way: choose the A/B test.",
            },
          },
        ]
      : []),
  ],
  advance(step, run, known) {
    if (chooses(step)) return choose(step, run, known);
    const at = step.by === "contact" ? draw(run.journey, step.id, run.contact) : draw(run.journey, step.id, run.run, String(run.visit));
    const arm = pick(step.arms, at)!;
    return {
      kind: "go",
      exit: arm.exit,
      effect: { kind: "arm", exit: arm.exit },
      reason: { why: "split", path: arm.name, draw: Math.round(at * 1e6) / 1e6 },
    };
  },
  describe(step) {
    const whole = step.arms.reduce((sum, arm) => sum + arm.weight, 0) || 1;
    const shares = step.arms.map((arm) => Math.round((100 * arm.weight) / whole)).join("\u00a0/ ");
    if (step.choose?.how === "best") return { fr: "Meilleure voie", en: "Best path" };
    return step.choose
      ? { fr: `${shares}\u00a0%, puis la gagnante`, en: `${shares}%, then the winner` }
      : { fr: `${shares}\u00a0%`, en: `${shares}%` };
  },
};

/** The way a person has, else the winner, else a draw by the shares of the day. */
function choose(step: ChoosingSplit, run: RunView, known: Known): Decision {
  const { choice } = known;
  if (choice === null) return { kind: "ask", question: { choice: { step: step.id, counts: countedBy(step) } } };
  const armOf = (exit: string | null) => step.arms.find((arm) => arm.exit === exit);
  const kept = armOf(choice.assigned);
  if (kept)
    return { kind: "go", exit: kept.exit, effect: { kind: "arm", exit: kept.exit }, reason: { why: "split_kept", path: kept.name } };
  const winner = step.choose.how === "winner" ? armOf(choice.winner) : undefined;
  if (winner)
    return {
      kind: "go",
      exit: winner.exit,
      effect: { kind: "arm", exit: winner.exit },
      reason: { why: "split_winner", path: winner.name },
    };
  const shares = step.choose.how === "best" ? choice.shares : null;
  const at = draw(run.journey, step.id, run.contact);
  const arm = pick(shares === null ? step.arms : step.arms.map((one) => ({ ...one, weight: shares[one.exit] ?? 0 })), at)!;
  return {
    kind: "go",
    exit: arm.exit,
    effect: { kind: "assign", exit: arm.exit },
    reason: { why: "split", path: arm.name, draw: Math.round(at * 1e6) / 1e6, ...(shares && { shares }) },
  };
}
