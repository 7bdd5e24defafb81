import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "Catalogue";
const read = { role: "viewer", scope: "contacts:read" } as const;
const write = { role: "editor", scope: "contacts:write" } as const;
export const externalId = z.string().trim().min(1).max(200);
const currency = z.string().regex(/^[A-Z]{3}$/, "must be a currency code such as EUR");
const money = z.number().min(-1e12).max(1e12);
const words = z.string().trim().max(500);
export const language = z.string().regex(/^[a-z]{2}$/, "must be a language such as fr");
/** A name in each of some languages. */
export const names = z.record(language, words);
export const url = z.url({ protocol: /^https?$/ }).max(2000);
const scalar = z.union([z.string().max(2000), z.number(), z.boolean(), z.null()]);
const options = z.record(z.string().max(100), scalar);
/** A list where several values were told. */
const attributes = z.record(z.string().max(100), z.union([scalar, z.array(z.string().max(2000)).max(500)]));

/** Who writes to the customers of a store; an empty part is the workspace's. */
const sender = z.strictObject({
  name: z.string().trim().max(100).default(""),
  email: z.union([z.literal(""), z.email().max(254)]).default(""),
  replyTo: z.union([z.literal(""), z.email().max(254)]).default(""),
  postalAddress: z.string().trim().max(500).default(""),
});
export type StoreSender = z.infer<typeof sender>;

export const store = z.object({
  id,
  code: z.string(),
  name: z.string(),
  country: z.string(),
  languages: z.array(z.string()),
  currency: z.string(),
  timeZone: z.string(),
  url: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  sender,
  archived: z.boolean(),
  source: z.string(),
  createdAt: instant,
  updatedAt: instant,
});
export type Store = z.infer<typeof store>;
export const storeInput = z.strictObject({
  code: z.string().trim().min(1).max(50),
  name: z.string().trim().min(1).max(100),
  country: z.string().regex(/^[A-Z]{2}$/),
  languages: z.array(language).min(1).max(20),
  currency,
  timeZone: z.string().max(60),
  url: url.nullable().default(null),
  /** Where it is, in degrees; rules about distances need both. */
  latitude: z.number().min(-90).max(90).nullable().default(null),
  longitude: z.number().min(-180).max(180).nullable().default(null),
  /** Left out, it stays as it is. */
  sender: sender.optional(),
  archived: z.boolean().optional(),
});
export type StoreInput = z.infer<typeof storeInput>;
export const listStores = endpoint({
  method: "GET",
  path: "/api/stores",
  tag,
  access: read,
  summary: "Stores of the workspace",
  response: z.object({ items: z.array(store) }),
});
export const putStore = endpoint({
  method: "POST",
  path: "/api/stores",
  tag,
  access: write,
  summary: "Create a store, or change the one of this code",
  body: storeInput,
  response: store,
  status: 201,
});

export const productRow = z.object({
  id,
  externalId: z.string(),
  sku: z.string().nullable(),
  name: z.string(),
  brand: z.string().nullable(),
  category: z.string().nullable(),
  imageUrl: z.string().nullable(),
  price: z.number().nullable(),
  currency: z.string().nullable(),
  archived: z.boolean(),
  source: z.string(),
  updatedAt: instant,
});
export type ProductRow = z.infer<typeof productRow>;
export const productDetail = productRow.extend({
  /** Of the category: our id and the shop's. */
  categoryId: id.nullable(),
  categoryExternalId: z.string().nullable(),
  createdAt: instant,
  /** In their order; an image of options shows the variants that have them. */
  images: z.array(z.object({ url: z.string(), options: z.record(z.string(), z.unknown()) })),
  attributes: z.record(z.string(), z.unknown()),
  translations: z.array(
    z.object({
      language: z.string(),
      name: z.string(),
      description: z.string().nullable(),
      url: z.string().nullable(),
      imageUrl: z.string().nullable(),
    }),
  ),
  variants: z.array(
    z.object({
      id,
      externalId: z.string(),
      sku: z.string().nullable(),
      options: z.record(z.string(), z.unknown()),
      /** What it says otherwise than its product. */ attributes: z.record(z.string(), z.unknown()),
      imageUrl: z.string().nullable(),
      /** The image that shows it: its own, or that of its options. */ shownBy: z.string().nullable(),
    }),
  ),
  /** Newest price and stock of each variant in each store; `variant` is the product itself when it has none. */
  prices: z.array(z.object({ variant: id, store: id, currency: z.string(), amount: z.number(), since: instant })),
  stock: z.array(z.object({ variant: id, store: id, quantity: z.number(), at: instant })),
});
export type ProductDetail = z.infer<typeof productDetail>;
export const listProducts = endpoint({
  method: "GET",
  path: "/api/products",
  tag,
  access: read,
  summary: "Products by name; `search` finds by name, SKU or id; names and categories in `language` where they have it",
  query: pageQuery.extend({
    search: z.string().trim().max(200).optional(),
    language: language.optional(),
    category: id.optional(),
    archived: z.enum(["true", "false"]).default("false"),
  }),
  response: page(productRow).extend({ /** Of the whole catalogue, archived ones included. */ total: z.number().int() }),
});
export const getProduct = endpoint({
  method: "GET",
  path: "/api/products/:id",
  tag,
  access: read,
  summary: "One product with variants, translations, prices and stock",
  params: idParams,
  response: productDetail,
});

