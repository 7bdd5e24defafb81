import type { Id, Instant, LocalDate, TimeZone } from "@relance/model/base";
import type { CustomerFacts, Fitted, Kept, RfmBounds, RfmGroup, Summary } from "@relance/model/predictions";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, sql, ts, type Sql } from "../../platform/db/sql.ts";

type RefreshState = "waiting" | "running" | "done" | "failed" | "cancelled";

/** What a refresh found out about the whole workspace. */
export interface RefreshResult extends Fitted, Summary {
  /** The last day counted, and the last day known to the hold-out check. */
  readonly asOf: LocalDate;
  readonly cut: LocalDate;
  readonly currency: string;
  /** Orders whose amount has no rate into the workspace's currency. */
  readonly leftOut: readonly { readonly currency: string; readonly orders: number }[];
}

export interface Refresh {
  readonly id: Id;
  readonly state: RefreshState;
  readonly asked_at: Instant;
  readonly asked_by: string;
  readonly phase: "gather" | "fit" | "write";
  readonly done: number;
  readonly ended_at: Instant | null;
  readonly result: RefreshResult | null;
  readonly error: string | null;
}

const REFRESH: Sql = sql`id, state, asked_at, asked_by, phase, done, ended_at, result, error`;

/** How a workspace wants its customers scored. */
export interface PredictionSettings {
  /** Null for quintiles. */
  readonly bounds: RfmBounds | null;
  /** What one unit of another currency is worth in the workspace's own. Orders in a currency without a rate count, their amount does not. */
  readonly rates: Readonly<Record<string, number>>;
}

export async function readSettings(db: Db, input: { workspace: Id }): Promise<PredictionSettings | null> {
  const [row] = await db.query<PredictionSettings>(
    sql`select bounds, rates from prediction_settings where workspace_id = ${input.workspace}`,
  );
  return row ?? null;
}

export async function writeSettings(tx: Tx, input: { workspace: Id; now: Instant; settings: PredictionSettings }): Promise<void> {
  const { bounds, rates } = input.settings;
  await tx.query(sql`
    insert into prediction_settings (workspace_id, bounds, rates, changed_at) values (${input.workspace}, ${bounds && json(bounds)}::jsonb, ${json(rates)}::jsonb, ${ts(input.now)}::timestamptz)
    on conflict (workspace_id) do update set bounds = excluded.bounds, rates = excluded.rates, changed_at = excluded.changed_at`);
}

