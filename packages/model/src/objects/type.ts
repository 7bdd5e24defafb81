import type { Words } from "../base/index.ts";
import { readInstant, textOf, type Json } from "../events/index.ts";
import { toIso } from "../base/index.ts";

export const FIELD_KINDS = ["text", "number", "boolean", "date", "moment", "choice"] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

export interface ObjectField {
  readonly key: string;
  readonly names: Words;
  readonly kind: FieldKind;
  /** Of a choice: what it may be. */
  readonly choices?: readonly string[] | undefined;
}

/** What all objects of a kind have in common: a subscription, a loyalty card, an appointment. */
export interface ObjectType {
  /** Named in events and rules; never changes. */
  readonly key: string;
  readonly names: { readonly one: Words; readonly many: Words };
  readonly fields: readonly ObjectField[];
}

/** The event that tells what an object is from now on: all its fields, or `removed: true`. */
export const objectEvent = (key: string): string => `${key} changed`;

/** The key of the type an event would be of; null when it is of none. */
export const typeOfEvent = (name: string): string | null => /^([a-z][a-z0-9_]{0,39}) changed$/.exec(name)?.[1] ?? null;

const LONGEST = 2_000;

/** A value in the form its field keeps; null is none, undefined does not fit. Days are YYYY-MM-DD, moments ISO texts of UTC. */
export function readField(field: Pick<ObjectField, "kind" | "choices">, value: Json): string | number | boolean | null | undefined {
  if (value === null || value === "") return null;
  switch (field.kind) {
    case "text": {
      const text = textOf(value);
      return text === null || text.length > LONGEST ? undefined : text;
    }
    case "number": {
      const number =
        typeof value === "string" && /^-?\d{1,15}([.,]\d{1,10})?$/.test(value.trim()) ? Number(value.trim().replace(",", ".")) : value;
      return typeof number === "number" && Number.isFinite(number) && Math.abs(number) <= 1e15 ? number : undefined;
    }
    case "boolean":
      return typeof value === "boolean" ? value : value === "true" ? true : value === "false" ? false : undefined;
    case "choice": {
      const text = textOf(value);
      return text !== null && field.choices?.includes(text) === true ? text : undefined;
    }
    case "date":
      return typeof value === "string" ? readDay(value) : undefined;
    case "moment": {
      const at = typeof value === "string" || typeof value === "number" ? readInstant(value) : null;
      return at === null ? undefined : toIso(at);
    }
  }
}

function readDay(text: string): string | undefined {
  const day = /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(text.trim())?.[0];
  if (day === undefined) return undefined;
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : undefined;
}
