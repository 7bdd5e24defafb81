import { DAY, HOUR, type Instant } from "@relance/model/base";
import { isObject, textOf, type Json, type JsonObject } from "@relance/model/events";
import { BrokenPage, jsonOf, query, rowsOf, type Asking, type Page, type Part, type Request } from "./page.ts";

const SIZE = 100;
const call = ({ base, access }: Asking, resource: string, parts: Readonly<Record<string, string>>): Request => ({
  url: `${base}/api/${resource}?${query({ output_format: "JSON", ...parts })}`, headers: { authorization: `Basic ${Buffer.from(`${access["key"]!}:`).toString("base64")}` },
});

/** Rows of a resource; the webservice answers an empty list where there is none. */
function rowsIn(value: Json, resource: string): JsonObject[] {
  if (Array.isArray(value) && value.length === 0) return [];
  if (!isObject(value)) throw new BrokenPage("The answer is no object");
  return rowsOf(value[resource]);
}

/** On the shop's clock, as its filters want it. */
const local = (at: Instant, zone: string): string => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " ");

/** Webservice: pages by id, of ids in their order, so that what changes meanwhile moves nothing; `[a,b]` is its interval. */
function list(resource: string, options: { readonly dated: boolean; readonly wholeFor?: number; readonly more?: Readonly<Record<string, string>> }): Part {
  return {
    part: resource, topic: resource, wholeFor: options.dated ? null : (options.wholeFor ?? DAY),
    request: (asking) => call(asking, resource, {
      display: "full", sort: "[id_ASC]", limit: String(SIZE), "filter[id]": `[${Number(asking.cursor ?? "0") + 1},4294967295]`, ...options.more,
      ...(options.dated && asking.since !== null && { date: "1", "filter[date_upd]": `[${local(asking.since - HOUR, asking.zone)},2099-12-31 23:59:59]` }),
    }),
    read(answer): Page {
      const rows = rowsIn(jsonOf(answer), resource);
      return { rows, next: rows.length === SIZE ? textOf(rows.at(-1)!["id"]) : null, total: null };
    },
  };
}

const firstText = (value: Json | undefined): string => (Array.isArray(value) ? (value.filter(isObject).map((one) => textOf(one["value"])).find((text) => text !== null) ?? "") : (textOf(value) ?? ""));

/** What rows name by id only. */
function names(resource: string, kind: string, display: string, nameOf: (row: JsonObject) => string): Part {
  return {
    part: resource, topic: null, wholeFor: DAY,
    request: (asking) => call(asking, resource, { display, sort: "[id_ASC]", limit: String(SIZE), "filter[id]": `[${Number(asking.cursor ?? "0") + 1},4294967295]` }),
    read(answer): Page {
      const rows = rowsIn(jsonOf(answer), resource);
      return { rows, next: rows.length === SIZE ? textOf(rows.at(-1)!["id"]) : null, total: null, names: { [kind]: Object.fromEntries(rows.flatMap((row) => (textOf(row["id"]) === null ? [] : [[textOf(row["id"])!, nameOf(row)]]))) } };
    },
  };
}

export const PRESTASHOP_PARTS: readonly Part[] = [
  names("currencies", "currencies", "[id,iso_code]", (row) => textOf(row["iso_code"]) ?? ""), names("languages", "languages", "[id,iso_code]", (row) => textOf(row["iso_code"]) ?? ""), names("countries", "countries", "[id,iso_code]", (row) => textOf(row["iso_code"]) ?? ""),
  names("categories", "categories", "[id,name]", (row) => firstText(row["name"])), names("product_options", "groups", "[id,name]", (row) => firstText(row["name"])),
  names("product_option_values", "values", "[id,id_attribute_group,name]", (row) => `${textOf(row["id_attribute_group"]) ?? ""}\n${firstText(row["name"])}`),
  // The price with tax is told when it is asked for.
  list("products", { dated: true, more: { "price[relance_price][use_tax]": "1" } }), list("combinations", { dated: false }), list("stock_availables", { dated: false, wholeFor: HOUR }),
  list("customers", { dated: true }), list("addresses", { dated: true }), list("orders", { dated: true }), list("order_slip", { dated: true }), list("carts", { dated: true }),
];
