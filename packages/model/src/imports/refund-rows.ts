import type { Instant } from "../base/index.ts";
import { round4, RowRefusal, type RowCells } from "./row-cells.ts";

/** What a row says of money given back for an order. */
export interface RefundRow {
  readonly order: string;
  /** As the file numbers it; null: the row itself tells refunds of its order apart. */
  readonly id: string | null;
  readonly at: Instant;
  /** Of the whole refund; null: what its lines come to. */
  readonly amount: number | null;
  /** null: that of the order. */
  readonly currency: string | null;
  readonly line: RefundRowLine | null;
}

export interface RefundRowLine {
  readonly product: string | null;
  readonly sku: string | null;
  readonly quantity: number;
  /** null: its share of what the order's line came to. */
  readonly amount: number | null;
}

const positive = (value: number | null): number | null => (value === null ? null : Math.abs(value));

export function refundOf(cells: RowCells): RefundRow {
  const amount = positive(cells.number("refund.amount"));
  const [product, sku, quantity, money] = [
    cells.text("refund.product_id"),
    cells.text("refund.sku"),
    positive(cells.number("refund.quantity")),
    positive(cells.number("refund.line_amount")),
  ];
  const named = product !== null || sku !== null;
  if (amount === null && money === null && !(named && quantity !== null)) throw new RowRefusal("refund.amount", { why: "no_refund" });
  const line =
    (named && (quantity !== null || money !== null)) || money !== null
      ? { product: product ?? sku, sku, quantity: quantity ?? 1, amount: money }
      : null;
  return {
    order: cells.required("refund.order_id"),
    id: cells.text("refund.id"),
    at: cells.moment("refund.at"),
    amount,
    currency: cells.text("refund.currency")?.toUpperCase() ?? null,
    line,
  };
}

/** A line of an order, as far as a refund of it needs to know it. */
export interface SoldLine {
  readonly product: string | null;
  readonly sku: string | null;
  readonly quantity: number;
  readonly total: number;
}

/**
 * What some pieces of a line came to, to the cent: their share of all the lines of the order that sold the product.
 * @returns null when the order sold none
 */
export function shareOf(line: Pick<RefundRowLine, "product" | "sku" | "quantity">, sold: readonly SoldLine[]): number | null {
  const same = sold.filter((one) =>
    line.product === line.sku
      ? [one.product, one.sku].includes(line.product)
      : one.product === line.product && (line.sku === null || one.sku === null || one.sku === line.sku),
  );
  const [quantity, total] = [same.reduce((sum, one) => sum + one.quantity, 0), same.reduce((sum, one) => sum + one.total, 0)];
  return quantity <= 0 ? null : Math.round(round4((total * line.quantity) / quantity) * 100) / 100;
}
