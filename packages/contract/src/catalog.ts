import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "Catalogue";
const read = { role: "viewer", scope: "contacts:read" } as const;
const write = { role: "editor", scope: "contacts:write" } as const;
const externalId = z.string().trim().min(1).max(200);
const currency = z.string().regex(/^[A-Z]{3}$/, "must be a currency code such as EUR");
const money = z.number().min(-1e12).max(1e12);
const words = z.string().trim().max(500);
const url = z.url({ protocol: /^https?$/ }).max(2000);
const attributes = z.record(z.string().max(100), z.union([z.string().max(2000), z.number(), z.boolean(), z.null()]));

export const store = z.object({ id, code: z.string(), name: z.string(), country: z.string(), languages: z.array(z.string()), currency: z.string(), timeZone: z.string(), url: z.string().nullable(), latitude: z.number().nullable(), longitude: z.number().nullable(), createdAt: instant });
export type Store = z.infer<typeof store>;
export const storeInput = z.strictObject({
  code: z.string().trim().min(1).max(50), name: z.string().trim().min(1).max(100), country: z.string().regex(/^[A-Z]{2}$/), languages: z.array(z.string().regex(/^[a-z]{2}$/)).min(1).max(20),
  currency, timeZone: z.string().max(60), url: url.nullable().default(null),
  /** Where it is, in degrees; rules about distances need both. */
  latitude: z.number().min(-90).max(90).nullable().default(null), longitude: z.number().min(-180).max(180).nullable().default(null),
});
export const listStores = endpoint({ method: "GET", path: "/api/stores", tag, access: read, summary: "Stores of the workspace", response: z.object({ items: z.array(store) }) });
export const putStore = endpoint({ method: "POST", path: "/api/stores", tag, access: write, summary: "Create a store, or change the one of this code", body: storeInput, response: store, status: 201 });

export const productRow = z.object({ id, externalId: z.string(), sku: z.string().nullable(), name: z.string(), brand: z.string().nullable(), category: z.string().nullable(), imageUrl: z.string().nullable(), price: z.number().nullable(), currency: z.string().nullable(), source: z.string(), updatedAt: instant });
export type ProductRow = z.infer<typeof productRow>;
export const productDetail = productRow.extend({
  attributes: z.record(z.string(), z.unknown()),
  translations: z.array(z.object({ language: z.string(), name: z.string(), description: z.string().nullable(), url: z.string().nullable(), imageUrl: z.string().nullable() })),
  variants: z.array(z.object({ id, externalId: z.string(), sku: z.string().nullable(), options: z.record(z.string(), z.unknown()), imageUrl: z.string().nullable() })),
  /** Newest price and stock of each variant in each store; `variant` is the product itself when it has none. */
  prices: z.array(z.object({ variant: id, store: id, currency: z.string(), amount: z.number(), since: instant })),
  stock: z.array(z.object({ variant: id, store: id, quantity: z.number(), at: instant })),
});
export const listProducts = endpoint({ method: "GET", path: "/api/products", tag, access: read, summary: "Products by name; `search` finds by name, SKU or id", query: pageQuery.extend({ search: z.string().trim().max(200).optional() }), response: page(productRow) });
export const getProduct = endpoint({ method: "GET", path: "/api/products/:id", tag, access: read, summary: "One product with variants, translations, prices and stock", params: idParams, response: productDetail });

