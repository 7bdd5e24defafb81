import type { ExportKind } from "@relance/contract/exports";
import { sql, type Sql } from "../../platform/db/sql.ts";

/** What a column holds, and so how each format writes it. Numbers are whole or of four decimals; instants arrive as milliseconds. */
export type ColumnType = "text" | "number" | "boolean" | "instant" | "date" | "json";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly from: Sql;
}

/**
 * One table of an export. Pages follow the key, so that none needs a sort or an offset. Column names are those that an import recognises: what is exported can be brought in again.
 */
export interface Kind {
  readonly columns: readonly Column[];
  readonly tables: Sql;
  /** Whether its key begins with the bucket. */
  readonly bucketed: boolean;
  /** Short name in `tables` of the table that is paged and whose workspace counts. */
  readonly of: "c" | "e" | "o" | "l" | "p" | "v" | "r" | "k" | "m" | "s" | "g";
  /** The rest of the key after the bucket, each with its type. */
  readonly key: readonly (readonly [column: Sql, type: Sql])[];
  /** The contact, where rows can be kept to the members of a segment. */
  readonly contact: Sql | null;
}

const uuid = sql`uuid`;
const text = sql`text`;
const column =
  (type: ColumnType) =>
  (name: string, from: Sql): Column => ({ name, type, from });
const [words, number, yes, instant, date, object] = [
  column("text"),
  column("number"),
  column("boolean"),
  column("instant"),
  column("date"),
  column("json"),
];

const person = (on: Sql): Sql => sql`left join contacts c on c.bucket = ${on}.bucket and c.id = ${on}.contact_id`;
const who = [words("contact_id", sql`c.id::text`), words("customer_id", sql`c.external_id`), words("email", sql`c.email`)];

