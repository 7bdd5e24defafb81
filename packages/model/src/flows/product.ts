import { map } from "./place.ts";

/** Whose flow a file holds, by what is in it. */
export function productOf(given: unknown): "klaviyo" | "mautic" {
  return Array.isArray(given) || ["campaign", "campaigns", "campaign_event"].some((key) => key in map(given)) ? "mautic" : "klaviyo";
}
