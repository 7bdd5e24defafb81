import { toIso } from "@relance/model/base";
import { isObject } from "@relance/model/events";
import { BrokenPage, headerOf, jsonOf, query, rowsOf, type Part } from "./page.ts";

// Shopify answers a version that is gone with the oldest that is not.
const VERSION = "2026-01";

/** REST Admin API: pages of 250 by the link of the page before. The bodies are those of the webhooks, so one reader reads both. */
function list(part: string, topic: string, more: Readonly<Record<string, string>> = {}): Part {
  return {
    part, topic, wholeFor: null,
    request: ({ base, access, since, cursor }) => ({
      url: `${base}/admin/api/${VERSION}/${part}.json?${query(cursor === null ? { limit: "250", ...more, ...(since !== null && { updated_at_min: toIso(since) }) } : { limit: "250", page_info: cursor })}`,
      headers: { "x-shopify-access-token": access["token"]! },
    }),
    read(answer) {
      const said = jsonOf(answer);
      if (!isObject(said)) throw new BrokenPage("The answer is no object");
      return { rows: rowsOf(said[part]), next: nextOf(headerOf(answer, "link")), total: null };
    },
  };
}

/** Only the place in the list is taken of the link: the key goes to no address but the shop's own. */
function nextOf(link: string): string | null {
  const url = link.split(",").find((one) => /rel="?next"?/.test(one))?.match(/<([^>]+)>/)?.[1];
  return url === undefined ? null : new URL(url).searchParams.get("page_info");
}

export const SHOPIFY_PARTS: readonly Part[] = [list("products", "products/update"), list("customers", "customers/update"), list("orders", "orders/updated", { status: "any" }), list("checkouts", "checkouts/update")];
