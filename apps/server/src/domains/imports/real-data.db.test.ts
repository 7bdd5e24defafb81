import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import type { ImportReport, ImportView } from "@relance/contract/imports";
import type { Mapping } from "@relance/model/imports";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "../../platform/db/sql.ts";
import { checkFile } from "./check.ts";
import { runImport } from "./run.ts";

vi.setConfig({ testTimeout: 600_000 });

/**
 * Files of real shops and panels, as their publishers wrote them, with the totals that their descriptions tell or that a plain reading of the
 * same file gives. The large ones are checked, not applied, but in `npm run test:files`.
 */
const DATA = process.env["RELANCE_TEST_DATA"] ?? fileURLToPath(new URL("../../../../../../shared/data", import.meta.url));
const ALL = process.env["RELANCE_ALL_FILES"] === "1";
const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

const read = (path: string): Buffer => readFileSync(join(DATA, path));
const plain = (path: string): Record<string, string>[] =>
  parse(path.endsWith(".gz") ? gunzipSync(read(path)) : read(path), { columns: true, bom: true, relax_quotes: true });
const sum = (rows: readonly Record<string, string>[], column: string): number =>
  Math.round(rows.reduce((total, row) => total + Number(row[column]) * 10_000, 0)) / 10_000;

type Columns = Readonly<Record<string, Mapping["columns"][number]["to"]>>;
interface Case {
  readonly what: string;
  /** Files from the data folder, with what their columns are; null: as proposed. */
  readonly files: Readonly<Record<string, Columns | null>>;
  readonly templates?: Mapping["templates"];
  readonly options?: Partial<Mapping["options"]>;
  /** Too large for every run of the suite: left out there, or only checked. */
  readonly large?: "left out" | "checked";
  /** How many contacts have these values, asked of segments once all is applied. */
  readonly counts?: readonly (readonly [having: readonly (readonly [attribute: string, value: string])[], n: number])[];
  /** The column of the product that rows tell of: all they say is found again with it. */
  readonly whole?: string;
  /** What else the description tells, found again in what came of it. */
  readonly told?: (workspace: string) => Promise<void>;
  expected(): Partial<ImportReport> & { readonly created?: number };
}

const counted = async (query: ReturnType<typeof sql>): Promise<unknown[][]> =>
  (await holder.db.query(query)).map((row) => Object.values(row));

/** Arms of the experiment: customers, visitors, buyers, and what they spent by head. */
const ARMS = [
  ["Mens E-Mail", 10_563, 1_895, 121, "1.432323"],
  ["Womens E-Mail", 10_780, 1_654, 96, "1.124325"],
  ["No E-Mail", 10_657, 1_125, 67, "0.615329"],
] as const;

