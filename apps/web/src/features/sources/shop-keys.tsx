import { PasswordInput } from "@mantine/core";
import type { Connection } from "@relance/contract/connectors";
import { useWords } from "../../i18n/words.ts";
import { shopWords } from "./shop-words.ts";

export type ShopKind = Connection["shop"];

/** The fields of the keys to a shop's programming interface, by the names the contract gives them. */
const FIELDS = {
  shopify: [["token", "token"]],
  woocommerce: [
    ["key", "key"],
    ["secret", "wooSecret"],
  ],
  prestashop: [["key", "webserviceKey"]],
  magento: [
    ["consumerKey", "consumerKey"],
    ["consumerSecret", "consumerSecret"],
    ["accessToken", "accessToken"],
    ["tokenSecret", "tokenSecret"],
  ],
} as const;

export function KeyFields({ shop, required }: { readonly shop: ShopKind; readonly required: boolean }) {
  const say = useWords(shopWords);
  return (
    <>
      {FIELDS[shop].map(([field, word]) => (
        <PasswordInput key={field} name={`access.${field}`} label={say[word]} required={required} autoComplete="off" maxLength={500} />
      ))}
    </>
  );
}

/** What was typed; undefined when nothing was. */
export function keysOf(shop: ShopKind, given: FormData): Record<string, string> | undefined {
  const keys = FIELDS[shop].map(([field]) => [field, (given.get(`access.${field}`) as string).trim()] as const);
  return keys.every(([, text]) => text === "") ? undefined : Object.fromEntries(keys);
}

/** A secret nobody can guess, made where it is shown. */
export const freshSecret = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => byte.toString(16).padStart(2, "0")).join("");
