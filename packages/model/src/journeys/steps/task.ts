import { z } from "zod";
import { stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/** Asks a person of the team to do something about the contact; the run goes on. */
export type TaskStep = StepBase & { readonly kind: "task"; readonly title: string; readonly note: string };
export const taskShape = z.strictObject({ ...stepBase, kind: z.literal("task"), title: z.string().max(200), note: z.string().max(2_000) });

export const task: Kind<TaskStep> = {
  exits: () => ["next"],
  problems: (step) =>
    step.title.trim() === ""
      ? [{ code: "missing_title", message: { fr: "Dites ce qu’il y a à faire.", en: "Say what there is to do." } }]
      : [],
  advance: (step) => ({
    kind: "go",
    exit: "next",
    effect: { kind: "task", title: step.title.trim(), note: step.note.trim() },
    reason: { why: "task", title: step.title.trim() },
  }),
  describe: (step) =>
    step.title.trim() === "" ? { fr: "À préciser", en: "To be said" } : { fr: step.title.trim(), en: step.title.trim() },
};
