/**
 * Live membership. News re-asks only the segments that mention what changed, for only the contacts touched, one statement per segment;
 * time re-asks only the contacts whose timer is due; a changed rule is computed bucket by bucket by the bucket's owner. All of it runs
 * inside engine turns, where the bucket has one owner, so no two of them can disagree.
 */
import type { Id } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import type { Db, Tx } from "../../platform/db/database.ts";
import type { Listener, NewFact, Turn } from "../../platform/engine.ts";
import { askAll, askSome, type Answer } from "./ask.ts";
import * as queries from "./queries.ts";

type Cause = "event" | "change" | "time" | "build";

/** Buckets of one segment computed per turn: a million contacts make about 4,000 a bucket. */
const BUCKETS_PER_BUILD = 32;

export const segmentListener: Listener = {
  name: "segments",
  kinds: ["event", "contact.changed", "contact.merged", "group.joined", "group.left", "consent.changed", "prediction.changed"],
  async onFacts(tx, turn, facts) {
    const live = await byWorkspace(tx, facts);
    const pending = new Map<Id, Map<Id, Cause>>(); // segment → contacts to ask, and why
    const history = ofHistory(facts);
    for (const fact of facts) {
      const cause = history.has(fact.contact) ? "build" : fact.kind === "event" ? "event" : "change";
      for (const segment of live.get(fact.workspace) ?? []) {
        if (isConcerned(segment, fact)) touch(pending, segment.id, fact.contact, cause);
      }
    }
    return settle(tx, turn, [...live.values()].flat(), pending);
  },
  async onTime(tx, turn, limit) {
    const due = await queries.dueTimers(tx, { buckets: turn.buckets, now: turn.now, limit });
    const facts: NewFact[] = [];
    if (due.length > 0) {
      const live = await queries.selectLive(tx, { workspaces: [...new Set(due.map((row) => row.workspace_id))].sort() });
      const pending = new Map<Id, Map<Id, Cause>>();
      for (const row of due) touch(pending, row.segment_id, row.contact_id, "time");
      facts.push(...(await settle(tx, turn, live, pending)));
    }
    const built = await build(tx, turn);
    facts.push(...built.facts);
    return { facts, more: due.length === limit || built.more };
  },
  async nextDue(db: Db, buckets) {
    const { due, building } = await queries.firstDue(db, { buckets });
    return building ? -Infinity : due;
  },
};

async function byWorkspace(tx: Tx, facts: readonly Fact[]): Promise<Map<Id, queries.LiveSegment[]>> {
  const workspaces = [...new Set(facts.map((fact) => fact.workspace))].sort();
  const live = await queries.selectLive(tx, { workspaces });
  return Map.groupBy(live, (segment) => segment.workspace_id);
}

/** Contacts of whom these facts tell only what happened long ago: an import moves them like a build does, and starts nothing. */
function ofHistory(facts: readonly Fact[]): ReadonlySet<Id> {
  const lived = new Set(facts.filter((fact) => fact.kind === "event" && fact.data.live).map((fact) => fact.contact));
  return new Set(facts.filter((fact) => fact.kind === "event" && !fact.data.live && !lived.has(fact.contact)).map((fact) => fact.contact));
}

function touch(pending: Map<Id, Map<Id, Cause>>, segment: Id, contact: Id, cause: Cause): void {
  const contacts = pending.get(segment) ?? new Map<Id, Cause>();
  if (!contacts.has(contact)) contacts.set(contact, cause);
  pending.set(segment, contacts);
}

/** Whether a fact can change a segment's answer. A new or merged contact concerns every segment: rules may be true of someone without any history. */
function isConcerned(segment: queries.LiveSegment, fact: Fact): boolean {
  const mentions = (kind: string, name: string) => segment.references.some((reference) => reference.kind === kind && reference.name === name);
  switch (fact.kind) {
    case "event": return mentions("event", fact.data.name) || mentions("attribute", "last_seen_at");
    case "contact.changed": return fact.data.created || fact.data.attributes.some((attribute) => mentions("attribute", attribute));
    case "contact.merged": return true;
    case "group.joined": case "group.left": return mentions("group", fact.data.group);
    case "prediction.changed": return fact.data.fields.some((field) => mentions(field === "rfm" ? "rfm" : "prediction", field));
    case "consent.changed": return mentions("consent", fact.data.channel);
    default: return false;
  }
}

