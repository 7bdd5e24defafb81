import fc from "fast-check";
import { expect, test } from "vitest";
import {
  attributeName,
  detectStyle,
  mapping as mappingShape,
  mappingProblems,
  parseDate,
  parseMoment,
  parseMoney,
  parseNumber,
  priceAt,
  proposeMapping,
  rowReader,
  type Mapping,
} from "./index.ts";

const UCI = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];
const ROW = ["536365", "85123A", "WHITE HANGING HEART T-LIGHT HOLDER", "6", "2010-12-01 08:26:00", "2.55", "17850.0", "United Kingdom"];
const TABLE = { name: "retail.csv", columns: UCI, sample: [ROW] };

test.each([
  ["1234.56", ".", 1234.56],
  ["1,234.56", ".", 1234.56],
  ["1 234,56", ",", 1234.56],
  ["1\u202f234,56 €", ",", 1234.56],
  ["-6", ".", -6],
  ["(12.00)", ".", -12],
  ["12.00-", ".", -12],
  ["−3,5", ",", -3.5],
  ["abc", ".", null],
  ["", ".", null],
  ["1.2.3", ".", null],
  ["--5x", ".", null],
  ["1.5e-3", ".", 0.0015],
  ["4,4E-16", ",", 4.4e-16],
  ["1e3", ".", 1000],
  ["12-34", ".", null],
] as const)("the number %s with decimal %s reads as %s", (text, decimal, value) => {
  expect(parseNumber(text, decimal)).toBe(value);
});

test.each([
  ["2026-02-28", true, "2026-02-28"],
  ["20260228", true, "2026-02-28"],
  ["28/02/2026", true, "2026-02-28"],
  ["02/28/2026", false, "2026-02-28"],
  ["30/02/2026", true, null],
  ["29/02/2024", true, "2024-02-29"],
  ["29/02/2023", true, null],
  ["x", true, null],
] as const)("the date %s (day first: %s) reads as %s", (text, dayFirst, date) => {
  expect(parseDate(text, dayFirst)).toBe(date);
});

test("a local time is read in the file's zone, across the change of hour", () => {
  const style = { zone: "Europe/London", dayFirst: true };
  expect(parseMoment("2010-12-01 08:26:00", style)).toBe(Date.UTC(2010, 11, 1, 8, 26));
  expect(parseMoment("2011-07-01 08:26", style)).toBe(Date.UTC(2011, 6, 1, 7, 26));
  expect(parseMoment("2011-03-27 01:30", style)).toBe(Date.UTC(2011, 2, 27, 1, 30)); // 01:30 did not exist; 02:30 summer time is meant
  expect(parseMoment("2011-03-27T01:30:00Z", style)).toBe(Date.UTC(2011, 2, 27, 1, 30));
  expect(parseMoment("2011-03-27 25:30", style)).toBe(null);
});

test("a store is the customer's in a file of customers, the order's in one of orders", () => {
  const found = (columns: string[]) =>
    proposeMapping([{ name: "x.csv", columns, sample: [] }], { timeZone: "Europe/Paris", currency: "EUR" }).mapping.columns.map(
      (one) => one.to,
    );
  expect([found(["E-mail", "Boutique"]), found(["N° commande", "E-mail", "Boutique"])]).toEqual([
    ["contact.email", "contact.store"],
    ["order.id", "contact.email", "order.store"],
  ]);
});

test("a table of refunds is recognised by its name or by a date of refunds, and tells nothing else", () => {
  const of = (name: string, columns: string[]) =>
    proposeMapping([{ name, columns, sample: [] }], { timeZone: "Europe/Paris", currency: "EUR" }).mapping;
  const found = (name: string, columns: string[]) => of(name, columns).columns.map((one) => one.to);
  expect(found("remboursements.csv", ["N° de commande", "Date", "Montant", "Référence", "Quantité"])).toEqual([
    "refund.order_id",
    "refund.at",
    "refund.amount",
    "refund.sku",
    "refund.quantity",
  ]);
  expect(found("x.csv", ["refund_id", "order_id", "refund_date", "amount", "currency"])).toEqual([
    "refund.id",
    "refund.order_id",
    "refund.at",
    "refund.amount",
    "refund.currency",
  ]);
  expect(found("orders.csv", ["order id", "order date", "refund date", "refunded amount"])).toEqual([
    "order.id",
    "order.placed_at",
    "order.refunded",
  ]);
  const columns = ["order", "date", "total", "note"];
  const mapping: Mapping = {
    ...of("x.csv", columns),
    columns: [
      { column: "order", to: "refund.order_id" },
      { column: "total", to: "order.total" },
    ],
  };
  expect(mappingProblems(mapping, [{ name: "x.csv", columns }]).map(({ code, message }) => [code, message.split(" ")[0]])).toEqual([
    ["missing_target", "order.id"],
    ["missing_target", "refund.at"],
    ["missing_target", "refund.amount"],
    ["not_together", "order.total"],
    ["missing_target", "order.placed_at"],
  ]);
});

