import type { Instant } from "../base/index.ts";
import {
  isObject,
  moneyOf,
  readInstant,
  Refusal,
  textOf,
  type Json,
  type JsonObject,
  type LineSeen,
  type OrderSeen,
  type RefundLine,
} from "../events/index.ts";

export const SHOPS = ["shopify", "woocommerce", "prestashop", "magento"] as const;
export type Shop = (typeof SHOPS)[number];

/** What a customer said about marketing mail or texts, as the shop tells it. */
export interface ShopConsent {
  readonly channel: "email" | "sms";
  readonly state: "granted" | "withdrawn";
  readonly at: Instant;
  readonly optInLevel: string | null;
  /** The shop keeps no date of it: it counts with the newest record of the customer only, and a `withdrawn` only after a `granted`. */
  readonly undated?: true;
}

/** A customer as the shop's record of them stood at `at`. */
export interface ShopCustomer {
  readonly is: "customer";
  readonly id: string;
  readonly at: Instant;
  readonly traits: JsonObject;
  readonly consents: readonly ShopConsent[];
  readonly body: JsonObject;
}

/** An order as it stood at `seen.at`. */
export interface ShopOrder {
  readonly is: "order";
  readonly id: string;
  readonly number: string | null;
  /** The customer's id in the shop; null for a guest, who is known by the address of the order alone. */
  readonly customer: string | null;
  readonly traits: JsonObject;
  readonly consents: readonly ShopConsent[];
  readonly seen: OrderSeen;
  /** Whether this delivery says that it was bought, and whether it says nothing more (the shop's "created"). */
  readonly placed: boolean;
  readonly only: boolean;
  /** The cart it ended, by the shop's id. */
  readonly cart: string | null;
  readonly refunds: readonly ShopRefund[];
  readonly body: JsonObject;
}

/** Money given back for an order, once and for all. */
export interface ShopRefund {
  readonly is: "refund";
  readonly id: string;
  readonly order: string;
  readonly at: Instant;
  readonly amount: number;
  readonly currency: string | null;
  readonly lines: readonly RefundLine[];
  readonly body: JsonObject | null;
}

/** A cart or a checkout as a whole, as it stood at `at`. */
export interface ShopCart {
  readonly is: "cart";
  readonly id: string;
  readonly at: Instant;
  readonly began: Instant;
  readonly stage: "open" | "checkout";
  readonly customer: string | null;
  readonly traits: JsonObject;
  readonly lines: readonly LineSeen[];
  readonly total: number | null;
  readonly currency: string | null;
  readonly url: string | null;
  /** When it became an order, if it did. */
  readonly ended: Instant | null;
  readonly body: JsonObject;
}

/**
 * A part of the catalogue, kept as the shop sent it: products are composed of the newest of each part, so whatever order the parts come in
 * makes the same product. `parent` is the product of a variant, a translation or a link (a product that names its variant: `id`); `item` is
 * what stock is counted by.
 */
export interface ShopPart {
  readonly is: "product" | "variant" | "stock" | "translation" | "link" | "gone";
  readonly id: string;
  readonly parent: string | null;
  readonly item: string | null;
  readonly at: Instant;
  readonly body: JsonObject;
}

/** A category as the shop names it, in some of its languages. `category` is its own id in the catalogue; null: the root above all, which is kept and not shown. */
export interface ShopCategory {
  readonly is: "category";
  readonly id: string;
  readonly category: string | null;
  /** Left out: this says nothing of it. */ readonly parent?: string | null;
  readonly names: Readonly<Record<string, string>>;
  readonly at: Instant;
  readonly body: JsonObject;
}

/** What we make nothing of, kept as it came: the newest of each id, or of each thing said where it has none. */
export interface ShopOther {
  readonly is: "other";
  readonly id: string;
  readonly at: Instant;
  readonly body: JsonObject;
}

