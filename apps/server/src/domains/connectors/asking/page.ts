import type { Instant } from "@relance/model/base";
import { isObject, textOf, type Json, type JsonObject } from "@relance/model/events";
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

export interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes it a POST. */ readonly body?: string;
  /** Of a part that is read product by product: whose page it is. */ readonly product?: string;
}
export interface Page {
  readonly rows: readonly JsonObject[];
  /** null: this was the last. */ readonly next: string | null;
  readonly total: number | null;
  readonly names?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

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
  /** Asked whole at times, and in between for what changed. */
  readonly dated?: true;
  /** Not every version of the shop has it, or its key may not read it: whether an answer says so. It is then left out. */
  readonly absent?: (answer: HttpAnswer) => boolean;
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

export const notThere = (answer: HttpAnswer): boolean => answer.status === 404;

/** What an answer says went wrong: a message of Magento with its parts filled in, the messages of PrestaShop, or its words without markup. */
export function wordsOf(answer: HttpAnswer): string {
  const said = saidIn(answer.body);
  const message = textOf(said["message"])?.replace(/%(\w+)/g, (part, name: string) => textOf(partOf(said["parameters"], name)) ?? part);
  const errors = Array.isArray(said["errors"])
    ? said["errors"]
        .filter(isObject)
        .map((one) => textOf(one["message"]))
        .filter((one) => one !== null)
        .join("; ")
    : "";
  return (
    message ??
    (errors !== ""
      ? errors
      : answer.body
          .replace(/<[^>]*>/g, " ")
          .replace(/\s+/g, " ")
          .trim())
  );
}

/** Parts are named, or numbered from 1. */
const partOf = (parts: Json | undefined, name: string): Json | undefined =>
  Array.isArray(parts) ? parts[Number(name) - 1] : isObject(parts) ? parts[name] : undefined;

export function saidIn(body: string): JsonObject {
  try {
    const said = JSON.parse(body) as Json;
    return isObject(said) ? said : {};
  } catch {
    return {};
  }
}

export const headerOf = (answer: HttpAnswer, name: string): string => [answer.headers[name] ?? []].flat()[0] ?? "";
export const query = (parts: Readonly<Record<string, string>>): string =>
  Object.entries(parts)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
