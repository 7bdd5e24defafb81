import type { EmailStep } from "../graph.ts";
import type { Kind } from "./kind.ts";

/** Plans a send and goes on at once: whether and when it leaves is the gate's to say. */
export const email: Kind<EmailStep> = {
  exits: () => ["next"],
  problems(step, catalogue) {
    if (step.template === null) return [{ code: "missing_template", message: { fr: "Choisissez le modèle à envoyer.", en: "Choose the template to send." } }];
    const template = catalogue.templates.get(step.template);
    if (!template) return [{ code: "unknown_template", message: { fr: "Ce modèle n’existe plus.", en: "This template no longer exists." } }];
    if (template.channel !== "email") return [{ code: "wrong_channel", message: { fr: "Ce modèle n’est pas un e-mail.", en: "This template is not an e-mail." } }];
    return template.published ? [] : [{ code: "unpublished_template", message: { fr: "Publiez d’abord ce modèle.", en: "Publish this template first." } }];
  },
  advance: (step) => ({ kind: "go", exit: "next", effect: { kind: "send", channel: "email", template: step.template! }, reason: { why: "send", template: step.template } }),
  describe(step, catalogue) {
    const name = step.template === null ? undefined : catalogue.templateNames.get(step.template);
    return name ? { fr: name, en: name } : { fr: "Modèle à choisir", en: "No template yet" };
  },
};
