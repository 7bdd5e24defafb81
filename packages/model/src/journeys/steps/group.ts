import { z } from "zod";
import type { Id } from "../../base/index.ts";
import { id, stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/** `move` takes out of `from` and puts into `group`; adding without taking out is a copy. */
export type GroupStep = StepBase & {
  readonly kind: "group";
  readonly action: "join" | "leave" | "move";
  readonly group: Id | null;
  readonly from?: Id | null | undefined;
};
export const groupShape = z.strictObject({
  ...stepBase,
  kind: z.literal("group"),
  action: z.enum(["join", "leave", "move"]),
  group: id.nullable(),
  from: id.nullable().optional(),
});

export const group: Kind<GroupStep> = {
  exits: () => ["next"],
  problems(step, catalogue) {
    const chosen = step.action === "move" ? [step.group, step.from ?? null] : [step.group];
    if (chosen.some((one) => one === null || !catalogue.groups.has(one)))
      return [
        {
          code: "missing_group",
          message:
            step.action === "move"
              ? { fr: "Choisissez les deux groupes.", en: "Choose both groups." }
              : { fr: "Choisissez le groupe.", en: "Choose the group." },
        },
      ];
    return step.action === "move" && step.from === step.group
      ? [{ code: "same_group", message: { fr: "Les deux groupes sont le même.", en: "Both groups are the same." } }]
      : [];
  },
  advance: (step) => ({
    kind: "go",
    exit: "next",
    effect: { kind: "group", action: step.action, group: step.group!, ...(step.action === "move" && { from: step.from ?? null }) },
    reason: { why: `group_${step.action}`, group: step.group },
  }),
  describe(step, names) {
    const name = (of: Id | null | undefined) => (of ? (names.groups.get(of) ?? "?") : "?");
    if (step.action === "move")
      return {
        fr: `De «\u00a0${name(step.from)}\u00a0» à «\u00a0${name(step.group)}\u00a0»`,
        en: `From “${name(step.from)}” to “${name(step.group)}”`,
      };
    return step.action === "join"
      ? { fr: `Ajouter à «\u00a0${name(step.group)}\u00a0»`, en: `Add to “${name(step.group)}”` }
      : { fr: `Retirer de «\u00a0${name(step.group)}\u00a0»`, en: `Remove from “${name(step.group)}”` };
  },
};