const priceMoment = z.object({ variant: id, store: id, currency: z.string(), amount: z.number(), since: instant });
const stockMoment = z.object({ variant: id, store: id, quantity: z.number(), at: instant });
export const listPriceHistory = endpoint({
  method: "GET",
  path: "/api/products/:id/prices",
  tag,
  access: read,
  summary: "What a product cost, newest first",
  params: idParams,
  query: pageQuery,
  response: page(priceMoment),
});
export const listStockHistory = endpoint({
  method: "GET",
  path: "/api/products/:id/stock",
  tag,
  access: read,
  summary: "How many there were of a product, newest first",
  params: idParams,
  query: pageQuery,
  response: page(stockMoment),
});

export const productInput = z.strictObject({
  externalId,
  sku: words.nullable().optional(),
  name: z.string().trim().min(1).max(500),
  brand: words.nullable().optional(),
  category: z.strictObject({ externalId, names: names.optional() }).nullable().optional(),
  attributes: attributes.optional(),
  translations: z
    .array(
      z.strictObject({
        language,
        name: z.string().trim().min(1).max(500),
        description: z.string().max(20_000).nullable().optional(),
        url: url.nullable().optional(),
        imageUrl: url.nullable().optional(),
      }),
    )
    .max(40)
    .optional(),
  variants: z
    .array(
      z.strictObject({
        externalId,
        sku: words.nullable().optional(),
        options: options.optional(),
        attributes: attributes.nullable().optional(),
        imageUrl: url.nullable().optional(),
      }),
    )
    .max(500)
    .optional(),
  /** All of them, in their order; with options, of the variants that have those. */
  images: z
    .array(z.strictObject({ url, options: options.optional() }))
    .max(100)
    .optional(),
  archived: z.boolean().optional(),
  prices: z
    .array(z.strictObject({ variant: externalId.optional(), store: z.string().max(50), currency, amount: money }))
    .max(2000)
    .optional(),
  stock: z
    .array(z.strictObject({ variant: externalId.optional(), store: z.string().max(50), quantity: z.number().int().min(-1e9).max(1e9) }))
    .max(2000)
    .optional(),
});
export type ProductInput = z.infer<typeof productInput>;
export const putProducts = endpoint({
  method: "POST",
  path: "/api/products",
  tag,
  access: write,
  summary: "Create or change up to 500 products by their external ids",
  body: z.strictObject({ products: z.array(productInput).min(1).max(500) }),
  response: z.object({ created: z.number().int(), updated: z.number().int() }),
});

export const orderRow = z.object({
  id,
  externalId: z.string(),
  contact: id.nullable(),
  kind: z.enum(["sale", "return"]),
  status: z.string(),
  currency: z.string(),
  total: z.number(),
  refunded: z.number(),
  coupon: z.string().nullable(),
  placedAt: instant,
  source: z.string(),
  updatedAt: instant,
  lines: z.number().int(),
});
export type OrderRow = z.infer<typeof orderRow>;
export const orderDetail = orderRow.extend({
  storeName: z.string().nullable(),
  discount: z.number().nullable(),
  shipping: z.number().nullable(),
  tax: z.number().nullable(),
  store: id.nullable(),
  items: z.array(
    z.object({
      line: z.number().int(),
      product: id.nullable(),
      variant: id.nullable(),
      sku: z.string().nullable(),
      name: z.string().nullable(),
      quantity: z.number(),
      unitPrice: z.number(),
      total: z.number(),
    }),
  ),
  /** The oldest first. `amount` is null for everything the order came to; `items` may be of less than it (shipping, adjustments). `line` is that of the order, where the source names it. */
  refunds: z.array(
    z.object({
      id: z.string(),
      at: instant,
      amount: z.number().nullable(),
      items: z.array(
        z.object({
          line: z.number().int().nullable(),
          product: id.nullable(),
          sku: z.string().nullable(),
          name: z.string().nullable(),
          quantity: z.number(),
          amount: z.number(),
        }),
      ),
    }),
  ),
});
export type OrderDetail = z.infer<typeof orderDetail>;
export const listOrders = endpoint({
  method: "GET",
  path: "/api/orders",
  tag,
  access: read,
  summary: "Orders, newest first; `search` finds by number",
  query: pageQuery.extend({ contact: id.optional(), search: z.string().trim().max(200).optional() }),
  response: page(orderRow).extend({ total: z.number().int() }),
});
export const getOrder = endpoint({
  method: "GET",
  path: "/api/orders/:id",
  tag,
  access: read,
  summary: "One order with its lines and refunds",
  params: idParams,
  response: orderDetail,
});

