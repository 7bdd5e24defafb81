import { expect, test } from "vitest";
import { keptOf, leavesOf, mappedOf, shownOf } from "../../../test/support/leaves.ts";
import { fillAsDocumented } from "../../../test/support/shop-documents/index.ts";
import { shopReading, type Connected } from "../../../test/support/shop-reading.ts";
import { fill, plan, ROWS } from "../../../test/support/shop-servers.ts";
import { sql } from "../../platform/db/sql.ts";

const shop = shopReading();

/** Of each kind, the fields whose values a person sees; all others are kept as they came. */
const MAPPED = {
  prestashop: {
    customers: "email firstname lastname company birthday",
    addresses: "postcode city phone_mobile",
    orders: "total_paid_tax_incl total_discounts_tax_incl total_shipping_tax_incl product_name product_reference unit_price_tax_incl",
    order_slip: "amount_tax_incl",
    categories: "value",
    products: "reference manufacturer_name ean13 mpn condition value",
    combinations: "reference",
    stock_availables: "quantity",
  },
  magento: {
    "customers/search": "email firstname lastname company city postcode telephone dob region",
    "categories/list": "name",
    products: "sku name price value",
    "inventory/source-items": "quantity",
    orders: "customer_email grand_total shipping_incl_tax tax_amount coupon_code sku name price_incl_tax total_refunded",
    creditmemos: "grand_total",
    "carts/search": "sku price name",
  },
};
test.each(["prestashop", "magento"] as const)(
  "every field of the documentation of %s is mapped or kept as it came, and so is what it does not know",
  async (kind) => {
    const told = fillAsDocumented(kind);
    const made = await shop.connect(kind);
    await shop.read(made);
    expect(await shop.seen(made)).toMatchObject({ reading: "idle", readProblem: null, refused: 0 });
    const [kept, shown] = [await keptOf(shop.db, made.id), await shownOf(shop.db, made.id)];
    for (const [part, keys] of Object.entries(MAPPED[kind])) {
      const said = told[part]!.map((row) => Object.fromEntries(Object.entries(row).filter(([field]) => !field.startsWith("$"))));
      expect(
        leavesOf(said).filter((leaf) => !kept.has(leaf)),
        part,
      ).toEqual([]);
      expect(mappedOf(said, shown), part).toEqual(expect.arrayContaining(keys.split(" ")));
    }
    const rows = await shop.rowsOf(made.id);
    // Prices and stock are those of variants from the beginning.
    expect(
      await shop.db.query(
        sql`select r.amount from products p join prices r on r.variant_id = p.id where p.workspace_id = ${made.id} order by r.amount`,
      ),
    ).toEqual([]);
    const attributes = (
      await shop.db.query<{ attributes: Record<string, unknown> }>(
        sql`select attributes from products where workspace_id = ${made.id} order by external_id`,
      )
    )[0]!.attributes;
    const page = (
      await shop.db.query(
        sql`select language, description, url, image_url from product_translations where workspace_id = ${made.id} order by language`,
      )
    ).map((one) => [
      one["language"],
      one["description"],
      String(one["url"]).replace(shop.base, ""),
      String(one["image_url"]).replace(shop.base, ""),
    ]);
    const [contact] = await shop.db.query(
      sql`select first_name, locale, region, phone from contacts where workspace_id = ${made.id} order by id`,
    );
    if (kind === "prestashop") {
      expect(rows.categories).toMatchObject([
        { external_id: "2", parent: null },
        { external_id: "4", parent: "2" },
      ]);
      expect(rows.products).toMatchObject([{ external_id: "41", variant: "51", options: { Taille: "M" }, price: 14.1, stock: 837 }]);
      expect(attributes).toMatchObject({ Matière: "Grès", regular_price: 17.63, price: 14.1, shop_status: "active" });
      // A language without a long description has its short one.
      expect(page).toEqual([
        [
          "en",
          expect.stringMatching(/^description_short-2/),
          "/index.php?id_product=41&controller=product&id_lang=2",
          "/61-home_default/product.jpg",
        ],
        ["fr", "Grès émaillé", "/index.php?id_product=41&controller=product&id_lang=1", "/61-home_default/product.jpg"],
      ]);
      expect(await shop.db.query(sql`select image_url from variants where workspace_id = ${made.id} order by id`)).toEqual([
        { image_url: `${shop.base}/62-home_default/product.jpg` },
      ]);
      expect(rows.orders).toMatchObject([{ status: "shipped", total: 31.4, refunded: 14.1 }]);
      expect(contact).toMatchObject({ locale: "en", region: "Bretagne", phone: "+33612345678" });
      expect(
        await shop.db.query(
          sql`select body ->> 'from_quantity' as from_quantity from shop_versions where workspace_id = ${made.id} and kind = 'other' order by 1`,
        ),
      ).toEqual([{ from_quantity: expect.stringMatching(/^from_quantity/) }]);
    } else {
      expect(rows.categories.map((one) => [one["external_id"], one["parent"], Object.keys(one["names"] as object).sort()])).toEqual([
        ["2", null, ["en", "fr"]],
        ["3", "2", ["en", "fr"]],
      ]);
      expect(rows.products).toMatchObject([{ external_id: "41", variant: "42", options: { Couleur: "Red" }, price: 26.25, stock: 837 }]);
      expect(attributes).toMatchObject({ price: 26.25, shop_status: "enabled" });
      expect(await shop.db.query(sql`select brand from products where workspace_id = ${made.id} order by id`)).toEqual([
        { brand: "Atelier Nord" },
      ]);
      expect(page).toEqual([
        ["en", "Lin lavé", "/en/chemise.html", "/media/catalog/product/c/h/chemise.jpg"],
        ["fr", "Lin lavé", "/chemise.html", "/media/catalog/product/c/h/chemise.jpg"],
      ]);
      expect(rows.orders).toMatchObject([{ status: "complete", total: 57.8, refunded: 26.25 }]);
      expect(contact).toMatchObject({ locale: "en-US", phone: "+33612345678" });
      // What is in a cart is named by its SKU: the catalogue knows which product and variant it is.
      expect(
        await shop.db.query(
          sql`select lines #>> '{0,product}' as product, lines #>> '{0,variant}' as variant from carts where workspace_id = ${made.id} and external_id = '32' order by external_id`,
        ),
      ).toEqual([{ product: "41", variant: "42" }]);
    }
  },
);

