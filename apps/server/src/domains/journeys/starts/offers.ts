import { toIso, type Id, type Instant } from "@relance/model/base";
import { INTERESTS, isOfferStart, type Graph, type Interest, type OfferStart, type Start } from "@relance/model/journeys";
import { minus } from "@relance/model/time";
import type { Tx } from "../../../platform/db/database.ts";
import { empty, json, raw, sql, ts, type Sql } from "../../../platform/db/sql.ts";
import type { CatalogNews } from "../../catalog/index.ts";
import { startHash, type TimerRow } from "../runs/timers.ts";

/**
 * Starts by news of the catalogue. A batch of changed prices and stock comes once per bucket; for each start one statement finds who
 * wanted one of its products and arms a timer that is due at once, so that entering goes on in turns of bounded size.
 */
export async function armOffers(
  tx: Tx,
  input: {
    readonly news: readonly CatalogNews[];
    readonly journeys: readonly { readonly journey: { readonly id: Id; readonly paused: boolean }; readonly graph: Graph }[];
    readonly now: Instant;
  },
): Promise<void> {
  const [first] = input.news;
  if (!first) return;
  const batch = { id: first.batch_id, workspace: first.workspace_id, at: first.at, buckets: input.news.map((one) => one.bucket) };
  // Few starts a workspace, and each asks something else.
  for (const { journey, graph } of input.journeys) {
    if (journey.paused) continue;
    for (const start of graph.starts) if (isOfferStart(start)) await arm(tx, { ...batch, journey: journey.id, start, now: input.now });
  }
}

// Its name and page are in the language of whom it is told to, where the product has them.
const EVENT = { price_drop: "Price Dropped", back_in_stock: "Back in Stock", low_stock: "Low Stock" } as const;

interface Arming {
  readonly id: Id;
  readonly workspace: Id;
  readonly at: Instant;
  readonly buckets: readonly number[];
  readonly journey: Id;
  readonly start: OfferStart;
  readonly now: Instant;
}

async function arm(tx: Tx, input: Arming): Promise<void> {
  const { start, at } = input;
  const memory = {
    start: start.kind,
    timed: true,
    event: { id: input.id, name: EVENT[start.kind], at: toIso(at), amount: null, currency: null, properties: {} },
  };
  await tx.query(sql`
    with batch as (
      select p.id, p.external_id, p.name, jsonb_strip_nulls(jsonb_build_object('url', coalesce(p.attributes ->> 'url', (select t.url from product_translations t where t.product_id = p.id and t.url is not null order by t.language limit 1)), 'image_url', coalesce((select g.url from product_images g where g.product_id = p.id order by g.place limit 1), p.attributes ->> 'image_url'))) as page
      from catalog_batches b join products p on p.id = any(b.products) where b.id = ${input.id} and b.workspace_id = ${input.workspace}
    ), wanted as (
      select i.bucket, i.contact_id, i.product, b.id as product_id, coalesce(own.name, b.name) as name, b.page || jsonb_strip_nulls(jsonb_build_object('url', own.url)) as page, k.store_id as home, ${lastInterest(start)} as wanted_at
      from batch b join product_interests i on i.bucket = any(${input.buckets as number[]}::smallint[]) and i.workspace_id = ${input.workspace} and i.product = b.external_id
      join contacts k on k.bucket = i.bucket and k.id = i.contact_id
      left join lateral (select t.name, t.url from product_translations t join workspaces w on w.id = ${input.workspace} where t.product_id = b.id and lower(left(t.language, 2)) = lower(left(coalesce(k.locale, w.locale), 2)) order by t.language limit 1) own on true
      left join lateral (${lastOrder({ product: raw("b.id"), since: minus(input.now, start.within), now: input.now })}) ordered on true
      where greatest(i.viewed_at, i.carted_at, i.wished_at) >= ${ts(minus(input.now, start.within))}::timestamptz
    ), asked as (
      select w.bucket, w.contact_id, w.product, w.product_id, w.name, w.page, w.home, greatest(w.wanted_at, told.at) as since
      from wanted w left join lateral (select max(r.entered_at) as at from runs r where r.bucket = w.bucket and r.contact_id = w.contact_id and r.journey_id = ${input.journey} and r.key = w.product) told on true
      where w.wanted_at >= ${ts(minus(input.now, start.within))}::timestamptz
    ), ${start.kind === "price_drop" ? drops(start, at) : levels(start, at)}
    insert into start_timers (bucket, contact_id, journey_id, start, key, workspace_id, due_at, armed_at, memory)
    select distinct on (n.bucket, n.contact_id, n.product) n.bucket, n.contact_id, ${input.journey}::uuid, ${startHash(start)}, n.product, ${input.workspace}::uuid, ${ts(input.now)}::timestamptz, ${ts(at)}::timestamptz,
      jsonb_set(jsonb_set(jsonb_set(${json(memory)}::jsonb, '{event,properties}', n.said), '{event,amount}', coalesce(n.said -> 'price', 'null')), '{event,currency}', coalesce(n.said -> 'currency', 'null'))
    from news n order by n.bucket, n.contact_id, n.product, n.much desc, n.store, n.variant
    on conflict (bucket, contact_id, journey_id, start, key) do update set due_at = excluded.due_at, armed_at = excluded.armed_at, memory = excluded.memory where start_timers.armed_at <= excluded.armed_at`);
}