test("a table of carts is recognised by its name or by the number of the cart; one that orders name is not", () => {
  const found = (name: string, columns: string[]) =>
    proposeMapping([{ name, columns, sample: [] }], { timeZone: "Europe/Paris", currency: "EUR" }).mapping.columns.map((one) => one.to);
  expect(found("paniers.csv", ["N° panier", "Adresse e-mail", "Modifié le", "Référence", "Quantité", "Prix unitaire"])).toEqual([
    "cart.id",
    "contact.email",
    "cart.updated_at",
    "cart.sku",
    "cart.quantity",
    "cart.unit_price",
  ]);
  expect(found("x.csv", ["checkout_id", "email", "updated_at", "total_price", "abandoned_checkout_url"])).toEqual([
    "cart.id",
    "contact.email",
    "cart.updated_at",
    "cart.total",
    "cart.url",
  ]);
  expect(found("x.csv", ["order_id", "cart_id", "order_date", "total"])).toEqual(["order.id", "order.placed_at", "order.total"]);
});

test("no column is kept under a name that could reach an object's prototype", () => {
  const { mapping } = proposeMapping([TABLE], { timeZone: "Europe/London", currency: "GBP" });
  const kept = (name: string) =>
    mappingShape.safeParse({ ...mapping, columns: [{ column: "Country", to: `event.properties.${name}` }] }).success;
  expect(["constructor", "prototype", "constructors", "page"].map(kept)).toEqual([false, false, true, true]);
  expect([attributeName("Constructor"), attributeName("Page vue")]).toEqual(["constructor_", "page_vue"]);
});

test("a well-known export is mapped by itself", () => {
  const { mapping } = proposeMapping([TABLE], { timeZone: "Europe/London", currency: "GBP" });
  expect(Object.fromEntries(mapping.columns.map(({ column, to }) => [column, to]))).toEqual({
    InvoiceNo: "order.id",
    StockCode: "line.sku",
    Description: "line.name",
    Quantity: "line.quantity",
    InvoiceDate: "order.placed_at",
    UnitPrice: "line.unit_price",
    CustomerID: "contact.user_id",
    Country: "contact.country",
  });
  expect(mapping.options).toMatchObject({ decimal: ".", trimFloatIds: true });
  expect(mappingProblems(mapping, [TABLE])).toEqual([]);
});

test("a row becomes a contact, an order and a line, with a made-up address from a template", () => {
  const { mapping } = proposeMapping([TABLE], { timeZone: "Europe/London", currency: "GBP" });
  const read = rowReader({ ...mapping, templates: [{ to: "contact.email", template: "customer-{{CustomerID}}@shop.example" }] }, UCI);
  expect(read(ROW, 1).row).toEqual({
    contact: { user_id: "17850", country: "United Kingdom", email: "customer-17850@shop.example" },
    order: { id: "536365", placedAt: Date.UTC(2010, 11, 1, 8, 26), total: null, currency: "GBP", status: null, coupon: null, store: null },
    line: { sku: "85123A", productId: null, name: "WHITE HANGING HEART T-LIGHT HOLDER", quantity: 6, unitPrice: 2.55, total: 15.3 },
    product: null,
  });
});