const CASES: readonly Case[] = [
  {
    what: "twenty products in forty-one rows of variants and pictures",
    whole: "Handle",
    files: { "product-feeds/shopify/jewelery.csv": null },
    expected: () => ({ rows: 41, refused: 0, products: 20, created: 20 }),
  },
  {
    what: "a shop's other export of twenty",
    whole: "Handle",
    files: { "product-feeds/shopify/apparel.csv": null },
    expected: () => ({ rows: 22, refused: 0, products: 20, created: 20 }),
  },
  {
    what: "Google's own example of a feed: two variants of one watch",
    whole: "g:item_group_id",
    files: { "product-feeds/google-merchant/celebird_rss2_variants.xml": null },
    expected: () => ({ rows: 2, refused: 0, products: 1, created: 1 }),
  },
  {
    what: "a merchandise store's products",
    files: { "google-merchandise-store/products.csv": { SKU: "product.id", name: "product.name" } },
    expected: () => ({
      rows: 1_092,
      refused: 0,
      products: new Set(plain("google-merchandise-store/products.csv").map((row) => row["SKU"])).size,
    }),
  },
  {
    what: "a merchandise store's report",
    files: {
      "google-merchandise-store/sales_report.csv": { productSKU: "product.id", name: "product.name", stockLevel: "product.category" },
    },
    expected: () => ({ rows: 454, refused: 0, products: 454 }),
  },
  {
    what: "visitors of a store, their numbers of nineteen digits kept as they are",
    large: "left out",
    files: {
      "google-merchandise-store/all_sessions.csv.gz": {
        fullVisitorId: "contact.user_id",
        country: "contact.country",
        channelGrouping: "contact.attributes.channel",
        transactions: "contact.attributes.transactions",
      },
    },
    async told(workspace) {
      const bought = plain("google-merchandise-store/all_sessions.csv.gz").filter((row) => row["transactions"] !== "");
      expect(bought.length).toBe(60);
      expect(
        await counted(sql`select count(*) from contacts where workspace_id = ${workspace} and attributes ->> 'transactions' <> ''`),
      ).toEqual([[new Set(bought.map((row) => row["fullVisitorId"])).size]]);
    },
    expected: () => ({ rows: 10_651, refused: 0, contacts: 10_009 }),
  },
  {
    what: "orders and lines that were cut and do not join",
    files: {
      "olist-catalogue/truncated/olist_customers_dataset.csv.gz": {
        customer_id: "contact.user_id",
        customer_city: "contact.city",
        customer_state: "contact.region",
        customer_zip_code_prefix: "contact.postal_code",
      },
      "olist-catalogue/truncated/olist_orders_dataset.csv.gz": {
        order_id: "order.id",
        customer_id: "contact.user_id",
        order_purchase_timestamp: "order.placed_at",
        order_status: "order.status",
      },
      "olist-catalogue/truncated/olist_order_items_dataset.csv.gz": {
        order_id: "order.id",
        product_id: "line.product_id",
        price: "line.total",
      },
    },
    options: { currency: "BRL", timeZone: "America/Sao_Paulo" },
    expected() {
      const orders = new Set(plain("olist-catalogue/truncated/olist_orders_dataset.csv.gz").map((row) => row["order_id"]));
      const items = plain("olist-catalogue/truncated/olist_order_items_dataset.csv.gz");
      const joined = items.filter((row) => orders.has(row["order_id"]));
      expect([orders.size, items.length, new Set(joined.map((row) => row["order_id"])).size]).toEqual([4_071, 5_154, 175]);
      return {
        rows: 4_071 + 5_154 + 200,
        orders: 4_071,
        refused: items.length - joined.length,
        refusedByCode: { orphan: items.length - joined.length },
        quantity: joined.length,
        total: sum(joined, "price"),
        contacts: 4_071 + 200 - 9,
      };
    },
  },
  {
    what: "a marketplace's whole catalogue, whose products have no names",
    large: "left out",
    files: { "olist-catalogue/olist_products_dataset.csv.gz": { product_id: "product.id", product_category_name: "product.category" } },
    templates: [{ to: "product.name", template: "Produto {{product_id}}" }],
    expected: () => ({ rows: 32_951, refused: 0, products: 32_951, created: 32_951 }),
    async told(workspace) {
      const categories = new Set(
        plain("olist-catalogue/olist_products_dataset.csv.gz")
          .map((row) => row["product_category_name"])
          .filter((one) => one !== ""),
      );
      for (const row of plain("olist-catalogue/product_category_name_translation.csv")) categories.delete(row["product_category_name"]);
      expect([...categories].sort()).toEqual(["pc_gamer", "portateis_cozinha_e_preparadores_de_alimentos"]);
      const sold = new Set(plain("olist-catalogue/truncated/olist_order_items_dataset.csv.gz").map((row) => row["product_id"]!));
      expect(
        await counted(
          sql`select count(*) filter (where category_id is null and attributes ->> 'category' is null) as bare, count(*) filter (where external_id = any(${[...sold]}::text[])) as sold from products where workspace_id = ${workspace}`,
        ),
      ).toEqual([[610, sold.size]]);
    },
  },
  {
    what: "purchases that nothing numbers",
    large: "checked",
    files: {
      "cdnow/cdnow_transactions.csv.gz": {
        customer_id: "contact.user_id",
        date: "order.placed_at",
        cds: "line.quantity",
        amount_usd: "line.total",
      },
    },
    templates: [{ to: "order.id", template: "CD-{{relance_row}}" }],
    options: { currency: "USD", timeZone: "UTC" },
    expected: () => ({
      rows: 37_858,
      refused: 0,
      contacts: 12_992,
      orders: 37_858,
      total: 1_353_548.64,
      quantity: 90_888,
      created: 37_858,
    }),
  },
  {
    what: "a grocer's baskets, products and households",
    large: "left out",
    files: {
      "complete-journey/demographics.csv.gz": {
        household_id: "contact.user_id",
        age: "contact.attributes.age",
        income: "contact.attributes.income",
        household_size: "contact.attributes.household_size",
      },
      "complete-journey/products.csv.gz": {
        product_id: "product.id",
        department: "product.name",
        product_category: "product.category",
        brand: "product.brand",
      },
      "complete-journey/transactions_sample.csv.gz": {
        basket_id: "order.id",
        household_id: "contact.user_id",
        transaction_timestamp: "order.placed_at",
        product_id: "line.product_id",
        quantity: "line.quantity",
        sales_value: "line.total",
        store_id: "order.store",
      },
    },
    options: { currency: "USD", timeZone: "UTC" },
    expected() {
      const lines = plain("complete-journey/transactions_sample.csv.gz");
      const distinct = (column: string) => new Set(lines.map((row) => row[column])).size;
      return {
        rows: 476 + 92_331 + 45_794,
        refused: 0,
        orders: distinct("basket_id"),
        total: sum(lines, "sales_value"),
        quantity: sum(lines, "quantity"),
      };
    },
    async told(workspace) {
      const lines = plain("complete-journey/transactions_sample.csv.gz");
      const products = new Set(plain("complete-journey/products.csv.gz").map((row) => row["product_id"]!));
      const known = lines.filter((row) => products.has(row["product_id"]!)).length;
      // 74,778 of 75,000 in the whole set.
      expect(known / lines.length).toBeCloseTo(0.997, 3);
      expect(
        await counted(
          sql`select count(*) from order_lines l join products p on p.id = l.product_id where l.workspace_id = ${workspace} and p.brand is not null`,
        ),
      ).toEqual([[known]]);
    },
  },
  {
    what: "the customers of an e-mail experiment, whose arms segments count",
    large: "left out",
    files: {
      "hillstrom/hillstrom_dev.csv.gz": {
        row_id: "contact.user_id",
        history: "contact.attributes.history",
        segment: "contact.attributes.arm",
        zip_code: "contact.attributes.zip",
        visit: "contact.attributes.visit",
        conversion: "contact.attributes.conversion",
        spend: "contact.attributes.spend",
      },
    },
    expected: () => ({ rows: 32_000, refused: 0, contacts: 32_000, created: 32_000 }),
    counts: ARMS.flatMap(
      ([arm, n, visited, bought]) =>
        [
          [[["arm", arm]], n],
          [
            [
              ["arm", arm],
              ["visit", "1"],
            ],
            visited,
          ],
          [
            [
              ["arm", arm],
              ["conversion", "1"],
            ],
            bought,
          ],
        ] as const,
    ),
    async told(workspace) {
      expect(
        await counted(
          sql`select attributes ->> 'arm', round(avg((attributes ->> 'spend')::numeric), 6)::text as spent from contacts where workspace_id = ${workspace} group by 1 order by 1`,
        ),
      ).toEqual(ARMS.map(([arm, , , , spent]) => [arm, spent]).sort());
    },
  },
  {
    what: "first names of the world, whose genders segments count",
    large: "checked",
    files: {
      "first-names/prenoms.csv.gz": {
        prenom: "contact.first_name",
        genre: "contact.attributes.gender",
        langage: "contact.attributes.origin",
      },
    },
    templates: [{ to: "contact.user_id", template: "{{relance_row}}" }],
    expected: () => ({ rows: 11_627, refused: 0, contacts: 11_627, created: 11_627 }),
    counts: [
      [[["gender", "m"]], 5_878],
      [[["gender", "f"]], 5_313],
      [[["gender", "m,f"]], 289],
      [[["gender", "f,m"]], 147],
    ],
  },
  {
    what: "a panel's campaigns and the coupons its households brought back",
    large: "left out",
    files: {
      "complete-journey/campaigns.csv.gz": { household_id: "contact.user_id", campaign_id: "event.properties.campaign" },
      "complete-journey/coupon_redemptions.csv.gz": {
        household_id: "contact.user_id",
        coupon_upc: "event.properties.coupon",
        campaign_id: "event.properties.campaign",
        redemption_date: "event.at",
      },
    },
    templates: [
      { table: "campaigns.csv", to: "event.name", template: "Campaign Received" },
      { table: "campaigns.csv", to: "event.id", template: "C{{relance_row}}" },
      { table: "campaigns.csv", to: "event.at", template: "2017-01-01" },
      { table: "coupon_redemptions.csv", to: "event.name", template: "Coupon Redeemed" },
      { table: "coupon_redemptions.csv", to: "event.id", template: "R{{relance_row}}" },
    ],
    options: { timeZone: "America/New_York" },
    expected: () => ({ rows: 3_944 + 1_336, refused: 0 }),
    async told(workspace) {
      const offered = new Set(plain("complete-journey/coupons.csv.gz").map((row) => `${row["campaign_id"]} ${row["coupon_upc"]}`));
      const brought = await holder.db.query<{ offer: string; received: boolean }>(sql`
        select (e.properties ->> 'campaign') || ' ' || (e.properties ->> 'coupon') as offer, exists (select from events r where r.bucket = e.bucket and r.contact_id = e.contact_id and r.name = 'Campaign Received' and r.properties ->> 'campaign' = e.properties ->> 'campaign') as received
        from events e where e.workspace_id = ${workspace} and e.name = 'Coupon Redeemed' order by 1`);
      expect([brought.length, brought.filter((one) => one.received && offered.has(one.offer)).length]).toEqual([1_336, 1_336]);
    },
  },
  {
    what: "a panel's campaigns by name",
    files: {
      "complete-journey/campaign_descriptions.csv": {
        campaign_id: "product.id",
        campaign_type: "product.name",
        start_date: "product.attributes.starts",
        end_date: "product.attributes.ends",
      },
    },
    expected: () => ({ rows: 27, refused: 0, products: 27, created: 27 }),
  },
  {
    what: "which products a panel's coupons are for",
    large: "left out",
    files: {
      "complete-journey/coupons.csv.gz": {
        product_id: "product.id",
        coupon_upc: "product.attributes.coupon",
        campaign_id: "product.attributes.campaign",
      },
    },
    templates: [{ to: "product.name", template: "{{product_id}}" }],
    expected: () => ({ rows: 116_204, refused: 0 }),
  },
  {
    what: "where a grocer showed its products week by week",
    large: "left out",
    files: { "complete-journey/promotions_sample.csv.gz": { product_id: "product.id", display_location: "product.attributes.display" } },
    templates: [{ to: "product.name", template: "{{product_id}}" }],
    expected: () => ({ rows: 360_535, refused: 0 }),
  },
  {
    what: "units sold by article",
    files: { "google-merchandise-store/sales_by_sku.csv": { productSKU: "product.id", total_ordered: "product.attributes.ordered" } },
    templates: [{ to: "product.name", template: "{{productSKU}}" }],
    expected: () => ({ rows: 462, refused: 0, products: 462 }),
  },
  {
    what: "sellers, whose places lost their zeros",
    files: {
      "olist-catalogue/olist_sellers_dataset.csv.gz": {
        seller_id: "contact.user_id",
        seller_zip_code_prefix: "contact.postal_code",
        seller_city: "contact.city",
        seller_state: "contact.region",
      },
    },
    expected: () => ({ rows: 3_095, refused: 0, contacts: 3_095, created: 3_095 }),
    told: async (workspace) =>
      expect(await counted(sql`select count(*) from contacts where workspace_id = ${workspace} and length(postal_code) < 5`)).toEqual([
        [1_027],
      ]),
  },
  {
    what: "words for categories in another language",
    files: {
      "olist-catalogue/product_category_name_translation.csv": {
        product_category_name: "product.id",
        product_category_name_english: "product.name",
      },
    },
    expected: () => ({ rows: 71, refused: 0, products: 71, created: 71 }),
  },
  {
    what: "what customers wrote, with line ends in the cells, and how they paid",
    large: "left out",
    files: {
      "olist-catalogue/truncated/olist_order_reviews_dataset.csv.gz": {
        order_id: "contact.user_id",
        review_score: "event.properties.score",
        review_comment_message: "event.properties.message",
        review_creation_date: "event.at",
      },
      "olist-catalogue/truncated/olist_order_payments_dataset.csv.gz": {
        order_id: "contact.user_id",
        payment_type: "contact.attributes.payment",
      },
    },
    templates: [
      { table: "olist_order_reviews_dataset.csv", to: "event.name", template: "Review Written" },
      { table: "olist_order_reviews_dataset.csv", to: "event.id", template: "V{{relance_row}}" },
    ],
    options: { timeZone: "America/Sao_Paulo" },
    expected: () => ({ rows: 6_123 + 4_733, refused: 0 }),
    async told(workspace) {
      const orders = plain("olist-catalogue/truncated/olist_orders_dataset.csv.gz").map((row) => row["order_id"]!);
      expect(
        await counted(sql`
        select count(*) filter (where c.attributes ? 'payment') as paid, count(*) filter (where exists (select from events e where e.bucket = c.bucket and e.contact_id = c.id and e.name = 'Review Written')) as reviewed
        from contacts c where c.workspace_id = ${workspace} and c.external_id = any(${orders}::text[])`),
      ).toEqual([[178, 251]]);
    },
  },
];