/** Asks what is pending, in the order in which segments depend on each other, and hands moves on to the segments that mention them. */
async function settle(tx: Tx, turn: Turn, live: readonly queries.LiveSegment[], pending: Map<Id, Map<Id, Cause>>): Promise<NewFact[]> {
  const facts: NewFact[] = [];
  const moves: queries.Move[] = [];
  for (const segment of inOrder(live)) {
    const contacts = pending.get(segment.id);
    if (!contacts) continue;
    const asked = [...contacts.keys()].sort();
    const answers = await askSome(tx, { workspace: segment.workspace_id, rule: segment.rule.root, at: turn.now, subjects: asked.map((contact) => ({ contact })) });
    const news = await write(tx, turn, segment, asked, answers);
    for (const [entered, ids] of [[true, news.entered], [false, news.left]] as const) {
      for (const contact of ids) {
        const cause = contacts.get(contact)!;
        moves.push({ id: turn.chance.id(turn.now), workspace: segment.workspace_id, segment: segment.id, contact, entered, cause });
        facts.push({ workspace: segment.workspace_id, contact, occurredAt: turn.now, kind: entered ? "segment.entered" : "segment.left", data: { segment: segment.id, cause } });
        for (const other of live) if (other.references.some((one) => one.kind === "segment" && one.name === segment.id)) touch(pending, other.id, contact, cause);
      }
    }
  }
  await queries.writeMoves(tx, { moves, now: turn.now, slot: turn.slot });
  return facts;
}

async function write(tx: Tx, turn: Turn, segment: queries.LiveSegment, asked: readonly Id[], answers: ReadonlyMap<Id, Answer>): Promise<{ entered: Id[]; left: Id[] }> {
  const inside = asked.filter((contact) => answers.get(contact)?.truth);
  const outside = asked.filter((contact) => !answers.get(contact)?.truth);
  await queries.writeTimers(tx, { workspace: segment.workspace_id, segment: segment.id, timers: asked.map((contact) => ({ contact, due: answers.get(contact)?.nextAt ?? null })) });
  return queries.writeMembership(tx, { workspace: segment.workspace_id, segment: segment.id, inside, outside, now: turn.now });
}

/** A segment stands after those it mentions; cycles are refused when rules are saved. */
function inOrder(live: readonly queries.LiveSegment[]): queries.LiveSegment[] {
  const byId = new Map(live.map((segment) => [segment.id, segment]));
  const placed = new Set<Id>();
  const order: queries.LiveSegment[] = [];
  const place = (segment: queries.LiveSegment): void => {
    if (placed.has(segment.id)) return;
    placed.add(segment.id);
    for (const reference of segment.references) if (reference.kind === "segment" && byId.has(reference.name)) place(byId.get(reference.name)!);
    order.push(segment);
  };
  live.forEach(place);
  return order;
}

async function build(tx: Tx, turn: Turn): Promise<{ facts: NewFact[]; more: boolean }> {
  const units = await queries.nextBuild(tx, { buckets: turn.buckets, limit: BUCKETS_PER_BUILD });
  const [first] = units;
  if (!first) return { facts: [], more: false };
  const buckets = units.map((unit) => unit.bucket);
  const all = await queries.selectLive(tx, { workspaces: [first.workspace_id] });
  const segment = all.find((one) => one.id === first.segment_id);
  const facts: NewFact[] = [];
  if (segment) {
    const answers = await askAll(tx, { workspace: segment.workspace_id, rule: segment.rule.root, at: turn.now, buckets });
    const inside = [...answers].filter(([, answer]) => answer.truth).map(([contact]) => contact);
    await queries.clearTimers(tx, { segment: segment.id, buckets });
    await queries.writeTimers(tx, { workspace: segment.workspace_id, segment: segment.id, timers: [...answers].filter(([, answer]) => answer.nextAt !== null).map(([contact, answer]) => ({ contact, due: answer.nextAt })) });
    const left = await queries.removeOthers(tx, { segment: segment.id, buckets, inside });
    const { entered } = await queries.writeMembership(tx, { workspace: segment.workspace_id, segment: segment.id, inside, outside: [], now: turn.now });
    const moves = [...entered.map((contact) => ({ contact, entered: true })), ...left.map((contact) => ({ contact, entered: false }))];
    await queries.writeMoves(tx, { moves: moves.map((move) => ({ ...move, id: turn.chance.id(turn.now), workspace: segment.workspace_id, segment: segment.id, cause: "build" })), now: turn.now, slot: turn.slot });
    facts.push(...moves.map((move): NewFact => ({ workspace: segment.workspace_id, contact: move.contact, occurredAt: turn.now, kind: move.entered ? "segment.entered" : "segment.left", data: { segment: segment.id, cause: "build" } })));
    // Segments made from this one are asked again for those who moved.
    const pending = new Map<Id, Map<Id, Cause>>();
    for (const other of all) if (other.references.some((one) => one.kind === "segment" && one.name === segment.id)) for (const move of moves) touch(pending, other.id, move.contact, "build");
    if (pending.size > 0) facts.push(...(await settle(tx, turn, all, pending)));
  }
  await queries.finishBuild(tx, { workspace: first.workspace_id, segment: first.segment_id, buckets, now: turn.now });
  return { facts, more: true };
}
