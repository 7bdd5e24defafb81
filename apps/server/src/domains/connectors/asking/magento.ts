import { createHmac } from "node:crypto";
import { DAY, HOUR, toIso } from "@relance/model/base";
import { listOf } from "@relance/model/connectors";
import { isObject, moneyOf, textOf, type Json, type JsonObject } from "@relance/model/events";
import type { HttpAnswer } from "../../../platform/net/index.ts";
import { BrokenPage, jsonOf, notThere, query, rowsOf, type Asking, type Page, type Part, type Request } from "./page.ts";

const SIZE = 100;
const strict = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** What is signed: method, address and all parameters in their order (RFC 5849 §3.4.1). `more`: those that are not in the address. */
export function signatureBase(method: string, url: string, more: readonly (readonly [string, string])[]): string {
  const { origin, pathname, searchParams } = new URL(url);
  const sorted = [...more, ...searchParams]
    .map(([name, value]) => [strict(name), strict(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1));
  return [method, strict(origin + pathname), strict(sorted.map(([name, value]) => `${name}=${value}`).join("&"))].join("&");
}

/** OAuth 1.0a with HMAC-SHA256, which integrations of Magento use as they are installed. */
export function oauthHeader(url: string, asking: Pick<Asking, "access" | "nonce" | "now">): string {
  const { access, nonce, now } = asking;
  const own: [string, string][] = [
    ["oauth_consumer_key", access["consumerKey"]!],
    ["oauth_nonce", nonce],
    ["oauth_signature_method", "HMAC-SHA256"],
    ["oauth_timestamp", String(Math.floor(now / 1000))],
    ["oauth_token", access["accessToken"]!],
    ["oauth_version", "1.0"],
  ];
  const signature = createHmac("sha256", `${strict(access["consumerSecret"]!)}&${strict(access["tokenSecret"]!)}`)
    .update(signatureBase("GET", url, own))
    .digest("base64");
  return `OAuth ${[...own, ["oauth_signature", signature] as const].map(([name, value]) => `${name}="${strict(value)}"`).join(", ")}`;
}

interface Filter {
  readonly field: string;
  readonly is: string;
  readonly value: string;
}

function call(
  asking: Asking,
  path: string,
  options: {
    readonly filters: readonly Filter[];
    readonly sort: string | null;
    readonly page?: string;
    /** Of a store view. */ readonly view?: string;
  },
): Request {
  const criteria: Record<string, string> = { "searchCriteria[pageSize]": String(SIZE), "searchCriteria[currentPage]": options.page ?? "1" };
  options.filters.forEach(({ field, is, value }, i) => {
    const at = `searchCriteria[filter_groups][${i}][filters][0]`;
    Object.assign(criteria, { [`${at}[field]`]: field, [`${at}[value]`]: value, [`${at}[condition_type]`]: is });
  });
  if (options.sort !== null)
    Object.assign(criteria, { "searchCriteria[sortOrders][0][field]": options.sort, "searchCriteria[sortOrders][0][direction]": "ASC" });
  const url = `${asking.base}/rest/${options.view === undefined ? "" : `${encodeURIComponent(options.view)}/`}V1/${path}?${query(criteria)}`;
  return { url, headers: { authorization: oauthHeader(url, asking) } };
}

/** The store views: all of them at once. */
function callViews(asking: Asking): Request {
  const url = `${asking.base}/rest/V1/store/storeConfigs`;
  return { url, headers: { authorization: oauthHeader(url, asking) } };
}

function itemsOf(answer: Parameters<Part["read"]>[0]): { items: JsonObject[]; total: number | null } {
  const said = jsonOf(answer);
  if (!isObject(said)) throw new BrokenPage("The answer is no object");
  return { items: said["items"] === null ? [] : rowsOf(said["items"]), total: moneyOf(said["total_count"]) };
}

/** REST: pages by id, of ids in their order (some of its lists repeat their last page for ever when asked for one after it). */
function list(
  part: string,
  path: string,
  field: string,
  options: { readonly idField?: string; readonly topic?: string; readonly wholeFor?: number; readonly filters?: readonly Filter[] } = {},
): Part {
  const { idField = "id", topic = part, wholeFor = null, filters = [] } = options;
  return {
    part,
    topic,
    wholeFor,
    request: (asking) =>
      call(asking, path, {
        sort: field,
        filters: [
          { field, is: "gt", value: asking.cursor ?? "0" },
          ...filters,
          ...(asking.since === null
            ? []
            : [{ field: "updated_at", is: "gteq", value: toIso(asking.since).slice(0, 19).replace("T", " ") }]),
        ],
      }),
    read(answer, { done }): Page {
      const { items, total } = itemsOf(answer);
      return {
        rows: items,
        next: items.length === SIZE ? textOf(items.at(-1)![idField]) : null,
        total: total === null ? null : done + total,
      };
    },
  };
}

/** Lists without a date: page by page, until as many came as there are. */
function whole(
  part: string,
  path: string,
  options: {
    readonly topic: string | null;
    readonly wholeFor: number;
    readonly names?: (items: readonly JsonObject[]) => Page["names"];
    readonly filters?: readonly Filter[];
    readonly optional?: true;
  },
): Part {
  return {
    part,
    topic: options.topic,
    wholeFor: options.wholeFor,
    ...(options.optional && { absent: notThere }),
    request: (asking) => call(asking, path, { sort: null, filters: options.filters ?? [], page: asking.cursor ?? "1" }),
    read(answer, { cursor, done }): Page {
      const { items, total } = itemsOf(answer);
      const names = options.names?.(items);
      return {
        rows: items,
        next: items.length === SIZE && done + items.length < (total ?? Infinity) ? String(Number(cursor ?? "1") + 1) : null,
        total,
        ...(names !== undefined && { names }),
      };
    },
  };
}

/** A store view of one language, and where its pages are. */
interface View {
  readonly code: string;
  readonly language: string;
  readonly link: string;
}
/** The store views still to be read, one for each language, and the last row of the first. */
interface Place {
  readonly views: readonly View[];
  readonly after: string;
}

function viewsIn(answer: HttpAnswer): View[] {
  const views = rowsOf(jsonOf(answer)).map((view): View => ({
    code: textOf(view["code"]) ?? "",
    language: textOf(view["locale"])?.slice(0, 2) ?? "",
    link: textOf(view["secure_base_link_url"]) ?? textOf(view["base_link_url"]) ?? "",
  }));
  return [...new Map(views.map((view) => [view.language, view])).values()];
}

const customOf = (row: JsonObject, code: string): Json =>
  listOf(row["custom_attributes"]).find((one) => one["attribute_code"] === code)?.["value"] ?? null;
/** What a store view says of a product, and where. */
const textsIn =
  (view: View) =>
  (row: JsonObject): JsonObject => ({
    ...row,
    language: view.language,
    description: customOf(row, "description"),
    url: view.link === "" || customOf(row, "url_key") === null ? null : `${view.link}${textOf(customOf(row, "url_key"))!}.html`,
  });

/** Texts in other languages are those of the shop's other store views: first which there are, then the rows of each as it tells them. */
function translated(part: string, path: string, rowOf: (view: View) => (row: JsonObject) => JsonObject, filters: readonly Filter[]): Part {
  return {
    part,
    topic: part,
    wholeFor: DAY,
    request(asking) {
      if (asking.cursor === null) return callViews(asking);
      const { views, after } = JSON.parse(asking.cursor) as Place;
      return call(asking, path, {
        view: views[0]!.code,
        sort: "entity_id",
        filters: [{ field: "entity_id", is: "gt", value: after }, ...filters],
      });
    },
    read(answer, { cursor }): Page {
      if (cursor === null) {
        const views = viewsIn(answer);
        return { rows: [], next: views.length < 2 ? null : place(views, "0"), total: null };
      }
      const { views } = JSON.parse(cursor) as Place;
      const { items } = itemsOf(answer);
      return {
        rows: items.map(rowOf(views[0]!)),
        next: items.length === SIZE ? place(views, textOf(items.at(-1)!["id"]) ?? "0") : place(views.slice(1), "0"),
        total: null,
      };
    },
  };
}

const place = (views: Place["views"], after: string): string | null =>
  views.length === 0 ? null : JSON.stringify({ views, after } satisfies Place);

const byId = (items: readonly JsonObject[], id: string, name: string): Record<string, string> =>
  Object.fromEntries(items.flatMap((row) => (textOf(row[id]) === null ? [] : [[textOf(row[id])!, textOf(row[name]) ?? ""]])));

/** Words of the values that an attribute lets choose from, under its code and their number. */
const labelsOf = (attributes: readonly JsonObject[]): Record<string, string> =>
  Object.fromEntries(
    attributes.flatMap((one) =>
      listOf(one["options"]).flatMap((option) =>
        textOf(option["value"]) === null
          ? []
          : [[`${textOf(one["attribute_code"]) ?? ""}\n${textOf(option["value"])!}`, textOf(option["label"]) ?? ""]],
      ),
    ),
  );

/** In which language each store view speaks. */
const views: Part = {
  part: "views",
  topic: null,
  wholeFor: DAY,
  request: callViews,
  read(answer): Page {
    const rows = rowsOf(jsonOf(answer));
    return { rows, next: null, total: rows.length, names: { views: byId(rows, "id", "locale") } };
  },
};

export const MAGENTO_PARTS: readonly Part[] = [
  views,
  whole("attributes", "products/attributes", {
    topic: null,
    wholeFor: DAY,
    filters: [{ field: "frontend_input", is: "in", value: "select,multiselect,boolean" }],
    names: (items) => ({ attributes: byId(items, "attribute_id", "attribute_code"), labels: labelsOf(items) }),
  }),
  list("categories", "categories/list", "entity_id", { wholeFor: DAY }),
  translated(
    "category-names",
    "categories/list",
    ({ language }) =>
      (row) => ({ ...row, language }),
    [],
  ),
  whole("source-items", "inventory/source-items", { topic: "source-items", wholeFor: HOUR, optional: true }),
  list("products", "products", "entity_id"),
  translated("translations", "products", textsIn, [{ field: "visibility", is: "neq", value: "1" }]),
  // Special prices begin and end by their dates, without a word.
  list("special-prices", "products", "entity_id", {
    topic: "products",
    wholeFor: HOUR,
    filters: [{ field: "special_price", is: "notnull", value: "1" }],
  }),
  list("customers", "customers/search", "entity_id"),
  list("orders", "orders", "entity_id", { idField: "entity_id" }),
  list("creditmemos", "creditmemos", "entity_id", { idField: "entity_id" }),
  list("carts", "carts/search", "entity_id"),
];