const left = CASES.filter((one) => one.large === "left out" && !ALL);
test.skip.each(left)("$what: too large for the suite, see npm run test:files", () => undefined);

test.skipIf(!existsSync(join(DATA, "cdnow"))).each(CASES.filter((one) => !left.includes(one)))(
  "$what come in with the totals of their description (needs the shared test data)",
  async ({ files, templates = [], options = {}, large, counts = [], whole, told, expected }) => {
    const workspace = await shop.workspace();
    const authorization = `Bearer ${workspace.key}`;
    const columns: Mapping["columns"] = [];
    let view: ImportView | null = null;
    for (const [path, mapped] of Object.entries(files)) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const url: string = view === null ? `/api/imports?fileName=${name}` : `/api/imports/${view.id}/files?fileName=${name}`;
      view = (
        await shop.app.inject({
          method: "POST",
          url,
          headers: { authorization, "content-type": "application/octet-stream" },
          payload: read(path),
        })
      ).json() as ImportView;
      const table = view.tables.at(-1)!.name;
      for (const [column, to] of Object.entries(mapped ?? {})) columns.push({ table, column, to });
    }
    const proposed = view!.mapping ?? {
      version: 1 as const,
      options: { timeZone: "UTC", currency: "EUR", decimal: "." as const, trimFloatIds: false, returnPrefix: null, dayFirst: true },
    };
    const mapping = {
      ...proposed,
      columns: columns.length > 0 ? columns : view!.mapping!.columns,
      templates,
      options: { ...proposed.options, ...options },
    };
    const asked = await shop.call(workspace.key, "POST", `/api/imports/${view!.id}/check`, { mapping });
    expect(asked).toMatchObject({ status: 202 });
    await checkFile(shop.deps, { workspace: workspace.id, id: view!.id });
    const { created, ...totals } = expected();
    expect((await shop.call(workspace.key, "GET", `/api/imports/${view!.id}`)).body).toMatchObject({ state: "checked", report: totals });
    if (large && !ALL) return;
    await shop.call(workspace.key, "POST", `/api/imports/${view!.id}/run`);
    await runImport(shop.deps, { workspace: workspace.id, id: view!.id });
    const done = (await shop.call(workspace.key, "GET", `/api/imports/${view!.id}`)).body as ImportView;
    expect(done).toMatchObject({
      state: "done",
      ...(created !== undefined && { report: { applied: { created, updated: 0, unchanged: 0 } } }),
    });
    const [made] = await holder.db.query<Record<string, number>>(sql`
    select (select count(*) from orders where workspace_id = ${workspace.id}) as orders, (select coalesce(sum(total), 0) from orders where workspace_id = ${workspace.id}) as total,
      (select count(*) from contacts where workspace_id = ${workspace.id}) as contacts`);
    for (const [having, n] of counts) {
      const rule = {
        kind: "all",
        of: having.map(([name, value]) => ({ kind: "attribute", attribute: `attributes.${name}`, is: { op: "eq", value } })),
      };
      expect([having, (await shop.call(workspace.key, "POST", "/api/segments/preview", { rule })).body]).toMatchObject([
        having,
        { count: n },
      ]);
    }
    await told?.(workspace.id);
    if (whole !== undefined) await nothingLost(workspace, Object.keys(files)[0]!, whole);
    expect(made).toEqual({ orders: done.report!.orders, total: done.report!.total, contacts: done.report!.contacts });
  },
);