export type ShopThing = ShopCustomer | ShopOrder | ShopRefund | ShopCart | ShopPart | ShopCategory | ShopOther;

export type ShopReading =
  | { readonly is: "things"; readonly things: readonly ShopThing[] }
  /** A topic we make nothing of, with what is kept of it. */
  | { readonly is: "ignored"; readonly kept: ShopOther }
  /** A payload that lacks what its topic needs. */
  | { readonly is: "refused"; readonly field: string };

/** What a shop's payload does not say of itself. */
export interface ShopGiven {
  /** Stands before the shop's own ids where several shops share a workspace. */
  readonly prefix: string;
  /** The shop's own time zone, for dates without one. */
  readonly zone: string;
  /** Of texts that name none. */
  readonly language: string;
  /** When it was read: the date of what carries none. */
  readonly at: Instant;
  /** Read through the shop's programming interface, not delivered. */
  readonly asked: boolean;
  /** Read as history: of an order that was bought, that it was is all that is told. */
  readonly past: boolean;
  /** Names by id (`currencies`, `languages`, `countries`…), where payloads carry ids only. */
  readonly names: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A reader of one shop's payloads, by its topics. @throws Refusal naming the field that is missing */
export type ShopReader = (topic: string, payload: JsonObject, given: ShopGiven) => readonly ShopThing[] | null;

/** @throws Refusal naming the field */
export function need<T>(value: T | null, field: string): T {
  if (value === null) throw new Refusal("shop.missing", field);
  return value;
}

export const idOf = (payload: JsonObject, field = "id"): string => {
  const id = textOf(payload[field]);
  return need(id !== null && id.length <= 100 && id !== "0" ? id : null, field);
};
/** An id that shops write 0 when there is none. */
export const idOrNull = (value: Json | undefined): string | null => {
  const id = textOf(value);
  return id === null || id === "0" || id.length > 100 ? null : id;
};
export const momentOf = (payload: JsonObject, ...fields: readonly string[]): Instant =>
  need(fields.map((field) => readInstant(payload[field])).find((at) => at !== null) ?? null, fields[0]!);
export const listOf = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
export const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
/** Only what says something: text that is not blank. */
export const saidOf = (parts: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (textOf(value) === null ? [] : [[name, textOf(value)!]])));
export const round4 = (amount: number): number => Math.round(amount * 1e4) / 1e4;
export const sumOf = (amounts: readonly (number | null)[]): number => round4(amounts.reduce<number>((sum, one) => sum + (one ?? 0), 0));
export const shortOf = (value: Json | undefined): string | null => textOf(value)?.slice(0, 200) ?? null;

/** A line of an order or a cart by what was paid for it in all. */
export function lineFrom(parts: {
  product: string | null;
  variant: string | null;
  sku: Json | undefined;
  name: Json | undefined;
  quantity: Json | undefined;
  unitPrice: Json | undefined;
  total?: number | null;
  ref?: Json | undefined;
}): LineSeen {
  const quantity = moneyOf(parts.quantity) ?? 1;
  const unitPrice = moneyOf(parts.unitPrice) ?? (parts.total != null && quantity !== 0 ? round4(parts.total / quantity) : 0);
  const total = parts.total ?? quantity * unitPrice;
  const ref = idOrNull(parts.ref);
  return {
    product: parts.product,
    variant: parts.variant,
    sku: shortOf(parts.sku),
    name: shortOf(parts.name),
    quantity,
    unitPrice,
    total: Math.abs(total) < 1e12 ? round4(total) : 0,
    ...(ref !== null && { ref }),
  };
}

/** A line of a refund: shops write what went back with a minus or without. */
export function refundLineFrom(parts: Parameters<typeof lineFrom>[0]): RefundLine {
  const { unitPrice: _, total, ref = null, ...line } = lineFrom(parts);
  return { ...line, quantity: Math.abs(line.quantity), amount: Math.abs(total), ref };
}
