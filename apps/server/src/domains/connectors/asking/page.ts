import type { Instant } from "@relance/model/base";
import { isObject, type Json, type JsonObject } from "@relance/model/events";
import type { HttpAnswer } from "../../../platform/net/index.ts";

/** Keys to a shop's programming interface, by the names the contract gives them. */
export type Access = Readonly<Record<string, string>>;

export interface Asking {
  /** Of the shop, without a slash at its end. */
  readonly base: string;
  readonly access: Access;
  /** What changed since; null: everything. */
  readonly since: Instant | null;
  /** Where the page begins; null: at the beginning. */
  readonly cursor: string | null;
  readonly zone: string;
  /** Fresh for each call. */
  readonly nonce: string;
  readonly now: Instant;
  /** Rows of this part so far. */
  readonly done: number;
  /** The id that follows another among the products with variations; for parts that are read product by product. */
  readonly nextProduct: (after: string) => Promise<string | null>;
}

export interface Request { readonly url: string; readonly headers: Readonly<Record<string, string>>; /** Makes it a POST. */ readonly body?: string; /** Of a part that is read product by product: whose page it is. */ readonly product?: string }
export interface Page { readonly rows: readonly JsonObject[]; /** null: this was the last. */ readonly next: string | null; readonly total: number | null; readonly names?: Readonly<Record<string, Readonly<Record<string, string>>>> }

/** A part of a shop that is read page by page. */
export interface Part {
  readonly part: string;
  /** What the reader of the shop calls its rows; null: they are names only. */
  readonly topic: string | null;
  /** How long a reading of the whole stays good; null: it can be asked what changed. */
  readonly wholeFor: number | null;
  /** null: there is nothing (more) to ask. */
  readonly request: (asking: Asking) => Promise<Request | null> | Request | null;
  readonly read: (answer: HttpAnswer, asking: Asking, request: Request) => Page;
  /** Not every version of the shop has it: a 404 is the end. */
  readonly optional?: true;
}

/** The page is not what the shop's documentation says it is. */
export class BrokenPage extends Error {
  override readonly name = "BrokenPage";
  /** How long the shop wants to be left alone, when it says so in the page. */
  readonly waitMs: number | undefined;
  constructor(message: string, waitMs?: number) {
    super(message);
    this.waitMs = waitMs;
  }
}

export function jsonOf(answer: HttpAnswer): Json {
  try {
    return JSON.parse(answer.body) as Json;
  } catch {
    throw new BrokenPage(`The answer is no JSON: ${answer.body.slice(0, 80).replace(/\s+/g, " ")}`);
  }
}

export function rowsOf(value: Json | undefined): JsonObject[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new BrokenPage("The answer holds no list of rows");
  return value as JsonObject[];
}

export const headerOf = (answer: HttpAnswer, name: string): string => [answer.headers[name] ?? []].flat()[0] ?? "";
export const query = (parts: Readonly<Record<string, string>>): string => Object.entries(parts).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
