import { COLUMNS, customName, isColumn, type PredictionField, type RfmPart } from "@relance/model/rules";
import { sql, type Sql } from "../../../platform/db/sql.ts";
import type { Operand } from "./compare.ts";

export const VALUE_OPERANDS: Readonly<Record<RfmPart | PredictionField, Operand>> = {
  group: { kind: "text", sql: sql`pv.rfm_group` },
  recency: { kind: "number", sql: sql`pv.recency_score::double precision` },
  frequency: { kind: "number", sql: sql`pv.frequency_score::double precision` },
  monetary: { kind: "number", sql: sql`pv.monetary_score::double precision` },
  worth: { kind: "number", sql: sql`pv.worth_score::double precision` },
  alive: { kind: "number", sql: sql`pv.alive` },
  churn: { kind: "number", sql: sql`pv.churn` },
  orders90: { kind: "number", sql: sql`pv.orders_90` },
  value365: { kind: "number", sql: sql`pv.value_365` },
  total: { kind: "number", sql: sql`pv.total_value` },
  nextOn: { kind: "day", sql: sql`to_char(pv.next_order_on, 'YYYY-MM-DD')` },
};

export function attributeOperand(attribute: string): Operand {
  if (!isColumn(attribute)) return { kind: "json", sql: sql`(c.attributes -> ${customName(attribute) ?? attribute}::text)` };
  const column = CONTACT_COLUMNS[attribute];
  switch (COLUMNS[attribute]) {
    case "text":
      return { kind: "text", sql: attribute === "store_id" ? sql`${column}::text` : column };
    case "number":
      return { kind: "number", sql: column };
    case "boolean":
      return { kind: "boolean", sql: column };
    case "date":
      return { kind: "day", sql: sql`to_char(${column}, 'YYYY-MM-DD')` };
    case "instant":
      return momentOperand(column);
  }
}

// A closed map from names to columns: a name the user wrote never becomes text of a statement.
const CONTACT_COLUMNS = Object.fromEntries(Object.keys(COLUMNS).map((column) => [column, sql([`c.${column}`])])) as Record<
  keyof typeof COLUMNS,
  Sql
>;

/** When an attribute last took another value: by its history, or, for those that keep none (computed ones), when it was last set. */
export function changedAt(attribute: string): Sql {
  return sql`coalesce((select max(h.changed_at) from attribute_changes h where h.bucket = s.bucket and h.contact_id = s.contact_id and h.attribute = ${attribute}), to_timestamp((c.field_times ->> ${attribute}::text)::double precision / 1000))`;
}

/** A moment of the database. */
export function momentOperand(instant: Sql): Operand {
  return { kind: "moment", sql: sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, instant };
}
