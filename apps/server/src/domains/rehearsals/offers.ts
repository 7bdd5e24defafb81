/**
 * News of the catalogue in a rehearsal. Prices and stock are read from their history up to the clock's moment (`stage.ts`), batches of changes are
 * told again at their moments, and who wanted a product is what was known of it by then. Written over `public.` tables, as `world-queries.ts` is.
 */
import type { Id, Instant } from "@relance/model/base";
import { INTEREST_EVENTS, interestsIn, readCommerce, type JsonObject } from "@relance/model/events";
import { isOfferStart, type Graph, type OfferStart } from "@relance/model/journeys";
import { minus } from "@relance/model/time";
import type { Db } from "../../platform/db/database.ts";
import { empty, join, raw, sql, ts, tsArray, type Sql } from "../../platform/db/sql.ts";
import { noteInterests, tellBatch } from "../catalog/index.ts";
import type { News } from "./world-queries.ts";
import type { Stage } from "./stage.ts";
import { among, type Period } from "./world-queries.ts";

/** Products whose price or stock changed at one moment. */
export interface Batch {
  readonly at: Instant;
  readonly products: readonly Id[];
  readonly names: readonly string[];
}

/** Buckets whose past is read at once. */
const BUCKETS_AT_ONCE = 32;

export const offerStarts = (graph: Graph): OfferStart[] => graph.starts.filter(isOfferStart);

/** What the catalogue told in a period, in its order; a product that was new had changed nothing anyone could have seen. */
export async function readBatches(db: Db, { workspace, from, until }: Pick<Period, "workspace" | "from" | "until">): Promise<Batch[]> {
  const changed = (table: Sql, at: Sql) =>
    sql`select x.product_id, ${at} as at from ${table} x where x.workspace_id = ${workspace} and ${at} > ${ts(from)}::timestamptz and ${at} <= ${ts(until)}::timestamptz`;
  return db.query<Batch>(sql`
    select c.at, array_agg(c.product_id order by c.product_id) as products, array_agg(p.external_id order by c.product_id) as names
    from (${changed(sql`public.prices`, sql`x.valid_from`)} union ${changed(sql`public.stock_levels`, sql`x.recorded_at`)}) c join public.products p on p.id = c.product_id and p.created_at < c.at
    group by c.at order by c.at`);
}

export interface Catalogue {
  /** Events that say who wants what: they must be among what is learnt. */
  readonly events: readonly string[];
  /** When it next tells something; null: no more. */
  next(): Instant | null;
  /** Notes what people did with products, of what was just learnt. */
  hear(learnt: readonly News[]): Promise<void>;
  /** Tells what changed by the stage's moment. @returns whether there was anything */
  tell(): Promise<boolean>;
}

/** @param input.watched external ids of products that matter; null: all, of few contacts */
export async function openCatalogue(
  stage: Stage,
  input: Period & { readonly graph: Graph; readonly batches: readonly Batch[]; readonly watched: readonly string[] | null },
): Promise<Catalogue> {
  const { workspace, batches, watched } = input;
  const {
    db,
    deps: {
      ports: { chance },
    },
  } = stage;
  const matters = watched === null ? null : new Set(watched);
  const note = async (rows: readonly Deed[]): Promise<void> => {
    const deeds = rows.flatMap((row) =>
      interestsIn({ name: row.name, at: row.at, commerce: readCommerce(row.name, row.properties, row.at, "") }).map((deed) => ({
        ...deed,
        contact: row.contact,
      })),
    );
    await db.transaction((tx) => noteInterests(tx, { workspace, deeds: deeds.filter((deed) => matters?.has(deed.product) ?? true) }));
  };
  await layInterests(db, input);
  const since = Math.min(...offerStarts(input.graph).map((start) => minus(input.from, start.within)));
  for (let at = 0; at < input.buckets.length; at += BUCKETS_AT_ONCE)
    await note(await readDeedsBefore(db, { workspace, since, buckets: input.buckets.slice(at, at + BUCKETS_AT_ONCE) }));
  let place = 0;
  return {
    events: INTEREST_EVENTS,
    next: () => batches[place]?.at ?? null,
    async hear(learnt) {
      const told = learnt.filter((one) => one.kind === "event" && INTEREST_EVENTS.includes(one.name!));
      if (told.length > 0) await note(await readDeeds(db, told));
    },
    async tell() {
      const before = place;
      for (; place < batches.length && batches[place]!.at <= stage.at; place++) {
        const { at, products, names } = batches[place]!;
        await catchUp(db, { workspace, upTo: at, names });
        await db.transaction((tx) => tellBatch(tx, { workspace, chance, now: at, products }));
      }
      return place > before;
    },
  };
}

