import { bucketOf, BUCKETS, type Id, type Instant } from "@relance/model/base";
import { isOfferStart, startKindOf, type Graph } from "@relance/model/journeys";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { raw, sql } from "../../platform/db/sql.ts";
import type { Listener } from "../../platform/engine.ts";
import { eventNames, layJourney } from "../journeys/index.ts";
import { laySegments } from "../segments/index.ts";
import { findWorkspace } from "../team/index.ts";
import { offerStarts, openCatalogue, readBatches, type Catalogue } from "./offers.ts";
import { changeFields, writeScript } from "./script-queries.ts";
import { factOf, openScript } from "./script.ts";
import { openStage, type Stage } from "./stage.ts";
import * as queries from "./world-queries.ts";
import type { News } from "./world-queries.ts";

/**
 * Tables that fill while time passes, with the columns by which they are looked up. Nobody cleans up behind temporary tables: each row that
 * is moved on leaves its former self in every index, at the very place where the next due one is looked for.
 */
const GROWING = [
  "runs (bucket, contact_id, state)",
  "visits (bucket, run_id)",
  "sends (bucket, contact_id, state)",
  "inbox (bucket)",
  "consents (bucket, contact_id)",
  "segment_memberships (bucket, contact_id)",
  "segment_wakes (bucket, contact_id)",
  "held_starts (bucket, contact_id)",
  "start_timers (bucket, contact_id)",
];
/** Halts between two times of cleaning up. */
const CLEAN_EVERY = 64;
const TABLES = GROWING.map((table) => table.replace(/ .*/, "")).join(", ");

export const ALL_BUCKETS: readonly number[] = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

/** A journey to be played: a draft, or any other graph. */
export interface Played {
  readonly journey: Id;
  readonly name: string;
  readonly graph: Graph;
}

export interface WorldInput {
  readonly listeners: readonly Listener[];
  readonly workspace: Id;
  readonly from: Instant;
  readonly until: Instant;
  readonly played: Played;
  readonly only: readonly Id[] | null;
  /** Only people of these buckets are there; absent: of all, or of those of `only`. */
  readonly buckets?: readonly number[];
  /** Puts more on stage before anything is asked. */
  readonly prepare?: (stage: Stage) => Promise<void>;
}

/** What a graph asks about: only that is replayed. */
interface Asked {
  readonly segments: readonly Id[];
  readonly attributes: readonly Id[];
  readonly events: readonly string[];
  /** Whether news of messages matter: a start or a wait of the graph, or a condition of a segment, is about them. */
  readonly messages: boolean;
}

/** The past of a workspace on stage, with one journey that was not there. */
export interface World {
  readonly stage: Stage;
  /** Whose people are there. */
  readonly buckets: readonly number[];
  /** Under which the journey is found. */
  readonly version: number;
  readonly asked: Asked;
  /** Where the graph starts by news of the catalogue. */
  readonly catalogue: Catalogue | null;
  /** Whether only those who can enter are there. */
  readonly entrantsOnly: boolean;
  readonly counts: { readonly contacts: number; readonly imported: number; readonly news: number; readonly events: number };
  /** Lets time pass until an instant: what was learnt by then is told, and done. @returns whether sends were looked at by the gate */
  moveTo(at: Instant): Promise<boolean>;
  /** When something next happens; null: never. */
  next(): Promise<Instant | null>;
}

