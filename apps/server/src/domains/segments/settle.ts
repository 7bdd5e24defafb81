import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { Together, type Asked, type Needs } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact, Turn } from "../../platform/engine.ts";
import { askSome } from "./ask.ts";
import { takeUntold } from "./generations.ts";
import * as queries from "./queries.ts";
import { loadShared, type KnownContact } from "./shared-facts.ts";
import type { Touched } from "./touched.ts";

interface Person extends KnownContact {
  readonly contact: Id;
  /** By place, shared with `touched`. */
  readonly causes: Uint8Array;
  /** null: the workspace has no such contact (any more); it is in nothing. */
  readonly asked: Asked | null;
  due: Instant | null;
}

interface Planned { readonly place: number; readonly contact: Id; readonly entered: boolean }

/**
 * Asks what is pending in one workspace and writes what changed. Facts of all contacts at hand are read once and all rules asked of them
 * in memory; those that cannot be asked so, and contacts with a crowd of events, are asked by one statement per rule. Segments follow
 * those they mention.
 */
export async function settle(tx: Tx, turn: Turn, workspace: Id, touched: Touched): Promise<NewFact[]> {
  if (touched.byContact.size === 0) return [];
  const { segments, dependents, shared } = touched.order;
  const people = await meet(tx, turn, workspace, touched);
  const facts: NewFact[] = [];
  let planned: Planned[] = [];
  const flush = async () => {
    facts.push(...(await writeMoves(tx, turn, workspace, touched, planned)));
    planned = [];
  };
  for (const [place, segment] of segments.entries()) {
    const concerned = people.filter((person) => person.causes[place] !== 0);
    const alone = concerned.filter((person) => person.asked && (!shared[place] || person.crowded));
    // The statement looks at memberships as they are written.
    if (alone.length > 0) await flush();
    const answers = await askSome(tx, { workspace, rule: segment.rule.root, at: turn.now, subjects: alone.map(({ contact }) => ({ contact })) });
    for (const person of concerned) {
      const answer = answers.get(person.contact);
      if (answer?.nextAt != null) person.due = Math.min(person.due ?? Infinity, answer.nextAt);
      const together = shared[place] === true && !person.crowded;
      const inside = answer ? answer.truth : together && person.asked !== null && person.asked.ask(place);
      if (!segment.in_force) {
        planned.push({ place, contact: person.contact, entered: inside });
        continue;
      }
      if (inside === person.facts.segments.has(segment.id)) continue;
      if (inside) person.facts.segments.add(segment.id);
      else person.facts.segments.delete(segment.id);
      planned.push({ place, contact: person.contact, entered: inside });
      touched.touch(person.contact, dependents[place]!, touched.cause(person.contact, place)!);
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
  const together = new Together(segments.map((segment, place) => (shared[place] ? segment.rule.root : { kind: "any", of: [] })), turn.now);
  const known = new Map<string, Needs>(); // contacts touched alike need the same
  const contacts = [...touched.byContact.keys()].sort().map((contact) => {
    const reach = touched.reach(contact);
    const key = String.fromCharCode(...reach.map((cause) => (cause === 0 ? 0 : 1)));
    let needs = known.get(key);
    if (!needs) known.set(key, (needs = together.needs(segments.flatMap((_segment, place) => (reach[place] ? [place] : [])))));
    return { contact, needs };
  });
  const loaded = await loadShared(tx, { workspace, contacts });
  return loaded.map((one, n) => ({ contact: contacts[n]!.contact, causes: touched.byContact.get(contacts[n]!.contact)!, facts: one.facts, crowded: one.crowded, asked: one.exists ? together.about(one.facts) : null, due: null }));
}

async function writeMoves(tx: Tx, turn: Turn, workspace: Id, touched: Touched, planned: readonly Planned[]): Promise<NewFact[]> {
  if (planned.length === 0) return [];
  const { segments } = touched.order;
  const changeOf = ({ place, contact, entered }: Planned): queries.Change => ({ segment: segments[place]!.id, generation: segments[place]!.generation, contact, entered });
  const changed = await queries.changeMembership(tx, { workspace, changes: planned.map(changeOf), now: turn.now });
  const news = planned.filter((one) => changed.has(queries.keyOf(changeOf(one))));
  await queries.addTotals(tx, { totals: segments.map((segment, place) => ({ segment: segment.id, generation: segment.generation, n: sum(news.filter((one) => one.place === place)) })), slot: turn.slot });
  const told: Planned[] = [];
  for (const [place, ones] of Map.groupBy(news, (one) => one.place)) told.push(...(await whatToTell(tx, turn, segments[place]!, ones)));
  const moves = told.map(({ place, contact, entered }): queries.Move => ({ id: turn.chance.id(turn.now), workspace, segment: segments[place]!.id, contact, entered, cause: touched.cause(contact, place)! }));
  await queries.writeMoves(tx, { moves, now: turn.now });
  return moves.map(factOf(turn));
}

const sum = (changes: readonly Planned[]): number => changes.reduce((all, one) => all + (one.entered ? 1 : -1), 0);

/** Nothing of a generation to come; and where the difference to a former one is untold, what differs from that: nobody is told of twice. */
async function whatToTell(tx: Tx, turn: Turn, segment: queries.LiveSegment, changes: readonly Planned[]): Promise<readonly Planned[]> {
  if (!segment.in_force) return [];
  if (!segment.announcing) return changes;
  const untold = await takeUntold(tx, { segment: segment.id, generation: segment.generation, contacts: changes.map((one) => one.contact), now: turn.now });
  if (!untold) return changes;
  const differ = new Set([...untold.entered, ...untold.left]);
  return changes.filter((one) => !untold.buckets.has(bucketOf(one.contact)) || differ.has(one.contact));
}

export const factOf = (turn: Turn) => (move: queries.Move): NewFact =>
  ({ workspace: move.workspace, contact: move.contact, occurredAt: turn.now, kind: move.entered ? "segment.entered" : "segment.left", data: { segment: move.segment, cause: move.cause } });
