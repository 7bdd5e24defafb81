import type { Instant } from "../base/index.ts";
import { namesNobody } from "../events/message.ts";
import { articleOf, productOf, type ArticleRow, type ProductRow } from "./catalog-rows.ts";
import { cartOf, type CartRow } from "./cart-rows.ts";
import { parseDate } from "./cells.ts";
import type { TableMapping, Target } from "./mapping.ts";
import { eventOf, propertyTargets, type EventRow } from "./event-rows.ts";
import { refundOf, type RefundRow } from "./refund-rows.ts";
import { round4, RowCells, RowRefusal, short, type RowProblem } from "./row-cells.ts";

/**
 * One row of a table, read by a mapping: what it says of a contact, an order, one of its lines, a product, a content item. `placedAt` is null
 * in a row of a table that only names the order; another table tells when it was placed. A product without a name is one more row of its product.
 */
export interface ImportRow {
  readonly contact: Readonly<Record<string, string>> | null;
  readonly order: {
    readonly id: string;
    readonly placedAt: Instant | null;
    readonly total: number | null;
    /** Money given back so far, in all. */ readonly refunded?: number;
    readonly currency: string;
    readonly status: string | null;
    readonly coupon: string | null;
    readonly store: string | null;
  } | null;
  readonly line: {
    readonly sku: string | null;
    readonly productId: string | null;
    readonly name: string | null;
    readonly quantity: number;
    readonly unitPrice: number;
    readonly total: number;
  } | null;
  readonly product: ProductRow | null;
  readonly article?: ArticleRow;
  readonly event?: EventRow;
  readonly refund?: RefundRow;
  readonly cart?: CartRow;
}

export type RowReading = { readonly row: ImportRow; readonly problem: null } | { readonly row: null; readonly problem: RowProblem };

/** Reads rows of one table; made once per table. `number` is that of the row, from 1. */
export function rowReader(mapping: TableMapping, columns: readonly string[]): (cells: readonly string[], number: number) => RowReading {
  const cells = new RowCells(mapping, columns);
  const has = (...prefixes: string[]) => cells.targets.some((to) => prefixes.some((prefix) => to.startsWith(prefix)));
  const [hasOrder, hasLine, hasProduct, hasArticle, hasEvent, hasRefund, hasCart] = [
    has("order.", "line."),
    has("line."),
    has("product."),
    has("article."),
    has("event."),
    has("refund."),
    has("cart."),
  ];
  const properties = propertyTargets(cells.targets);
  const contactTargets = cells.targets.filter((to) => to.startsWith("contact."));
  const readContact = cells.repeating(contactTargets, () => contactOf(cells, contactTargets));
  const readOrder = cells.repeating(
    cells.targets.filter((to) => to.startsWith("order.")),
    () => orderOf(cells),
  );
  const isPlain = !hasArticle && !hasEvent && !hasRefund && !hasCart;
  return (given, number) => {
    cells.at(given, number);
    try {
      const contact = readContact();
      const row: ImportRow = {
        contact,
        order: hasOrder ? readOrder() : null,
        line: hasLine ? lineOf(cells) : null,
        product: hasProduct ? productOf(cells, !hasOrder) : null,
      };
      if (isPlain) return { row, problem: null };
      return {
        row: {
          ...row,
          ...(hasArticle && { article: articleOf(cells) }),
          ...(hasEvent && { event: eventOf(cells, properties, contact !== null) }),
          ...(hasRefund && { refund: refundOf(cells) }),
          ...(hasCart && { cart: cartOf(cells, contact !== null) }),
        },
        problem: null,
      };
    } catch (error) {
      if (error instanceof RowRefusal) return { row: null, problem: error.problem };
      throw error;
    }
  };
}

const IDENTIFIERS: ReadonlySet<Target> = new Set(["contact.user_id", "contact.email", "contact.phone"]);

/** The contact's values by attribute, or null when the row names nobody (a sale without a customer). */
function contactOf(cells: RowCells, targets: RowCells["targets"]): Record<string, string> | null {
  const values: Record<string, string> = {};
  for (const to of targets) {
    const text = cells.text(to);
    if (text === null || (IDENTIFIERS.has(to) && namesNobody(text))) continue;
    if (to === "contact.birth_date") {
      const date = parseDate(text, cells.options.dayFirst);
      if (date === null) throw new RowRefusal(to, { why: "not_a_date", value: short(text) });
      values["birth_date"] = date;
    } else values[to.slice("contact.".length)] = text;
  }
  return values["user_id"] || values["email"] || values["phone"] ? values : null;
}

function orderOf(cells: RowCells): ImportRow["order"] {
  const refunded = cells.number("order.refunded");
  return {
    id: cells.required("order.id"),
    placedAt: cells.has("order.placed_at") ? cells.moment("order.placed_at") : null,
    total: cells.number("order.total"),
    ...(refunded !== null && { refunded: Math.abs(refunded) }),
    currency: cells.text("order.currency")?.toUpperCase() ?? cells.options.currency,
    status: cells.text("order.status"),
    coupon: cells.text("order.coupon"),
    store: cells.text("order.store"),
  };
}

function lineOf(cells: RowCells): ImportRow["line"] {
  const quantity = cells.number("line.quantity") ?? 1;
  const unitPrice = cells.number("line.unit_price");
  const total = cells.number("line.total");
  if (unitPrice === null && total === null) throw new RowRefusal("line.unit_price", { why: "no_price" });
  return {
    sku: cells.text("line.sku"),
    productId: cells.text("line.product_id"),
    name: cells.text("line.name"),
    quantity,
    unitPrice: unitPrice ?? (quantity === 0 ? 0 : cells.storable(round4(total! / quantity), "line.quantity")),
    total: total ?? cells.storable(round4(quantity * unitPrice!), "line.unit_price"),
  };
}