/** Each value of a file's rows is said by the product it tells of, as the API shows it. The file is read here by other means than ours. */
async function nothingLost(workspace: { readonly id: string; readonly key: string }, path: string, column: string): Promise<void> {
  const rows = path.endsWith(".xml") ? itemsOf(read(path).toString()) : plain(path).map((row) => Object.entries(row));
  const ids = new Map(
    (
      await holder.db.query<{ id: string; external_id: string }>(
        sql`select id, external_id from products where workspace_id = ${workspace.id} order by external_id`,
      )
    ).map((one) => [one.external_id, one.id]),
  );
  for (const [number, told] of Map.groupBy(rows, (row) => row.find(([name]) => name === column)![1])) {
    const said = new Set(leavesOf((await shop.call(workspace.key, "GET", `/api/products/${ids.get(number)}`)).body).map(bare));
    const lost = told.flat().filter(
      ([, value]) =>
        bare(value) !== "" &&
        !said.has(bare(value)) &&
        !said.has(String(Number(value))) &&
        !bare(value)
          .split(" ")
          .every((word) => said.has(word) || said.has(String(Number(word)))),
    );
    expect([number, lost]).toEqual([number, []]);
  }
}

const itemsOf = (xml: string): [string, string][][] =>
  xml
    .split("<item>")
    .slice(1)
    .map((item) =>
      [...item.matchAll(/<([\w:]+)>([^<]+)<\/\1>/g)].map(([, name, text]) => [
        name!,
        text!.replace(/&#47;/g, "/").replace(/&gt;/g, ">").replace(/&amp;/g, "&"),
      ]),
    );
const leavesOf = (value: unknown): string[] =>
  typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [String(value)];
const bare = (text: string): string =>
  text
    .replace(/<[^>]*>/g, " ")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .replace(/^(in|out of) stock$/, (state) => state.replaceAll(" ", "_"))
    .trim();
