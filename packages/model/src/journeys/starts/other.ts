import { z } from "zod";
import type { Id } from "../../base/index.ts";
import { id } from "../parts.ts";
import { deaf, type StartKind } from "./kind.ts";

/** Only when a program or a person asks (`POST /api/journeys/:id/start`), which every live journey also allows. */
export type ApiStart = { readonly kind: "api" };
export const apiShape = z.strictObject({ kind: z.literal("api") });
export const api: StartKind<ApiStart> = {
  ...deaf,
  problems: () => [],
  describe: () => ({ fr: "Par un appel à l’API", en: "By a call to the API" }),
};

/** A run of another journey ended: went to its end, reached its goal, or left on the way. */
export type JourneyStart = { readonly kind: "journey"; readonly journey: Id; readonly on: "completed" | "goal" | "left" };
export const journeyStartShape = z.strictObject({ kind: z.literal("journey"), journey: id, on: z.enum(["completed", "goal", "left"]) });
export const journeyStart: StartKind<JourneyStart> = {
  ...deaf,
  problems: (start, catalogue) =>
    catalogue.journeys.has(start.journey)
      ? []
      : [
          {
            field: "journey",
            code: "unknown_journey",
            message: { fr: "Ce scénario n’existe plus.", en: "This journey no longer exists." },
          },
        ],
  describe(start, names) {
    const name = names.journeys.get(start.journey) ?? "…";
    return {
      completed: { fr: `Au bout de «\u00a0${name}\u00a0»`, en: `At the end of “${name}”` },
      goal: { fr: `Objectif de «\u00a0${name}\u00a0» atteint`, en: `Goal of “${name}” reached` },
      left: { fr: `À la sortie de «\u00a0${name}\u00a0» en chemin`, en: `On leaving “${name}” on the way` },
    }[start.on];
  },
};

/** A person did something with a message: of one template, or any. Machines do not count. */
export type MessageStart = { readonly kind: "message"; readonly template: Id | null; readonly did: "opened" | "clicked" | "unsubscribed" };
export const messageStartShape = z.strictObject({
  kind: z.literal("message"),
  template: id.nullable(),
  did: z.enum(["opened", "clicked", "unsubscribed"]),
});
export const messageStart: StartKind<MessageStart> = {
  ...deaf,
  problems: (start, catalogue) =>
    start.template === null || catalogue.templates.has(start.template)
      ? []
      : [
          {
            field: "template",
            code: "unknown_template",
            message: { fr: "Ce modèle n’existe plus.", en: "This template no longer exists." },
          },
        ],
  describe(start, names) {
    const of =
      start.template === null
        ? { fr: "un message", en: "a message" }
        : {
            fr: `«\u00a0${names.templateNames.get(start.template) ?? "…"}\u00a0»`,
            en: `“${names.templateNames.get(start.template) ?? "…"}”`,
          };
    return {
      opened: { fr: `Ouverture de ${of.fr}`, en: `Opened ${of.en}` },
      clicked: { fr: `Clic dans ${of.fr}`, en: `Clicked in ${of.en}` },
      unsubscribed: { fr: `Désinscription depuis ${of.fr}`, en: `Unsubscribed from ${of.en}` },
    }[start.did];
  },
};
