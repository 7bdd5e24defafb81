/**
 * What messages of a rehearsal may bring. Counted from what messages really brought in this workspace; where none went out yet, from a
 * published figure. Who orders after a message might have ordered without it: that is said wherever the number is shown.
 */
import { DAY, type Id, type Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";

/** How long after a message an order counts: five days, as Klaviyo counts by default. */
const ORDER_DAYS = 5;
const HISTORY = 180 * DAY;
/** Fewer messages than this tell nothing. */
const ENOUGH = 200;
/** Placed orders per recipient of automated messages, all industries, average: Klaviyo's benchmark report 2024. */
const PUBLISHED_RATE = 0.0171;

export interface Expected {
  readonly basis: "own" | "workspace" | "published";
  /** Messages the rate was counted from, and orders within `days` days of one. */
  readonly messages: number;
  readonly orders: number;
  readonly days: number;
  readonly rate: number;
  /** Mean order in the workspace's currency; null when there are none. */
  readonly orderValue: number | null;
  readonly currency: string;
  readonly conversions: { readonly expected: number; readonly low: number; readonly high: number };
  readonly revenue: number | null;
}

/** @param input.sent messages the rehearsal sent @param input.between which number they may really be, where it is estimated */
export async function expect(
  db: Db,
  input: {
    workspace: Id;
    journey: Id;
    currency: string;
    until: Instant;
    sent: number;
    between: { readonly low: number; readonly high: number } | undefined;
  },
): Promise<Expected> {
  const own = await countOrders(db, input, input.journey);
  const found =
    own.messages >= ENOUGH ? { basis: "own" as const, ...own } : { basis: "workspace" as const, ...(await countOrders(db, input, null)) };
  const enough = found.messages >= ENOUGH;
  const rate = enough ? found.orders / found.messages : PUBLISHED_RATE;
  const [value] = await db.query<{ mean: number | null }>(sql`
    select avg(o.total)::double precision as mean from public.orders o where o.workspace_id = ${input.workspace} and o.kind = 'sale' and o.status <> 'cancelled' and o.currency = ${input.currency} and o.placed_at > ${ts(input.until - 2 * HISTORY)}::timestamptz and o.placed_at <= ${ts(input.until)}::timestamptz`);
  const [low, high] = enough ? wilson(found.orders, found.messages) : [rate / 2, rate * 2];
  const orderValue = value!.mean === null ? null : Math.round(value!.mean * 100) / 100;
  const conversions = {
    expected: Math.round(rate * input.sent),
    low: Math.floor(low * (input.between?.low ?? input.sent)),
    high: Math.ceil(high * (input.between?.high ?? input.sent)),
  };
  return {
    basis: enough ? found.basis : "published",
    messages: enough ? found.messages : 0,
    orders: enough ? found.orders : 0,
    days: ORDER_DAYS,
    rate,
    orderValue,
    currency: input.currency,
    conversions,
    revenue: orderValue === null ? null : Math.round(rate * input.sent * orderValue),
  };
}

async function countOrders(
  db: Db,
  input: { workspace: Id; until: Instant },
  journey: Id | null,
): Promise<{ messages: number; orders: number }> {
  const [row] = await db.query<{ messages: number; orders: number }>(sql`
    select count(*) as messages, count(*) filter (where exists (select 1 from public.orders o where o.bucket = s.bucket and o.contact_id = s.contact_id and o.kind = 'sale' and o.status <> 'cancelled'
      and o.placed_at > s.accepted_at and o.placed_at <= s.accepted_at + make_interval(days => ${ORDER_DAYS}::integer))) as orders
    from (select x.bucket, x.contact_id, x.accepted_at from public.sends x where x.workspace_id = ${input.workspace} and x.state = 'accepted' and x.class = 'marketing' and (${journey}::uuid is null and x.journey_id is not null or x.journey_id = ${journey}::uuid)
      and x.created_at > ${ts(input.until - HISTORY)}::timestamptz and x.accepted_at <= ${ts(input.until - ORDER_DAYS * DAY)}::timestamptz order by x.created_at desc limit 50000) s`);
  return row!;
}

/** The interval that holds the true share in 95 of 100 cases (Wilson 1927). */
function wilson(hits: number, of: number): [number, number] {
  if (of === 0) return [0, 1];
  const z = 1.96;
  const p = hits / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
