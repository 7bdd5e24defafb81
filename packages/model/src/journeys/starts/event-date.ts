import { z } from "zod";
import { eventTitle, propertyValue, type PropertyFilter } from "../../rules/index.ts";
import { dayOf } from "../local.ts";
import { matches } from "../match-event.ts";
import { eventName, filters, localTime, offsetDays, property } from "../parts.ts";
import { aroundDay } from "./date.ts";
import { keyOf } from "./event.ts";
import type { StartKind } from "./kind.ts";

/**
 * So many days before or after a date that an event carries (the end of a rental, an appointment), at a local hour. The latest event of
 * a key counts; one without a date takes the appointment away.
 */
export type EventDateStart = {
  readonly kind: "event_date";
  readonly event: string;
  readonly where: readonly PropertyFilter[];
  readonly property: string;
  readonly key: string | null;
  readonly days: number;
  readonly at: string;
};
export const eventDateShape = z.strictObject({
  kind: z.literal("event_date"),
  event: eventName,
  where: filters,
  property,
  key: property.nullable(),
  days: offsetDays,
  at: localTime,
});

export const eventDate: StartKind<EventDateStart> = {
  events: (start) => [start.event],
  hear(start, event, now) {
    const key = matches(event, start.event, start.where, now) ? keyOf(start, event) : null;
    if (key === null) return [];
    const day = dayOf(propertyValue(event, start.property));
    return day === null ? [{ do: "disarm", key }] : [{ do: "arm", key, due: { date: day.toString(), days: start.days, at: start.at } }];
  },
  keysIn(start, event) {
    const key = start.key === null ? null : keyOf(start, event);
    return key === null ? [] : [key];
  },
  problems: () => [],
  describe: (start) =>
    aroundDay(
      { fr: `${start.property} de «\u00a0${eventTitle(start.event, "fr")}\u00a0»`, en: `${start.property} of “${start.event}”` },
      start,
    ),
};
