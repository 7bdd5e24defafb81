import { createHmac } from "node:crypto";
import { DAY, HOUR, toIso } from "@relance/model/base";
import { listOf } from "@relance/model/connectors";
import { isObject, moneyOf, textOf, type JsonObject } from "@relance/model/events";
import { BrokenPage, jsonOf, query, rowsOf, type Asking, type Page, type Part, type Request } from "./page.ts";

const SIZE = 100;
const strict = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** What is signed: method, address and all parameters in their order (RFC 5849 §3.4.1). `more`: those that are not in the address. */
export function signatureBase(method: string, url: string, more: readonly (readonly [string, string])[]): string {
  const { origin, pathname, searchParams } = new URL(url);
  const sorted = [...more, ...searchParams].map(([name, value]) => [strict(name), strict(value)] as const).sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1));
  return [method, strict(origin + pathname), strict(sorted.map(([name, value]) => `${name}=${value}`).join("&"))].join("&");
}

/** OAuth 1.0a with HMAC-SHA256, which integrations of Magento use as they are installed. */
export function oauthHeader(url: string, asking: Pick<Asking, "access" | "nonce" | "now">): string {
  const { access, nonce, now } = asking;
  const own: [string, string][] = [["oauth_consumer_key", access["consumerKey"]!], ["oauth_nonce", nonce], ["oauth_signature_method", "HMAC-SHA256"], ["oauth_timestamp", String(Math.floor(now / 1000))], ["oauth_token", access["accessToken"]!], ["oauth_version", "1.0"]];
  const signature = createHmac("sha256", `${strict(access["consumerSecret"]!)}&${strict(access["tokenSecret"]!)}`).update(signatureBase("GET", url, own)).digest("base64");
  return `OAuth ${[...own, ["oauth_signature", signature] as const].map(([name, value]) => `${name}="${strict(value)}"`).join(", ")}`;
}

interface Filter { readonly field: string; readonly is: string; readonly value: string }

function call(asking: Asking, path: string, options: { readonly filters: readonly Filter[]; readonly sort: string | null; readonly page?: string; /** Of a store view. */ readonly view?: string }): Request {
  const criteria: Record<string, string> = { "searchCriteria[pageSize]": String(SIZE), "searchCriteria[currentPage]": options.page ?? "1" };
  options.filters.forEach(({ field, is, value }, i) => {
    const at = `searchCriteria[filter_groups][${i}][filters][0]`;
    Object.assign(criteria, { [`${at}[field]`]: field, [`${at}[value]`]: value, [`${at}[condition_type]`]: is });
  });
  if (options.sort !== null) Object.assign(criteria, { "searchCriteria[sortOrders][0][field]": options.sort, "searchCriteria[sortOrders][0][direction]": "ASC" });
  const url = `${asking.base}/rest/${options.view === undefined ? "" : `${encodeURIComponent(options.view)}/`}V1/${path}?${query(criteria)}`;
  return { url, headers: { authorization: oauthHeader(url, asking) } };
}

function itemsOf(answer: Parameters<Part["read"]>[0]): { items: JsonObject[]; total: number | null } {
  const said = jsonOf(answer);
  if (!isObject(said)) throw new BrokenPage("The answer is no object");
  return { items: said["items"] === null ? [] : rowsOf(said["items"]), total: moneyOf(said["total_count"]) };
}

/** REST: pages by id, of ids in their order (some of its lists repeat their last page for ever when asked for one after it). */
function list(part: string, path: string, field: string, idField = "id"): Part {
  return {
    part, topic: part, wholeFor: null,
    request: (asking) => call(asking, path, { sort: field, filters: [{ field, is: "gt", value: asking.cursor ?? "0" }, ...(asking.since === null ? [] : [{ field: "updated_at", is: "gteq", value: toIso(asking.since).slice(0, 19).replace("T", " ") }])] }),
    read(answer, { done }): Page {
      const { items, total } = itemsOf(answer);
      return { rows: items, next: items.length === SIZE ? textOf(items.at(-1)![idField]) : null, total: total === null ? null : done + total };
    },
  };
}

