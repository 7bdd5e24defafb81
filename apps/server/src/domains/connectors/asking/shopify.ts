import { DAY, SECOND, toIso } from "@relance/model/base";
import { listOf, objectOf } from "@relance/model/connectors";
import { isObject, textOf } from "@relance/model/events";
import { BrokenPage, headerOf, jsonOf, query, rowsOf, type Part } from "./page.ts";

// Shopify answers a version that is gone with the oldest that is not.
const VERSION = "2026-01";

/** REST Admin API: pages of 250 by the link of the page before. The bodies are those of the webhooks, so one reader reads both. */
function list(part: string, topic: string, more: Readonly<Record<string, string>> = {}): Part {
  return {
    part,
    topic,
    wholeFor: null,
    request: ({ base, access, since, cursor }) => ({
      url: `${base}/admin/api/${VERSION}/${part}.json?${query(cursor === null ? { limit: "250", ...more, ...(since !== null && { updated_at_min: toIso(since) }) } : { limit: "250", page_info: cursor })}`,
      headers: { "x-shopify-access-token": access["token"]! },
    }),
    read(answer) {
      const said = jsonOf(answer);
      if (!isObject(said)) throw new BrokenPage("The answer is no object");
      return { rows: rowsOf(said[part]), next: nextOf(headerOf(answer, "link")), total: null };
    },
  };
}

/** Only the place in the list is taken of the link: the key goes to no address but the shop's own. */
function nextOf(link: string): string | null {
  const url = link
    .split(",")
    .find((one) => /rel="?next"?/.test(one))
    ?.match(/<([^>]+)>/)?.[1];
  return url === undefined ? null : new URL(url).searchParams.get("page_info");
}

/** Where the reading of translations stands: the languages still to be read, and the page of the first. */
interface Place {
  readonly locales: readonly string[];
  readonly after: string | null;
}

const LOCALES = "{ shopLocales { locale primary } }";
const TRANSLATIONS =
  "query ($locale: String!, $after: String) { translatableResources(first: 100, after: $after, resourceType: PRODUCT) { nodes { resourceId translations(locale: $locale) { key value } } pageInfo { hasNextPage endCursor } } }";

/** Texts in other languages are told by the GraphQL Admin API only: first the languages of the shop, then each of them page by page. */
const translations: Part = {
  part: "translations",
  topic: "translations",
  wholeFor: DAY,
  request({ base, access, cursor }) {
    const place = cursor === null ? null : (JSON.parse(cursor) as Place);
    const body = place === null ? { query: LOCALES } : { query: TRANSLATIONS, variables: { locale: place.locales[0], after: place.after } };
    return {
      url: `${base}/admin/api/${VERSION}/graphql.json`,
      headers: { "x-shopify-access-token": access["token"]!, "content-type": "application/json" },
      body: JSON.stringify(body),
    };
  },
  read(answer, { cursor }) {
    const said = objectOf(jsonOf(answer));
    const codes = listOf(said["errors"]).map((error) => objectOf(error["extensions"])["code"]);
    if (codes.includes("THROTTLED")) throw new BrokenPage("The shop's calls are used up for now", 2 * SECOND);
    // The app was not given the scopes read_locales and read_translations: the texts of the shop's own language are all there is.
    if (codes.includes("ACCESS_DENIED")) return { rows: [], next: null, total: null };
    const data = objectOf(said["data"]);
    if (cursor === null)
      return {
        rows: [],
        next: nextPlace(
          rowsOf(data["shopLocales"])
            .filter((one) => one["primary"] === false)
            .map((one) => textOf(one["locale"]) ?? ""),
          null,
        ),
        total: null,
      };
    const { locales } = JSON.parse(cursor) as Place;
    const found = objectOf(data["translatableResources"]);
    const rows = rowsOf(found["nodes"]).flatMap((node) => {
      const texts = listOf(node["translations"]);
      return texts.length === 0
        ? []
        : [
            {
              ...Object.fromEntries(texts.map((text) => [textOf(text["key"]) ?? "", text["value"] ?? null])),
              product: textOf(node["resourceId"])?.split("/").at(-1) ?? null,
              locale: locales[0]!,
            },
          ];
    });
    const { hasNextPage, endCursor } = objectOf(found["pageInfo"]);
    return { rows, next: hasNextPage === true ? nextPlace(locales, textOf(endCursor)) : nextPlace(locales.slice(1), null), total: null };
  },
};

const nextPlace = (locales: readonly string[], after: string | null): string | null =>
  locales.length === 0 ? null : JSON.stringify({ locales, after } satisfies Place);

export const SHOPIFY_PARTS: readonly Part[] = [
  list("products", "products/update"),
  translations,
  list("customers", "customers/update"),
  list("orders", "orders/updated", { status: "any" }),
  list("checkouts", "checkouts/update"),
];