interface Deed {
  readonly contact: Id;
  readonly name: string;
  readonly at: Instant;
  readonly properties: JsonObject;
}

const DEEDS = ["viewed_at", "carted_at", "wished_at", "unwished_at"];
/** The last times of deeds, of those that were known by then. */
const lastBy = (at: Instant): Sql =>
  join(
    DEEDS.map((column) => sql`case when ${raw(`i.${column}`)} <= ${ts(at)}::timestamptz then ${raw(`i.${column}`)} end as ${raw(column)}`),
  );

/** Who wanted what, as far as the last deeds of today say it of then. */
async function layInterests(db: Db, period: Period & { readonly watched: readonly string[] | null }): Promise<void> {
  const { workspace, from, watched } = period;
  await db.query(sql`
    insert into product_interests (bucket, workspace_id, product, contact_id, ${raw(DEEDS.join(", "))})
    select i.bucket, i.workspace_id, i.product, i.contact_id, ${lastBy(from)} from public.product_interests i
    where i.workspace_id = ${workspace} ${watched === null ? empty : sql`and i.product = any(${watched as string[]}::text[])`} ${among(period, sql`i.bucket`, sql`i.contact_id`)}`);
}

/** What no event told: carts and orders that a connected shop was asked for. */
async function catchUp(
  db: Db,
  input: { readonly workspace: Id; readonly upTo: Instant; readonly names: readonly string[] },
): Promise<void> {
  await db.query(sql`
    update product_interests w set ${raw(DEEDS.map((column) => `${column} = greatest(w.${column}, n.${column})`).join(", "))}
    from (select i.bucket, i.product, i.contact_id, ${lastBy(input.upTo)} from public.product_interests i where i.workspace_id = ${input.workspace} and i.product = any(${input.names as string[]}::text[])) n
    where w.bucket = n.bucket and w.workspace_id = ${input.workspace} and w.product = n.product and w.contact_id = n.contact_id`);
}

/** What people did before the period whose last deed with a product came later: the table remembers but the last. */
function readDeedsBefore(
  db: Db,
  input: { readonly workspace: Id; readonly since: Instant; readonly buckets: readonly number[] },
): Promise<Deed[]> {
  return db.query<Deed>(sql`
    select e.contact_id as contact, e.name, e.occurred_at as at, e.properties
    from (select distinct w.bucket, w.contact_id from product_interests w join public.product_interests i on i.bucket = w.bucket and i.workspace_id = w.workspace_id and i.product = w.product and i.contact_id = w.contact_id
      where w.bucket = any(${input.buckets as number[]}::smallint[]) and (${raw(DEEDS.map((column) => `i.${column} is distinct from w.${column}`).join(" or "))})) later
    join events e on e.bucket = later.bucket and e.contact_id = later.contact_id and e.name = any(${INTEREST_EVENTS as string[]}::text[]) and e.occurred_at > ${ts(input.since)}::timestamptz
    where e.workspace_id = ${input.workspace} order by e.occurred_at, e.id`);
}

function readDeeds(db: Db, told: readonly News[]): Promise<Deed[]> {
  return db.query<Deed>(sql`
    select e.contact_id as contact, e.name, e.occurred_at as at, e.properties
    from unnest(${told.map((one) => one.bucket)}::smallint[], ${told.map((one) => one.contact_id)}::uuid[], ${tsArray(told.map((one) => one.occurred_at))}::timestamptz[], ${told.map((one) => one.ref)}::uuid[]) as n (bucket, contact_id, at, id)
    join events e on e.bucket = n.bucket and e.contact_id = n.contact_id and e.occurred_at = n.at and e.id = n.id order by e.occurred_at, e.id`);
}
