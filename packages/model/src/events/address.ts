import type { JsonObject } from "./clean.ts";
import type { Message } from "./message.ts";

/** Marks that campaigns and networks leave in addresses; the page is the same without them. */
const MARKS = /^(utm_\w+|gclid|gbraid|wbraid|dclid|fbclid|msclkid|ttclid|twclid|li_fat_id|mc_[ce]id|_ga|_gl|_kx|igshid|yclid)$/i;

/** An http address as pages are told apart by it: host without `www.`, path without a last slash, what is left of the query in order. Null when it is none. */
export function pageAddress(url: unknown): string | null {
  if (typeof url !== "string" || url.length > 2_000 || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return null;
  const { hostname, port, pathname, searchParams } = new URL(url);
  for (const name of new Set(searchParams.keys())) if (MARKS.test(name)) searchParams.delete(name);
  searchParams.sort();
  const query = searchParams.toString();
  return `${hostname.replace(/^www\./, "")}${port === "" ? "" : `:${port}`}${pathname.replace(/\/+$/, "")}${query === "" ? "" : `?${query}`}`;
}

/** The page a message tells of having been viewed; null when it tells of none. */
export function pageViewed({ name, properties, context }: Pick<Message, "name" | "properties" | "context">): string | null {
  return name === "Page Viewed"
    ? (pageAddress(properties["url"]) ?? pageAddress((context["page"] as JsonObject | undefined)?.["url"]))
    : null;
}
