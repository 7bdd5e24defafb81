import { createHash } from "node:crypto";
import type { Instant } from "@relance/model/base";
import { round4, type RefundRow, type RefundRowLine } from "@relance/model/imports";

/** A refund as its rows tell it. */
export interface RefundNews {
  readonly order: string;
  readonly id: string;
  readonly at: Instant;
  /** null: what its lines come to. */
  readonly amount: number | null;
  readonly currency: string | null;
  readonly lines: readonly RefundRowLine[];
}

/**
 * The refunds that rows about one order tell. Rows of one number are one refund: with lines, its amount is said once for all of them, without
 * any, the amounts are its parts. A row without a number is a refund of its own, known by what it says and which of its likes it is.
 */
export function refundsIn(rows: readonly RefundRow[]): RefundNews[] {
  if (rows.length === 0) return [];
  const likes = new Map<string, number>();
  const idOf = (row: RefundRow): string => {
    if (row.id !== null) return row.id;
    const said = createHash("sha256").update(JSON.stringify(row)).digest("hex").slice(0, 32);
    const n = (likes.get(said) ?? 0) + 1;
    likes.set(said, n);
    return `row:${said}${n === 1 ? "" : `:${n}`}`;
  };
  return [...Map.groupBy(rows, idOf)].map(([id, told]) => {
    const first = told[0]!;
    const lines = told.flatMap(({ line }) => line ?? []);
    const amounts = told.flatMap(({ amount }) => amount ?? []);
    const amount = amounts.length === 0 ? null : lines.length > 0 ? amounts[0]! : round4(amounts.reduce((sum, one) => sum + one, 0));
    return { order: first.order, id, at: first.at, amount, currency: first.currency, lines };
  });
}
