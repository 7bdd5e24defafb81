import { DAY, MINUTE, toIso, type Id, type Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { startKindOf, type Graph, type Place, type Start } from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";
import { plus } from "@relance/model/time";
import type { Tx } from "../../../platform/db/database.ts";
import { askSome } from "../../segments/index.ts";
import { selectLastEntries, type LiveJourney } from "../queries.ts";
import type { Memory } from "../runs/state.ts";

/** An event older than this when it arrives starts nothing: a reminder about last week's cart helps nobody. */
export const OLDEST_START = DAY;

/**
 * How long a start is kept whose filter did not match: what a shop tells of one moment (a sign-up, the consent given with it, the order)
 * comes in several calls, in any order. Half an hour covers a queue that hung; later, the moment has passed.
 */
export const HELD_FOR = 30 * MINUTE;

/** Someone who may enter a journey, before filter and re-entry rule were asked. */
export interface Candidate {
  readonly journey: LiveJourney;
  readonly graph: Graph;
  readonly contact: Id;
  readonly key: string;
  readonly memory: Memory;
}

/**
 * The journeys a fact starts. Imported history starts nothing, and a segment that was only just built does not either.
 * @param templates the template of each send that facts name
 * @param places stores with coordinates
 */
export function candidatesOf(
  fact: Fact,
  event: FactEvent | null,
  journeys: readonly { journey: LiveJourney; graph: Graph }[],
  now: Instant,
  templates: ReadonlyMap<Id, Id>,
  places: readonly Place[],
): Candidate[] {
  return journeys.flatMap(({ journey, graph }) => {
    if (journey.paused) return [];
    const found =
      fact.kind === "journey.asked"
        ? fact.data.journey === journey.id
          ? { kind: "api" as const, key: "", with: {} }
          : null
        : startOf(fact, event, graph, now, templates, places);
    if (found === null) return [];
    const started =
      event && fact.kind === "event"
        ? {
            id: event.id,
            name: event.name,
            at: toIso(event.at),
            amount: event.amount,
            currency: event.currency,
            properties: { ...event.properties, ...found.with },
          }
        : null;
    return [{ journey, graph, contact: fact.contact, key: found.key, memory: { start: found.kind, event: started } }];
  });
}

function startOf(
  fact: Fact,
  event: FactEvent | null,
  graph: Graph,
  now: Instant,
  templates: ReadonlyMap<Id, Id>,
  places: readonly Place[],
): { kind: Start["kind"]; key: string; with: Readonly<Record<string, unknown>> } | null {
  for (const start of graph.starts) {
    if (fact.kind === "event" && event && fact.data.live && event.at >= now - OLDEST_START) {
      const news = startKindOf(start)
        .hear(start, event, now, places)
        .find((one) => one.do === "enter");
      if (news) return { kind: start.kind, key: news.key, with: news.with ?? {} };
    }
    if (isStartedBy(start, fact, templates)) return { kind: start.kind, key: "", with: {} };
  }
  return null;
}

function isStartedBy(start: Start, fact: Fact, templates: ReadonlyMap<Id, Id>): boolean {
  switch (start.kind) {
    case "segment":
      return (
        fact.kind === (start.on === "enter" ? "segment.entered" : "segment.left") &&
        fact.data.segment === start.segment &&
        fact.data.cause !== "build"
      );
    case "group":
      return fact.kind === "group.joined" && fact.data.group === start.group;
    case "message":
      return (
        fact.kind === "engaged" &&
        !fact.data.machine &&
        fact.data.what === start.did &&
        (start.template === null || templates.get(fact.data.send) === start.template)
      );
    case "journey":
      return (
        fact.kind === "run.ended" &&
        fact.data.journey === start.journey &&
        (start.on === "goal" ? fact.data.goal : fact.data.how === start.on)
      );
    default:
      return false;
  }
}

/**
 * Those of the candidates who do enter: nobody twice at once under one key, the re-entry rule, then the journey's filter, asked once per
 * journey for all.
 * @returns those admitted, and those whom only the filter refused
 * @param turn what this turn has in hand: whether a contact has a run under way in a journey under a key, and its last entry
 */
export async function admit(
  tx: Tx,
  candidates: readonly Candidate[],
  now: Instant,
  turn: { isActive(contact: Id, journey: Id, key: string): boolean; lastEntry(contact: Id, journey: Id, key: string): Instant | undefined },
): Promise<{ admitted: Candidate[]; refused: Candidate[] }> {
  const seen = new Set<string>();
  const fresh = candidates.filter(({ contact, journey, key }) => {
    const name = `${contact} ${journey.id} ${key}`;
    if (seen.has(name) || turn.isActive(contact, journey.id, key)) return false;
    seen.add(name);
    return true;
  });
  if (fresh.length === 0) return { admitted: [], refused: [] };
  const entries = await selectLastEntries(tx, { pairs: fresh.map(({ contact, journey, key }) => ({ contact, journey: journey.id, key })) });
  const last = new Map(entries.map((row) => [`${row.contact_id} ${row.journey_id} ${row.key}`, row.entered_at]));
  const allowed = fresh.filter(({ contact, journey, key, graph }) => {
    const known = [last.get(`${contact} ${journey.id} ${key}`), turn.lastEntry(contact, journey.id, key)].filter((at) => at !== undefined);
    if (known.length === 0) return true;
    const before = Math.max(...known);
    const { reentry } = graph.settings;
    return reentry.kind === "always" || (reentry.kind === "after" && now >= plus(before, reentry.span));
  });
  return filtered(tx, allowed, now);
}

async function filtered(tx: Tx, candidates: readonly Candidate[], now: Instant): Promise<{ admitted: Candidate[]; refused: Candidate[] }> {
  const admitted: Candidate[] = [];
  const refused: Candidate[] = [];
  for (const group of Map.groupBy(candidates, (candidate) => candidate.journey.id).values()) {
    const { journey, graph } = group[0]!;
    if (graph.settings.filter === null) admitted.push(...group);
    else {
      const answers = await askSome(tx, {
        workspace: journey.workspace_id,
        rule: graph.settings.filter,
        at: now,
        subjects: [...new Set(group.map((one) => one.contact))].map((contact) => ({ contact, entryAt: now })),
      });
      for (const one of group) (answers.get(one.contact)?.truth ? admitted : refused).push(one);
    }
  }
  return { admitted, refused };
}
