import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { oauthHeader } from "../../src/domains/connectors/asking/magento.ts";

export type Kind = "shopify" | "woocommerce" | "prestashop" | "magento";
/** A shop that speaks the paging, the filters and the authentication that its documentation describes. */
export const ROWS: Record<string, Record<string, unknown>[]> = {};
export const asked: string[] = [];
/** Answers in the place of the next ones, and the resources that the key to PrestaShop may not read. */
export const plan: { trouble: ((response: ServerResponse) => void)[]; denied: string[] } = { trouble: [], denied: [] };
let base = "";
const server = createServer((request, response) => {
  const url = new URL(request.url!, base);
  asked.push(`${url.pathname}${url.search}`);
  const bad = plan.trouble.shift();
  if (bad) return bad(response);
  const said = url.pathname.startsWith("/admin/")
    ? shopify(request, url, response)
    : url.pathname.startsWith("/wp-json/")
      ? woo(request, url, response)
      : url.pathname.startsWith("/api/")
        ? presta(request, url)
        : magento(request, url);
  response.statusCode = said.status ?? 200;
  response.setHeader("content-type", "application/json");
  void Promise.resolve(said.later ?? said.body).then((body) => response.end(JSON.stringify(body)));
});
interface Said {
  status?: number;
  body?: unknown;
  later?: Promise<unknown>;
}
const no: Said = { status: 401, body: { errors: "Unauthorized" } };
const page = <T>(rows: readonly T[], from: number, size: number): T[] => rows.slice(from, from + size);
const after = (rows: readonly Record<string, unknown>[], field: string, since: string | null) =>
  rows.filter((row) => since === null || Date.parse(String(row[field]).replace(" ", "T").replace(/(\d)$/, "$1Z")) >= Date.parse(since));

