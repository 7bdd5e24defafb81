import type { FlowNames } from "../flows/place.ts";

/** Names of Klaviyo's own metrics and what the common model calls the same. */
const OURS: Readonly<Record<string, string>> = {
  "placed order": "Order Completed",
  "ordered product": "Order Completed",
  "fulfilled order": "Order Shipped",
  "cancelled order": "Order Cancelled",
  "canceled order": "Order Cancelled",
  "refunded order": "Order Refunded",
  "started checkout": "Checkout Started",
  "checkout started": "Checkout Started",
  "added to cart": "Product Added",
  "viewed product": "Product Viewed",
  "viewed collection": "Product List Viewed",
  "active on site": "Page Viewed",
  "submitted search": "Products Searched",
  "subscribed to back in stock": "Back In Stock Requested",
};

/** The event a metric is here. `known`: its name was given, so that nothing is left to check. */
export function eventOf(id: string, names: FlowNames): { readonly event: string; readonly known: boolean } {
  const name = names.metrics[id];
  if (name === undefined || name.trim() === "") return { event: `Klaviyo ${id || "?"}`, known: false };
  return { event: (OURS[name.trim().toLowerCase()] ?? name.trim()).slice(0, 200), known: true };
}