/** When a contact last wanted a product (`i`) in a way; null where it ordered (`ordered`) or no longer wished for it since. */
const WANTED = {
  viewed: "case when i.viewed_at > coalesce(ordered.at, '-infinity') then i.viewed_at end",
  carted: "case when i.carted_at > coalesce(ordered.at, '-infinity') then i.carted_at end",
  wished: "case when i.wished_at > coalesce(greatest(ordered.at, i.unwished_at), '-infinity') then i.wished_at end",
} as const;

/** When a contact last wanted a product in one of the ways a start names. */
export const lastInterest = (start: OfferStart): Sql => raw(`greatest(${start.interest.map((how) => WANTED[how]).join(", ")})`);

/** When the contact of an interest `i` last ordered a product between two moments. */
export function lastOrder(input: { readonly product: Sql; readonly since: Instant; readonly now: Instant }): Sql {
  return sql`select max(o.placed_at) as at from orders o join order_lines ol on ol.bucket = o.bucket and ol.order_id = o.id
    where o.bucket = i.bucket and o.contact_id = i.contact_id and o.workspace_id = i.workspace_id and o.kind = 'sale' and o.status <> 'cancelled' and o.placed_at between ${ts(input.since)}::timestamptz and ${ts(input.now)}::timestamptz and ol.product_id = ${input.product}`;
}

const stores = (start: OfferStart): Sql => (start.stores.length === 0 ? empty : sql`and s.code = any(${start.stores as string[]}::text[])`);
// A contact of one store hears of that store only.
const theirs = raw("(q.home is null or q.home = s.id)");

/**
 * Prices this batch lowered and that are still lower than when each contact last wanted the product or was last told. Compared within a
 * store, variant and currency; what the price was in between does not matter.
 */
function drops(start: Extract<OfferStart, { kind: "price_drop" }>, at: Instant): Sql {
  const enough =
    start.drop.by === "percent"
      ? sql`(was.amount - cur.amount) * 100 >= was.amount * ${start.drop.least}::numeric`
      : sql`cur.currency = ${start.drop.currency} and was.amount - cur.amount >= ${start.drop.least}::numeric`;
  const then = (of: Sql, until: Sql) =>
    sql`select h.amount, h.currency from prices h where h.product_id = ${of}.product_id and h.variant_id = ${of}.variant_id and h.store_id = ${of}.store_id and ${until} order by h.valid_from desc limit 1`;
  const c = raw("c");
  return sql`changed as (
      select x.product_id, x.variant_id, x.store_id, cur.amount, cur.currency from batch b join prices x on x.product_id = b.id and x.valid_from = ${ts(at)}::timestamptz
      cross join lateral (${then(raw("x"), sql`h.valid_from < ${ts(at)}::timestamptz`)}) prev cross join lateral (${then(raw("x"), sql`true`)}) cur
      where prev.currency = x.currency and x.amount < prev.amount and cur.currency = x.currency
    ), news as (
      select q.bucket, q.contact_id, q.product, s.code as store, coalesce(v.external_id, '') as variant, (was.amount - cur.amount) / was.amount as much,
        jsonb_build_object('product_id', q.product, 'product_name', q.name, 'variant', v.external_id, 'store', s.code, 'price', cur.amount, 'was', was.amount, 'currency', cur.currency, 'percent_off', round((was.amount - cur.amount) * 100 / was.amount, 1)) || q.page as said
      from asked q join changed c on c.product_id = q.product_id join stores s on s.id = c.store_id and ${theirs} ${stores(start)} left join variants v on v.id = c.variant_id
      cross join lateral (${then(c, sql`h.valid_from <= q.since`)}) was cross join lateral (select c.amount, c.currency) cur
      where was.currency = cur.currency and was.amount > 0 and ${enough}
    )`;
}

