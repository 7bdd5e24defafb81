import { changeOrder, listOrderNews, type OrderNews } from "@relance/contract/catalog";
import { bucketOf, toIso, type Id, type Instant } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import { route } from "../../platform/http/route.ts";
import { findOrder, orderNotFound } from "../catalog/index.ts";
import { lockContacts } from "../contacts/index.ts";
import type { ToldEvent } from "../objects/index.ts";
import { namesOfActors } from "../team/index.ts";
import { orderOfNobody, refundBeyond } from "./errors.ts";
import { openTeller } from "./tell.ts";

type Order = NonNullable<Awaited<ReturnType<typeof findOrder>>>;
const MOST = 100;

/** What was told of an order, and what a person says of it: both are events of its contact, so that orders and events never disagree. */
export function orderNewsRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  const teller = openTeller(deps);
  route(app, listOrderNews, async ({ actor, params }) => {
    const { workspace } = actor;
    const order = await findOrder(db, { workspace, id: params.id });
    if (!order) throw orderNotFound({ id: params.id });
    return { items: order.contact_id === null ? [] : await newsOf(db, { workspace, contact: order.contact_id, order }) };
  });
  route(app, changeOrder, async ({ actor, params, body }) => {
    const { workspace } = actor;
    const now = clock.now();
    await teller.prepare([now]);
    await db.transaction(async (tx) => {
      const order = await heldOrder(tx, { workspace, id: params.id });
      await teller.tell(tx, {
        workspace,
        now,
        slot: 1 + Math.floor(chance.float() * 7),
        source: `api:${actor.id}`,
        facts: [],
        events: toldOf(order, body, chance.id(now)),
      });
    });
    deps.poke();
    return { ok: true as const };
  });
}

/** An order whose customer is held, as ingest holds them: two who change it at once come one after the other. @throws order.not_found */
async function heldOrder(tx: Tx, input: { readonly workspace: Id; readonly id: Id }): Promise<Order> {
  const seen = await findOrder(tx, input);
  if (seen?.contact_id != null) await lockContacts(tx, { workspace: input.workspace, ids: [seen.contact_id] });
  const order = await findOrder(tx, input);
  if (!order) throw orderNotFound({ id: input.id });
  return order;
}

/** @throws order.of_nobody, order.refund_beyond */
function toldOf(
  order: Order,
  said: { readonly status?: string | undefined; readonly refund?: { readonly amount: number } | undefined },
  refund: Id,
): ToldEvent[] {
  const contact = order.contact_id;
  if (contact === null) throw orderOfNobody({ order: order.external_id });
  const rest = Math.round((order.total - order.refunded) * 100) / 100;
  if (said.refund && said.refund.amount > rest) throw refundBeyond({ rest, currency: order.currency }, { field: "refund.amount" });
  const of = { order_id: order.external_id, currency: order.currency };
  return [
    ...(said.refund ? [{ contact, name: "Order Refunded", properties: { ...of, refund_id: refund, total: said.refund.amount } }] : []),
    ...(said.status === undefined
      ? []
      : [{ contact, name: said.status === "cancelled" ? "Order Cancelled" : "Order Updated", properties: { ...of, status: said.status } }]),
  ];
}

interface NewsRow {
  readonly id: Id;
  readonly at: Instant;
  readonly what: OrderNews["what"];
  readonly status: string | null;
  readonly amount: number | null;
  readonly source: string | null;
}

async function newsOf(db: Db, input: { readonly workspace: Id; readonly contact: Id; readonly order: Order }): Promise<OrderNews[]> {
  const { workspace, contact, order } = input;
  const rows = await db.query<NewsRow>(sql`
    select e.id, e.occurred_at as at, e.name as what, e.properties ->> 'status' as status, e.amount, e.context ->> 'source' as source from events e
    where e.bucket = ${bucketOf(contact)}::smallint and e.contact_id = ${contact} and e.workspace_id = ${workspace} and e.name in ('Order Completed', 'Order Updated', 'Order Refunded', 'Order Cancelled')
      and (coalesce(e.properties ->> 'order_id', e.properties ->> 'orderId', e.properties ->> 'order_number', e.message_id) = ${order.external_id})
    order by e.occurred_at desc, e.id desc limit ${MOST}`);
  const names = await namesOfActors(db, { workspace, ids: rows.flatMap(({ source }) => actorOf(source) ?? []) });
  return rows.map(({ id, at, what, status, amount, source }) => ({
    id,
    at: toIso(at),
    what,
    status,
    amount,
    by: names.get(actorOf(source) ?? "") ?? null,
  }));
}

const actorOf = (source: string | null): string | null => (source?.startsWith("api:") ? source.slice(4) : null);
