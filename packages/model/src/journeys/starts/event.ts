import { z } from "zod";
import { eventTitle, propertyValue, type FactEvent, type PropertyFilter } from "../../rules/index.ts";
import { matches } from "../match-event.ts";
import { eventName, filters, property } from "../parts.ts";
import type { StartKind } from "./kind.ts";

/** `key`: the property that tells concurrent runs apart (`cart_id`); null: one run at a time. An event without it starts nothing. */
export type EventStart = {
  readonly kind: "event";
  readonly event: string;
  readonly where: readonly PropertyFilter[];
  readonly key: string | null;
};
export const eventShape = z.strictObject({ kind: z.literal("event"), event: eventName, where: filters, key: property.nullable() });

/** What tells concurrent runs apart: the key property of an event as text; '' when the start has no key, null when the event lacks it. */
export function keyOf(start: Pick<EventStart, "key">, event: FactEvent): string | null {
  if (start.key === null) return "";
  const value = propertyValue(event, start.key);
  return typeof value === "string" || typeof value === "number" ? String(value).slice(0, 200) : null;
}

export const event: StartKind<EventStart> = {
  events: (start) => [start.event],
  hear(start, heard, now) {
    const key = matches(heard, start.event, start.where, now) ? keyOf(start, heard) : null;
    return key === null ? [] : [{ do: "enter", key }];
  },
  keysIn(start, heard) {
    const key = start.key === null ? null : keyOf(start, heard);
    return key === null ? [] : [key];
  },
  problems: () => [],
  describe: (start) => {
    const n = start.where.length;
    return n === 0
      ? { fr: `Quand «\u00a0${eventTitle(start.event, "fr")}\u00a0» arrive`, en: `When “${start.event}” happens` }
      : {
          fr: `Quand «\u00a0${eventTitle(start.event, "fr")}\u00a0» arrive, avec ${n}\u00a0précision${n > 1 ? "s" : ""}`,
          en: `When “${start.event}” happens, with ${n} detail${n > 1 ? "s" : ""}`,
        };
  },
};
