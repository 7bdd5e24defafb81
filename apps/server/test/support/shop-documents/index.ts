import { fill, ROWS } from "../shop-servers.ts";
import { MAGENTO_SHAPES } from "./magento.ts";
import { PRESTASHOP_SHAPES } from "./prestashop.ts";
import { documentedRow, type Row } from "./rows.ts";

const DATES = { date_add: "2026-01-05 10:00:00", date_upd: "2026-01-06 10:00:00" };
const DATED = { created_at: "2026-01-05 10:00:00", updated_at: "2026-01-06 10:00:00" };

/** One row of each kind with all the fields of the documentation: what they mean is said where it matters, the rest has values of its own. */
function prestashop(): Record<string, Row[]> {
  const row = (name: string, said: Row) => documentedRow(PRESTASHOP_SHAPES, name, said);
  return {
    states: [{ id: 5, name: "Bretagne" }],
    order_states: [{ id: 14, paid: "1", shipped: "1", delivery: "1" }],
    product_features: [{ id: 3, name: [{ id: "1", value: "Matière" }] }],
    product_feature_values: [{ id: 9, value: [{ id: "1", value: "Grès" }] }],
    categories: [
      row("categories", { id: 1, id_parent: "0", ...DATES }),
      row("categories", { id: 2, id_parent: "1", ...DATES }),
      row("categories", { id: 4, id_parent: "2", ...DATES }),
    ],
    customers: [
      row("customers", {
        id: 1,
        id_lang: "2",
        email: "doc@shop.example",
        birthday: "1980-05-06",
        newsletter: "1",
        newsletter_date_add: "2026-01-02 12:00:00",
        ...DATES,
      }),
    ],
    addresses: [row("addresses", { id: 5, id_customer: "1", id_country: "8", id_state: "5", phone_mobile: "+33612345678", ...DATES })],
    orders: [
      row("orders", {
        id: 21,
        id_customer: "1",
        id_cart: "31",
        id_currency: "1",
        current_state: "14",
        valid: "1",
        ...DATES,
        total_paid_tax_incl: "31.40",
        total_paid_tax_excl: "26.17",
        total_discounts_tax_incl: "2.10",
        total_shipping_tax_incl: "5.30",
        associations: {
          order_rows: [{ id: "5", product_id: "41", product_attribute_id: "51", product_quantity: "2", unit_price_tax_incl: "14.10" }],
        },
      }),
    ],
    order_slip: [
      row("order_slip", {
        id: 3,
        id_order: "21",
        total_products_tax_incl: "14.10",
        total_shipping_tax_incl: "0.00",
        ...DATES,
        associations: { order_slip_details: [{ id_order_detail: "5", product_quantity: "1", amount_tax_incl: "14.10" }] },
      }),
    ],
    carts: [
      row("carts", {
        id: 32,
        id_customer: "1",
        id_currency: "1",
        ...DATES,
        associations: { cart_rows: [{ id_product: "41", id_product_attribute: "51", quantity: "3" }] },
      }),
    ],
    products: [
      row("products", {
        id: 41,
        price: "11.75",
        $gross: "17.63",
        $reduced: "14.10",
        id_category_default: "4",
        id_default_image: "61",
        active: "1",
        description: [
          { id: "1", value: "Grès émaillé" },
          { id: "2", value: "" },
        ],
        ...DATES,
        associations: { combinations: [{ id: "51" }], product_features: [{ id: "3", id_feature_value: "9" }] },
      }),
    ],
    combinations: [
      row("combinations", {
        id: 51,
        id_product: "41",
        price: "1.00",
        $gross: "17.63",
        $reduced: "14.10",
        associations: { product_option_values: [{ id: "7" }], images: [{ id: "62" }] },
      }),
    ],
    stock_availables: [row("stock_availables", { id: 71, id_product: "41", id_product_attribute: "51", id_shop: "1", quantity: "837" })],
    specific_prices: [row("specific_prices", { id: 81, id_product: "41" })],
  };
}

