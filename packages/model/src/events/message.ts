import type { Instant } from "../base/index.ts";
import { clean, isObject, Refusal, textOf, type Json, type JsonObject } from "./clean.ts";
import { amountOf, canonicalName, currencyOf, readCommerce, type Commerce } from "./commerce.ts";
import { occurredAt, readInstant } from "./time.ts";
import { readTraits, type ContactValues, type PhoneReader } from "./traits.ts";

export const MESSAGE_TYPES = ["identify", "track", "page", "screen", "group", "alias"] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** A message of the Segment spec in the one form everything after reads. */
export interface Message {
  readonly type: MessageType;
  /** Event name, in the spelling of the e-commerce spec where it is one of its. */
  readonly name: string;
  /** The sender's own id of the message; null when it gave none, and then a repeat cannot be told. */
  readonly messageId: string | null;
  readonly userId: string | null;
  readonly anonymousId: string | null;
  /** Of an alias call: the identifier the contact had before. */
  readonly previousId: string | null;
  /** What the message says of the contact (identify and group calls). */
  readonly values: ContactValues;
  readonly occurredAt: Instant;
  readonly properties: JsonObject;
  readonly context: JsonObject;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly commerce: Commerce | null;
}

export interface ReadingOf {
  readonly receivedAt: Instant;
  readonly phone: PhoneReader;
  /** Of the batch: `sentAt` and `context` given once for all its messages. */
  readonly sentAt?: unknown;
  readonly context?: unknown;
  /** The message was made by us of text that the database gave back: it can be stored as it is. */
  readonly ours?: boolean | undefined;
}

export type MessageReading =
  | { readonly message: Message; readonly refusal: null }
  | { readonly message: null; readonly refusal: { readonly code: string; readonly field: string } };

export const LONGEST_ID = 255;
const NAMES: Readonly<Record<Exclude<MessageType, "track">, string>> = {
  identify: "Identified",
  page: "Page Viewed",
  screen: "Screen Viewed",
  group: "Group Identified",
  alias: "Aliased",
};

/** Reads one message as strangers send it. Pure and total: whatever comes in, a verdict comes out. */
export function readMessage(raw: unknown, given: ReadingOf): MessageReading {
  try {
    return { message: read(raw, given), refusal: null };
  } catch (error) {
    if (error instanceof Refusal) return { message: null, refusal: { code: error.code, field: error.field } };
    throw error;
  }
}

function read(raw: unknown, given: ReadingOf): Message {
  if (!isObject(raw)) throw new Refusal("message.not_object", "");
  const message = given.ours === true ? raw : (clean(raw, "message") as JsonObject);
  const type = readType(message["type"]);
  const userId = readId(message, "userId");
  const anonymousId = readId(message, "anonymousId");
  const previousId = type === "alias" ? readId(message, "previousId") : null;
  if (type === "alias" && previousId === null && anonymousId === null) throw new Refusal("previous_id.required", "previousId");
  if (type === "alias" && userId === null) throw new Refusal("user_id.required", "userId");
  if (userId === null && anonymousId === null) throw new Refusal("id.required", "userId");
  const context = readContext(message["context"], given.context);
  const at = occurredAt(message, readInstant(message["sentAt"] ?? (given.sentAt as Json)), given.receivedAt);
  const messageId = readId(message, "messageId");
  const name = readName(type, message);
  const properties = readProperties(type, message, context);
  return {
    type,
    name,
    messageId,
    userId,
    anonymousId,
    previousId,
    occurredAt: at,
    values: type === "identify" ? readTraits(traitsOf(message, context), given.phone) : type === "group" ? readCompany(message) : {},
    properties,
    context: storedContext(message, context, name),
    amount: type === "track" ? amountOf(name, properties) : null,
    currency: type === "track" ? currencyOf(properties) : null,
    commerce: type === "track" ? readCommerce(name, properties, at, `message:${messageId ?? at}`) : null,
  };
}

function readType(value: Json | undefined): MessageType {
  const type = typeof value === "string" ? value.trim().toLowerCase() : null;
  if (type === null || type === "") throw new Refusal("type.required", "type");
  if (!(MESSAGE_TYPES as readonly string[]).includes(type)) throw new Refusal("type.unknown", "type");
  return type as MessageType;
}

// Some sites send the text of a missing value; a contact named "undefined" would gather all their visitors.
const NOT_IDS = /^(undefined|null|\[object object\]|nan|none|\(null\))$/i;

/** Whether a value is the text of a missing one: it identifies nobody. */
export const namesNobody = (text: string): boolean => NOT_IDS.test(text);

function readId(message: JsonObject, field: string): string | null {
  const value = message[field];
  if (value == null || value === "") return null;
  const text = textOf(value);
  if (text === null) {
    if (typeof value === "string") return null; // blanks only
    throw new Refusal("id.not_text", field);
  }
  if (namesNobody(text)) return null;
  if (text.length > LONGEST_ID) throw new Refusal("id.too_long", field);
  return text;
}

function readName(type: MessageType, message: JsonObject): string {
  if (type !== "track") return NAMES[type];
  const value = message["event"];
  if (value == null) throw new Refusal("event.required", "event");
  if (typeof value !== "string") throw new Refusal("event.not_text", "event");
  const name = value.trim();
  if (name === "") throw new Refusal("event.required", "event");
  if (name.length > 200) throw new Refusal("event.too_long", "event");
  return canonicalName(name);
}

function readContext(own: Json | undefined, batch: unknown): JsonObject {
  const shared = batch == null ? {} : clean(batch, "context");
  return { ...(isObject(shared) ? shared : {}), ...(isObject(own) ? own : {}) };
}

function readProperties(type: MessageType, message: JsonObject, context: JsonObject): JsonObject {
  if (type === "identify") return traitsOf(message, context);
  if (type === "alias") return { previousId: message["previousId"] ?? null };
  if (type === "group") return { ...objectOr(message["traits"]), groupId: message["groupId"] ?? null };
  const properties = objectOr(message["properties"]);
  if (type === "track") return properties;
  const [name, category] = [textOf(message["name"]), textOf(message["category"])];
  return { ...(name !== null && { name }), ...(category !== null && { category }), ...properties };
}

const objectOr = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

// RudderStack's SDKs put the traits of an identify call into the context.
const traitsOf = (message: JsonObject, context: JsonObject): JsonObject => ({
  ...objectOr(context["traits"]),
  ...objectOr(message["traits"]),
});

function readCompany(message: JsonObject): ContactValues {
  const id = textOf(message["groupId"]);
  const name = textOf(objectOr(message["traits"])["name"]);
  return { ...(id !== null && { "attributes.company_id": id }), ...(name !== null && { "attributes.company_name": name }) };
}

/** The context kept with the event: without the traits (they have their place), with the four times and the name as sent. */
function storedContext(message: JsonObject, context: JsonObject, name: string): JsonObject {
  const { traits: _, ...kept } = context;
  const times = Object.fromEntries(
    ["timestamp", "originalTimestamp", "sentAt"].filter((field) => message[field] != null).map((field) => [field, message[field]!]),
  );
  const sentName: JsonObject =
    message["type"] === "track" && typeof message["event"] === "string" && message["event"] !== name ? { sentName: message["event"] } : {};
  return { ...kept, ...(Object.keys(times).length > 0 && { times }), ...sentName };
}
