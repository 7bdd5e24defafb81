import { z } from "zod";
import { browse, browseShape, cart, cartShape, type BrowseStart, type CartStart } from "./abandoned.ts";
import { registration, registrationShape, replenishment, replenishmentShape, type RegistrationStart, type ReplenishmentStart } from "./bought.ts";
import { date, dateShape, type DateStart } from "./date.ts";
import { eventDate, eventDateShape, type EventDateStart } from "./event-date.ts";
import { event, eventShape, type EventStart } from "./event.ts";
import { form, formShape, type FormStart } from "./form.ts";
import type { StartKind } from "./kind.ts";
import { groupStart, groupStartShape, segment, segmentShape, type GroupStart, type SegmentStart } from "./membership.ts";
import { order, orderShape, type OrderStart } from "./order.ts";
import { api, apiShape, journeyStart, journeyStartShape, messageStart, messageStartShape, type ApiStart, type JourneyStart, type MessageStart } from "./other.ts";

export type Start = EventStart | FormStart | OrderStart | CartStart | BrowseStart | ReplenishmentStart | RegistrationStart | SegmentStart | GroupStart | DateStart | EventDateStart | MessageStart | JourneyStart | ApiStart;
export type StartName = Start["kind"];

/** Every kind of start; a forgotten one does not compile. */
const KINDS: { readonly [K in StartName]: StartKind<Extract<Start, { kind: K }>> } = {
  event, form, order, cart, browse, replenishment, registration, segment, group: groupStart, date, event_date: eventDate, message: messageStart, journey: journeyStart, api,
};

/** Kinds as a builder offers them. */
export const START_GROUPS = {
  did: ["event", "form", "message"],
  shop: ["cart", "browse", "order", "replenishment", "registration"],
  is: ["segment", "group"],
  time: ["date", "event_date"],
  asked: ["journey", "api"],
} as const satisfies Readonly<Record<string, readonly StartName[]>>;

export const start: z.ZodType<Start> = z.discriminatedUnion("kind", [
  eventShape, formShape, orderShape, cartShape, browseShape, replenishmentShape, registrationShape, segmentShape, groupStartShape, dateShape, eventDateShape, messageStartShape, journeyStartShape, apiShape,
]);

/** The kind of a start, ready to be asked about it. */
export function startKindOf<S extends Start>(of: S): StartKind<S> {
  return KINDS[of.kind] as unknown as StartKind<S>;
}

export { keyOf } from "./event.ts";
export type { BrowseStart, CartStart, DateStart, EventDateStart, EventStart, FormStart, GroupStart, JourneyStart, MessageStart, OrderStart, RegistrationStart, ReplenishmentStart, SegmentStart };
export type { StartKind, StartNews } from "./kind.ts";
