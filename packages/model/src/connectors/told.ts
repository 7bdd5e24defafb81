import type { Instant } from "../base/index.ts";
import { textOf, type Json, type JsonObject } from "../events/index.ts";
import type { ShopGiven } from "./things.ts";

export interface ProductGiven {
  readonly prefix: string;
  /** Where its prices and its stock are, and in what. */
  readonly store: string;
  readonly currency: string;
  /** Of texts that name none. */
  readonly language: string;
  /** Of the shop's site, without a slash at its end. */
  readonly address: string;
  readonly names: ShopGiven["names"];
  /** The shop's own time zone, and now: offers begin and end on its days. */
  readonly zone: string;
  readonly now: Instant;
}

/** What one shop's bodies say of a product; ids are the shop's own. */
export interface Told {
  readonly sku: Json | undefined;
  readonly texts: readonly {
    readonly language: string;
    readonly name: string;
    readonly description: string | null;
    /** Where it is read in this language; absent: where the product is. */ readonly url?: string | null;
  }[];
  readonly brand: Json | undefined;
  readonly category: { readonly id: string | null; readonly name: string | null } | null;
  readonly url: string | null;
  readonly image: string | null;
  readonly price: number | null;
  /** What it costs without the offer of the moment; left out: the shop does not say. */
  readonly regular?: number | null;
  readonly stock: number | null;
  readonly facts: Readonly<Record<string, Json | undefined>>;
  /** Variants it still has; null when it does not say. */
  readonly has: readonly string[] | null;
  readonly variant: (body: JsonObject) => {
    readonly sku: Json | undefined;
    readonly options: Record<string, string>;
    readonly image: string | null;
    readonly price: number | null;
    readonly regular?: number | null;
    readonly stock: number | null;
  };
}

export const link = (value: Json | undefined): string | null => {
  const text = textOf(value);
  return text !== null && text.length <= 2000 && /^https?:\/\/\S+$/i.test(text) ? text : null;
};
export const languageOf = (locale: string): string | null => /^[a-z]{2}/i.exec(locale)?.[0].toLowerCase() ?? null;

export const oneText = (language: string, name: Json | undefined, description: Json | undefined): Told["texts"] =>
  textOf(name) === null ? [] : [{ language, name: textOf(name)!, description: textOf(description) }];