test("a reader of many rows, which reads again only what changed, gives what a reader of each row alone gives", () => {
  const columns = ["order", "at", "total", "who", "mail", "sku", "quantity", "price"];
  const mapping: Mapping = {
    ...proposeMapping([{ name: "x.csv", columns, sample: [] }], { timeZone: "Europe/Paris", currency: "EUR" }).mapping,
    templates: [{ to: "contact.attributes.row", template: "{{relance_row}} of {{who}}" }],
    columns: [
      ["order", "order.id"],
      ["at", "order.placed_at"],
      ["total", "order.total"],
      ["who", "contact.user_id"],
      ["mail", "contact.email"],
      ["sku", "line.sku"],
      ["quantity", "line.quantity"],
      ["price", "line.unit_price"],
    ].map(([column, to]) => ({ column: column!, to: to as "order.id" })),
  };
  const cell = fc.constantFrom("", "1", "2", " 2", "x", "null", "a@shop.example", "\ufffd");
  const rows = fc.array(fc.tuple(cell, fc.constantFrom("2026-01-01", "2026-01-02 10:00", "soon", ""), cell, cell, cell, cell, cell, cell), {
    maxLength: 12,
  });
  for (const templates of [[], mapping.templates]) {
    fc.assert(
      fc.property(rows, (given) => {
        const read = rowReader({ ...mapping, templates }, columns);
        expect(given.map((row, at) => read(row, at + 1))).toEqual(
          given.map((row, at) => rowReader({ ...mapping, templates }, columns)(row, at + 1)),
        );
      }),
    );
  }
});

test("a sale without a customer has an order and no contact", () => {
  const { mapping } = proposeMapping([TABLE], { timeZone: "Europe/London", currency: "GBP" });
  const read = rowReader({ ...mapping, templates: [{ to: "contact.email", template: "customer-{{CustomerID}}@shop.example" }] }, UCI);
  const blank = [...ROW];
  blank[6] = "";
  blank[7] = "";
  expect(read(blank, 1).row).toMatchObject({ contact: null, order: { id: "536365" } });
});

test.each([
  [3, "six", "line.quantity", "not_a_number"],
  [4, "soon", "order.placed_at", "not_a_date"],
  [0, "", "order.id", "required"],
  [5, "", "line.unit_price", "required"],
  [4, "1970-01-01 00:00:00", "order.placed_at", "too_early"],
  [0, "9".repeat(201), "order.id", "too_long"],
  [6, "9".repeat(256), "contact.user_id", "too_long"],
] as const)("a row whose column %i is “%s” is refused naming %s", (column, text, field, code) => {
  const { mapping } = proposeMapping([TABLE], { timeZone: "Europe/London", currency: "GBP" });
  const bad = [...ROW];
  bad[column] = text;
  expect(rowReader(mapping, UCI)(bad, 1).problem).toMatchObject({ field, code });
});

test("the text of a missing value names nobody", () => {
  const { mapping } = proposeMapping([TABLE], { timeZone: "Europe/London", currency: "GBP" });
  expect(
    rowReader(mapping, UCI)(
      ROW.map((cell, at) => (UCI[at] === "CustomerID" ? "NULL" : cell)),
      1,
    ).row,
  ).toMatchObject({ contact: null, order: { id: "536365" } });
});

test("a mapping that names a missing column, fills twice or cannot tell orders apart is refused", () => {
  const { mapping } = proposeMapping([TABLE], { timeZone: "Europe/London", currency: "GBP" });
  const broken: Mapping = {
    ...mapping,
    columns: [
      { column: "Nope", to: "line.quantity" },
      { column: "Quantity", to: "line.quantity" },
    ],
    templates: [{ to: "contact.email", template: "{{Nobody}}@shop.example" }],
  };
  expect(
    mappingProblems(broken, [TABLE])
      .map((problem) => problem.code)
      .sort(),
  ).toEqual(["missing_target", "missing_target", "missing_target", "repeated_target", "unknown_column", "unknown_variable"]);
});

test.each([
  ["2026-10-02 14:05:09", 14, 5],
  ["02/10/2026 14:05", 14, 5],
  ["2 octobre 2026 à 14h05", 14, 5],
  ["Oct 2, 2026 2:05 PM", 14, 5],
  ["2026-10-02T14:05:09+02:00", 12, 5],
  ["2026-10-02 14:05:09 -0500", 19, 5],
  ["2026-10-02 14:05 UTC", 14, 5],
  ["20261002", 0, 0],
  ["2-10-26", 0, 0],
  ["1790949900", 14, 5],
  ["1790949900000", 14, 5],
])("the moment %s is read as %i:%i of that day", (text, hour, minute) => {
  const at = parseMoment(text, { zone: "UTC", dayFirst: true });
  expect(at === null ? null : Math.floor(at / 60_000) * 60_000).toBe(Date.UTC(2026, 9, 2, hour, minute));
});

