import type { GroupStep } from "../graph.ts";
import type { Kind } from "./kind.ts";

export const group: Kind<GroupStep> = {
  exits: () => ["next"],
  problems: (step, catalogue) =>
    step.group !== null && catalogue.groups.has(step.group) ? [] : [{ code: "missing_group", message: { fr: "Choisissez le groupe.", en: "Choose the group." } }],
  advance: (step) => ({ kind: "go", exit: "next", effect: { kind: "group", action: step.action, group: step.group! }, reason: { why: `group_${step.action}`, group: step.group } }),
  describe(step, catalogue) {
    const name = step.group === null ? "?" : (catalogue.groups.get(step.group) ?? "?");
    return step.action === "join" ? { fr: `Ajouter à «\u00a0${name}\u00a0»`, en: `Add to “${name}”` } : { fr: `Retirer de «\u00a0${name}\u00a0»`, en: `Remove from “${name}”` };
  },
};
