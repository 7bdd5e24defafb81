/**
 * Live membership. News re-asks only the segments that mention what changed, for only the contacts touched, all of them at once; time
 * re-asks the timed segments of the contacts whose time has come; a changed rule is computed beside the one in force (builds.ts), and
 * news keeps both true. All of it runs inside engine turns, where the bucket has one owner, so no two of them can disagree.
 */
import type { Id } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import type { Db, Tx } from "../../platform/db/database.ts";
import type { Listener, NewFact, Turn } from "../../platform/engine.ts";
import { announce, build } from "./builds.ts";
import * as queries from "./queries.ts";
import { settle } from "./settle.ts";
import { SegmentOrder, Touched } from "./touched.ts";

export const segmentListener: Listener = {
  name: "segments",
  kinds: [
    "event",
    "contact.changed",
    "contact.merged",
    "contact.separated",
    "contact.erased",
    "group.joined",
    "group.left",
    "consent.changed",
    "prediction.changed",
    "send.changed",
    "engaged",
  ],
  async onFacts(tx, turn, facts) {
    const all = await touchedBy(
      tx,
      facts.map((fact) => fact.workspace),
    );
    const history = ofHistory(facts);
    const concerned = new Map<string, readonly number[]>(); // events of one name concern the same segments
    for (const fact of facts) {
      const touched = all.get(fact.workspace);
      if (!touched) continue;
      const key = fact.kind === "event" ? `${fact.workspace} ${fact.data.name}` : null;
      const places =
        (key === null ? undefined : concerned.get(key)) ??
        touched.order.segments.flatMap((segment, place) => (isConcerned(segment, fact) ? [place] : []));
      if (key !== null) concerned.set(key, places);
      touched.touch(
        fact.contact,
        places,
        history.has(fact.contact) || fact.kind === "contact.separated" ? "build" : fact.kind === "event" ? "event" : "change",
      );
    }
    return settleEach(tx, turn, all);
  },
  async onTime(tx, turn, limit) {
    const due = await queries.takeDue(tx, { buckets: turn.buckets, now: turn.now, limit });
    const all = await touchedBy(
      tx,
      due.map((row) => row.workspace_id),
    );
    for (const row of due) {
      const touched = all.get(row.workspace_id);
      touched?.touch(row.contact_id, touched.order.timed, "time");
    }
    const facts = await settleEach(tx, turn, all);
    const built = await build(tx, turn);
    const told = await announce(tx, turn, limit);
    return { facts: [...facts, ...built.facts, ...told.facts], more: due.length === limit || built.more || told.more };
  },
  async nextDue(db: Db, buckets) {
    const { due, building } = await queries.firstDue(db, { buckets });
    return building ? -Infinity : due;
  },
};

/** The live segments of each workspace, with nobody touched yet. */
async function touchedBy(tx: Tx, workspaces: readonly Id[]): Promise<Map<Id, Touched>> {
  if (workspaces.length === 0) return new Map();
  const live = await queries.selectLive(tx, { workspaces: [...new Set(workspaces)].sort() });
  return new Map(
    [...Map.groupBy(live, (segment) => segment.workspace_id)].map(([workspace, segments]) => [
      workspace,
      new Touched(new SegmentOrder(segments)),
    ]),
  );
}

async function settleEach(tx: Tx, turn: Turn, all: ReadonlyMap<Id, Touched>): Promise<NewFact[]> {
  const facts: NewFact[] = [];
  for (const [workspace, touched] of all) facts.push(...(await settle(tx, turn, workspace, touched)));
  return facts;
}

/** Contacts of whom these facts tell only what happened long ago: an import moves them like a build does, and starts nothing. */
function ofHistory(facts: readonly Fact[]): ReadonlySet<Id> {
  const lived = new Set(facts.filter((fact) => fact.kind === "event" && fact.data.live).map((fact) => fact.contact));
  return new Set(facts.filter((fact) => fact.kind === "event" && !fact.data.live && !lived.has(fact.contact)).map((fact) => fact.contact));
}

/** Whether a fact can change a segment's answer. A new or merged contact concerns every segment: rules may be true of someone without any history. */
function isConcerned(segment: queries.LiveSegment, fact: Fact): boolean {
  const mentions = (kind: string, name: string) =>
    segment.references.some((reference) => reference.kind === kind && reference.name === name);
  switch (fact.kind) {
    case "event":
      return mentions("event", fact.data.name) || mentions("attribute", "last_seen_at");
    case "contact.changed":
      return fact.data.created || fact.data.attributes.some((attribute) => mentions("attribute", attribute));
    case "contact.merged":
    case "contact.separated":
    case "contact.erased":
      return true;
    case "group.joined":
    case "group.left":
      return mentions("group", fact.data.group);
    case "prediction.changed":
      return fact.data.fields.some((field) => mentions(field === "rfm" ? "rfm" : "prediction", field));
    case "engaged":
      return mentions("message", fact.data.what);
    case "send.changed":
      return fact.data.state === "accepted" && mentions("message", "sent");
    case "consent.changed":
      return mentions("consent", fact.data.channel);
    default:
      return false;
  }
}
