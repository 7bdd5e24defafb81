import { z } from "zod";
import type { Id } from "../../base/index.ts";
import type { Span } from "../../time/index.ts";
import { patience } from "../attention.ts";
import { id, stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";
import { templateProblems } from "./message.ts";

/** Tells one of the workspace's webhooks about the contact: the template is the body. `patience`: how long it is tried again. */
export type WebhookStep = StepBase & {
  readonly kind: "webhook";
  readonly webhook: Id | null;
  readonly template: Id | null;
  readonly patience?: Span | undefined;
};
export const webhookShape = z.strictObject({
  ...stepBase,
  kind: z.literal("webhook"),
  webhook: id.nullable(),
  template: id.nullable(),
  patience: patience.optional(),
});

/** Plans a call and goes on at once: what becomes of it is the ledger's to say. */
export const webhook: Kind<WebhookStep> = {
  exits: () => ["next"],
  problems(step, catalogue) {
    if (step.webhook === null)
      return [{ code: "missing_webhook", message: { fr: "Choisissez le webhook à appeler.", en: "Choose the webhook to call." } }];
    if (!catalogue.webhooks.has(step.webhook))
      return [{ code: "unknown_webhook", message: { fr: "Ce webhook n’existe plus.", en: "This webhook no longer exists." } }];
    return templateProblems(step.template, "webhook", catalogue);
  },
  advance: (step) => ({
    kind: "go",
    exit: "next",
    effect: { kind: "send", channel: "webhook", template: step.template!, webhook: step.webhook! },
    reason: { why: "send", template: step.template, webhook: step.webhook },
  }),
  describe(step, names) {
    const name = step.webhook === null ? undefined : names.webhooks.get(step.webhook);
    return name ? { fr: name, en: name } : { fr: "Webhook à choisir", en: "No webhook yet" };
  },
};
