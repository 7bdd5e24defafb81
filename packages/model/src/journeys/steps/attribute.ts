import { z } from "zod";
import { toIso } from "../../base/index.ts";
import { property, stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/** Sets something known about the contact: to a value, to a property of the starting event, to now, counted up, or to nothing. */
export type AttributeStep = StepBase & {
  readonly kind: "attribute";
  readonly attribute: string;
  readonly to:
    | { readonly of: "value"; readonly value: string | number | boolean }
    | { readonly of: "property"; readonly property: string }
    | { readonly of: "now" }
    | { readonly of: "add"; readonly by: number }
    | { readonly of: "empty" };
};
export const attributeShape = z.strictObject({
  ...stepBase,
  kind: z.literal("attribute"),
  attribute: z.string().max(200),
  to: z.discriminatedUnion("of", [
    z.strictObject({ of: z.literal("value"), value: z.union([z.string().max(1_000), z.number(), z.boolean()]) }),
    z.strictObject({ of: z.literal("property"), property }),
    z.strictObject({ of: z.literal("now") }),
    z.strictObject({ of: z.literal("add"), by: z.number().min(-1e9).max(1e9) }),
    z.strictObject({ of: z.literal("empty") }),
  ]),
});

export const attribute: Kind<AttributeStep> = {
  exits: () => ["next"],
  problems: (step) =>
    /^attributes\.[^.\s]{1,100}$/.test(step.attribute)
      ? []
      : [
          {
            code: "not_an_attribute",
            message: {
              fr: "Choisissez un attribut à vous, par exemple attributes.palier.",
              en: "Choose an attribute of your own, such as attributes.tier.",
            },
          },
        ],
  advance(step, run, known) {
    const { to } = step;
    if (to.of === "add" && known.fields === null) return { kind: "ask", question: { fields: [step.attribute] } };
    const value = valueOf(step, run.started, known.fields?.[step.attribute], known.now);
    return {
      kind: "go",
      exit: "next",
      effect: value === undefined ? null : { kind: "attribute", attribute: step.attribute, value },
      reason:
        value === undefined
          ? { why: "attribute_without_value", attribute: step.attribute }
          : { why: "attribute", attribute: step.attribute, value },
    };
  },
  describe({ attribute: name, to }) {
    const field = name.replace(/^attributes\./, "") || "?";
    switch (to.of) {
      case "value":
        return { fr: `${field} = ${String(to.value)}`, en: `${field} = ${String(to.value)}` };
      case "property":
        return { fr: `${field} = ${to.property} du départ`, en: `${field} = ${to.property} of the start` };
      case "now":
        return { fr: `${field} = maintenant`, en: `${field} = now` };
      case "add":
        return { fr: `${field} ${to.by < 0 ? "−" : "+"} ${Math.abs(to.by)}`, en: `${field} ${to.by < 0 ? "−" : "+"} ${Math.abs(to.by)}` };
      case "empty":
        return { fr: `Vider ${field}`, en: `Empty ${field}` };
    }
  },
};

/** @returns undefined: nothing to set, the starting event has no such property */
function valueOf(
  { to }: AttributeStep,
  started: Readonly<Record<string, unknown>> | null,
  before: unknown,
  now: number,
): string | number | boolean | null | undefined {
  switch (to.of) {
    case "value":
      return to.value;
    case "now":
      return toIso(now);
    case "empty":
      return null;
    case "add":
      return (typeof before === "number" ? before : 0) + to.by;
    case "property": {
      const value = to.property
        .split(".")
        .reduce<unknown>(
          (inside, name) => (inside !== null && typeof inside === "object" ? (inside as Record<string, unknown>)[name] : undefined),
          started,
        );
      return typeof value === "string"
        ? value.slice(0, 1_000)
        : typeof value === "number" || typeof value === "boolean"
          ? value
          : undefined;
    }
  }
}
