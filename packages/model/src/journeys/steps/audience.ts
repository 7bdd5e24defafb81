import { z } from "zod";
import type { Id } from "../../base/index.ts";
import { id, stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/** Keeps an audience for advertising in step: its members are those of a group, which an audience export reads. */
export type AudienceStep = StepBase & { readonly kind: "audience"; readonly action: "join" | "leave"; readonly group: Id | null };
export const audienceShape = z.strictObject({
  ...stepBase,
  kind: z.literal("audience"),
  action: z.enum(["join", "leave"]),
  group: id.nullable(),
});

export const audience: Kind<AudienceStep> = {
  exits: () => ["next"],
  problems: (step, catalogue) =>
    step.group !== null && catalogue.groups.has(step.group)
      ? []
      : [
          {
            code: "missing_group",
            message: { fr: "Choisissez le groupe qui tient l’audience.", en: "Choose the group that holds the audience." },
          },
        ],
  advance: (step) => ({
    kind: "go",
    exit: "next",
    effect: { kind: "group", action: step.action, group: step.group! },
    reason: { why: `audience_${step.action}`, group: step.group },
  }),
  describe(step, names) {
    const name = step.group === null ? "?" : (names.groups.get(step.group) ?? "?");
    return step.action === "join"
      ? { fr: `Recibler\u00a0: «\u00a0${name}\u00a0»`, en: `Retarget: “${name}”` }
      : { fr: `Ne plus recibler\u00a0: «\u00a0${name}\u00a0»`, en: `Stop retargeting: “${name}”` };
  },
};
