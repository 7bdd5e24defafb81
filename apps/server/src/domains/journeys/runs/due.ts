/** What time brings to a turn: runs whose timer came due, starts by dates and timers, and work laid down bucket by bucket. */
import type { Id, Instant } from "@relance/model/base";
import { isOfferStart, looksBack, startKindOf, UNASKED } from "@relance/model/journeys";
import type { CatalogNews } from "../../catalog/index.ts";
import * as changes from "../changes.ts";
import { cartsAt } from "../starts/cart.ts";
import { writeDates } from "../starts/dates.ts";
import { graphOf, loadGraphs } from "../graphs.ts";
import { takePast, type Lookback } from "../starts/lookback.ts";
import { armOffers, stillOffered } from "../starts/offers.ts";
import * as queries from "../queries.ts";
import { rhythmsOf } from "../starts/rhythm.ts";
import { settleSchedules, type DueSchedule } from "../starts/schedules.ts";
import { change, end } from "./settle.ts";
import type { Candidate } from "../starts/starts.ts";
import type { RunState } from "./state.ts";
import * as timers from "./timers.ts";
import type { Work } from "./work.ts";

/** Runs whose timer came due go on. */
export async function wake(work: Work, rows: readonly queries.RunRow[]): Promise<void> {
  const states = await work.load(rows);
  for (const state of states) {
    const { missed, ...memory } = state.memory;
    state.input = { ...UNASKED, timerDue: missed === undefined, event: missed ?? null };
    if (missed !== undefined) state.memory = memory;
    work.touched.add(state);
  }
  await work.settle(states);
}

/** Contacts whose date has come enter, and their next date is computed. */
export async function startByDate(
  work: Work,
  rows: readonly { journey_id: Id; contact_id: Id; workspace_id: Id; due_at: Instant }[],
): Promise<void> {
  if (rows.length === 0) return;
  await work.load(await queries.selectActiveRuns(work.tx, { contacts: [...new Set(rows.map((row) => row.contact_id))].sort() }));
  const candidates = rows.flatMap((row): Candidate[] => {
    const found = work.find(row.workspace_id, row.journey_id);
    // A birthday that passed in a pause, or while nothing ran, is not wished weeks later.
    const inTime = row.due_at >= work.turn.now - timers.LATEST;
    return found && inTime && !found.journey.paused
      ? [{ ...found, contact: row.contact_id, key: "", memory: { start: "date", event: null } }]
      : [];
  });
  work.refused.push(...(await work.enter(candidates)));
  for (const [journey, group] of Map.groupBy(rows, (row) => row.journey_id)) {
    await writeDates(work, group[0]!.workspace_id, journey, { contacts: group.map((row) => row.contact_id) });
  }
}

/** Timers that have come due: those that still stand by all that happened since start their journey. */
export async function startByTimer(work: Work, rows: readonly timers.TimerRow[]): Promise<void> {
  const known = rows.flatMap((row) => {
    const found = work.find(row.workspace_id, row.journey_id);
    const start = found?.graph.starts.find((one) => timers.startHash(one) === row.start);
    return found && start ? [{ row, found, start }] : [];
  });
  if (known.length === 0) return;
  await work.load(await queries.selectActiveRuns(work.tx, { contacts: [...new Set(known.map(({ row }) => row.contact_id))].sort() }));
  await work.learnZones(known.map(({ row }) => ({ workspace: row.workspace_id, contact: row.contact_id })));
  const heard = await timers.selectHeardSince(work.tx, {
    rows: known.map(({ row }) => row),
    names: [...new Set(known.flatMap(({ start }) => startKindOf(start).events(start)))].sort(),
  });
  const rhythmOf = await rhythmsOf(
    work.tx,
    known.flatMap(({ row, start }) =>
      (heard.get(row.contact_id) ?? []).map((event) => ({
        workspace: row.workspace_id,
        contact: row.contact_id,
        key: row.key,
        at: event.at,
        start,
      })),
    ),
  );
  const turn = { now: work.turn.now, zoneOf: (contact: Id) => work.zones.get(contact)!, rhythmOf };
  const moved: timers.TimerRow[] = [];
  const standing = known.flatMap((one) => {
    const stands = timers.standing(one.row, one.start, heard.get(one.row.contact_id) ?? [], turn);
    if (stands === null || stands.due < turn.now - timers.LATEST) return [];
    const row =
      stands.event === null
        ? { ...one.row, due_at: stands.due }
        : { ...one.row, due_at: stands.due, armed_at: stands.event.at, memory: timers.memoryOf(one.start, stands.event) };
    if (stands.due > turn.now || stands.again !== null) moved.push({ ...row, due_at: stands.again ?? stands.due });
    return stands.due > turn.now ? [] : [{ ...one, row, again: stands.again }];
  });
  await timers.upsertTimers(work.tx, moved);
  // News that came late may have set a timer anew although what stands has begun a run already.
  const begun = await timers.selectBegun(work.tx, standing);
  const fired = standing.filter(({ row }) => !begun.has(row));
  const offered = await stillOffered(work.tx, fired, turn.now);
  const carts = await cartsAt(
    work.tx,
    fired.flatMap(({ row, start }) => (start.kind === "cart" ? [row] : [])),
  );
  const candidates = fired.flatMap(({ row, found, start }): Candidate[] => {
    if (isOfferStart(start) && !offered.has(row)) return [];
    const candidate = { ...found, contact: row.contact_id, key: row.key, memory: row.memory };
    if (start.kind !== "cart") return [candidate];
    const cart = carts.get(`${row.contact_id} ${row.key}`);
    // Ordered or emptied in a way no event told, or worth less than asked.
    if (cart && (!cart.open || (start.least !== null && cart.total < start.least))) return [];
    if (!cart) return start.least === null ? [candidate] : [];
    return [
      { ...candidate, memory: { ...row.memory, cart: { items: cart.items, total: cart.total, currency: cart.currency, url: cart.url } } },
    ];
  });
  work.refused.push(...(await work.enter(candidates)));
}