const PERSON = { id: 1, email: "doc@shop.example", firstname: "Nora", lastname: "Lenoir" };
function magento(): Record<string, Row[]> {
  const row = (name: string, said: Row) => documentedRow(MAGENTO_SHAPES, name, said);
  const custom = (values: Row) => Object.entries(values).map(([attribute_code, value]) => ({ attribute_code, value }));
  const product = (said: Row) =>
    row("catalog-product", {
      ...DATED,
      status: 1,
      tier_prices: [
        { customer_group_id: 3, qty: 10, value: 1.5 },
        { customer_group_id: 32000, qty: 1, value: 28.5, extension_attributes: {} },
      ],
      ...said,
    });
  return {
    "products/attributes": [
      ...ROWS["products/attributes"]!,
      { attribute_id: 83, attribute_code: "manufacturer", frontend_input: "select", options: [{ label: "Atelier Nord", value: "5" }] },
    ],
    "categories/list": [
      row("catalog-category", { id: 1, parent_id: 0, ...DATED }),
      row("catalog-category", { id: 2, parent_id: 1, ...DATED }),
      row("catalog-category", { id: 3, parent_id: 2, ...DATED }),
    ],
    "customers/search": [
      row("customer-customer", {
        ...PERSON,
        store_id: 2,
        dob: "1980-05-06",
        ...DATED,
        addresses: [{ default_billing: true, country_id: "FR", telephone: "+33612345678" }],
      }),
    ],
    products: [
      product({
        id: 41,
        sku: "shirt",
        price: 0,
        visibility: 4,
        tier_prices: [],
        extension_attributes: {
          category_links: [{ category_id: "3" }],
          configurable_product_links: [42],
          configurable_product_options: [{ attribute_id: "93", label: "Couleur" }],
        },
        custom_attributes: custom({ url_key: "chemise", image: "/c/h/chemise.jpg", description: "Lin lavé", manufacturer: "5" }),
      }),
      product({
        id: 42,
        sku: "shirt-red",
        price: 32.5,
        visibility: 1,
        custom_attributes: custom({
          color: "21",
          image: "/r/o/rouge.jpg",
          special_price: "26.25",
          special_from_date: "2026-11-20 00:00:00",
          special_to_date: "2026-11-24 00:00:00",
        }),
      }),
    ],
    "inventory/source-items": [
      row("inventory-api-source-item", { sku: "shirt-red", quantity: 837, status: 1 }),
      row("inventory-api-source-item", { sku: "shirt-red", source_code: "closed", quantity: 90, status: 0 }),
    ],
    orders: [
      row("sales-order", {
        entity_id: 21,
        state: "complete",
        customer_id: 1,
        customer_email: "doc@shop.example",
        customer_firstname: "Nora",
        customer_lastname: "Lenoir",
        customer_dob: "1980-05-06",
        order_currency_code: "EUR",
        quote_id: 31,
        store_id: 2,
        grand_total: 57.8,
        discount_amount: -2.1,
        shipping_incl_tax: 5.3,
        tax_amount: 9.63,
        total_refunded: 26.25,
        ...DATED,
        billing_address: { country_id: "FR", telephone: "+33612345678" },
        items: [
          {
            item_id: 5,
            parent_item_id: 0,
            product_id: 41,
            sku: "shirt-red",
            qty_ordered: 2,
            price_incl_tax: 27.3,
            row_total_incl_tax: 54.6,
            discount_amount: 2.1,
          },
          { item_id: 6, parent_item_id: 5, product_id: 42, sku: "shirt-red", qty_ordered: 2 },
        ],
      }),
    ],
    creditmemos: [
      row("sales-creditmemo", {
        entity_id: 4,
        order_id: 21,
        grand_total: 26.25,
        order_currency_code: "EUR",
        ...DATED,
        items: [{ order_item_id: 5, product_id: 41, sku: "shirt-red", qty: 1, row_total_incl_tax: 27.3, discount_amount: 1.05 }],
      }),
    ],
    "carts/search": [
      row("quote-cart", {
        id: 32,
        is_active: true,
        store_id: 2,
        customer: { ...PERSON, dob: "1980-05-06" },
        billing_address: { telephone: "+33612345678", email: "doc@shop.example" },
        currency: { quote_currency_code: "EUR" },
        items: [{ sku: "shirt-red", qty: 3, price: 26.25 }],
        ...DATED,
      }),
    ],
  };
}

/** The shop holds one row of each kind as its documentation has it. @returns what it tells, by kind */
export function fillAsDocumented(kind: "prestashop" | "magento"): Record<string, Row[]> {
  fill(kind);
  const told = kind === "prestashop" ? prestashop() : magento();
  Object.assign(ROWS, told);
  return told;
}
