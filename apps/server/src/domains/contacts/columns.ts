import { bucketOf, MINUTE, type Id, type Instant } from "@relance/model/base";
import type { Json } from "@relance/model/events";

/** A contact as stored. Typed columns by their column names, everything else under `attributes`. */
export interface Contact {
  readonly bucket: number;
  readonly id: Id;
  readonly workspace: Id;
  /** Has a user id, an e-mail, a phone or a shop's id. */
  readonly known: boolean;
  /** The typed columns that are filled, by column name (`email`, `first_name`, `birth_date`…). */
  readonly columns: Readonly<Record<string, Json>>;
  readonly attributes: Readonly<Record<string, Json>>;
  /** When each filled field was last said, by field name (`email`, `attributes.plan`). */
  readonly fieldTimes: Readonly<Record<string, Instant>>;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly lastSeenAt: Instant | null;
}

/** Typed columns with their SQL types, in the order statements list them. */
export const COLUMNS = {
  external_id: "text",
  email: "text",
  phone: "text",
  first_name: "text",
  last_name: "text",
  locale: "text",
  time_zone: "text",
  country: "text",
  region: "text",
  postal_code: "text",
  city: "text",
  store_id: "uuid",
  birth_date: "date",
  customer_type: "text",
  latitude: "double precision",
  longitude: "double precision",
} as const;
export type Column = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];

const isColumn = (name: string): name is Column => Object.hasOwn(COLUMNS, name);

/** The value of a field named as rules name it: a typed column or `attributes.<name>`; undefined when it is empty. */
export function fieldOf(contact: Pick<Contact, "columns" | "attributes">, field: string): Json | undefined {
  if (field.startsWith("attributes.")) return contact.attributes[field.slice("attributes.".length)];
  return contact.columns[field];
}

/** Whether a name is one a contact can hold. */
export function isField(field: string): boolean {
  return isColumn(field) || (field.startsWith("attributes.") && field.length > "attributes.".length);
}

/** A contact while a transaction works on it. */
export interface Draft {
  readonly id: Id;
  readonly bucket: number;
  readonly workspace: Id;
  readonly columns: Record<string, Json>;
  readonly attributes: Record<string, Json>;
  readonly fieldTimes: Record<string, Instant>;
  /** Holds a shop's own id beside the typed identifiers. */
  hasShopId: boolean;
  createdAt: Instant;
  lastSeenAt: Instant | null;
  /** Whether it is in the database already. */
  readonly stored: boolean;
  /** What was last seen in the database, to know whether a write is worth it. */
  readonly storedSeenAt: Instant | null;
  readonly storedCreatedAt: Instant;
  /** A field was said again, later: its time must be kept even though its value stayed, or an older word could still win. */
  heard: boolean;
  /** What each of the contacts that were joined to this one would be alone, itself included; empty for one that was never joined. */
  readonly parts: Map<Id, Draft>;
}

/** `last_seen_at` is written when it moved by this much: visits come by the dozen, and each write touches five indexes. */
const SEEN_STEP = MINUTE;

/** Whether a contact was seen so much later than is stored that it is worth a write. */
export const movedOn = (draft: Draft): boolean =>
  draft.lastSeenAt !== null && draft.lastSeenAt >= (draft.storedSeenAt ?? -Infinity) + SEEN_STEP;

export function newDraft(workspace: Id, id: Id, createdAt: Instant): Draft {
  return {
    id,
    bucket: bucketOf(id),
    workspace,
    columns: {},
    attributes: {},
    fieldTimes: {},
    hasShopId: false,
    createdAt,
    lastSeenAt: null,
    stored: false,
    storedSeenAt: null,
    storedCreatedAt: createdAt,
    heard: false,
    parts: new Map(),
  };
}

export function draftOf(contact: Contact): Draft {
  const { columns } = contact;
  return {
    id: contact.id,
    bucket: contact.bucket,
    workspace: contact.workspace,
    columns: { ...columns },
    attributes: { ...contact.attributes },
    fieldTimes: { ...contact.fieldTimes },
    hasShopId: contact.known && columns["external_id"] === undefined && columns["email"] === undefined && columns["phone"] === undefined,
    createdAt: contact.createdAt,
    lastSeenAt: contact.lastSeenAt,
    stored: true,
    storedSeenAt: contact.lastSeenAt,
    storedCreatedAt: contact.createdAt,
    heard: false,
    parts: new Map(),
  };
}

export function isKnown(draft: Pick<Draft, "columns" | "hasShopId">): boolean {
  return (
    draft.columns["external_id"] !== undefined ||
    draft.columns["email"] !== undefined ||
    draft.columns["phone"] !== undefined ||
    draft.hasShopId
  );
}

/** One field of a contact that changed. */
export interface FieldChange {
  readonly contact: Id;
  readonly field: string;
  readonly old: Json | undefined;
  readonly new: Json;
  readonly source: string;
  readonly at: Instant;
  /** The part of the contact it was said of; absent: its own. */
  readonly part?: Id | null;
}

/**
 * Sets a field unless something newer was said of it; of two words of the same instant the greater text wins, so that any order of
 * arrival ends alike. @returns the change, or null when nothing changed
 */
export function setField(draft: Draft, field: string, value: Json, at: Instant, source: string): FieldChange | null {
  const place = field.startsWith("attributes.") ? draft.attributes : draft.columns;
  const name = field.startsWith("attributes.") ? field.slice("attributes.".length) : field;
  const old = Object.hasOwn(place, name) ? place[name] : undefined;
  const since = Object.hasOwn(draft.fieldTimes, field) ? draft.fieldTimes[field] : undefined;
  if (since !== undefined && (at < since || (at === since && textOrder(value) <= textOrder(old)))) return null;
  if (since !== at) draft.heard = true;
  draft.fieldTimes[field] = at;
  if (value === null) delete place[name];
  else place[name] = value;
  return sameJson(old ?? null, value) ? null : { contact: draft.id, field, old, new: value, source, at };
}

const textOrder = (value: Json | undefined) => (value === undefined ? "" : canonical(value));

/** Whether two JSON values are equal, whatever the order of their keys (jsonb keeps none). */
export function sameJson(a: Json, b: Json): boolean {
  return a === b || (typeof a === "object" && typeof b === "object" && canonical(a) === canonical(b));
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical((value as Record<string, Json>)[key]!)}`)
      .join(",")}}`;
  return JSON.stringify(value);
}
