import type { FactEvent } from "../../rules/index.ts";

/** The names of the common model of commerce and of forms that starts listen to. */
export const ORDERED = "Order Completed";
export const REGISTERED = "Product Registered";
export const FORM_SUBMITTED = "Form Submitted";
export const SUBSCRIPTION_CONFIRMED = "Subscription Confirmed";
export const MOVED = "Location Updated";
export const CART_EVENTS = [
  "Product Added",
  "Wishlist Product Added to Cart",
  "Product Removed",
  "Cart Viewed",
  "Checkout Started",
  "Checkout Step Viewed",
  "Checkout Step Completed",
  "Payment Info Entered",
] as const;
export const BROWSE_EVENTS = ["Product Viewed", "Product Clicked"] as const;

const text = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value.slice(0, 200) : typeof value === "number" ? String(value) : null;
const first = (event: FactEvent, ...names: readonly string[]): string | null =>
  names.map((name) => text(event.properties[name])).find((value) => value !== null) ?? null;

/** A cart's id as the shop gives it; null: the shop sends none, and the contact has one cart. */
export const cartOf = (event: FactEvent): string | null => first(event, "cart_id", "cartId", "checkout_id");
export const orderOf = (event: FactEvent): string | null => first(event, "order_id", "orderId", "order_number");

/** The products an event names, by the shop's id. */
export function productsOf(event: FactEvent): string[] {
  const list = event.properties["products"] ?? event.properties["items"];
  const items: readonly unknown[] = Array.isArray(list) ? list : [event.properties];
  return [
    ...new Set(
      items.flatMap((item) => {
        if (item === null || typeof item !== "object") return [];
        const one = item as Record<string, unknown>;
        const id = text(one["product_id"]) ?? text(one["productId"]) ?? text(one["id"]) ?? text(one["sku"]);
        return id === null ? [] : [id];
      }),
    ),
  ];
}