/** @returns false when a refresh is already under way */
export async function insertRefresh(tx: Tx, input: { workspace: Id; id: Id; by: string; now: Instant }): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into prediction_refreshes (workspace_id, id, state, asked_at, asked_by) values (${input.workspace}, ${input.id}, 'waiting', ${ts(input.now)}::timestamptz, ${input.by})
    on conflict (workspace_id) where state in ('waiting', 'running') do nothing returning id`);
  return rows.length === 1;
}

/** The latest refresh, whatever became of it, and the latest that was done. */
export async function latestRefreshes(db: Db, input: { workspace: Id }): Promise<{ latest: Refresh | null; done: Refresh | null }> {
  const one = async (state: Sql): Promise<Refresh | null> =>
    (
      await db.query<Refresh>(
        sql`select ${REFRESH} from prediction_refreshes where workspace_id = ${input.workspace} ${state} order by id desc limit 1`,
      )
    )[0] ?? null;
  return { latest: await one(empty), done: await one(sql`and state = 'done'`) };
}

/** Sizes of the groups at each refresh that was done, newest first. */
export async function refreshHistory(
  db: Db,
  input: { workspace: Id; limit: number },
): Promise<{ ended_at: Instant; groups: Summary["groups"] }[]> {
  return db.query(
    sql`select ended_at, result -> 'groups' as groups from prediction_refreshes where workspace_id = ${input.workspace} and state = 'done' order by id desc limit ${input.limit}`,
  );
}

/** Takes or renews the right to work on a refresh, and says how far it came. @returns false when it is over, or another process holds it */
export async function leaseRefresh(
  db: Db,
  input: { workspace: Id; id: Id; owner: Id; now: Instant; until: Instant; phase: Refresh["phase"]; done: number },
): Promise<boolean> {
  const rows = await db.query(sql`
    update prediction_refreshes set state = 'running', lease_owner = ${input.owner}, lease_until = ${ts(input.until)}::timestamptz, phase = ${input.phase}, done = ${input.done}
    where workspace_id = ${input.workspace} and id = ${input.id} and state in ('waiting', 'running') and (lease_owner is null or lease_owner = ${input.owner} or lease_until < ${ts(input.now)}::timestamptz)
    returning id`);
  return rows.length === 1;
}

/** @returns false when it was over already */
export async function endRefresh(
  db: Db,
  input: { workspace: Id; id: Id; state: "done" | "failed" | "cancelled"; now: Instant; result?: RefreshResult; error?: string },
): Promise<boolean> {
  const rows = await db.query(sql`
    update prediction_refreshes set state = ${input.state}, ended_at = ${ts(input.now)}::timestamptz, result = ${input.result ? json(input.result) : null}::jsonb, error = ${input.error ?? null}, lease_owner = null, lease_until = null
    where workspace_id = ${input.workspace} and id = ${input.id} and state in ('waiting', 'running') returning id`);
  return rows.length === 1;
}

/** Gives the right back after a failure, so that the next try need not wait. */
export async function releaseRefresh(db: Db, input: { workspace: Id; id: Id; owner: Id }): Promise<void> {
  await db.query(
    sql`update prediction_refreshes set lease_owner = null, lease_until = null where workspace_id = ${input.workspace} and id = ${input.id} and lease_owner = ${input.owner}`,
  );
}

export async function cancelActive(db: Db, input: { workspace: Id; now: Instant }): Promise<boolean> {
  const rows = await db.query(sql`
    update prediction_refreshes set state = 'cancelled', ended_at = ${ts(input.now)}::timestamptz, lease_owner = null, lease_until = null
    where workspace_id = ${input.workspace} and state in ('waiting', 'running') returning id`);
  return rows.length > 0;
}

/** Refreshes that nobody works on any more: their job was lost, or their process died. */
export async function listAbandoned(db: Db, input: { now: Instant; before: Instant }): Promise<{ workspace_id: Id; id: Id }[]> {
  return db.query(sql`
    select workspace_id, id from prediction_refreshes
    where state in ('waiting', 'running') and coalesce(lease_until, asked_at) < ${ts(input.before)}::timestamptz order by workspace_id, id`);
}

/** Workspaces without a refresh asked for since their own moment, that have an order. */
export async function dueWorkspaces(db: Db, input: { workspaces: readonly { id: Id; since: Instant }[] }): Promise<Id[]> {
  const rows = await db.query<{ id: Id }>(sql`
    select r.id from unnest(${input.workspaces.map((one) => one.id)}::uuid[], ${input.workspaces.map((one) => ts(one.since))}::timestamptz[]) as r (id, since)
    where not exists (select 1 from prediction_refreshes p where p.workspace_id = r.id and p.asked_at >= r.since)
      and exists (select 1 from orders o where o.workspace_id = r.id)
    order by r.id`);
  return rows.map((row) => row.id);
}

/** Old refreshes go: a year of nights tells how groups grew. */
export async function forgetRefreshes(db: Db, input: { workspace: Id; before: Instant }): Promise<void> {
  await db.query(
    sql`delete from prediction_refreshes where workspace_id = ${input.workspace} and state in ('done', 'failed', 'cancelled') and ended_at < ${ts(input.before)}::timestamptz`,
  );
}

/** The day of the first order of all, in days from 1970-01-01. */
export async function firstDay(db: Db, input: { workspace: Id; zone: TimeZone; now: Instant }): Promise<number | null> {
  const [row] = await db.query<{ day: number | null }>(sql`
    select (min(o.placed_at) at time zone ${input.zone})::date - date '1970-01-01' as day from orders o
    where o.workspace_id = ${input.workspace} and o.kind = 'sale' and o.status <> 'cancelled' and o.contact_id is not null and o.placed_at <= ${ts(input.now)}::timestamptz`);
  return row?.day ?? null;
}

/** How orders are counted. `before`, `cut`: days from 1970-01-01. */
export interface Counting {
  readonly workspace: Id;
  readonly zone: TimeZone;
  readonly now: Instant;
  readonly currency: string;
  readonly rates: Readonly<Record<string, number>>;
  readonly cut: number;
  readonly before: number;
}

/**
 * The facts of every customer of some buckets, in one pass over their orders. One day is one occasion; cancelled orders and those wholly
 * refunded are none; what was refunded in part and returns lower the totals.
 */
export async function customerFacts(
  db: Db,
  input: Counting & { readonly buckets: readonly number[] },
): Promise<(CustomerFacts & { contact: Id })[]> {
  const rates = { ...input.rates, [input.currency]: 1 };
  return db.query(sql`
    with days as (
      select o.bucket, o.contact_id, (o.placed_at at time zone ${input.zone})::date - date '1970-01-01' as day,
        bool_or(o.kind = 'sale' and not (o.total > 0 and o.refunded >= o.total)) as sold,
        coalesce(sum((o.total - o.refunded) * x.rate) filter (where o.kind = 'sale'), 0) as sales,
        coalesce(sum((o.total - o.refunded) * x.rate), 0) as net
      from orders o left join unnest(${Object.keys(rates)}::text[], ${Object.values(rates)}::double precision[]::numeric[]) as x (currency, rate) on x.currency = o.currency
      where o.workspace_id = ${input.workspace} and o.bucket = any(${input.buckets as number[]}::smallint[]) and o.contact_id is not null and o.status <> 'cancelled' and o.placed_at <= ${ts(input.now)}::timestamptz
      group by o.bucket, o.contact_id, day
    )
    select d.contact_id as contact, count(*) filter (where d.sold)::integer as orders, min(d.day) filter (where d.sold) as first, max(d.day) filter (where d.sold) as last,
      sum(d.net)::double precision as spent, count(*) filter (where d.sold and d.sales > 0)::integer as valued, coalesce(avg(d.sales) filter (where d.sold and d.sales > 0), 0)::double precision as "meanValue",
      count(*) filter (where d.sold and d.day <= ${input.cut}::integer)::integer as "ordersAtCut", coalesce(max(d.day) filter (where d.sold and d.day <= ${input.cut}::integer), 0) as "lastAtCut",
      count(*) filter (where d.sold and d.day <= ${input.before}::integer)::integer as "ordersBefore", coalesce(max(d.day) filter (where d.sold and d.day <= ${input.before}::integer), 0) as "lastBefore",
      coalesce(sum(d.net) filter (where d.day <= ${input.before}::integer), 0)::double precision as "spentBefore"
    from days d group by d.bucket, d.contact_id having bool_or(d.sold) order by d.contact_id`);
}

/** Orders whose currency has no rate. */
export async function leftOut(db: Db, input: Counting): Promise<{ currency: string; orders: number }[]> {
  return db.query(sql`
    select o.currency, count(*)::integer as orders from orders o
    where o.workspace_id = ${input.workspace} and o.contact_id is not null and o.status <> 'cancelled' and not (o.currency = any(${[input.currency, ...Object.keys(input.rates)]}::text[]))
    group by o.currency order by o.currency`);
}

/** A row as it is kept, days as text. */
export interface KeptRow extends Kept {
  readonly contact: Id;
  readonly orders: number;
  readonly firstOn: LocalDate;
  readonly lastOn: LocalDate;
  readonly spent: number;
  readonly valued: number;
  readonly meanValue: number;
  readonly r: number;
  readonly f: number;
  readonly m: number;
  readonly worth: number;
  readonly group: RfmGroup;
  readonly before: RfmGroup | null;
}

const KEPT: Sql = sql`p.contact_id as contact, p.orders, p.first_on as "firstOn", p.last_on as "lastOn", p.spent, p.valued, p.mean_value as "meanValue", p.recency_score as r, p.frequency_score as f,
  p.monetary_score as m, p.worth_score as worth, p.rfm_group as "group", p.rfm_before as before, p.alive, p.orders_30 as orders30, p.orders_90 as orders90, p.orders_365 as orders365, p.churn,
  p.next_order_on as "nextOn", p.value_365 as value365, p.total_value as total`;

export async function keptRows(db: Db, input: { workspace: Id; buckets: readonly number[] }): Promise<KeptRow[]> {
  return db.query(
    sql`select ${KEPT} from predictions p where p.workspace_id = ${input.workspace} and p.bucket = any(${input.buckets as number[]}::smallint[]) order by p.contact_id`,
  );
}

export async function keptOf(
  db: Db,
  input: { workspace: Id; bucket: number; contact: Id },
): Promise<(KeptRow & { computedAt: Instant }) | null> {
  const [row] = await db.query<KeptRow & { computedAt: Instant }>(
    sql`select ${KEPT}, p.computed_at as "computedAt" from predictions p where p.workspace_id = ${input.workspace} and p.bucket = ${input.bucket}::smallint and p.contact_id = ${input.contact}`,
  );
  return row ?? null;
}

export async function writeRows(
  tx: Tx,
  input: { workspace: Id; now: Instant; bucketOf: (contact: Id) => number; rows: readonly KeptRow[] },
): Promise<void> {
  const { rows } = input;
  if (rows.length === 0) return;
  const numbers = (key: "alive" | "orders30" | "orders90" | "orders365" | "churn" | "value365" | "total" | "meanValue" | "spent") =>
    rows.map((row) => row[key]);
  const wholes = (key: "orders" | "valued" | "r" | "f" | "m" | "worth") => rows.map((row) => row[key]);
  await tx.query(sql`
    insert into predictions (bucket, contact_id, workspace_id, orders, first_on, last_on, spent, valued, mean_value, recency_score, frequency_score, monetary_score, worth_score, rfm_group, rfm_before, alive,
      orders_30, orders_90, orders_365, churn, next_order_on, value_365, total_value, computed_at)
    select r.bucket, r.contact, ${input.workspace}, r.orders, r.first_on, r.last_on, r.spent, r.valued, r.mean_value, r.r, r.f, r.m, r.worth, r.rfm_group, r.rfm_before, r.alive,
      r.orders_30, r.orders_90, r.orders_365, r.churn, r.next_on, r.value_365, r.total, ${ts(input.now)}::timestamptz
    from unnest(
      ${rows.map((row) => input.bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.contact)}::uuid[], ${wholes("orders")}::integer[], ${rows.map((row) => row.firstOn)}::date[], ${rows.map((row) => row.lastOn)}::date[],
      ${numbers("spent")}::numeric[], ${wholes("valued")}::integer[], ${numbers("meanValue")}::double precision[], ${wholes("r")}::smallint[], ${wholes("f")}::smallint[], ${wholes("m")}::smallint[], ${wholes("worth")}::smallint[],
      ${rows.map((row) => row.group)}::text[], ${rows.map((row) => row.before)}::text[], ${numbers("alive")}::double precision[], ${numbers("orders30")}::double precision[], ${numbers("orders90")}::double precision[],
      ${numbers("orders365")}::double precision[], ${numbers("churn")}::double precision[], ${rows.map((row) => row.nextOn)}::date[], ${numbers("value365")}::double precision[], ${numbers("total")}::double precision[]
    ) as r (bucket, contact, orders, first_on, last_on, spent, valued, mean_value, r, f, m, worth, rfm_group, rfm_before, alive, orders_30, orders_90, orders_365, churn, next_on, value_365, total)
    order by r.bucket, r.contact
    on conflict (bucket, contact_id) do update set orders = excluded.orders, first_on = excluded.first_on, last_on = excluded.last_on, spent = excluded.spent, valued = excluded.valued, mean_value = excluded.mean_value,
      recency_score = excluded.recency_score, frequency_score = excluded.frequency_score, monetary_score = excluded.monetary_score, worth_score = excluded.worth_score, rfm_group = excluded.rfm_group, rfm_before = excluded.rfm_before,
      alive = excluded.alive, orders_30 = excluded.orders_30, orders_90 = excluded.orders_90, orders_365 = excluded.orders_365, churn = excluded.churn, next_order_on = excluded.next_order_on, value_365 = excluded.value_365,
      total_value = excluded.total_value, computed_at = excluded.computed_at`);
}

export async function deleteRows(tx: Tx, input: { workspace: Id; buckets: readonly number[]; contacts: readonly Id[] }): Promise<void> {
  if (input.contacts.length === 0) return;
  await tx.query(
    sql`delete from predictions where workspace_id = ${input.workspace} and bucket = any(${input.buckets as number[]}::smallint[]) and contact_id = any(${input.contacts as Id[]}::uuid[])`,
  );
}

export interface ValuedCustomer extends Pick<
  KeptRow,
  "contact" | "group" | "before" | "orders" | "lastOn" | "spent" | "alive" | "value365"
> {
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

/** Customers of a cell, a group, or who moved from a group to another; who spent most first. */
export async function listValued(
  db: Db,
  input: {
    workspace: Id;
    r: number | null;
    worth: number | null;
    group: RfmGroup | null;
    from: RfmGroup | null;
    after: { spent: number; contact: Id } | null;
    limit: number;
  },
): Promise<ValuedCustomer[]> {
  const { r, worth, group, from, after } = input;
  return db.query(sql`
    select p.contact_id as contact, p.rfm_group as "group", p.rfm_before as before, p.orders, p.last_on as "lastOn", p.spent, p.alive, p.value_365 as value365, c.email, c.first_name as "firstName", c.last_name as "lastName"
    from predictions p join contacts c on c.bucket = p.bucket and c.id = p.contact_id
    where p.workspace_id = ${input.workspace} ${r === null ? empty : sql`and p.recency_score = ${r}::smallint`} ${worth === null ? empty : sql`and p.worth_score = ${worth}::smallint`}
      ${group === null ? empty : sql`and p.rfm_group = ${group}`} ${from === null ? empty : sql`and p.rfm_before = ${from} and p.rfm_group <> ${from}`}
      ${after === null ? empty : sql`and (p.spent < ${after.spent}::numeric or (p.spent = ${after.spent}::numeric and p.contact_id > ${after.contact}))`}
    order by p.spent desc, p.contact_id limit ${input.limit}`);
}