/** Stores in which this batch brought a product back, or down to few, and in which that is still so; told to who last saw it, or was last told, before. */
function levels(start: Exclude<OfferStart, { kind: "price_drop" }>, at: Instant): Sql {
  const total = (until: Sql) =>
    sql`(select sum(l.quantity)::bigint as n from (select distinct on (h.variant_id) h.quantity from stock_levels h where h.product_id = t.product_id and h.store_id = t.store_id and ${until} order by h.variant_id, h.recorded_at desc) l)`;
  const crossed =
    start.kind === "back_in_stock"
      ? sql`l.before <= 0 and l.after > 0 and l.now > 0`
      : sql`l.before > ${start.atMost}::integer and l.after > 0 and l.after <= ${start.atMost}::integer and l.now > 0 and l.now <= ${start.atMost}::integer`;
  return sql`touched as (
      select distinct x.product_id, x.store_id from batch b join stock_levels x on x.product_id = b.id and x.recorded_at = ${ts(at)}::timestamptz
    ), levels as (
      select t.product_id, t.store_id, ${total(sql`h.recorded_at < ${ts(at)}::timestamptz`)} as before, ${total(sql`h.recorded_at <= ${ts(at)}::timestamptz`)} as after, ${total(sql`true`)} as now from touched t
    ), news as (
      select q.bucket, q.contact_id, q.product, s.code as store, '' as variant, l.now as much, jsonb_build_object('product_id', q.product, 'product_name', q.name, 'store', s.code, 'stock', l.now) || q.page as said
      from asked q join levels l on l.product_id = q.product_id join stores s on s.id = l.store_id and ${theirs} ${stores(start)}
      where q.since < ${ts(at)}::timestamptz and ${crossed}
    )`;
}

/** Which of the timers of such starts still say the truth: the product is still wanted, the price is as low as told, the stock is still there, or still low. */
export async function stillOffered(
  tx: Tx,
  rows: readonly { readonly row: TimerRow; readonly start: Start }[],
  now: Instant,
): Promise<Set<TimerRow>> {
  const offers = rows.filter((one) => isOfferStart(one.start));
  if (offers.length === 0) return new Set();
  const wants = (how: Interest) => offers.map(({ start }) => (start as OfferStart).interest.includes(how));
  const said = (name: string) => offers.map(({ row }) => row.memory.event?.properties[name] ?? null);
  const found = await tx.query<{ n: number }>(sql`
    select o.n::integer as n
    from unnest(${offers.map((_, n) => n)}::integer[], ${offers.map(({ row }) => row.workspace_id)}::uuid[], ${said("product_id") as string[]}::text[], ${said("store") as string[]}::text[], ${said("variant") as (string | null)[]}::text[], ${said("price") as (number | null)[]}::numeric[], ${said("currency") as (string | null)[]}::text[],
      ${offers.map(({ start }) => (start.kind === "low_stock" ? start.atMost : null))}::integer[],
      ${offers.map(({ row }) => row.bucket)}::smallint[], ${offers.map(({ row }) => row.contact_id)}::uuid[], ${wants("viewed")}::boolean[], ${wants("carted")}::boolean[], ${wants("wished")}::boolean[]) as o (n, w, product, store, variant, price, currency, most, b, c, viewed, carted, wished)
    join product_interests i on i.bucket = o.b and i.workspace_id = o.w and i.product = o.product and i.contact_id = o.c
    join products p on p.workspace_id = o.w and p.external_id = o.product join stores s on s.workspace_id = o.w and s.code = o.store left join variants v on v.workspace_id = o.w and v.external_id = o.variant
    left join lateral (select h.amount, h.currency from prices h where h.product_id = p.id and h.variant_id = coalesce(v.id, p.id) and h.store_id = s.id order by h.valid_from desc limit 1) r on true
    left join lateral (select sum(l.quantity)::bigint as total from (select distinct on (h.variant_id) h.quantity from stock_levels h where h.product_id = p.id and h.store_id = s.id order by h.variant_id, h.recorded_at desc) l) l on true
    left join lateral (${lastOrder({ product: raw("p.id"), since: Math.min(...offers.map(({ start }) => minus(now, (start as OfferStart).within))), now })}) ordered on true
    where (${raw(INTERESTS.map((how) => `o.${how} and ${WANTED[how]} is not null`).join(" or "))}) and case when o.price is not null then r.amount <= o.price and r.currency = o.currency when o.most is null then l.total > 0 else l.total > 0 and l.total <= o.most end order by o.n`);
  return new Set(found.map(({ n }) => offers[n]!.row));
}
