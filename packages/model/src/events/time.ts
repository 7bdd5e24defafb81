import { DAY, EARLIEST, type Instant } from "../base/index.ts";
import { Refusal, type Json, type JsonObject } from "./clean.ts";

/**
 * When a message happened: `receivedAt − (sentAt − originalTimestamp)`, which takes a wrong clock of the sender out of the sum.
 * A correction that would move an event more than 24 h into the future is not made, and nothing is ever later than its arrival.
 * @throws Refusal for a time that is given and cannot be read, or lies before EARLIEST
 */
export function occurredAt(message: JsonObject, sentAt: Instant | null, receivedAt: Instant): Instant {
  const given = givenTime(message);
  if (given === null) return receivedAt;
  if (given < EARLIEST) throw new Refusal("timestamp.too_early", fieldOfTime(message));
  const corrected = sentAt === null ? given : receivedAt - (sentAt - given);
  const usable = corrected > receivedAt + DAY || corrected < EARLIEST ? given : corrected;
  return Math.min(usable, receivedAt);
}

const fieldOfTime = (message: JsonObject) => (message["originalTimestamp"] != null ? "originalTimestamp" : "timestamp");

function givenTime(message: JsonObject): Instant | null {
  const field = fieldOfTime(message);
  const value = message[field];
  if (value == null || value === "") return null;
  const at = readInstant(value);
  if (at === null) throw new Refusal("timestamp.unreadable", field);
  return at;
}

/** ISO 8601 with or without zone (UTC then), or seconds or milliseconds since 1970. */
export function readInstant(value: Json | undefined): Instant | null {
  if (typeof value === "number") return Number.isFinite(value) && value > 0 ? bounded(value < 1e11 ? value * 1000 : value) : null;
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (/^\d{10}(\d{3})?$/.test(text)) return readInstant(Number(text));
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (!match) return null;
  const at = Date.parse(`${match[1]}T${match[2] ?? "00:00"}${(match[3] ?? "Z").toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, "$1:$2")}`);
  return Number.isNaN(at) ? null : bounded(at);
}

// JavaScript knows dates to the year 275760; ours have four digits.
const bounded = (at: number) => (at < Date.UTC(10_000, 0, 1) ? Math.round(at) : null);