function shopify(request: IncomingMessage, url: URL, response: ServerResponse): Said {
  if (request.headers["x-shopify-access-token"] !== "shpat_key") return no;
  const part = /\/(\w+)\.json$/.exec(url.pathname)![1]!;
  if (part === "graphql") return graphql(request);
  const info = url.searchParams.get("page_info");
  // With page_info nothing but the limit may be given.
  if (info !== null && [...url.searchParams.keys()].some((name) => name !== "page_info" && name !== "limit"))
    return { status: 400, body: { errors: "page_info" } };
  const [from, since] =
    info === null
      ? [0, url.searchParams.get("updated_at_min")]
      : (JSON.parse(Buffer.from(info, "base64url").toString()) as [number, string | null]);
  const rows = after(ROWS[part] ?? [], "updated_at", since);
  if (from + 2 < rows.length)
    response.setHeader(
      "link",
      `<https://elsewhere.example${url.pathname}?limit=2&page_info=prev>; rel="previous", <https://elsewhere.example${url.pathname}?limit=2&page_info=${Buffer.from(JSON.stringify([from + 2, since])).toString("base64url")}>; rel="next"`,
    );
  return { body: { [part]: page(rows, from, 2) } };
}
// Two languages beside the shop's own; one product a page.
async function answerGraphql(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request) text += String(piece);
  const { query, variables } = JSON.parse(text) as { query: string; variables?: { locale: string; after: string | null } };
  if (!variables)
    return query.includes("shopLocales")
      ? {
          data: {
            shopLocales: [
              { locale: "fr", primary: true },
              { locale: "en", primary: false },
              { locale: "pt-BR", primary: false },
            ],
          },
        }
      : {};
  const at = Number(variables.after ?? "0");
  const products = ROWS["products"]!;
  const texts =
    variables.locale === "en"
      ? [
          { key: "title", value: `Tea no. ${at + 1}` },
          { key: "body_html", value: "<p>Fine</p>" },
        ]
      : [];
  return {
    data: {
      translatableResources: {
        nodes: [{ resourceId: `gid://shopify/Product/${String(products[at]!["id"])}`, translations: texts }],
        pageInfo: { hasNextPage: at + 1 < products.length, endCursor: String(at + 1) },
      },
    },
  };
}
function graphql(request: IncomingMessage): Said {
  return { later: answerGraphql(request) };
}
function woo(request: IncomingMessage, url: URL, response: ServerResponse): Said {
  if (request.headers.authorization !== `Basic ${Buffer.from("ck_key:cs_secret").toString("base64")}`) return no;
  const part = url.pathname.replace("/wp-json/wc/v3/", "");
  if (part === "refunds") return { status: 404, body: { code: "rest_no_route" } };
  const rows = after(ROWS[part] ?? [], "date_modified_gmt", url.searchParams.get("modified_after"));
  response.setHeader("x-wp-total", rows.length);
  response.setHeader("x-wp-totalpages", Math.ceil(rows.length / 2));
  return { body: page(rows, 2 * (Number(url.searchParams.get("page")) - 1), 2) };
}
function presta(request: IncomingMessage, url: URL): Said {
  if (request.headers.authorization !== `Basic ${Buffer.from("WSKEY:").toString("base64")}`) return no;
  const part = url.pathname.replace("/api/", "");
  const asks = url.searchParams;
  const wrong = (status: number, code: number, message: string): Said => ({ status, body: { errors: [{ code, message }] } });
  if (plan.denied.includes(part)) return wrong(401, 26, `Resource of type "${part}" is not allowed with this authentication key`);
  if (asks.get("output_format") !== "JSON" || asks.get("sort") !== "[id_ASC]") return wrong(400, 37, "sort");
  const filters = [...asks].flatMap(([name, value]) => {
    const field = /^filter\[(\w+)\]$/.exec(name)?.[1];
    return field === undefined ? [] : [[field, /^\[(.+),(.+)\]$/.exec(value)!.slice(1)] as const];
  });
  // Dates are filtered by only when `date=1` says so.
  if (filters.some(([field]) => field.startsWith("date_")) && asks.get("date") !== "1")
    return wrong(400, 32, "This filter does not exist for this linked table");
  const compare = (a: unknown, b: string) => (/^\d+$/.test(b) ? Number(a) - Number(b) : String(a) < b ? -1 : String(a) > b ? 1 : 0);
  const display = asks.get("display")!;
  const prices = [...asks.keys()].flatMap((name) => /^price\[(\w+)\]\[use_tax\]$/.exec(name)?.[1] ?? []);
  const rows = page(
    (ROWS[part] ?? []).filter((row) =>
      filters.every(([field, [from, to]]) => compare(row[field], from!) >= 0 && compare(row[field], to!) <= 0),
    ),
    0,
    Number(asks.get("limit")),
  );
  const shown = rows.map(({ $gross, $reduced, ...row }) => ({
    ...(display === "full"
      ? row
      : Object.fromEntries(
          display
            .slice(1, -1)
            .split(",")
            .map((field) => [field, row[field]]),
        )),
    ...($gross !== undefined &&
      Object.fromEntries(prices.map((name) => [name, asks.get(`price[${name}][use_reduction]`) === "0" ? $gross : ($reduced ?? $gross)]))),
  }));
  return { body: rows.length === 0 ? [] : { [part]: shown } };
}
function magento(request: IncomingMessage, url: URL): Said {
  const [nonce, timestamp] = ["nonce", "timestamp"].map(
    (name) => new RegExp(`oauth_${name}="([^"]+)"`).exec(request.headers.authorization ?? "")?.[1] ?? "",
  );
  if (request.headers.authorization !== oauthHeader(url.href, { access: MAGENTO_KEYS, nonce: nonce!, now: Number(timestamp) * 1000 }))
    return no;
  const filters = [0, 1, 2].map((i) =>
    ["field", "value", "condition_type"].map((name) => url.searchParams.get(`searchCriteria[filter_groups][${i}][filters][0][${name}]`)),
  );
  if (url.pathname.endsWith("/store/storeConfigs"))
    return {
      body: [
        { id: 1, code: "default", locale: "fr_FR", secure_base_link_url: `${base}/` },
        { id: 2, code: "english", locale: "en_US", secure_base_link_url: `${base}/en/` },
      ],
    };
  const view = /^\/rest\/(\w+)\/V1/.exec(url.pathname)?.[1];
  const told = (ROWS[url.pathname.replace(/^\/rest\/(\w+\/)?V1\//, "")] ?? []).map((row) =>
    view === "english" ? { ...row, name: `${String(row["name"])} (English)` } : row,
  );
  const rows = told.filter((row) =>
    filters.every(
      ([field, value, is]) =>
        field == null ||
        (is === "gt"
          ? Number(row["entity_id"] ?? row["id"]) > Number(value)
          : is === "gteq"
            ? String(row[field]) >= value!
            : is === "neq"
              ? String(row[field]) !== value
              : is === "in"
                ? value!.split(",").includes(String(row[field]))
                : is === "notnull"
                  ? custom(row, field!) !== undefined
                  : row[field] === value),
    ),
  );
  return {
    body: { items: page(rows, 100 * (Number(url.searchParams.get("searchCriteria[currentPage]")) - 1), 100), total_count: rows.length },
  };
}
const custom = (row: Record<string, unknown>, code: string): unknown =>
  ((row["custom_attributes"] ?? []) as { attribute_code: string; value: unknown }[]).find((one) => one.attribute_code === code)?.value;
const MAGENTO_KEYS = { consumerKey: "ck", consumerSecret: "c&s", accessToken: "at", tokenSecret: "t s" };
export const ACCESS: Record<string, Record<string, string>> = {
  shopify: { token: "shpat_key" },
  woocommerce: { key: "ck_key", secret: "cs_secret" },
  prestashop: { key: "WSKEY" },
  magento: MAGENTO_KEYS,
};

/** Opens the four shops on one port. */
export async function openShops(): Promise<{ readonly base: string; close(): void }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    base,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const day = (n: number) => `2026-0${1 + Math.floor(n / 28)}-${String(1 + (n % 28)).padStart(2, "0")}`;
export const range = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i + 1));
/** What the shop of a kind holds from now on; the others hold nothing. */
export function fill(kind: Kind): void {
  for (const part of Object.keys(ROWS)) delete ROWS[part];
  if (kind === "shopify")
    Object.assign(ROWS, {
      products: range(3, (i) => ({
        id: i,
        title: `Tea ${i}`,
        updated_at: `${day(1)}T00:00:00Z`,
        options: [{ name: "Size" }],
        variants: [{ id: i * 10, price: `${i}.50`, option1: "S", sku: `T${i}`, inventory_management: "shopify", inventory_quantity: i }],
      })),
      customers: range(5, (i) => ({ id: i, email: `p${i}@shop.example`, first_name: `P${i}`, updated_at: `${day(2)}T00:00:00Z` })),
      orders: range(5, (i) => ({
        id: 100 + i,
        name: `#${i}`,
        created_at: `${day(10 + i)}T00:00:00Z`,
        updated_at: `${day(20 + i)}T00:00:00Z`,
        currency: "EUR",
        total_price: "3.00",
        financial_status: "paid",
        customer: { id: i, email: `p${i}@shop.example` },
        line_items: [{ product_id: 1, variant_id: 10, sku: "T1", price: "1.50", quantity: 2 }],
        refunds:
          i === 5
            ? [{ id: 9, created_at: `${day(25)}T00:00:00Z`, transactions: [{ kind: "refund", status: "success", amount: "1.50" }] }]
            : [],
      })),
      checkouts: [
        {
          token: "t",
          created_at: `${day(30)}T00:00:00Z`,
          updated_at: `${day(30)}T00:00:00Z`,
          email: "p1@shop.example",
          customer: { id: 1 },
          currency: "EUR",
          total_price: "4.00",
          line_items: [{ product_id: 2, variant_id: 20, price: "4.00", quantity: 1 }],
        },
      ],
    });
  if (kind === "woocommerce")
    Object.assign(ROWS, {
      products: [
        ...range(2, (i) => ({
          id: i,
          name: `Cup ${i}`,
          type: "simple",
          price: "4.00",
          manage_stock: true,
          stock_quantity: i,
          date_modified_gmt: `${day(1)}T00:00:00`,
        })),
        { id: 3, name: "Shirt", type: "variable", price: "9.00", variations: [31, 32, 33], date_modified_gmt: `${day(1)}T00:00:00` },
        { id: 4, name: "Sock", type: "variable", price: "2.00", variations: [41], date_modified_gmt: `${day(1)}T00:00:00` },
      ],
      "products/3/variations": range(3, (i) => ({
        id: 30 + i,
        price: `${8 + i}.00`,
        manage_stock: true,
        stock_quantity: 5,
        date_modified_gmt: `${day(1)}T00:00:00`,
        attributes: [{ name: "Size", option: `S${i}` }],
      })),
      "products/4/variations": [
        { id: 41, price: "2.00", stock_status: "outofstock", date_modified_gmt: `${day(1)}T00:00:00`, attributes: [] },
      ],
      customers: range(3, (i) => ({
        id: i,
        email: `w${i}@shop.example`,
        date_modified_gmt: `${day(1)}T00:00:00`,
        billing: { city: "Lyon" },
      })),
      orders: [
        ...range(3, (i) => ({
          id: 70 + i,
          number: `${i}`,
          status: i === 3 ? "pending" : "completed",
          currency: "EUR",
          date_created_gmt: `${day(5)}T00:00:00`,
          date_modified_gmt: `${day(6)}T00:00:00`,
          total: "9.00",
          total_tax: "0",
          customer_id: i,
          billing: { email: `w${i}@shop.example` },
          line_items: [{ product_id: 3, variation_id: 31, quantity: 1, total: "9.00", total_tax: "0.00", sku: "S" }],
        })),
        { id: 99, status: "completed" },
      ],
    });
  if (kind === "prestashop")
    Object.assign(ROWS, {
      currencies: [{ id: 1, iso_code: "EUR" }],
      languages: [
        { id: 1, iso_code: "fr" },
        { id: 2, iso_code: "en" },
      ],
      countries: [{ id: 8, iso_code: "FR" }],
      categories: [
        { id: 1, id_parent: "0", name: [{ id: "1", value: "Racine" }], date_upd: `${day(1)} 10:00:00` },
        {
          id: 2,
          id_parent: "1",
          name: [
            { id: "1", value: "Tasses" },
            { id: "2", value: "Mugs" },
          ],
          date_upd: `${day(1)} 10:00:00`,
        },
      ],
      product_options: [{ id: 1, name: [{ id: "1", value: "Taille" }] }],
      product_option_values: [{ id: 7, id_attribute_group: "1", name: [{ id: "1", value: "M" }] }],
      products: range(130, (i) => ({
        id: i,
        reference: `R${i}`,
        name: [
          { id: "1", value: `Tasse ${i}` },
          { id: "2", value: `Mug ${i}` },
        ],
        price: "10.000000",
        $gross: "12.00",
        id_category_default: "2",
        active: "1",
        date_upd: `${day(3)} 10:00:00`,
        associations: i === 1 ? { combinations: [{ id: "11" }] } : {},
      })),
      combinations: [
        {
          id: 11,
          id_product: "1",
          reference: "R1-M",
          price: "1.000000",
          $gross: "13.20",
          associations: { product_option_values: [{ id: "7" }] },
        },
      ],
      stock_availables: [
        { id: 1, id_product: "1", id_product_attribute: "11", quantity: "4" },
        { id: 2, id_product: "2", id_product_attribute: "0", quantity: "6" },
      ],
      customers: range(2, (i) => ({
        id: i,
        email: `c${i}@shop.example`,
        firstname: `C${i}`,
        id_lang: "1",
        newsletter: i === 1 ? "1" : "0",
        newsletter_date_add: i === 1 ? `${day(2)} 12:00:00` : "0000-00-00 00:00:00",
        date_upd: `${day(4)} 10:00:00`,
      })),
      addresses: [{ id: 5, id_customer: "1", city: "Lille", postcode: "59000", id_country: "8", date_upd: `${day(4)} 10:00:00` }],
      orders: range(2, (i) => ({
        id: i,
        reference: `REF${i}`,
        id_customer: `${i}`,
        id_cart: `${i}`,
        id_currency: "1",
        current_state: i === 1 ? "5" : "6",
        valid: i === 1 ? "1" : "0",
        date_add: `${day(6)} 10:00:00`,
        date_upd: `${day(7)} 10:00:00`,
        total_paid_tax_incl: "13.20",
        total_paid_tax_excl: "11.00",
        associations: {
          order_rows: [
            {
              id: "5",
              product_id: "1",
              product_attribute_id: "11",
              product_quantity: "1",
              product_reference: "R1-M",
              product_name: "Tasse",
              unit_price_tax_incl: "13.20",
            },
          ],
        },
      })),
      order_slip: [
        {
          id: 3,
          id_order: "1",
          total_products_tax_incl: "3.00",
          total_shipping_tax_incl: "0.20",
          date_add: `${day(9)} 10:00:00`,
          date_upd: `${day(9)} 10:00:00`,
          associations: {
            order_slip_details: [
              { id: "1", id_order_detail: "5", product_quantity: "1", amount_tax_excl: "2.50", amount_tax_incl: "3.00" },
            ],
          },
        },
      ],
      carts: [
        {
          id: 1,
          id_customer: "1",
          id_currency: "1",
          date_add: `${day(6)} 09:00:00`,
          date_upd: `${day(6)} 09:30:00`,
          associations: { cart_rows: [{ id_product: "1", id_product_attribute: "11", quantity: "1" }] },
        },
        { id: 2, id_customer: "0", id_currency: "1", date_add: `${day(6)} 09:00:00`, date_upd: `${day(6)} 09:30:00`, associations: {} },
      ],
    });
  if (kind === "magento")
    Object.assign(ROWS, {
      "products/attributes": [
        {
          attribute_id: 93,
          attribute_code: "color",
          frontend_input: "select",
          options: [
            { label: "Red", value: "21" },
            { label: "Blue", value: "22" },
          ],
        },
      ],
      "categories/list": [
        { id: 1, parent_id: 0, name: "Root Catalog" },
        { id: 3, parent_id: 1, name: "Shirts" },
      ],
      products: [
        {
          id: 20,
          sku: "shirt",
          name: "Shirt",
          price: 0,
          visibility: 4,
          status: 1,
          updated_at: `${day(1)} 00:00:00`,
          extension_attributes: {
            category_links: [{ category_id: "3" }],
            configurable_product_links: [21, 22],
            configurable_product_options: [{ attribute_id: "93", label: "Color" }],
          },
          custom_attributes: [{ attribute_code: "url_key", value: "shirt" }],
        },
        ...[21, 22].map((id) => ({
          id,
          sku: `shirt-${id}`,
          name: `Shirt ${id}`,
          price: 25,
          visibility: 1,
          status: 1,
          updated_at: `${day(1)} 00:00:00`,
          custom_attributes: [{ attribute_code: "color", value: `${id}` }],
        })),
        ...range(120, (i) => ({
          id: 100 + i,
          sku: `mug-${i}`,
          name: `Mug ${i}`,
          price: 5,
          visibility: 4,
          status: 1,
          updated_at: `${day(1)} 00:00:00`,
        })),
      ],
      "inventory/source-items": [
        { sku: "shirt-21", source_code: "default", quantity: 3, status: 1 },
        { sku: "shirt-21", source_code: "paris", quantity: 2, status: 1 },
        { sku: "mug-1", source_code: "default", quantity: 7, status: 1 },
      ],
      "customers/search": [
        {
          id: 1,
          email: "m1@shop.example",
          firstname: "M",
          updated_at: `${day(2)} 00:00:00`,
          addresses: [{ city: "Nantes", default_billing: true }],
          extension_attributes: { is_subscribed: true },
        },
        { id: 2, email: "m2@shop.example", updated_at: `${day(2)} 00:00:00`, extension_attributes: { is_subscribed: false } },
      ],
      orders: [
        {
          entity_id: 12,
          increment_id: "12",
          state: "complete",
          created_at: `${day(3)} 00:00:00`,
          updated_at: `${day(4)} 00:00:00`,
          customer_id: 1,
          customer_email: "m1@shop.example",
          grand_total: 50,
          order_currency_code: "EUR",
          quote_id: 7,
          total_refunded: 25,
          items: [
            { item_id: 1, product_id: 20, sku: "shirt-21", qty_ordered: 2, price_incl_tax: 25, row_total_incl_tax: 50 },
            { item_id: 2, parent_item_id: 1, product_id: 21, sku: "shirt-21", qty_ordered: 2 },
          ],
        },
      ],
      creditmemos: [
        {
          entity_id: 4,
          order_id: 12,
          grand_total: 25,
          order_currency_code: "EUR",
          created_at: `${day(5)} 00:00:00`,
          updated_at: `${day(5)} 00:00:00`,
          items: [
            {
              entity_id: 1,
              order_item_id: 1,
              product_id: 20,
              sku: "shirt-21",
              name: "Shirt",
              qty: 1,
              price_incl_tax: 25,
              row_total_incl_tax: 25,
            },
            { entity_id: 2, order_item_id: 2, product_id: 21, sku: "shirt-21", qty: 1, row_total: null },
          ],
        },
      ],
      "carts/search": [
        {
          id: 7,
          is_active: false,
          created_at: `${day(3)} 00:00:00`,
          updated_at: `${day(3)} 00:00:00`,
          customer: { id: 1, email: "m1@shop.example" },
          items: [{ sku: "shirt-21", name: "Shirt", qty: 2, price: 25 }],
        },
      ],
    });
}
