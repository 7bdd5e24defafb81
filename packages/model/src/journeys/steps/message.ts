import { z } from "zod";
import type { Id } from "../../base/index.ts";
import type { Span } from "../../time/index.ts";
import { patience } from "../attention.ts";
import { id, stepBase, type StepBase } from "../parts.ts";
import type { GraphCatalogue, Kind, MessageChannel } from "./kind.ts";

/** Step kinds that plan a message; each is named after its channel. `patience`: how long it may be held; absent: as long as the journey says. */
export type MessageStep = {
  readonly [C in MessageChannel]: StepBase & { readonly kind: C; readonly template: Id | null; readonly patience?: Span | undefined };
}[MessageChannel];
export type EmailStep = Extract<MessageStep, { kind: "email" }>;
export const messageShape = <C extends MessageChannel>(channel: C) =>
  z.strictObject({ ...stepBase, kind: z.literal(channel), template: id.nullable(), patience: patience.optional() });

const NAMES: Readonly<Record<MessageChannel | "webhook", { fr: string; en: string }>> = {
  email: { fr: "un e-mail", en: "an e-mail" },
  sms: { fr: "un SMS", en: "an SMS" },
  web_push: { fr: "une notification web", en: "a web push message" },
  push: { fr: "une notification mobile", en: "a mobile push message" },
  whatsapp: { fr: "un message WhatsApp", en: "a WhatsApp message" },
  onsite: { fr: "un message sur le site", en: "an in-site message" },
  webhook: { fr: "le corps d’un webhook", en: "the body of a webhook" },
};

/** What is wrong with the template a step sends by a channel. */
export function templateProblems(
  chosen: Id | null,
  channel: MessageChannel | "webhook",
  catalogue: GraphCatalogue,
): ReturnType<Kind<StepBase>["problems"]> {
  if (chosen === null)
    return [{ code: "missing_template", message: { fr: "Choisissez le modèle à envoyer.", en: "Choose the template to send." } }];
  const template = catalogue.templates.get(chosen);
  if (!template) return [{ code: "unknown_template", message: { fr: "Ce modèle n’existe plus.", en: "This template no longer exists." } }];
  if (template.channel !== channel)
    return [
      {
        code: "wrong_channel",
        message: { fr: `Ce modèle n’est pas ${NAMES[channel].fr}.`, en: `This template is not ${NAMES[channel].en}.` },
      },
    ];
  return template.published
    ? []
    : [{ code: "unpublished_template", message: { fr: "Publiez d’abord ce modèle.", en: "Publish this template first." } }];
}

/** Plans a send and goes on at once: whether and when it leaves is the gate's to say. */
export function message<C extends MessageChannel>(channel: C): Kind<StepBase & { readonly kind: C; readonly template: Id | null }> {
  return {
    exits: () => ["next"],
    problems: (step, catalogue) => templateProblems(step.template, channel, catalogue),
    advance: (step) => ({
      kind: "go",
      exit: "next",
      effect: { kind: "send", channel, template: step.template! },
      reason: { why: "send", template: step.template },
    }),
    describe(step, names) {
      const name = step.template === null ? undefined : names.templateNames.get(step.template);
      return name ? { fr: name, en: name } : { fr: "Modèle à choisir", en: "No template yet" };
    },
  };
}