/** Lists without a date: page by page, until as many came as there are. */
function whole(part: string, path: string, options: { readonly topic: string | null; readonly wholeFor: number; readonly names?: (items: readonly JsonObject[]) => Page["names"]; readonly filters?: readonly Filter[]; readonly optional?: true }): Part {
  return {
    part, topic: options.topic, wholeFor: options.wholeFor, ...(options.optional && { optional: true }),
    request: (asking) => call(asking, path, { sort: null, filters: options.filters ?? [], page: asking.cursor ?? "1" }),
    read(answer, { cursor, done }): Page {
      const { items, total } = itemsOf(answer);
      const names = options.names?.(items);
      return { rows: items, next: items.length === SIZE && done + items.length < (total ?? Infinity) ? String(Number(cursor ?? "1") + 1) : null, total, ...(names !== undefined && { names }) };
    },
  };
}

/** The store views still to be read, one for each language, and the last product of the first. */
interface Place { readonly views: readonly { readonly code: string; readonly language: string }[]; readonly after: string }

/** Texts in other languages are those of the shop's other store views: first which there are, then the products of each as it tells them. */
const translations: Part = {
  part: "translations", topic: "translations", wholeFor: DAY,
  request(asking) {
    if (asking.cursor === null) {
      const url = `${asking.base}/rest/V1/store/storeConfigs`;
      return { url, headers: { authorization: oauthHeader(url, asking) } };
    }
    const { views, after } = JSON.parse(asking.cursor) as Place;
    return call(asking, "products", { view: views[0]!.code, sort: "entity_id", filters: [{ field: "entity_id", is: "gt", value: after }, { field: "visibility", is: "neq", value: "1" }] });
  },
  read(answer, { cursor }): Page {
    if (cursor === null) {
      const byLanguage = new Map(rowsOf(jsonOf(answer)).map((view) => [textOf(view["locale"])?.slice(0, 2) ?? "", textOf(view["code"]) ?? ""]));
      return { rows: [], next: byLanguage.size < 2 ? null : place([...byLanguage].map(([language, code]) => ({ code, language })), "0"), total: null };
    }
    const { views } = JSON.parse(cursor) as Place;
    const { items } = itemsOf(answer);
    const rows = items.map((row) => ({ id: row["id"] ?? null, language: views[0]!.language, name: row["name"] ?? null, description: listOf(row["custom_attributes"]).find((one) => one["attribute_code"] === "description")?.["value"] ?? null, updated_at: row["updated_at"] ?? null }));
    return { rows, next: items.length === SIZE ? place(views, textOf(items.at(-1)!["id"]) ?? "0") : place(views.slice(1), "0"), total: null };
  },
};

const place = (views: Place["views"], after: string): string | null => (views.length === 0 ? null : JSON.stringify({ views, after } satisfies Place));

const byId = (items: readonly JsonObject[], id: string, name: string): Record<string, string> => Object.fromEntries(items.flatMap((row) => (textOf(row[id]) === null ? [] : [[textOf(row[id])!, textOf(row[name]) ?? ""]])));

export const MAGENTO_PARTS: readonly Part[] = [
  whole("attributes", "products/attributes", { topic: null, wholeFor: DAY, filters: [{ field: "frontend_input", is: "eq", value: "select" }], names: (items) => ({ attributes: byId(items, "attribute_id", "attribute_code") }) }),
  whole("categories", "categories/list", { topic: null, wholeFor: DAY, names: (items) => ({ categories: byId(items, "id", "name") }) }),
  list("products", "products", "entity_id"), translations, whole("source-items", "inventory/source-items", { topic: "source-items", wholeFor: HOUR, optional: true }),
  list("customers", "customers/search", "entity_id"), list("orders", "orders", "entity_id", "entity_id"), list("creditmemos", "creditmemos", "entity_id", "entity_id"), list("carts", "carts/search", "entity_id"),
];