export const productInput = z.strictObject({
  externalId, sku: words.nullable().optional(), name: z.string().trim().min(1).max(500), brand: words.nullable().optional(),
  category: z.strictObject({ externalId, names: z.record(z.string().regex(/^[a-z]{2}$/), words).optional() }).nullable().optional(),
  attributes: attributes.optional(),
  translations: z.array(z.strictObject({ language: z.string().regex(/^[a-z]{2}$/), name: z.string().trim().min(1).max(500), description: z.string().max(20_000).nullable().optional(), url: url.nullable().optional(), imageUrl: url.nullable().optional() })).max(40).optional(),
  variants: z.array(z.strictObject({ externalId, sku: words.nullable().optional(), options: attributes.optional(), imageUrl: url.nullable().optional() })).max(500).optional(),
  prices: z.array(z.strictObject({ variant: externalId.optional(), store: z.string().max(50), currency, amount: money })).max(2000).optional(),
  stock: z.array(z.strictObject({ variant: externalId.optional(), store: z.string().max(50), quantity: z.number().int().min(-1e9).max(1e9) })).max(2000).optional(),
});
export type ProductInput = z.infer<typeof productInput>;
export const putProducts = endpoint({
  method: "POST", path: "/api/products", tag, access: write, summary: "Create or change up to 500 products by their external ids",
  body: z.strictObject({ products: z.array(productInput).min(1).max(500) }), response: z.object({ created: z.number().int(), updated: z.number().int() }),
});

export const orderRow = z.object({
  id, externalId: z.string(), contact: id.nullable(), kind: z.enum(["sale", "return"]), status: z.string(), currency: z.string(), total: z.number(), refunded: z.number(),
  coupon: z.string().nullable(), placedAt: instant, source: z.string(), lines: z.number().int(),
});
export type OrderRow = z.infer<typeof orderRow>;
export const orderDetail = orderRow.extend({
  discount: z.number().nullable(), shipping: z.number().nullable(), tax: z.number().nullable(), store: id.nullable(),
  items: z.array(z.object({ line: z.number().int(), product: id.nullable(), variant: id.nullable(), sku: z.string().nullable(), name: z.string().nullable(), quantity: z.number(), unitPrice: z.number(), total: z.number() })),
});
export const listOrders = endpoint({ method: "GET", path: "/api/orders", tag, access: read, summary: "Orders, newest first", query: pageQuery.extend({ contact: id.optional(), search: z.string().trim().max(200).optional() }), response: page(orderRow) });
export const getOrder = endpoint({ method: "GET", path: "/api/orders/:id", tag, access: read, summary: "One order with its lines", params: idParams, response: orderDetail });

const poolRow = z.object({
  id, name: z.string(), kind: z.enum(["generated", "list"]), prefix: z.string(), validDays: z.number().int().nullable(), createdAt: instant,
  /** Codes of a list still to be given; 0 for generated ones, which never lack. */
  free: z.number().int(), given: z.number().int(),
});
export type CouponPool = z.infer<typeof poolRow>;
const code = z.string().trim().min(1).max(100);
export const listCouponPools = endpoint({ method: "GET", path: "/api/coupon-pools", tag, access: read, summary: "Pools of discount codes, with how many are free and given", response: z.object({ items: z.array(poolRow) }) });
export const createCouponPool = endpoint({
  method: "POST", path: "/api/coupon-pools", tag, access: write, summary: "Make a pool: codes generated when given, or a list of the shop's own", status: 201,
  body: z.strictObject({ name: z.string().trim().min(1).max(200), kind: z.enum(["generated", "list"]), prefix: z.string().regex(/^[A-Z0-9-]{0,20}$/, "must be capital letters, digits and -").default(""), validDays: z.number().int().min(1).max(3_650).nullable().default(null), codes: z.array(code).max(10_000).default([]) }), response: poolRow,
});
export const addCouponCodes = endpoint({ method: "POST", path: "/api/coupon-pools/:id/codes", tag, access: write, summary: "Add codes to a list; those it has or has given are left", params: idParams, body: z.strictObject({ codes: z.array(code).min(1).max(10_000) }), response: z.object({ added: z.number().int() }) });
export const archiveCouponPool = endpoint({ method: "DELETE", path: "/api/coupon-pools/:id", tag, access: write, summary: "Give no more codes of a pool; those given stay good", params: idParams, response: z.object({ ok: z.literal(true) }) });
