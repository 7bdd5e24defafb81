import { DAY, toIso } from "@relance/model/base";
import { headerOf, jsonOf, notThere, query, rowsOf, type Asking, type Part, type Request } from "./page.ts";

const SIZE = 100;

const call = ({ base, access }: Asking, path: string, parts: Readonly<Record<string, string>>): Request => ({
  url: `${base}/wp-json/wc/v3/${path}?${query({ per_page: String(SIZE), ...parts })}`,
  headers: { authorization: `Basic ${Buffer.from(`${access["key"]!}:${access["secret"]!}`).toString("base64")}` },
});
const numberIn = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);

/** REST API v3: pages by number, of ids in their order, so that what is new comes at the end; the headers tell how many there are. */
function list(
  part: string,
  topic: string,
  options: { readonly changed: boolean; readonly optional?: true; readonly more?: Readonly<Record<string, string>> },
): Part {
  return {
    part,
    topic,
    wholeFor: options.changed ? null : DAY,
    ...(options.optional && { absent: notThere }),
    request: (asking) =>
      call(asking, part, {
        page: asking.cursor ?? "1",
        orderby: "id",
        order: "asc",
        ...options.more,
        ...(options.changed && asking.since !== null && { modified_after: toIso(asking.since), dates_are_gmt: "true" }),
      }),
    read(answer, { cursor }) {
      const rows = rowsOf(jsonOf(answer));
      const page = Number(cursor ?? "1");
      const pages = numberIn(headerOf(answer, "x-wp-totalpages"));
      return {
        rows,
        next: (pages === null ? rows.length === SIZE : page < pages) ? String(page + 1) : null,
        total: numberIn(headerOf(answer, "x-wp-total")),
      };
    },
  };
}

/** Variations are listed under their product: one product after another, each page by page. */
const variations: Part = {
  part: "variations",
  topic: "product.updated",
  wholeFor: null,
  async request(asking) {
    const [product, page] = asking.cursor?.split("/") ?? [];
    const id = page === undefined ? await asking.nextProduct(product ?? "") : product!;
    return id === null
      ? null
      : {
          ...call(asking, `products/${encodeURIComponent(id)}/variations`, { page: page ?? "1", orderby: "id", order: "asc" }),
          product: id,
        };
  },
  read(answer, { cursor }, { product = "" }) {
    const [, page = "1"] = cursor?.split("/") ?? [];
    const rows = rowsOf(jsonOf(answer)).map((row) => ({ ...row, type: "variation", parent_id: product }));
    const pages = numberIn(headerOf(answer, "x-wp-totalpages")) ?? 1;
    return { rows, next: Number(page) < pages ? `${product}/${Number(page) + 1}` : product, total: null };
  },
};

export const WOOCOMMERCE_PARTS: readonly Part[] = [
  list("products", "product.updated", { changed: true }),
  variations,
  list("customers", "customer.updated", { changed: false, more: { role: "all" } }),
  list("orders", "order.updated", { changed: true }),
  list("refunds", "refund.created", { changed: true, optional: true }),
];