test("an offer begins and ends with its dates; a shop's own price of today is asked every day", async () => {
  const priceOf = async (one: Connected) => (await shop.rowsOf(one.id)).products[0]!["price"];
  fillAsDocumented("magento");
  const magento = await shop.connect("magento");
  await shop.read(magento);
  expect(await priceOf(magento)).toBe(26.25);
  shop.app.deps.clock.advance(2 * 86_400_000);
  await shop.read(magento);
  // The special price has ended; the one for all groups holds.
  expect(await priceOf(magento)).toBe(28.5);
  shop.app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
  fillAsDocumented("prestashop");
  const presta = await shop.connect("prestashop");
  await shop.read(presta);
  ROWS["combinations"]![0] = { ...ROWS["combinations"]![0], $reduced: "17.63" };
  ROWS["products"]![0] = { ...ROWS["products"]![0], $reduced: "17.63" };
  shop.app.deps.clock.advance(86_400_000);
  await shop.read(presta);
  expect(await priceOf(presta)).toBe(17.63);
  expect(
    await shop.db.query(sql`select attributes ->> 'regular_price' as regular from products where workspace_id = ${presta.id} order by id`),
  ).toEqual([{ regular: null }]);
  shop.app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("what a key to PrestaShop may not read is left out when a shop can do without, else the shop's own words say which it is", async () => {
  fill("prestashop");
  const made = await shop.connect("prestashop");
  plan.denied = ["states", "order_states", "product_features", "product_feature_values", "specific_prices"];
  await shop.read(made);
  expect(await shop.seen(made)).toMatchObject({ reading: "idle", readProblem: null });
  plan.denied = ["orders"];
  shop.app.deps.clock.advance(900_000);
  await shop.read(made);
  expect(await shop.seen(made)).toMatchObject({
    reading: "failed",
    readProblem: { reason: 'orders: HTTP 401: Resource of type "orders" is not allowed with this authentication key' },
  });
  shop.app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("a category that a person put under its own child stays there: no loop stops the reading", async () => {
  fillAsDocumented("prestashop");
  const made = await shop.connect("prestashop");
  await shop.read(made);
  for (const [externalId, parent] of [
    ["4", null],
    ["2", "4"],
  ] as const)
    expect((await shop.app.call(made.key, "POST", "/api/categories", { categories: [{ externalId, parent }] })).status).toBe(200);
  ROWS["categories"]![2] = { ...ROWS["categories"]![2], date_upd: "2026-11-23 13:05:00" };
  shop.app.deps.clock.advance(900_000);
  await shop.read(made);
  expect(await shop.seen(made)).toMatchObject({ reading: "idle", readProblem: null });
  expect((await shop.rowsOf(made.id)).categories.map((one) => [one["external_id"], one["parent"]])).toEqual([
    ["2", "4"],
    ["4", null],
  ]);
  shop.app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});
