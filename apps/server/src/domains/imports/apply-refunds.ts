import { isDeepStrictEqual } from "node:util";
import { toIso, type Id, type Instant } from "@relance/model/base";
import type { OrderSeen, RefundSeen } from "@relance/model/events";
import { round4, shareOf, type SoldLine } from "@relance/model/imports";
import { knownOrders, soldLines, upsertOrders, type KnownOrder } from "../catalog/index.ts";
import { lockContacts } from "../contacts/index.ts";
import { correctEvents, tellKnown, type IngestInto } from "../ingest/index.ts";
import type { Applied } from "./apply-catalogue.ts";
import { refundUntied } from "./errors.ts";
import type { RefundNews } from "./refund-news.ts";

type Tx = Parameters<typeof tellKnown>[0];
type By = Pick<Parameters<typeof tellKnown>[1], "chance" | "now" | "slot"> & { readonly into: IngestInto };

/**
 * Ties refunds to their orders: the `Order Refunded` of whoever bought, and what the order's own row says was given back. What is stored of a
 * refund decides: told just so it changes nothing, told otherwise it takes the place of what was said.
 */
export async function applyRefunds(tx: Tx, by: By, news: readonly RefundNews[]): Promise<Applied> {
  if (news.length === 0) return { created: 0, updated: 0, unchanged: 0 };
  const { workspace, source, currency } = by.into;
  const known = await lockedOrders(tx, { workspace, externalIds: [...new Set(news.map((one) => one.order))] });
  const seen = await withAmounts(tx, workspace, news, known);
  const before = ({ news: { order }, refund }: Seen): RefundSeen | undefined =>
    known.get(order)!.refunds.find(({ id }) => id === refund.id);
  const created = seen.filter((one) => before(one) === undefined);
  const updated = seen.filter((one) => {
    const stored = before(one);
    return stored !== undefined && !saidByShop(stored) && !isDeepStrictEqual(stored, one.refund);
  });
  const told = (some: readonly Seen[]) =>
    some.flatMap(({ news: of, refund }) => {
      const { contact, currency: said } = known.get(of.order)!;
      return contact === null ? [] : [{ contact, message: refundedOf(of, refund, said), commerce: false }];
    });
  await tellKnown(tx, { ...by, told: told(created) });
  await correctEvents(tx, { ...by, told: told(updated) });
  const orders = [...created, ...updated].map(({ news: of, refund }) => ({
    ...orderOf(of, refund, source),
    contact: known.get(of.order)!.contact,
    refundsAnew: true,
  }));
  await upsertOrders(tx, { workspace, chance: by.chance, now: by.now, slot: by.slot, currency, products: new Map(), orders });
  return { created: created.length, updated: updated.length, unchanged: seen.length - created.length - updated.length };
}

interface Seen {
  readonly news: RefundNews;
  readonly refund: RefundSeen;
}

// A shop that was connected names the lines of its order: what it says of a refund stays.
const saidByShop = (refund: RefundSeen): boolean => refund.lines.some(({ ref }) => ref !== null);

/** The orders with their contacts locked: whoever is merged meanwhile is asked for again. */
async function lockedOrders(tx: Tx, input: { workspace: Id; externalIds: readonly string[] }): Promise<ReadonlyMap<string, KnownOrder>> {
  for (;;) {
    const known = await knownOrders(tx, input);
    const missing = input.externalIds.find((id) => !known.has(id));
    if (missing !== undefined) throw refundUntied({ order: missing });
    const contacts = [...new Set([...known.values()].flatMap(({ contact }) => contact ?? []))];
    const locked = await lockContacts(tx, { workspace: input.workspace, ids: contacts.sort() });
    if (contacts.every((id) => locked.has(id))) return known;
  }
}

async function withAmounts(tx: Tx, workspace: Id, news: readonly RefundNews[], known: ReadonlyMap<string, KnownOrder>): Promise<Seen[]> {
  const asked = [...new Set(news.filter(({ lines }) => lines.some(({ amount }) => amount === null)).map(({ order }) => order))];
  const sold = asked.length === 0 ? new Map<string, SoldLine[]>() : await soldLines(tx, { workspace, externalIds: asked });
  return news.map((one) => {
    const lines = one.lines.map((line) => {
      const amount = line.amount ?? shareOf(line, sold.get(one.order) ?? []);
      if (amount === null || (one.currency !== null && one.currency !== known.get(one.order)!.currency))
        throw refundUntied({ order: one.order });
      return { product: line.product, variant: null, sku: line.sku, name: null, quantity: line.quantity, amount, ref: null };
    });
    return {
      news: one,
      refund: { id: one.id, at: one.at, amount: one.amount ?? round4(lines.reduce((sum, line) => sum + line.amount, 0)), lines },
    };
  });
}

/** When the refunds of some rows happened: their months need partitions. */
export const momentsOf = (news: readonly RefundNews[]): Instant[] => news.map((one) => one.at);

function refundedOf({ order }: RefundNews, { id, at, amount, lines }: RefundSeen, currency: string): Record<string, unknown> {
  const products = lines.map((line) => ({ product_id: line.product, sku: line.sku, quantity: line.quantity, total: line.amount }));
  const properties = { order_id: order, refund_id: id, total: amount, currency, ...(products.length > 0 && { products }) };
  // Whose it is the order says; a message names somebody.
  return {
    type: "track",
    event: "Order Refunded",
    userId: order,
    properties,
    timestamp: toIso(at),
    messageId: `import:refund:${order}:${id}`,
  };
}

// Says nothing of the order but what was given back.
function orderOf({ order }: RefundNews, refund: RefundSeen, source: string): OrderSeen {
  return {
    externalId: order,
    kind: "sale",
    status: "refunded",
    currency: null,
    total: null,
    discount: null,
    shipping: null,
    tax: null,
    refunded: null,
    refunds: [refund],
    coupon: null,
    store: null,
    lines: null,
    placedAt: refund.at,
    at: refund.at,
    source,
  };
}
