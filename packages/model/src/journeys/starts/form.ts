import { z } from "zod";
import type { FactEvent } from "../../rules/index.ts";
import { FORM_SUBMITTED, SUBSCRIPTION_CONFIRMED } from "./events.ts";
import type { StartKind } from "./kind.ts";

/** A form was sent, or the address it gave was confirmed by its double opt-in. `form`: its id or name; null: any. */
export type FormStart = { readonly kind: "form"; readonly on: "submitted" | "confirmed"; readonly form: string | null };
export const formShape = z.strictObject({
  kind: z.literal("form"),
  on: z.enum(["submitted", "confirmed"]),
  form: z.string().min(1).max(200).nullable(),
});

const name = (start: FormStart): string => (start.on === "submitted" ? FORM_SUBMITTED : SUBSCRIPTION_CONFIRMED);
const isOf = (start: FormStart, event: FactEvent): boolean =>
  start.form === null || ["form_id", "form", "form_name"].some((property) => event.properties[property] === start.form);

export const form: StartKind<FormStart> = {
  events: (start) => [name(start)],
  hear: (start, event) => (event.name === name(start) && isOf(start, event) ? [{ do: "enter", key: "" }] : []),
  keysIn: () => [],
  problems: () => [],
  describe(start, { forms }) {
    const of =
      start.form === null
        ? { fr: "", en: "" }
        : { fr: ` «\u00a0${forms.get(start.form) ?? start.form}\u00a0»`, en: ` “${forms.get(start.form) ?? start.form}”` };
    return start.on === "submitted"
      ? { fr: `Formulaire${of.fr} envoyé`, en: `Form${of.en} sent` }
      : { fr: `Inscription${of.fr} confirmée`, en: `Sign-up${of.en} confirmed` };
  },
};