/** States that a person may give an order; shops name others. */
export const ORDER_STATES = ["pending", "paid", "processing", "shipped", "delivered", "completed", "cancelled"] as const;
export const changeOrder = endpoint({
  method: "PATCH",
  path: "/api/orders/:id",
  tag,
  access: write,
  summary:
    "Give an order another state, or note a refund; each is an event of its contact, as if the shop had told it: journeys and rules hear of it",
  params: idParams,
  body: z.strictObject({
    status: z.enum(ORDER_STATES).optional(),
    refund: z.strictObject({ /** In the order's currency. */ amount: z.number().min(0.01).max(1e12) }).optional(),
  }),
  response: z.object({ ok: z.literal(true) }),
});
const orderNews = z.object({
  id,
  at: instant,
  what: z.enum(["Order Completed", "Order Updated", "Order Refunded", "Order Cancelled"]),
  status: z.string().nullable(),
  amount: z.number().nullable(),
  /** Who told it, where a person or a key did. */ by: z.string().nullable(),
});
export type OrderNews = z.infer<typeof orderNews>;
export const listOrderNews = endpoint({
  method: "GET",
  path: "/api/orders/:id/news",
  tag,
  access: read,
  summary: "What was told of an order, the newest hundred first",
  params: idParams,
  response: z.object({ items: z.array(orderNews) }),
});

export const CART_STATES = ["open", "checkout", "ordered", "emptied"] as const;
export const cartRow = z.object({
  id,
  externalId: z.string(),
  contact: id,
  contactName: z.string(),
  status: z.enum(CART_STATES),
  currency: z.string().nullable(),
  total: z.number(),
  url: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
  /** Who told it as it is now; null for one told by an earlier release. */
  source: z.string().nullable(),
  items: z.array(
    z.object({
      product: z.string().nullable(),
      variant: z.string().nullable(),
      sku: z.string().nullable(),
      name: z.string().nullable(),
      quantity: z.number(),
      unitPrice: z.number(),
      total: z.number(),
    }),
  ),
});
export type CartRow = z.infer<typeof cartRow>;
export const listCarts = endpoint({
  method: "GET",
  path: "/api/carts",
  tag,
  access: read,
  summary: "Carts, the last touched first; of one contact, or in one state",
  query: pageQuery.extend({ contact: id.optional(), status: z.enum(CART_STATES).optional() }),
  response: page(cartRow).extend({ total: z.number().int() }),
});

const poolRow = z.object({
  id,
  name: z.string(),
  kind: z.enum(["generated", "list"]),
  prefix: z.string(),
  validDays: z.number().int().nullable(),
  createdAt: instant,
  /** Codes of a list still to be given; 0 for generated ones, which never lack. */
  free: z.number().int(),
  given: z.number().int(),
});
export type CouponPool = z.infer<typeof poolRow>;
const code = z.string().trim().min(1).max(100);
export const listCouponPools = endpoint({
  method: "GET",
  path: "/api/coupon-pools",
  tag,
  access: read,
  summary: "Pools of discount codes, with how many are free and given",
  response: z.object({ items: z.array(poolRow) }),
});
export const createCouponPool = endpoint({
  method: "POST",
  path: "/api/coupon-pools",
  tag,
  access: write,
  summary: "Make a pool: codes generated when given, or a list of the shop's own",
  status: 201,
  body: z.strictObject({
    name: z.string().trim().min(1).max(200),
    kind: z.enum(["generated", "list"]),
    prefix: z
      .string()
      .regex(/^[A-Z0-9-]{0,20}$/, "must be capital letters, digits and -")
      .default(""),
    validDays: z.number().int().min(1).max(3_650).nullable().default(null),
    codes: z.array(code).max(10_000).default([]),
  }),
  response: poolRow,
});
export const addCouponCodes = endpoint({
  method: "POST",
  path: "/api/coupon-pools/:id/codes",
  tag,
  access: write,
  summary: "Add codes to a list; those it has or has given are left",
  params: idParams,
  body: z.strictObject({ codes: z.array(code).min(1).max(10_000) }),
  response: z.object({ added: z.number().int() }),
});
/** A code that was given. `order`: the first of its holder that used it. */
export const givenCoupon = z.object({
  id,
  code: z.string(),
  contact: id,
  contactName: z.string(),
  givenAt: instant,
  expiresAt: instant.nullable(),
  order: z.object({ id, externalId: z.string(), placedAt: instant }).nullable(),
});
export type GivenCoupon = z.infer<typeof givenCoupon>;
export const listGivenCoupons = endpoint({
  method: "GET",
  path: "/api/coupon-pools/:id/coupons",
  tag,
  access: read,
  summary: "Codes a pool gave, newest first: to whom, until when, and the order that used it; `search` finds one by its code",
  params: idParams,
  query: pageQuery.extend({ search: code.optional() }),
  response: page(givenCoupon),
});
export const archiveCouponPool = endpoint({
  method: "DELETE",
  path: "/api/coupon-pools/:id",
  tag,
  access: write,
  summary: "Give no more codes of a pool; those given stay good",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});
