import { z } from "zod";
import { textOf, type Json } from "../../events/index.ts";
import { objectEvent } from "../../objects/index.ts";
import { propertyValue, type PropertyFilter } from "../../rules/index.ts";
import { dayOf, momentOf } from "../local.ts";
import { matches } from "../match-event.ts";
import { filters, localTime, offsetDays } from "../parts.ts";
import { aroundDay } from "./date.ts";
import type { StartKind } from "./kind.ts";

/**
 * So many days before or after a date of an object of the contact's (the end of a subscription), at a local hour. The latest event of an
 * object tells it whole: one that removes it, leaves the date out or is not as `where` asks takes the date away. `moment`: the field is
 * a moment, and counts as the day it falls on where the contact is. `yearly`: each year, from the date's own on. One run per object.
 */
export type ObjectDateStart = {
  readonly kind: "object_date";
  readonly object: string;
  readonly field: string;
  readonly moment?: true | undefined;
  readonly where: readonly PropertyFilter[];
  readonly days: number;
  readonly at: string;
  readonly yearly?: true | undefined;
};
const key = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must be the key of a type or field");
export const objectDateShape = z.strictObject({
  kind: z.literal("object_date"),
  object: key,
  field: key,
  moment: z.literal(true).optional(),
  where: filters,
  days: offsetDays,
  at: localTime,
  yearly: z.literal(true).optional(),
});

export const objectDate: StartKind<ObjectDateStart> = {
  events: (start) => [objectEvent(start.object)],
  hear(start, event, now) {
    const id = event.name === objectEvent(start.object) ? idOf(event.properties["id"]) : null;
    if (id === null) return [];
    const stands = event.properties["removed"] !== true && matches(event, event.name, start.where, now);
    const said = stands ? propertyValue(event, start.field) : null;
    const date = start.moment ? momentOf(said) : (dayOf(said)?.toString() ?? null);
    return date === null
      ? [{ do: "disarm", key: id }]
      : [{ do: "arm", key: id, due: { date, days: start.days, at: start.at, ...(start.yearly && { yearly: true }) } }];
  },
  keysIn(start, event) {
    const id = event.name === objectEvent(start.object) ? idOf(event.properties["id"]) : null;
    return id === null ? [] : [id];
  },
  problems(start, catalogue) {
    const type = catalogue.objectTypes.get(start.object);
    if (!type)
      return [
        {
          field: "object",
          code: "unknown_object",
          message: { fr: "Ce type d’objets n’existe plus.", en: "This type of objects no longer exists." },
        },
      ];
    const kind = type.fields.find((one) => one.key === start.field)?.kind;
    return kind === (start.moment ? "moment" : "date")
      ? []
      : [
          {
            field: "field",
            code: "not_a_date",
            message: { fr: "Choisissez un champ qui contient une date.", en: "Choose a field that holds a date." },
          },
        ];
  },
  describe(start, names) {
    const type = names.objectTypes.get(start.object);
    const field = type?.fields.find((one) => one.key === start.field)?.names ?? { fr: start.field, en: start.field };
    const n = start.where.length;
    const more =
      n === 0 ? { fr: "", en: "" } : { fr: `, avec ${n}\u00a0précision${n > 1 ? "s" : ""}`, en: `, with ${n} detail${n > 1 ? "s" : ""}` };
    return aroundDay(
      {
        fr: `${type?.names.one.fr ?? start.object}, ${field.fr}${more.fr}`,
        en: `${type?.names.one.en ?? start.object}, ${field.en}${more.en}`,
      },
      start,
    );
  },
};

const idOf = (said: unknown): string | null => textOf((said ?? null) as Json)?.slice(0, 200) ?? null;
