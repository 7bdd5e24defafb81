import type { ProductDetail } from "@relance/contract/catalog";
import { expect, test } from "vitest";
import { testSources } from "../../../test/support/syncs.ts";

const on = testSources();

const g = (parts: Record<string, string>): string =>
  Object.entries(parts)
    .map(([name, value]) => `<g:${name}>${value}</g:${name}>`)
    .join("");
const offer = (id: string, colour: string, extra: Record<string, string> = {}): string =>
  `<item>${g({ id, item_group_id: "pan", price: "59.90 EUR", availability: "in_stock", image_link: `https://cdn.shop.example/${id}.jpg`, color: colour, product_type: "Maison &gt; Cuisine", ...extra })}<title>Sauteuse ${colour}</title><link>https://www.shop.example/${id}</link><description>&lt;p&gt;En fonte.&lt;/p&gt;</description></item>`;

test("a product feed becomes products, variants, categories, prices and stock without a person; a sale ends at its moment though the file stays the same", async () => {
  const of = await on.shop.workspace();
  const put = {
    kind: "products",
    name: "Feed",
    every: { minutes: 10_080 },
    url: `${on.files.base}/google.xml`,
    language: "fr",
    store: "fr",
  };
  expect((await on.shop.call(of.key, "POST", "/api/syncs", put)).body).toMatchObject({ error: { code: "store.unknown", field: "store" } });
  await on.shop.call(of.key, "POST", "/api/stores", {
    code: "fr",
    name: "France",
    country: "FR",
    languages: ["fr"],
    currency: "EUR",
    timeZone: "Europe/Paris",
  });
  const ends = on.shop.deps.clock.now() + 3_600_000;
  const sale = { sale_price: "49.90 EUR", sale_price_effective_date: `2026-01-01T00:00Z/${new Date(ends).toISOString()}` };
  on.files.file = `<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>${offer("pan-r", "rouge", sale)}${offer("pan-n", "noir", { availability: "out_of_stock" })}${offer("pan-x", "bleu", { price: "ask" })}</channel></rss>`;
  const one = await on.sources.add(of, put);
  await on.sources.pull(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({
    state: "ok",
    counts: { rows: 3, created: 1, refused: 1 },
    settings: { address: `${on.files.base}/google.xml`, language: "fr", store: "fr" },
    nextAt: new Date(ends).toISOString(),
  });
  const product = async () => {
    const { id } = (await on.shop.call(of.key, "GET", "/api/products")).body.items[0] as { id: string };
    return (await on.shop.call(of.key, "GET", `/api/products/${id}`)).body as ProductDetail;
  };
  const offers = async () =>
    (({ prices, stock, variants }) =>
      variants.map((one) => [
        one.externalId,
        prices.find((price) => price.variant === one.id)?.amount,
        stock.find((level) => level.variant === one.id)?.quantity,
      ]))(await product());
  expect(await product()).toMatchObject({
    externalId: "pan",
    name: "Sauteuse rouge",
    category: "Cuisine",
    source: `sync:${one.id}`,
    translations: [{ language: "fr", name: "Sauteuse rouge", description: "En fonte.", url: "https://www.shop.example/pan-r" }],
    variants: [
      { externalId: "pan-n", options: { color: "noir" } },
      { externalId: "pan-r", options: { color: "rouge" }, shownBy: "https://cdn.shop.example/pan-r.jpg" },
    ],
  });
  expect(await offers()).toEqual([
    ["pan-n", 59.9, 0],
    ["pan-r", 49.9, 1],
  ]);
  const categories = (await on.shop.call(of.key, "GET", "/api/categories")).body.items as {
    externalId: string;
    id: string;
    parent: string | null;
    names: unknown;
  }[];
  expect(categories).toMatchObject([
    { externalId: "Maison", parent: null },
    { externalId: "Maison > Cuisine", parent: categories[0]!.id, names: { fr: "Cuisine" } },
  ]);

  // Asked by a person before that, there is nothing new, and the end of the sale is not forgotten.
  await on.shop.call(of.key, "POST", `/api/syncs/${one.id}/run`, {});
  await on.sources.pull(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({
    counts: { rows: 3, created: 0, unchanged: 1, refused: 1 },
    nextAt: new Date(ends).toISOString(),
  });
  on.shop.deps.clock.advance(3_600_000);
  await on.sources.pull(of, one);
  expect(on.files.asked.at(-1)!.headers).not.toHaveProperty("if-none-match");
  expect(await offers()).toEqual([
    ["pan-n", 59.9, 0],
    ["pan-r", 59.9, 1],
  ]);
  expect(Date.parse((await on.sources.seen(of, one.id)).nextAt!) - on.shop.deps.clock.now()).toBe(10_080 * 60_000);

  // Another language of the same products says its texts and leaves the rest.
  on.files.file = `<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>${offer("pan-r", "red").replace("Sauteuse", "Saute pan")}</channel></rss>`;
  await on.sources.pull(of, await on.sources.add(of, { ...put, name: "English", language: "en" }));
  expect(await product()).toMatchObject({
    name: "Sauteuse rouge",
    translations: [{ language: "en", name: "Saute pan red" }, { language: "fr" }],
    variants: [{}, { options: { color: "rouge" } }],
  });
});

test("a content feed becomes content items; what is no feed says so", async () => {
  const of = await on.shop.workspace();
  on.files.file = `<rss version="2.0"><channel><item><title>Cuire au sel</title><guid>b-1</guid><link>https://blog.shop.example/1</link><pubDate>Wed, 25 Nov 2026 08:00:00 +0100</pubDate><category>Recettes</category><description>&lt;p&gt;Une cro&#251;te.&lt;/p&gt;</description></item></channel></rss>`;
  const one = await on.sources.add(of, { kind: "articles", url: `${on.files.base}/blog.xml`, language: "fr" });
  await on.sources.pull(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 1, created: 1 } });
  const articles = () => on.shop.call(of.key, "GET", "/api/articles").then(({ body }) => body.items as unknown[]);
  expect(await articles()).toMatchObject([
    {
      externalId: "b-1",
      language: "fr",
      title: "Cuire au sel",
      summary: "Une croûte.",
      url: "https://blog.shop.example/1",
      tags: ["Recettes"],
      publishedAt: "2026-11-25T07:00:00.000Z",
    },
  ]);
  on.files.file = on.files.file.replace("Cuire au sel", "Cuire en croûte");
  await on.shop.call(of.key, "POST", `/api/syncs/${one.id}/run`, { whole: true });
  await on.sources.pull(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({ counts: { rows: 1, created: 0, updated: 1 } });
  expect(await articles()).toMatchObject([{ title: "Cuire en croûte" }]);
  on.files.file = "email,first_name\nana@shop.example,Ana\n";
  const wrong = await on.sources.add(of, { kind: "articles", name: "Wrong", url: `${on.files.base}/customers.csv`, language: "fr" });
  await on.sources.pull(of, wrong);
  expect((await on.sources.seen(of, wrong.id)).problem).toMatchObject({ code: "sync.not_a_feed" });
});