/** Computes the first dates of the contacts of some buckets, after a publish. */
export async function buildDates(work: Work, units: readonly { bucket: number; journey_id: Id; workspace_id: Id }[]): Promise<void> {
  const [first] = units;
  if (!first) return;
  const buckets = units.map((unit) => unit.bucket);
  await writeDates(work, first.workspace_id, first.journey_id, { buckets });
  await queries.finishDateBuilds(work.tx, { journey: first.journey_id, buckets });
}

/** Hears what happened before the journey was published, of the next contacts of some buckets. */
export async function lookBack(work: Work, units: readonly Lookback[]): Promise<void> {
  const [first] = units;
  if (!first) return;
  const found = work.find(first.workspace_id, first.journey_id);
  const past = await takePast(work.tx, { units, graph: found?.graph ?? null, now: work.turn.now });
  if (!found) return;
  const journeys = [
    { ...found, graph: { ...found.graph, starts: found.graph.starts.filter((start) => looksBack(start, work.turn.now) !== null) } },
  ];
  work.timed.push(
    ...past.flatMap(({ contact, event }) =>
      timers.timedNews({ workspace: first.workspace_id, contact, event, live: false, journeys, now: work.turn.now }),
    ),
  );
}

/** Arms the starts by news of the catalogue, for the contacts of some buckets. */
export async function hearCatalogue(work: Work, news: readonly CatalogNews[]): Promise<void> {
  if (news.length > 0) await armOffers(work.tx, { news, journeys: work.journeys.get(news[0]!.workspace_id) ?? [], now: work.turn.now });
}

/** Settles who is meant by a day of a schedule. */
export async function settleSchedule(work: Work, units: readonly DueSchedule[]): Promise<void> {
  const [first] = units;
  if (!first) return;
  const start = work.find(first.workspace_id, first.journey_id)?.graph.starts.find((one) => timers.startHash(one) === first.start);
  await settleSchedules(work.tx, {
    units,
    start: start?.kind === "schedule" ? start : null,
    zone: work.workspaceZones.get(first.workspace_id) ?? "UTC",
    now: work.turn.now,
  });
}

/**
 * Applies what a publish chose to people inside earlier versions, at most so many in a turn. Their timers wait until it is done
 * (`selectDueRuns` leaves them out), so a run is never both woken and moved in one turn.
 */
export async function applyChanges(work: Work, units: readonly changes.ChangeUnit[], limit: number): Promise<void> {
  const [first] = units;
  if (!first) return;
  const { workspace_id: workspace, journey_id: journey, version } = first;
  const buckets = units.map((unit) => unit.bucket);
  const choices = await changes.selectChoices(work.tx, { workspace, journey, version });
  const rows = await changes.lockRunsToChange(work.tx, { workspace, journey, version, buckets, steps: Object.keys(choices).sort(), limit });
  await loadGraphs(work.tx, [{ journey, version }]);
  // One that came to its step in this very turn, by a date start, is of the new version and not among them.
  const states = await work.load(rows);
  const moving: RunState[] = [];
  for (const state of states) {
    work.touched.add(state);
    const choice = choices[state.step]!;
    if (choice.what === "leave") end(state, "left", "new_version", { why: "new_version", version }, work.turn.now);
    else if (
      change(state, { version, graph: graphOf(journey, version), step: choice.to!, keepTimer: choice.what === "move" }, work.turn.now)
    )
      moving.push(state);
  }
  await work.settle(moving);
  if (rows.length < limit) await changes.finishChanges(work.tx, { journey, version, buckets });
}