export async function openWorld(deps: Deps, input: WorldInput): Promise<World> {
  const { workspace, from, played } = input;
  const buckets = input.buckets ?? (input.only === null ? ALL_BUCKETS : [...new Set(input.only.map(bucketOf))]);
  let hearsOfMessages = true;
  const stage = await openStage(deps, { ...input, buckets, hearsOfMessages: () => hearsOfMessages });
  const { db } = stage;
  try {
    const asked = await askedBy(db, { workspace, graph: played.graph });
    hearsOfMessages = asked.messages;
    const batches = offerStarts(played.graph).length === 0 ? null : await readBatches(db, input);
    const watched = [...new Set(batches?.flatMap((batch) => batch.names))].sort();
    const entrants = input.only === null ? await entrantsOf(db, input) : null;
    if (entrants !== null) await queries.layEntrants(db, { ...input, buckets, ...entrants, products: watched });
    const period = { ...input, buckets, entrantsOnly: entrants !== null };
    const { there, coming, imported } = await queries.layContacts(db, period);
    if (input.only !== null) await queries.copyEvents(db, { ...input, only: input.only });
    await queries.layConsents(db, { ...period, at: from });
    await queries.layGroups(db, { ...period, at: from });
    await queries.collectSends(db, { ...period, except: played.journey });
    await queries.recallSends(db, { after: null, upTo: from, all: true });
    await queries.layWebhooks(db, { workspace });
    await queries.layCoupons(db, { workspace, within: JSON.stringify(played.graph), from });
    await queries.layComputed(db, { workspace, attributes: asked.attributes, buckets, now: from });
    await stage.deps.ports.sql.transaction((tx) => laySegments(tx, { workspace, segments: asked.segments, buckets, now: from }));
    const catalogue =
      batches === null
        ? null
        : await openCatalogue(stage, { ...period, graph: played.graph, batches, watched: input.only === null ? watched : null });
    const news = await writeScript(db, {
      ...period,
      events: [...new Set([...asked.events, ...(catalogue?.events ?? [])])].sort(),
      journeys: [played.journey],
      messages: asked.messages,
    });
    const version = await stage.deps.ports.sql.transaction((tx) => layJourney(tx, { workspace, ...played, now: from }));
    await input.prepare?.(stage);
    for (const table of ["contacts", "consents", "group_members", "sends", "past_sends"]) await db.query(sql`analyze ${raw(table)}`);
    await stage.settle();
    await stage.steady(true);
    let halts = 0;
    let at = from;
    const script = openScript(db);
    let nextLeft = await queries.nextLeft(db, from);
    return {
      stage,
      buckets,
      version,
      asked,
      catalogue,
      entrantsOnly: period.entrantsOnly,
      counts: { contacts: there + coming, imported, news: Object.values(news).reduce((sum, n) => sum + n, 0), events: news["event"] ?? 0 },
      async moveTo(next) {
        const span = { ...input, after: at, upTo: next };
        const left = nextLeft !== null && nextLeft <= next;
        const learnt = await script.take(next);
        await stage.moveTo(next);
        if (left) await queries.recallSends(db, { ...span, all: false });
        await change(db, span, learnt);
        await catalogue?.hear(learnt);
        const told = (await catalogue?.tell()) ?? false;
        const parked = left ? await queries.parkYounger(db, { upTo: next }) : 0;
        let sent = await stage.pass(
          learnt.filter((one) => one.kind !== "event" || asked.events.includes(one.name!)).map((one) => factOf(workspace, one)),
        );
        if (told) {
          await stage.settle();
          sent = true;
        }
        if (left) await queries.recallSends(db, { after: at, upTo: next, all: true });
        if (parked > 0) {
          await queries.releaseParked(db, { upTo: next });
          sent = (await stage.pass()) || sent;
        }
        if (left) nextLeft = await queries.nextLeft(db, next);
        at = next;
        halts += 1;
        // At every doubling the plans are made anew, by what the tables hold now.
        if (halts >= 8 && (halts & (halts - 1)) === 0) await db.query(sql`vacuum (analyze, index_cleanup on) ${raw(GROWING.join(", "))}`);
        else if (halts % CLEAN_EVERY === 0) await db.query(sql`vacuum (index_cleanup on) ${raw(TABLES)}`);
        return sent;
      },
      async next() {
        const dues = [await stage.nextDue(), await script.next(), catalogue?.next() ?? null].filter((one) => one !== null);
        return dues.length === 0 ? null : Math.max(at, Math.min(...dues));
      },
    };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

/**
 * By what people can enter a graph, where that picks some: events, groups, being asked for, news of products they want. Null where anyone may (a date, a segment, a
 * schedule, other journeys and messages), or where the gate looks at everyone (the best time to send).
 */
async function entrantsOf(db: Db, input: WorldInput): Promise<{ events: readonly string[]; groups: readonly Id[] } | null> {
  const { settings } = await findWorkspace(db, { id: input.workspace });
  if (settings.bestTime.on) return null;
  const events = new Set<string>();
  const groups = new Set<Id>();
  for (const start of input.played.graph.starts) {
    const heard = startKindOf(start).events(start);
    if (start.kind === "group") groups.add(start.group);
    else if (!isOfferStart(start) && heard.length === 0 && start.kind !== "api") return null;
    for (const name of heard) events.add(name);
  }
  return { events: [...events].sort(), groups: [...groups].sort() };
}

/** What is otherwise from now on than it was. */
async function change(db: Db, span: WorldInput & { after: Instant; upTo: Instant }, learnt: readonly News[]): Promise<void> {
  const of = Map.groupBy(learnt, (one) => one.kind);
  if (of.has("contact")) await queries.arrive(db, span);
  if (of.has("change")) await changeFields(db, { ...span, told: of.get("change")! });
  if (of.has("consent")) await queries.hearConsents(db, of.get("consent")!);
  if (of.has("group")) await queries.joinGroupsOf(db, of.get("group")!);
}

/**
 * Segments, computed attributes and events that a graph mentions, directly or through segments. Found by their names in its text: a new
 * kind of step that mentions one need not be taught here.
 */
async function askedBy(db: Db, input: { workspace: Id; graph: Graph }): Promise<Asked> {
  const text = JSON.stringify(input.graph);
  const rows = await db.query<{ id: Id; rule: unknown }>(
    sql`select id, rule from public.segments where workspace_id = ${input.workspace} and state in ('live', 'building') order by id`,
  );
  const rules = new Map(rows.map((row) => [row.id, JSON.stringify(row.rule)]));
  const segments: Id[] = [];
  const visit = (within: string): void => {
    for (const [id, rule] of rules) {
      if (segments.includes(id) || !within.includes(id)) continue;
      visit(rule);
      if (!segments.includes(id)) segments.push(id); // after those it mentions
    }
  };
  visit(text);
  const all = [text, ...segments.map((id) => rules.get(id)!)].join("\n");
  const computed = await db.query<{ id: Id; key: string; computation: unknown }>(
    sql`select id, key, computation from public.computed_attributes where workspace_id = ${input.workspace} and state in ('live', 'building') order by id`,
  );
  const attributes = computed.filter(
    (row) => all.includes(JSON.stringify(`attributes.${row.key}`)) || all.includes(JSON.stringify(row.key)),
  );
  // What only a condition of the graph asks about is read where it is when it is asked; news are for what listens.
  const listening = [...segments.map((id) => rules.get(id)!), ...attributes.map((row) => JSON.stringify(row.computation))].join("\n");
  const names = await db.query<{ name: string }>(
    sql`select name from public.event_names where workspace_id = ${input.workspace} order by name`,
  );
  return {
    segments,
    messages: all.includes('"message"'),
    attributes: attributes.map((row) => row.id),
    events: [
      ...new Set([...eventNames(input.graph), ...names.map((row) => row.name).filter((name) => listening.includes(JSON.stringify(name)))]),
    ].sort(),
  };
}
