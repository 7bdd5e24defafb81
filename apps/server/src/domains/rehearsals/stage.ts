import { DAY, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Aside } from "../../platform/db/database.ts";
import { raw, sql, ts } from "../../platform/db/sql.ts";
import type { Listener } from "../../platform/engine.ts";
import type { Clock } from "../../platform/ports.ts";
import { systemChance } from "../../platform/chance/index.ts";
import { productDoors, type DeliveryDoors } from "../delivery/index.ts";
import { recheckSends } from "../journeys/index.ts";
import { allBuckets, drive, type Driven } from "./drive.ts";

/**
 * Tables that the engine, the segments and the gate write, or read of the past otherwise than as they are now. The rest is read as it
 * stands. A table forgotten here makes a rehearsal fail, never write: the session cannot.
 */
const OWN_TABLES = [
  "bucket_leases",
  "inbox",
  "inbox_totals",
  "inbox_quarantine",
  "counters",
  "contacts",
  "attribute_changes",
  "consents",
  "consent_proofs",
  "group_members",
  "computed_attributes",
  "computed_builds",
  "computed_timers",
  "segments",
  "segment_references",
  "segment_builds",
  "segment_memberships",
  "segment_announcements",
  "segment_moves",
  "segment_wakes",
  "segment_totals",
  "journeys",
  "journey_versions",
  "journey_starts",
  "journey_dates",
  "journey_date_builds",
  "journey_changes",
  "journey_pauses",
  "journey_totals",
  "step_totals",
  "held_starts",
  "start_timers",
  "journey_schedules",
  "journey_lookbacks",
  "catalog_batches",
  "catalog_news",
  "product_interests",
  "tasks",
  "split_people",
  "runs",
  "visits",
  "article_reads",
  "sends",
  "coupon_pools",
  "coupon_stock",
  "coupons",
  "send_totals",
  "send_stops",
  "providers",
  "webhooks",
  "outbox_messages",
  "audiences",
  "audience_marks",
  "readiness_marks",
];
/** Totals, histories and lists for pages: on a stage nobody reads them. */
const UNREAD_TABLES = [
  "inbox_totals",
  "counters",
  "segment_totals",
  "segment_moves",
  "journey_totals",
  "step_totals",
  "send_totals",
  "outbox_messages",
  "tasks",
  "readiness_marks",
  "audience_marks",
];
/** Indexes for pages and for what happens outside of turns. */
const UNASKED_INDEXES = [
  "contacts_by_birth_date",
  "contacts_by_email",
  "contacts_by_first_name",
  "contacts_by_last_name",
  "contacts_by_seen",
  "contacts_by_time",
  "runs_by_journey",
  "sends_by_journey",
  "sends_by_time",
  "sends_claimed",
  "sends_uncertain",
  "outbox_by_time",
  "tasks_by_time",
  "coupons_by_code",
  "segment_builds_by_segment",
  "split_people_by_time",
  "start_timers_by_journey",
];
/** What shows as much of the recorded past as is known by now. */
const BY_NOW = ["events", "suppressions", "prices", "stock_levels"];
const STATEMENT_MS = 120_000;

