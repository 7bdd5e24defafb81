import { z } from "zod";
import { browse, browseShape, cart, cartShape, type BrowseStart, type CartStart } from "./abandoned.ts";
import {
  registration,
  registrationShape,
  replenishment,
  replenishmentShape,
  type RegistrationStart,
  type ReplenishmentStart,
} from "./bought.ts";
import { date, dateShape, type DateStart } from "./date.ts";
import { eventDate, eventDateShape, type EventDateStart } from "./event-date.ts";
import { event, eventShape, type EventStart } from "./event.ts";
import { form, formShape, type FormStart } from "./form.ts";
import type { StartKind } from "./kind.ts";
import { nearStore, nearStoreShape, type NearStoreStart } from "./near-store.ts";
import {
  backInStock,
  backInStockShape,
  lowStock,
  lowStockShape,
  priceDrop,
  priceDropShape,
  type BackInStockStart,
  type LowStockStart,
  type PriceDropStart,
} from "./offer.ts";
import { groupStart, groupStartShape, segment, segmentShape, type GroupStart, type SegmentStart } from "./membership.ts";
import { objectDate, objectDateShape, type ObjectDateStart } from "./object-date.ts";
import { order, orderShape, type OrderStart } from "./order.ts";
import {
  api,
  apiShape,
  journeyStart,
  journeyStartShape,
  messageStart,
  messageStartShape,
  type ApiStart,
  type JourneyStart,
  type MessageStart,
} from "./other.ts";
import { schedule, scheduleShape, type ScheduleStart } from "./schedule.ts";

export type Start =
  | EventStart
  | FormStart
  | OrderStart
  | CartStart
  | BrowseStart
  | PriceDropStart
  | BackInStockStart
  | LowStockStart
  | NearStoreStart
  | ScheduleStart
  | ReplenishmentStart
  | RegistrationStart
  | SegmentStart
  | GroupStart
  | DateStart
  | EventDateStart
  | ObjectDateStart
  | MessageStart
  | JourneyStart
  | ApiStart;
export type StartName = Start["kind"];

/** Every kind of start; a forgotten one does not compile. */
const KINDS: { readonly [K in StartName]: StartKind<Extract<Start, { kind: K }>> } = {
  event,
  form,
  order,
  cart,
  browse,
  replenishment,
  registration,
  price_drop: priceDrop,
  back_in_stock: backInStock,
  low_stock: lowStock,
  near_store: nearStore,
  segment,
  group: groupStart,
  schedule,
  date,
  event_date: eventDate,
  object_date: objectDate,
  message: messageStart,
  journey: journeyStart,
  api,
};

/** Kinds as a builder offers them. */
export const START_GROUPS = {
  did: ["event", "form", "message", "near_store"],
  shop: ["cart", "browse", "order", "replenishment", "registration", "price_drop", "back_in_stock", "low_stock"],
  is: ["segment", "group"],
  time: ["schedule", "date", "object_date", "event_date"],
  asked: ["journey", "api"],
} as const satisfies Readonly<Record<string, readonly StartName[]>>;

export const start: z.ZodType<Start> = z.discriminatedUnion("kind", [
  eventShape,
  formShape,
  orderShape,
  cartShape,
  browseShape,
  replenishmentShape,
  registrationShape,
  priceDropShape,
  backInStockShape,
  lowStockShape,
  nearStoreShape,
  scheduleShape,
  segmentShape,
  groupStartShape,
  dateShape,
  eventDateShape,
  objectDateShape,
  messageStartShape,
  journeyStartShape,
  apiShape,
]);

/** The kind of a start, ready to be asked about it. */
export function startKindOf<S extends Start>(of: S): StartKind<S> {
  return KINDS[of.kind] as unknown as StartKind<S>;
}

// Those whose runs are of one cart, order, product, store, day or object each.
const KEYED: ReadonlySet<StartName> = new Set<StartName>([
  "order",
  "cart",
  "replenishment",
  "registration",
  "price_drop",
  "back_in_stock",
  "low_stock",
  "near_store",
  "schedule",
  "object_date",
]);

/** Whether a start may give a contact several runs at once, told apart by a key; who may enter again is then counted per key. */
export const isKeyed = (of: Start): boolean => (of.kind === "event" || of.kind === "event_date" ? of.key !== null : KEYED.has(of.kind));

export { fieldOfDate, NAME_DAY } from "./date.ts";
export { keyOf } from "./event.ts";
export { MOVED } from "./events.ts";
export { nearest, type NearStoreStart } from "./near-store.ts";
export { INTERESTS, isOfferStart, type Interest, type OfferStart, type PriceDropStart } from "./offer.ts";
export { nextOccurrence, scheduledAt, type Occurrence, type ScheduleStart } from "./schedule.ts";
export type {
  BrowseStart,
  CartStart,
  DateStart,
  EventDateStart,
  EventStart,
  FormStart,
  GroupStart,
  JourneyStart,
  MessageStart,
  ObjectDateStart,
  OrderStart,
  RegistrationStart,
  ReplenishmentStart,
  SegmentStart,
};
export type { Place, StartKind, StartNews } from "./kind.ts";
