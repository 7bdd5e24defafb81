export type Properties = Readonly<Record<string, unknown>>;

/** What a command says, before the visitor and the page are added. */
export interface Said extends Properties {
  readonly type: "track" | "page" | "identify";
  /** An id that repeats with the deed, where there is one: an order is told once, however often its page is loaded. */
  readonly messageId?: string;
}

const track = (event: string, properties: Properties = {}): Said => ({ type: "track", event, properties });
const told =
  (event: string) =>
  (properties?: Properties): Said =>
    track(event, properties);

/** What the page can say, by command: `relance("product", {product_id: "pan-26", price: 59.9})`. Names of events are those of the e-commerce spec. */
export const COMMANDS = {
  page: (name?: string, properties?: Properties): Said => ({
    type: "page",
    ...(name !== undefined && { name }),
    properties: properties ?? {},
  }),
  track,
  identify: (who: string | number | Properties, traits?: Properties): Said =>
    typeof who === "object" ? { type: "identify", traits: who } : { type: "identify", userId: String(who), traits: traits ?? {} },
  product: told("Product Viewed"),
  list: told("Product List Viewed"),
  search: (query: string, properties?: Properties): Said => track("Products Searched", { query, ...properties }),
  add: told("Product Added"),
  remove: told("Product Removed"),
  cart: told("Cart Viewed"),
  checkout: told("Checkout Started"),
  order: (properties: Properties & { readonly order_id?: string | number }): Said => ({
    ...track("Order Completed", properties),
    ...(properties.order_id !== undefined && { messageId: `web-order-${properties.order_id}` }),
  }),
  form: (form: string, properties?: Properties): Said => track("Form Submitted", { form, ...properties }),
} as const;