test.each(["32/10/2026", "2026-13-01", "2 brumaire 2026", "25:00", "2026-10-02 13:05 PM", ""])("%s is no moment", (text) => {
  expect(parseMoment(text, { zone: "UTC", dayFirst: true })).toBe(null);
});

test("how numbers and dates are written is found from many rows, and doubts are said", () => {
  const columns = ["jour", "naissance", "prix", "ref", "vu_at"];
  const rows = [
    ["03/04/2026", "13/05/1990", "1 234,50 €", "20260101", "1790949900"],
    ["05/06/2026", "01/02/1991", "7,5", "20260102", "1790949901"],
  ];
  expect(detectStyle(columns, rows)).toEqual({
    decimal: ",",
    dayFirst: true,
    dates: [
      { column: "jour", format: "DD/MM/YYYY or MM/DD/YYYY" },
      { column: "naissance", format: "DD/MM/YYYY" },
      { column: "vu_at", format: "seconds since 1970" },
    ],
  });
  expect(detectStyle(["at"], [["12/31/2026 2:05 PM"]])).toMatchObject({ decimal: null, dayFirst: false });
});

test("a number that no table can hold sets its row aside, as do letters of another encoding", () => {
  const { mapping } = proposeMapping([TABLE], { timeZone: "Europe/London", currency: "GBP" });
  const read = (change: Partial<Record<string, string>>) =>
    rowReader(mapping, UCI)(
      ROW.map((cell, at) => change[UCI[at]!] ?? cell),
      1,
    ).problem;
  expect(read({ Quantity: "1e30" })).toMatchObject({ field: "line.quantity", code: "not_a_number" });
  expect(read({ Quantity: "1e9", UnitPrice: "1e9" })).toMatchObject({ field: "line.unit_price", code: "not_a_number" });
  expect(read({ Description: "Caf\ufffd" })).toMatchObject({ field: "line.name", code: "unreadable_letters" });
});

test.each([
  ["105.29 USD", { amount: 105.29, currency: "USD" }],
  ["EUR 12.5", { amount: 12.5, currency: "EUR" }],
  ["9.90", { amount: 9.9, currency: null }],
  ["1,299.00 CAD", { amount: 1_299, currency: "CAD" }],
  ["free", null],
  ["USD", null],
  ["", null],
])("the price %s is read with its currency", (text, money) => {
  expect(parseMoney(text, ".")).toEqual(money);
});

test.each([
  ["Wed, 02 Oct 2002 15:00:00 +0200", "2002-10-02T13:00:00Z"],
  ["02 Oct 2002 08:00 EST", "2002-10-02T13:00:00Z"],
  ["Wed, 2 Oct 2002 06:00:00 PDT", "2002-10-02T13:00:00Z"],
  ["2016-02-24T11:07-0800", "2016-02-24T19:07:00Z"],
])("the moment of a feed, %s, is read", (text, at) => {
  expect(parseMoment(text, { zone: "Europe/Paris", dayFirst: true })).toBe(Date.parse(at));
});

const FEED = [
  "id",
  "title",
  "description",
  "link",
  "image_link",
  "additional_image_link",
  "availability",
  "price",
  "sale_price",
  "sale_price_effective_date",
  "item_group_id",
  "color",
  "google_product_category",
  "gtin",
];
const OFFER = [
  "p-red",
  "Pan &amp; lid, red",
  "<p>Of <b>cast iron</b>.</p><script>x</script><ul><li>26 cm</li></ul>",
  "https://shop.example/p?c=red",
  "//cdn.example/red.jpg",
  "https://cdn.example/a.jpg,https://cdn.example/b.jpg",
  "in stock",
  "59.90 EUR",
  "49.90 EUR",
  "2026-11-01T00:00+0100/2026-12-01T00:00+0100",
  "p",
  "red",
  "Home > Kitchen",
  "",
];
const feed = () => {
  const { mapping, confidence } = proposeMapping([{ name: "google.tsv", columns: FEED, sample: [OFFER] }], {
    timeZone: "Europe/Paris",
    currency: "USD",
    language: "en",
  });
  return { mapping, confidence, read: rowReader(mapping, FEED) };
};

