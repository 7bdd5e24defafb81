import type { Id, Instant } from "@relance/model/base";
import { Together, type Asked, type Needs } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact, Turn } from "../../platform/engine.ts";
import { askSome } from "./ask.ts";
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
  const changed = await queries.changeMembership(tx, { workspace, changes: planned.map(({ place, contact, entered }) => ({ segment: segments[place]!.id, contact, entered })), now: turn.now });
  const moves = planned.flatMap(({ place, contact, entered }): queries.Move[] => {
    const segment = segments[place]!.id;
    return changed.has(`${segment} ${contact}`) ? [{ id: turn.chance.id(turn.now), workspace, segment, contact, entered, cause: touched.cause(contact, place)! }] : [];
  });
  await queries.writeMoves(tx, { moves, now: turn.now, slot: turn.slot });
  return moves.map(({ segment, contact, entered, cause }): NewFact => ({ workspace, contact, occurredAt: turn.now, kind: entered ? "segment.entered" : "segment.left", data: { segment, cause: cause as "event" } }));
}