/** Every table that can be exported. */
export const KINDS: Readonly<Record<ExportKind, Kind>> = {
  contacts: {
    of: "c",
    bucketed: true,
    tables: sql`contacts c left join stores t on t.id = c.store_id`,
    key: [[sql`c.id`, uuid]],
    contact: sql`c.id`,
    columns: [
      words("contact_id", sql`c.id::text`),
      words("customer_id", sql`c.external_id`),
      words("email", sql`c.email`),
      words("phone", sql`c.phone`),
      words("first_name", sql`c.first_name`),
      words("last_name", sql`c.last_name`),
      words("locale", sql`c.locale`),
      words("time_zone", sql`c.time_zone`),
      words("country", sql`c.country`),
      words("region", sql`c.region`),
      words("postal_code", sql`c.postal_code`),
      words("city", sql`c.city`),
      words("store", sql`t.code`),
      date("birth_date", sql`c.birth_date`),
      words("customer_type", sql`c.customer_type`),
      number("latitude", sql`c.latitude`),
      number("longitude", sql`c.longitude`),
      object("attributes", sql`c.attributes`),
      yes("known", sql`c.known`),
      instant("created_at", sql`c.created_at`),
      instant("updated_at", sql`c.updated_at`),
      instant("last_seen_at", sql`c.last_seen_at`),
    ],
  },
  events: {
    of: "e",
    bucketed: true,
    tables: sql`events e ${person(sql`e`)}`,
    key: [
      [sql`e.contact_id`, uuid],
      [sql`e.occurred_at`, sql`timestamptz`],
      [sql`e.id`, uuid],
    ],
    contact: sql`e.contact_id`,
    columns: [
      words("event_id", sql`e.id::text`),
      ...who,
      words("type", sql`e.type`),
      words("event", sql`e.name`),
      instant("occurred_at", sql`e.occurred_at`),
      instant("received_at", sql`e.received_at`),
      number("amount", sql`e.amount`),
      words("currency", sql`e.currency`),
      object("properties", sql`e.properties`),
      object("context", sql`e.context`),
      words("message_id", sql`e.message_id`),
    ],
  },
  orders: {
    of: "o",
    bucketed: true,
    tables: sql`orders o ${person(sql`o`)} left join stores t on t.id = o.store_id`,
    key: [[sql`o.id`, uuid]],
    contact: sql`o.contact_id`,
    columns: [
      words("order_id", sql`o.external_id`),
      words("kind", sql`o.kind`),
      words("order_status", sql`o.status`),
      instant("placed_at", sql`o.placed_at`),
      ...who,
      words("currency", sql`o.currency`),
      number("order_total", sql`o.total`),
      number("discount", sql`o.discount`),
      number("shipping", sql`o.shipping`),
      number("tax", sql`o.tax`),
      number("refunded", sql`o.refunded`),
      object("refunds", sql`o.refunds`),
      words("coupon", sql`o.coupon`),
      words("store", sql`t.code`),
      instant("updated_at", sql`o.updated_at`),
      words("source", sql`o.source`),
      object("attributes", sql`o.attributes`),
    ],
  },
  order_lines: {
    of: "l",
    bucketed: true,
    tables: sql`order_lines l join orders o on o.bucket = l.bucket and o.id = l.order_id left join products p on p.id = l.product_id left join variants v on v.id = l.variant_id`,
    key: [
      [sql`l.order_id`, uuid],
      [sql`l.line`, sql`integer`],
    ],
    contact: sql`o.contact_id`,
    columns: [
      words("order_id", sql`o.external_id`),
      number("line", sql`l.line`),
      words("product_id", sql`p.external_id`),
      words("variant_id", sql`v.external_id`),
      words("sku", sql`l.sku`),
      words("product_name", sql`l.name`),
      number("quantity", sql`l.quantity`),
      number("unit_price", sql`l.unit_price`),
      number("line_total", sql`l.total`),
      object("attributes", sql`l.attributes`),
    ],
  },
  refunds: {
    of: "o",
    bucketed: true,
    key: [
      [sql`o.id`, uuid],
      [sql`f.n`, sql`bigint`],
      [sql`f.m`, sql`bigint`],
    ],
    contact: sql`o.contact_id`,
    tables: sql`orders o cross join lateral (select r.refund, r.n, l.line, coalesce(l.m, 0) as m from jsonb_array_elements(o.refunds) with ordinality r (refund, n) left join lateral jsonb_array_elements(r.refund -> 'lines') with ordinality l (line, m) on true) f`,
    columns: [
      words("refund_id", sql`f.refund ->> 'id'`),
      words("order_id", sql`o.external_id`),
      instant("refunded_at", sql`to_timestamp((f.refund ->> 'at')::numeric / 1000)`),
      number("refund_amount", sql`coalesce((f.refund ->> 'amount')::numeric, o.total)`),
      words("currency", sql`o.currency`),
      words("product_id", sql`f.line ->> 'product'`),
      words("sku", sql`f.line ->> 'sku'`),
      number("quantity", sql`(f.line ->> 'quantity')::numeric`),
      number("line_amount", sql`(f.line ->> 'amount')::numeric`),
    ],
  },
  carts: {
    of: "k",
    bucketed: true,
    key: [
      [sql`k.id`, uuid],
      [sql`coalesce(f.n, 0)`, sql`bigint`],
    ],
    contact: sql`k.contact_id`,
    tables: sql`carts k left join contacts c on c.bucket = k.bucket and c.id = k.contact_id left join lateral jsonb_array_elements(k.lines) with ordinality f (line, n) on true`,
    columns: [
      words("cart_id", sql`coalesce(nullif(k.external_id, ''), k.id::text)`),
      words("cart_status", sql`k.status`),
      instant("cart_updated_at", sql`k.updated_at`),
      instant("cart_created_at", sql`k.created_at`),
      ...who,
      words("cart_currency", sql`k.currency`),
      number("cart_total", sql`k.total`),
      words("cart_url", sql`k.url`),
      words("product_id", sql`f.line ->> 'product'`),
      words("sku", sql`f.line ->> 'sku'`),
      words("product_name", sql`f.line ->> 'name'`),
      number("quantity", sql`(f.line ->> 'quantity')::numeric`),
      number("unit_price", sql`(f.line ->> 'unitPrice')::numeric`),
      words("source", sql`k.source`),
    ],
  },
  products: {
    of: "p",
    bucketed: false,
    tables: sql`products p left join categories g on g.id = p.category_id`,
    key: [[sql`p.id`, uuid]],
    contact: null,
    columns: [
      words("product_id", sql`p.external_id`),
      words("product_sku", sql`p.sku`),
      words("product_name", sql`p.name`),
      words("brand", sql`p.brand`),
      words("category", sql`g.external_id`),
      object("attributes", sql`p.attributes`),
      instant("created_at", sql`p.created_at`),
      instant("updated_at", sql`p.updated_at`),
      words("source", sql`p.source`),
    ],
  },
  variants: {
    of: "v",
    bucketed: false,
    tables: sql`variants v join products p on p.id = v.product_id`,
    key: [[sql`v.id`, uuid]],
    contact: null,
    columns: [
      words("variant_id", sql`v.external_id`),
      words("product_id", sql`p.external_id`),
      words("sku", sql`v.sku`),
      object("options", sql`v.options`),
      words("image_url", sql`v.image_url`),
      object("attributes", sql`v.attributes`),
      instant("updated_at", sql`v.updated_at`),
    ],
  },
  prices: {
    of: "r",
    bucketed: false,
    tables: sql`prices r join products p on p.id = r.product_id left join variants v on v.id = r.variant_id left join stores t on t.id = r.store_id`,
    key: [
      [sql`r.product_id`, uuid],
      [sql`r.variant_id`, uuid],
      [sql`r.store_id`, uuid],
      [sql`r.valid_from`, sql`timestamptz`],
    ],
    contact: null,
    columns: [
      words("product_id", sql`p.external_id`),
      words("variant_id", sql`v.external_id`),
      words("store", sql`t.code`),
      words("currency", sql`r.currency`),
      number("price", sql`r.amount`),
      instant("valid_from", sql`r.valid_from`),
    ],
  },
  stock: {
    of: "k",
    bucketed: false,
    tables: sql`stock_levels k join products p on p.id = k.product_id left join variants v on v.id = k.variant_id left join stores t on t.id = k.store_id`,
    key: [
      [sql`k.product_id`, uuid],
      [sql`k.variant_id`, uuid],
      [sql`k.store_id`, uuid],
      [sql`k.recorded_at`, sql`timestamptz`],
    ],
    contact: null,
    columns: [
      words("product_id", sql`p.external_id`),
      words("variant_id", sql`v.external_id`),
      words("store", sql`t.code`),
      number("quantity", sql`k.quantity`),
      instant("recorded_at", sql`k.recorded_at`),
    ],
  },
  segment_members: {
    of: "m",
    bucketed: true,
    tables: sql`segment_members m join segments g on g.id = m.segment_id ${person(sql`m`)}`,
    key: [
      [sql`m.segment_id`, uuid],
      [sql`m.contact_id`, uuid],
    ],
    contact: sql`m.contact_id`,
    columns: [
      words("segment_id", sql`m.segment_id::text`),
      words("segment", sql`g.name`),
      ...who,
      instant("entered_at", sql`m.entered_at`),
    ],
  },
  group_members: {
    of: "m",
    bucketed: true,
    tables: sql`group_members m join groups g on g.id = m.group_id ${person(sql`m`)}`,
    key: [
      [sql`m.group_id`, uuid],
      [sql`m.contact_id`, uuid],
    ],
    contact: sql`m.contact_id`,
    columns: [
      words("group_id", sql`m.group_id::text`),
      words("group", sql`g.name`),
      ...who,
      instant("added_at", sql`m.added_at`),
      words("added_by", sql`m.added_by`),
    ],
  },
  consents: {
    of: "s",
    bucketed: true,
    tables: sql`consents s ${person(sql`s`)}`,
    key: [
      [sql`s.contact_id`, uuid],
      [sql`s.channel`, text],
      [sql`s.topic`, text],
    ],
    contact: sql`s.contact_id`,
    columns: [
      ...who,
      words("channel", sql`s.channel`),
      words("topic", sql`s.topic`),
      words("state", sql`s.state`),
      words("basis", sql`s.basis`),
      instant("changed_at", sql`s.changed_at`),
      date("expires_on", sql`s.expires_on`),
    ],
  },
  sends: {
    of: "s",
    bucketed: true,
    tables: sql`sends s ${person(sql`s`)} left join templates t on t.id = s.template_id left join journeys j on j.id = s.journey_id`,
    key: [[sql`s.id`, uuid]],
    contact: sql`s.contact_id`,
    columns: [
      words("send_id", sql`s.id::text`),
      ...who,
      words("channel", sql`s.channel`),
      words("class", sql`s.class`),
      words("topic", sql`s.topic`),
      words("template", sql`t.name`),
      number("template_version", sql`s.template_version`),
      words("journey", sql`j.name`),
      words("step_id", sql`s.step_id`),
      words("address", sql`s.address`),
      words("language", sql`s.language`),
      words("state", sql`s.state`),
      words("reason", sql`s.reason`),
      words("delivery", sql`s.delivery`),
      words("answer", sql`s.answer`),
      instant("created_at", sql`s.created_at`),
      instant("due_at", sql`s.due_at`),
      instant("handed_at", sql`s.handed_at`),
      instant("accepted_at", sql`s.accepted_at`),
      instant("ended_at", sql`s.ended_at`),
      words("message_id", sql`s.message_id`),
    ],
  },
  engagements: {
    of: "g",
    bucketed: true,
    tables: sql`engagements g ${person(sql`g`)}`,
    key: [
      [sql`g.send_id`, uuid],
      [sql`g.id`, uuid],
    ],
    contact: sql`g.contact_id`,
    columns: [
      words("send_id", sql`g.send_id::text`),
      ...who,
      words("kind", sql`g.kind`),
      yes("machine", sql`g.machine`),
      number("link", sql`g.link`),
      words("url", sql`g.url`),
      instant("at", sql`g.at`),
    ],
  },
  coupons: {
    of: "k",
    bucketed: true,
    tables: sql`coupons k join coupon_pools g on g.id = k.pool_id ${person(sql`k`)}`,
    key: [[sql`k.id`, uuid]],
    contact: sql`k.contact_id`,
    columns: [
      words("code", sql`k.code`),
      words("pool", sql`g.name`),
      ...who,
      instant("given_at", sql`k.given_at`),
      instant("expires_at", sql`k.expires_at`),
    ],
  },
};