test("a product feed is recognised, and a row of a group is a variant of its product with what it costs during the sale and after", () => {
  const { mapping, confidence, read } = feed();
  expect(mappingProblems(mapping, [{ name: "google.tsv", columns: FEED }])).toEqual([]);
  expect(confidence.every((one) => one.to !== null)).toBe(true);
  expect(mapping.options).toMatchObject({ decimal: ".", language: "en" });
  const { product } = read(OFFER, 1).row!;
  expect(product).toEqual({
    id: "p",
    sku: null,
    name: "Pan & lid, red",
    brand: null,
    category: "Home > Kitchen",
    price: 59.9,
    currency: "EUR",
    sale: { price: 49.9, from: Date.parse("2026-10-31T23:00Z"), to: Date.parse("2026-11-30T23:00Z") },
    variant: { id: "p-red", options: { color: "red" }, imageUrl: "https://cdn.example/red.jpg" },
    description: "Of cast iron.\n26 cm",
    url: "https://shop.example/p?c=red",
    imageUrl: "https://cdn.example/red.jpg",
    images: ["https://cdn.example/a.jpg", "https://cdn.example/b.jpg"],
    stock: 1,
    attributes: { availability: "in_stock" },
  });
  const at = (moment: string) => priceAt(product!, Date.parse(moment));
  expect([at("2026-10-31T22:59Z"), at("2026-10-31T23:00Z"), at("2026-11-30T22:59Z"), at("2026-11-30T23:00Z")]).toEqual([
    59.9, 49.9, 49.9, 59.9,
  ]);
});

test("what is not recognised of a table of products is kept under the name of its column, each name once", () => {
  const kept = (columns: string[]) =>
    proposeMapping([{ name: "products.csv", columns, sample: [] }], { timeZone: "Europe/Paris", currency: "EUR" }).mapping.columns.map(
      (one) => one.to,
    );
  expect(kept([...FEED.slice(0, 5), "g:shipping.g:price", "Poids (kg)", "poids-kg", "№"]).slice(5)).toEqual([
    "product.attributes.shipping_price",
    "product.attributes.poids_kg",
    "product.attributes.poids_kg_2",
    "product.attributes.column_9",
  ]);
  expect(kept(["Référence", "Désignation", "Rayon", "Saison"])).toEqual([
    "product.id",
    "product.name",
    "product.category",
    "product.attributes.saison",
  ]);
  expect(kept(["N° commande", "Désignation", "Saison"])).not.toContain("product.attributes.saison");
});

test("a row of a shop's export is a variant told apart by its options, or one more picture; an address may hold a comma", () => {
  const columns = ["Handle", "Title", "Option1 Value", "Option2 Value", "Image Src", "Variant Image", "Status"];
  const { mapping } = proposeMapping([{ name: "export.csv", columns, sample: [] }], { timeZone: "Europe/Paris", currency: "EUR" });
  expect(mappingProblems(mapping, [{ name: "export.csv", columns }])).toEqual([]);
  const read = (...cells: string[]) => rowReader(mapping, columns)(cells, 1);
  expect(
    read("lamp", "Lamp", "Red", "S", "https://cdn.example/w_1,h_2/a.jpg", "https://cdn.example/red.jpg", "active").row?.product,
  ).toMatchObject({
    id: "lamp",
    variant: { id: "lamp/Red/S", options: { option1: "Red", option2: "S" }, imageUrl: "https://cdn.example/red.jpg" },
    images: ["https://cdn.example/w_1,h_2/a.jpg"],
    attributes: { status: "active" },
  });
  expect(read("lamp", "", "", "", "https://cdn.example/b.jpg", "", "").row?.product).not.toHaveProperty("variant");
  expect(read("", "Lamp", "", "", "", "", "").problem).toMatchObject({ field: "product.group", code: "required" });
});

test.each([
  [3, "javascript:alert(1)", "product.url", "not_a_url"],
  [7, "soon", "product.price", "not_a_number"],
  [9, "2026-12-01/2026-11-01", "product.sale_dates", "not_a_date"],
  [9, "later/never", "product.sale_dates", "not_a_date"],
  [0, "", "product.id", "required"],
] as const)("an offer whose cell %i is “%s” is left out naming %s", (at, text, field, code) => {
  const cells = [...OFFER];
  cells[at] = text;
  expect(feed().read(cells, 1).problem).toMatchObject({ field, code });
});

test("a text of many tags that never end is read in one pass", () => {
  const began = performance.now();
  const cells = [...OFFER];
  for (const text of ["<".repeat(400_000), "<script ".repeat(60_000), "<script>".repeat(60_000), "&#".repeat(200_000)]) {
    cells[2] = text;
    feed().read(cells, 1);
  }
  expect(performance.now() - began).toBeLessThan(5_000);
});
