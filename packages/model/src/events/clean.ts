/** JSON as strangers send it, made storable. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Why a message was not accepted: a stable code and the path of the field at fault. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: string;
  readonly field: string;
  constructor(code: string, field: string) {
    super(`${code} at ${field}`);
    this.code = code;
    this.field = field;
  }
}

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);
const DEEPEST = 32;

/**
 * A copy that PostgreSQL can store: without NUL and halves of surrogate pairs, numbers finite (1e999 becomes null).
 * @throws Refusal for keys that could reach an object's prototype, and for nesting deeper than 32
 */
export function clean(value: unknown, path: string): Json {
  return copyOf(value, { path, way: [] });
}

/** Where a copy is: named only when something is refused, for most never are. */
interface Place {
  readonly path: string;
  readonly way: (string | number)[];
}

const refusal = (code: string, { path, way }: Place): Refusal =>
  new Refusal(code, `${path}${way.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("")}`.slice(0, 200));

function copyOf(value: unknown, at: Place): Json {
  switch (typeof value) {
    case "string":
      return cleanText(value);
    case "number":
      return Number.isFinite(value) ? value : null;
    case "boolean":
      return value;
    case "object":
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (at.way.length >= DEEPEST) throw refusal("message.too_deep", at);
  if (Array.isArray(value)) return value.map((item, index) => within(item, index, at));
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) copy[cleanText(key)] = within((value as Record<string, unknown>)[key], key, at);
  return copy;
}

function within(value: unknown, step: string | number, at: Place): Json {
  at.way.push(step);
  if (typeof step === "string" && FORBIDDEN.has(step)) throw refusal("message.forbidden_key", at);
  const copy = copyOf(value, at);
  at.way.pop();
  return copy;
}

export function cleanText(text: string): string {
  return (text.includes("\u0000") ? text.replaceAll("\u0000", "") : text).toWellFormed();
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text of a string or number that is not blank; null otherwise. Ids arrive as numbers from many shops. */
export function textOf(value: Json | undefined): string | null {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return null;
  const bare = value.trim();
  return bare === "" ? null : bare;
}

/** A number, also when written as text (`"19.99"`, `"1,299.00"`, `"€ 12"`); null when it is none or cannot be stored as money. */
export function moneyOf(value: Json | undefined): number | null {
  const number = typeof value === "number" ? value : typeof value === "string" ? numberOfText(value) : NaN;
  return Number.isFinite(number) && Math.abs(number) < 1e12 ? Math.round(number * 1e4) / 1e4 : null;
}

function numberOfText(text: string): number {
  const bare = text.trim().replace(/^[$€£]\s*|\s*[$€£]$/g, "");
  if (/^-?\d+(\.\d+)?$/.test(bare)) return Number(bare);
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) return Number(bare.replaceAll(",", ""));
  if (/^-?\d+,\d{1,2}$/.test(bare)) return Number(bare.replace(",", "."));
  return NaN;
}
