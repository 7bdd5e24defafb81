import type { Id } from "@relance/model/base";
import { rowProblem, shareOf, type ImportRow, type RowProblem, type SoldLine } from "@relance/model/imports";
import { knownOrders, soldLines } from "../catalog/index.ts";
import type { Db } from "../../platform/db/database.ts";
import { moveRefused, stagedOrders, stagedRefunds, type StagedRefund } from "./staging-refunds.ts";

/**
 * Refuses rows of refunds that can be tied to no sale: of an order that neither this import nor the workspace knows, in another currency than
 * it, or of pieces without an amount whose product it did not sell. They do not wait for their order: a number that nothing knows is mostly a
 * wrong one, and an order made up for it would count in lists and sums; brought again once the order is there, they change nothing twice.
 */
export async function refuseRefunds(db: Db, input: { workspace: Id; id: Id }): Promise<void> {
  for await (const rows of stagedRefunds(db, input)) {
    const ids = [...new Set(rows.map(({ refund }) => refund.order))];
    const [here, known] = [
      await stagedOrders(db, { id: input.id, orders: ids }),
      await knownOrders(db, { workspace: input.workspace, externalIds: ids }),
    ];
    const asked = [...new Set(rows.filter(({ refund }) => refund.line?.amount === null).map(({ refund }) => refund.order))];
    const sold =
      asked.length === 0 ? new Map<string, SoldLine[]>() : await soldLines(db, { workspace: input.workspace, externalIds: asked });
    const refused = rows.flatMap((row) => {
      const order = row.refund.order;
      const told = orderIn(here.get(order) ?? []);
      const problem = problemOf(
        row,
        told?.currency ?? known.get(order)?.currency ?? null,
        told !== null && told.lines.length > 0 ? told.lines : (sold.get(order) ?? []),
      );
      return problem === null ? [] : [{ row, problem }];
    });
    if (refused.length > 0) await moveRefused(db, { id: input.id, refused });
  }
}

function problemOf({ refund }: StagedRefund, currency: string | null, sold: readonly SoldLine[]): RowProblem | null {
  const { order, line } = refund;
  if (currency === null) return rowProblem("refund.order_id", { why: "unknown_order", value: order });
  if (refund.currency !== null && refund.currency !== currency)
    return rowProblem("refund.currency", { why: "other_currency", value: refund.currency, currency });
  if (line?.amount === null && shareOf(line, sold) === null)
    return rowProblem("refund.line_amount", { why: "not_in_order", value: line.sku ?? line.product ?? "", order });
  return null;
}

/** What this import says of an order: null where no row dates it. */
function orderIn(rows: readonly ImportRow[]): { readonly currency: string; readonly lines: readonly SoldLine[] } | null {
  const order = rows.find((row) => row.order?.placedAt != null)?.order;
  return order
    ? {
        currency: order.currency,
        lines: rows.flatMap(({ line }) =>
          line ? [{ product: line.productId ?? line.sku, sku: line.sku, quantity: line.quantity, total: line.total }] : [],
        ),
      }
    : null;
}
