import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { Together, type Asked, type Needs } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact, Turn } from "../../platform/engine.ts";
import { askSome } from "./ask.ts";
import { takeUntold } from "./generations.ts";
import * as moveQueries from "./move-queries.ts";
import * as queries from "./queries.ts";
import { loadShared, type KnownContact } from "./shared-facts.ts";
import { causeOf, type Cause, type Touched } from "./touched.ts";

interface Person extends KnownContact {
  readonly contact: Id;
  /** By place, shared with `touched`. */
  readonly causes: Uint8Array;
  /** null: the workspace has no such contact (any more); it is in nothing. */
  readonly asked: Asked | null;
  due: Instant | null;
}

interface Planned extends moveQueries.Change {
  readonly place: number;
  readonly cause: Cause;
}

/**
 * Asks what is pending in one workspace and writes what changed. Facts of all contacts at hand are read once and all rules asked of them
 * in memory; those that cannot be asked so, and contacts with a crowd of events, are asked by one statement per rule. Segments follow
 * those they mention.
 */
export async function settle(tx: Tx, turn: Turn, workspace: Id, touched: Touched): Promise<NewFact[]> {
  if (touched.byContact.size === 0) return [];
  const { segments, dependents, shared } = touched.order;
  const people = await meet(tx, turn, workspace, touched);
  const there = people.filter((person) => person.asked !== null);
  const crowded = there.filter((person) => person.crowded);
  const facts: NewFact[] = [];
  let planned: Planned[] = [];
  const flush = async () => {
    facts.push(...(await writeMoves(tx, turn, workspace, touched, planned)));
    planned = [];
  };
  for (const [place, segment] of segments.entries()) {
    const alone = (shared[place] ? crowded : there).filter((person) => person.causes[place] !== 0);
    // The statement looks at memberships as they are written.
    if (alone.length > 0) await flush();
    const answers = await askSome(tx, {
      workspace,
      rule: segment.rule.root,
      at: turn.now,
      subjects: alone.map(({ contact }) => ({ contact })),
    });
    for (const person of people) {
      const cause = causeOf(person.causes[place]!);
      if (cause === null) continue;
      const answer = answers.get(person.contact);
      if (answer?.nextAt != null) person.due = Math.min(person.due ?? Infinity, answer.nextAt);
      const together = shared[place] === true && !person.crowded;
      const entered = answer ? answer.truth : together && person.asked !== null && person.asked.ask(place);
      if (segment.in_force) {
        if (entered === person.facts.segments.has(segment.id)) continue;
        if (entered) person.facts.segments.add(segment.id);
        else person.facts.segments.delete(segment.id);
        touched.touch(person.contact, dependents[place]!, cause);
      }
      planned.push({
        place,
        cause,
        segment: segment.id,
        generation: segment.generation,
        inForce: segment.in_force,
        contact: person.contact,
        entered,
      });
    }
  }
  await flush();
  for (const person of people) {
    const next = person.asked?.nextAt() ?? null;
    if (next !== null) person.due = Math.min(person.due ?? Infinity, next);
  }
  await queries.wakeBy(tx, { workspace, wakes: people.flatMap(({ contact, due }) => (due === null ? [] : [{ contact, due }])) });
  return facts;
}

/** Reads what the rules that may be asked look at. */
async function meet(tx: Tx, turn: Turn, workspace: Id, touched: Touched): Promise<Person[]> {
  const { segments, shared } = touched.order;
  const together = new Together(
    segments.map((segment, place) => (shared[place] ? segment.rule.root : { kind: "any", of: [] })),
    turn.now,
  );
  const known = new Map<string, Needs>(); // contacts touched alike need the same
  const contacts = [...touched.byContact.keys()].sort().map((contact) => {
    const reach = touched.reach(contact);
    const key = String.fromCharCode(...reach.map((cause) => (cause === 0 ? 0 : 1)));
    let needs = known.get(key);
    if (!needs) known.set(key, (needs = together.needs(segments.flatMap((_segment, place) => (reach[place] ? [place] : [])))));
    return { contact, needs };
  });
  const loaded = await loadShared(tx, { workspace, contacts });
  return loaded.map((one, n) => ({
    contact: contacts[n]!.contact,
    causes: touched.byContact.get(contacts[n]!.contact)!,
    facts: one.facts,
    crowded: one.crowded,
    asked: one.exists ? together.about(one.facts) : null,
    due: null,
  }));
}

async function writeMoves(tx: Tx, turn: Turn, workspace: Id, touched: Touched, planned: readonly Planned[]): Promise<NewFact[]> {
  if (planned.length === 0) return [];
  const { segments } = touched.order;
  const news = await moveQueries.changeMembership(tx, { workspace, changes: planned, now: turn.now });
  const totals = segments.map((segment) => ({ segment: segment.id, generation: segment.generation, n: 0 }));
  for (const { place, entered } of news) totals[place]!.n += entered ? 1 : -1;
  await queries.addTotals(tx, { totals, slot: turn.slot });
  const told = segments.every(({ in_force, announcing }) => in_force && !announcing) ? news : await whatToTell(tx, turn, touched, news);
  const moves = told.map(({ segment, contact, entered, cause }): moveQueries.Move => ({
    id: turn.chance.id(turn.now),
    workspace,
    segment,
    contact,
    entered,
    cause,
  }));
  await moveQueries.writeMoves(tx, { moves, now: turn.now });
  return moves.map(factOf(turn));
}

/** Nothing of a generation to come; and where the difference to a former one is untold, what differs from that: nobody is told of twice. */
async function whatToTell(tx: Tx, turn: Turn, touched: Touched, news: readonly Planned[]): Promise<readonly Planned[]> {
  const told: Planned[] = [];
  for (const [place, changes] of Map.groupBy(news, (one) => one.place)) {
    const segment = touched.order.segments[place]!;
    if (!segment.in_force) continue;
    const untold = segment.announcing
      ? await takeUntold(tx, {
          segment: segment.id,
          generation: segment.generation,
          contacts: changes.map((one) => one.contact),
          now: turn.now,
        })
      : null;
    const differ = untold && new Set([...untold.entered, ...untold.left]);
    told.push(
      ...(untold && differ ? changes.filter((one) => !untold.buckets.has(bucketOf(one.contact)) || differ.has(one.contact)) : changes),
    );
  }
  return told;
}

export const factOf =
  (turn: Turn) =>
  (move: Omit<moveQueries.Move, "id">): NewFact => ({
    workspace: move.workspace,
    contact: move.contact,
    occurredAt: turn.now,
    kind: move.entered ? "segment.entered" : "segment.left",
    data: { segment: move.segment, cause: move.cause },
  });
