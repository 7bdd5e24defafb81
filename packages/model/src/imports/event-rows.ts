import type { Instant } from "../base/index.ts";
import { parseNumber } from "./cells.ts";
import type { Target } from "./mapping.ts";
import { RowRefusal, type RowCells } from "./row-cells.ts";

/** What a row says that a contact did. */
export interface EventRow {
  /** As the file numbers it; null: the row itself tells events apart. */
  readonly id: string | null;
  readonly name: string;
  readonly at: Instant;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

const PROPERTY = "event.properties.";

export const propertyTargets = (targets: readonly Target[]): readonly Target[] => targets.filter((to) => to.startsWith(PROPERTY));

/** @param named whether the row names a contact: an event is somebody's */
export function eventOf(cells: RowCells, properties: readonly Target[], named: boolean): EventRow {
  if (!named) throw new RowRefusal("contact.user_id", { why: "nobody" });
  const name = cells.required("event.name");
  return {
    id: cells.text("event.id"),
    name,
    at: cells.moment("event.at"),
    properties: Object.fromEntries(
      properties.flatMap((to) => {
        const text = cells.text(to);
        const property = to.slice(PROPERTY.length);
        return text === null ? [] : [[property, valueOf(property, text, cells.options.decimal)] as const];
      }),
    ),
  };
}

/** Numbers and yes or no as such, so that rules compare them; what is a number's looks only (ids, postcodes with a nought before) stays text. */
function valueOf(property: string, text: string, decimal: "." | ","): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  if (/(^|[_ ])(id|sku|code|ean|zip)$/i.test(property) || !/^-?(0|[1-9]\d{0,14})([.,]\d{1,10})?$/.test(text)) return text;
  return parseNumber(text, decimal) ?? text;
}