/** What is on stage: the product with a clock of its own, over tables of its own, in front of the shared ones. */
export interface Stage extends Driven {
  /** Everything it does goes through these; `ports.sql` is the session. */
  readonly deps: Deps;
  readonly db: Aside;
  readonly at: Instant;
  /** Moves the clock and what is known by then; it never goes back. */
  moveTo(at: Instant): Promise<void>;
  /**
   * Says that the same few statements now follow one another thousands of times, over tables that grow from nothing: each is planned once,
   * never to read a table from end to end however small it was then, and by scans that step over dead rows the second time. Or that this is over.
   */
  steady(on: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface StageInput {
  readonly listeners: readonly Listener[];
  readonly workspace: Id;
  readonly from: Instant;
  /** Contacts whose recorded events are copied, so that others can be put beside them; null: all events are read where they are. */
  readonly only: readonly Id[] | null;
  /** Whether anything on stage listens to news of messages. */
  readonly hearsOfMessages: () => boolean;
  /** Those of the contacts. */
  readonly buckets: readonly number[];
}

// An event is known once it was received; one of imported history when it happened, as if the shop had told us then.
const known = raw(
  "(e.received_at <= (select current_setting('relance.now')::timestamptz) or (not e.live and e.occurred_at <= (select current_setting('relance.now')::timestamptz)))",
);
const EVENT = raw(
  "e.bucket, e.contact_id, e.id, e.workspace_id, e.type, e.name, e.occurred_at, e.received_at, e.properties, e.context, e.amount, e.currency, e.message_id, e.source_id, e.live",
);

export async function openStage(base: Deps, input: StageInput): Promise<Stage> {
  let at = input.from;
  const recorded = input.only === null ? raw("public.events") : raw("recorded_events");
  const db = await base.ports.sql.aside({
    name: "relance rehearsal",
    tables: input.only === null ? OWN_TABLES : [...OWN_TABLES, "suppressions", "engagements", "engagement_totals"],
    statementMs: STATEMENT_MS,
    unread: UNREAD_TABLES,
    unasked: UNASKED_INDEXES,
    views: { segment_members: ["segments", "segment_memberships"], events: ["recorded_events"] },
    setUp: [
      sql`select set_config('relance.now', ${ts(at)}::text, false)`,
      ...(input.only === null
        ? [suppressedByThen]
        : [sql`create temporary table recorded_events (like public.events including defaults including indexes)`]),
      sql`create temporary view events as select ${EVENT} from ${recorded} e where ${known}`,
      sql`create temporary view prices as select p.* from public.prices p where p.valid_from <= (select current_setting('relance.now')::timestamptz)`,
      sql`create temporary view stock_levels as select l.* from public.stock_levels l where l.recorded_at <= (select current_setting('relance.now')::timestamptz)`,
      sql`create temporary table entrants (bucket smallint, contact_id uuid, primary key (bucket, contact_id))`,
      sql`create temporary table script (seq bigint primary key, at timestamptz not null, kind text not null, bucket smallint not null, contact_id uuid not null, ref uuid, name text, data jsonb, occurred_at timestamptz)`,
      sql`create temporary table coming_contacts (like public.contacts including defaults)`,
      sql`alter table coming_contacts add column known_from timestamptz`,
      sql`create index coming_by_time on coming_contacts (known_from)`,
      sql`create temporary view segment_members as select m.bucket, m.segment_id, m.contact_id, m.workspace_id, m.entered_at from segment_memberships m join segments g on g.id = m.segment_id and g.generation = m.generation`,
      sql`create temporary table past_sends (like public.sends including defaults)`,
      sql`create index past_sends_at on past_sends (accepted_at)`,
      // Rows stay whole: packing those of a long decision small, and unpacking them at each look, costs more than their room.
      ...["sends", "runs", "visits"].map((table) => sql`alter table ${raw(table)} set (toast_tuple_target = 8160)`),
      sql`create index sends_held on sends (journey_id) where state = 'held'`,
      sql`create temporary table were_held (send_id uuid, reason text, primary key (send_id, reason))`,
    ],
  });
  const real = base.ports.clock;
  // Durations stand still: a pause of history is no pause of the machine.
  const clock: Clock = { now: () => at, monotonic: () => 0, sleep: (ms, signal) => real.sleep(ms, signal) };
  const chance = systemChance();
  const deps: Deps = {
    ...base,
    ports: {
      ...base.ports,
      sql: { ...db, aside: () => Promise.reject(new Error("Nothing is rehearsed inside a rehearsal")) },
      clock,
      chance,
    },
    jobs: { add: async () => undefined },
    poke: () => undefined,
  };
  const owner = chance.id(real.now());
  const { buckets } = input;
  await db.query(
    sql`insert into bucket_leases (role, bucket, owner, epoch) select r, b, ${owner}::uuid, 1 from unnest(${["engine", "delivery"]}::text[]) as r, unnest(${buckets}::smallint[]) as b`,
  );
  const driven = drive(deps, {
    leases: allBuckets(owner, buckets),
    listeners: input.listeners,
    doors: unseen(productDoors({ ...deps, recheck: recheckSends })),
    hearsOfMessages: input.hearsOfMessages,
  });
  return {
    ...driven,
    deps,
    db,
    get at() {
      return at;
    },
    async moveTo(next) {
      at = Math.max(at, next);
      await db.query(sql`select set_config('relance.now', ${ts(at)}::text, false)`);
      db.changed(BY_NOW);
    },
    async steady(on) {
      await db.query(
        sql`select set_config('plan_cache_mode', ${on ? "force_generic_plan" : "auto"}, false), set_config('enable_seqscan', ${on ? "off" : "on"}, false), set_config('enable_bitmapscan', ${on ? "off" : "on"}, false)`,
      );
    },
    close: () => db.close(),
  };
}

const suppressedByThen = sql`
  create temporary view suppressions as
  select s.lookup_bucket, s.workspace_id, s.channel, s.address_hash, s.reason, s.detail, s.suppressed_at,
    case when s.lifted_at <= (select current_setting('relance.now')::timestamptz) then s.lifted_at end as lifted_at
  from public.suppressions s where s.suppressed_at <= (select current_setting('relance.now')::timestamptz)`;

/** The doors of the product, but that nothing is written for anyone to read: whether a message leaves does not depend on its words. */
function unseen(doors: DeliveryDoors): DeliveryDoors {
  return {
    ...doors,
    render: async (_db, { sends }) =>
      new Map(
        sends.map((send) => [
          send.id,
          {
            from: "",
            messageId: `${send.id}@rehearsal.invalid`,
            subject: null,
            html: null,
            text: "",
            headers: {},
            mime: () => new Uint8Array(),
          },
        ]),
      ),
  };
}

/** How far back messages of before count for caps and pressure. */
export const LOOK_BACK = 31 * DAY;
