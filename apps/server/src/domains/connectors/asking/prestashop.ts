import { DAY, HOUR, type Instant } from "@relance/model/base";
import { listOf } from "@relance/model/connectors";
import { isObject, textOf, type Json, type JsonObject } from "@relance/model/events";
import type { HttpAnswer } from "../../../platform/net/index.ts";
import { BrokenPage, jsonOf, query, rowsOf, saidIn, type Asking, type Page, type Part, type Request } from "./page.ts";

const SIZE = 100;
const call = ({ base, access }: Asking, resource: string, parts: Readonly<Record<string, string>>): Request => ({
  url: `${base}/api/${resource}?${query({ output_format: "JSON", ...parts })}`,
  headers: { authorization: `Basic ${Buffer.from(`${access["key"]!}:`).toString("base64")}` },
});

/** Rows of a resource; the webservice answers an empty list where there is none. */
function rowsIn(value: Json, resource: string): JsonObject[] {
  if (Array.isArray(value) && value.length === 0) return [];
  if (!isObject(value)) throw new BrokenPage("The answer is no object");
  return rowsOf(value[resource]);
}

/** On the shop's clock, as its filters want it. */
const local = (at: Instant, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: "second" })
    .replace("T", " ");

/** That the shop does not know a resource (27), or the key may not read it (26, 25). */
const NOT_GIVEN = new Set([25, 26, 27]);
const notGiven = ({ status, body }: HttpAnswer): boolean =>
  status >= 400 && status < 500 && listOf(saidIn(body)["errors"]).some((one) => NOT_GIVEN.has(Number(one["code"])));

interface Options {
  /** Whole at first; then what changed since. */
  readonly dated?: true;
  /** How long a whole reading stays good; null: for ever, when it is dated. */
  readonly wholeFor?: number | null;
  readonly more?: Readonly<Record<string, string>>;
  readonly absent?: Part["absent"];
}

/** Webservice: pages by id, of ids in their order, so that what changes meanwhile moves nothing; `[a,b]` is its interval. */
function pages(
  resource: string,
  display: string,
  options: Options,
): Pick<Part, "part" | "wholeFor" | "request" | "dated" | "absent"> & { readonly rows: (answer: HttpAnswer) => Page } {
  const { dated, wholeFor = DAY, more, absent } = options;
  return {
    part: resource,
    wholeFor,
    ...(dated && { dated }),
    ...(absent && { absent }),
    request: (asking) =>
      call(asking, resource, {
        display,
        sort: "[id_ASC]",
        limit: String(SIZE),
        "filter[id]": `[${Number(asking.cursor ?? "0") + 1},4294967295]`,
        ...more,
        ...(dated &&
          asking.since !== null && { date: "1", "filter[date_upd]": `[${local(asking.since - HOUR, asking.zone)},2099-12-31 23:59:59]` }),
      }),
    rows(answer): Page {
      const rows = rowsIn(jsonOf(answer), resource);
      return { rows, next: rows.length === SIZE ? textOf(rows.at(-1)!["id"]) : null, total: null };
    },
  };
}

function list(resource: string, options: Options): Part {
  const { rows, ...part } = pages(resource, "full", options);
  return { ...part, topic: resource, read: rows };
}

const firstText = (value: Json | undefined): string =>
  Array.isArray(value)
    ? (value
        .filter(isObject)
        .map((one) => textOf(one["value"]))
        .find((text) => text !== null) ?? "")
    : (textOf(value) ?? "");

/** What rows name by id only. */
function names(resource: string, kind: string, display: string, nameOf: (row: JsonObject) => string, absent?: Part["absent"]): Part {
  const { rows, ...part } = pages(resource, display, absent ? { absent } : {});
  return {
    ...part,
    topic: null,
    read(answer): Page {
      const page = rows(answer);
      return {
        ...page,
        names: {
          [kind]: Object.fromEntries(page.rows.flatMap((row) => (textOf(row["id"]) === null ? [] : [[textOf(row["id"])!, nameOf(row)]]))),
        },
      };
    },
  };
}

const iso = (row: JsonObject): string => textOf(row["iso_code"]) ?? "";
const named = (row: JsonObject): string => firstText(row["name"]);
const isOn = (row: JsonObject, field: string): boolean => textOf(row[field]) === "1";
/** The price with tax is told when it is asked for under a name: as it is today for a customer, and as it would be without an offer. */
const PRICES = {
  "price[relance_price][use_tax]": "1",
  "price[relance_price][decimals]": "2",
  "price[relance_regular][use_tax]": "1",
  "price[relance_regular][decimals]": "2",
  "price[relance_regular][use_reduction]": "0",
};
const changing: Options = { dated: true, wholeFor: null };

export const PRESTASHOP_PARTS: readonly Part[] = [
  names("currencies", "currencies", "[id,iso_code]", iso),
  names("languages", "languages", "[id,iso_code]", iso),
  names("countries", "countries", "[id,iso_code]", iso),
  names("states", "regions", "[id,name]", named, notGiven),
  names(
    "order_states",
    "states",
    "[id,paid,shipped,delivery]",
    (row) => (isOn(row, "shipped") ? "shipped" : isOn(row, "delivery") ? "processing" : isOn(row, "paid") ? "paid" : ""),
    notGiven,
  ),
  names("product_options", "groups", "[id,name]", named),
  names(
    "product_option_values",
    "values",
    "[id,id_attribute_group,name]",
    (row) => `${textOf(row["id_attribute_group"]) ?? ""}\n${named(row)}`,
  ),
  names("product_features", "features", "[id,name]", named, notGiven),
  names("product_feature_values", "feature_values", "[id,value]", (row) => firstText(row["value"]), notGiven),
  list("categories", { dated: true }),
  // What belongs to products before them: they are composed once, whole. Offers begin and end without a word: prices are asked whole every day.
  list("combinations", { more: PRICES }),
  list("stock_availables", { wholeFor: HOUR }),
  list("products", { dated: true, more: PRICES }),
  list("specific_prices", { absent: notGiven }),
  list("customers", changing),
  list("addresses", changing),
  list("orders", changing),
  list("order_slip", changing),
  list("carts", changing),
];
