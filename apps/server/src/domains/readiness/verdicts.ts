import type { JudgedJourney, MeasuredNeed } from "@relance/contract/readiness";
import { toIso, type Id, type Instant, type Words } from "@relance/model/base";
import {
  inventoryOf,
  judge,
  lacks,
  needKey,
  needsOf,
  shortestUnlock,
  type Cell,
  type GraphParts,
  type Holdings,
  type Measured,
  type Need,
  type Verdict,
} from "@relance/model/readiness";
import type { Db } from "../../platform/db/database.ts";
import { hasProducts, selectPools, selectStores } from "../catalog/index.ts";
import { selectEventNames } from "../ingest/index.ts";
import { selectJourneys, type JourneyRow } from "../journeys/index.ts";
import { demands } from "../library/index.ts";
import { allTemplates, type TemplateRecord } from "../messages/index.ts";
import { selectSegments } from "../segments/index.ts";
import { findWorkspace } from "../team/index.ts";
import { selectCells } from "./queries.ts";

/** Everything a workspace holds that journeys may ask for: a handful of small statements, none over contacts or events. */
export interface World {
  readonly held: Holdings;
  readonly cells: readonly Cell[];
  readonly parts: GraphParts;
  readonly templates: ReadonlyMap<Id, string>;
  readonly now: Instant;
}

export async function worldOf(db: Db, input: { readonly workspace: Id; readonly now: Instant }): Promise<World> {
  const { workspace, now } = input;
  const [cells, settings, events, stores, pools, products, templates, segments] = await Promise.all([
    selectCells(db, workspace),
    findWorkspace(db, { id: workspace }),
    selectEventNames(db, { workspace, search: null }),
    selectStores(db, { workspace }),
    selectPools(db, { workspace }),
    hasProducts(db, { workspace }),
    allTemplates(db, { workspace }),
    selectSegments(db, { workspace }),
  ]);
  const { people, fields } = inventoryOf(cells, now);
  return {
    now,
    cells,
    templates: new Map(templates.map((one) => [one.id, one.name])),
    parts: {
      templates: new Map(templates.map((one) => [one.id, partOf(one)])),
      segments: new Map(segments.map((one) => [one.id, one.rule.root])),
    },
    held: {
      people,
      events: new Map(events.map((one) => [one.name, one.last_seen_at])),
      heard: new Map(fields.flatMap((one) => (one.latest === null ? [] : [[one.field, one.latest] as const]))),
      website: settings.settings.website !== "",
      catalogue: products,
      stores: stores.length > 0,
      coupons: pools.some((pool) => pool.kind === "generated" || pool.free > 0),
      templates: new Set(templates.filter((one) => one.live_version !== null).map((one) => one.id)),
    },
  };
}

const partOf = (template: TemplateRecord) => ({
  channel: template.channel,
  marketing: template.class === "marketing",
  source: JSON.stringify(template.draft),
});

const same = (text: string): Words => ({ fr: text, en: text });

/** The verdict on a journey's draft. */
export function judgeJourney(journey: JourneyRow, world: World): JudgedJourney {
  return {
    kind: "journey",
    key: journey.id,
    names: same(journey.name),
    state: journey.state,
    ...viewOf(judge(needsOf(journey.draft, world.parts), world.held, world.now), world),
  };
}

/** Verdicts on every journey of the workspace and on every ready-made one; and the shortest list of what would open most of those that wait. */
export async function judgeAll(
  db: Db,
  input: { readonly workspace: Id; readonly world: World },
): Promise<{ journeys: JudgedJourney[]; unlock: { need: MeasuredNeed; opens: Words[] }[] }> {
  const { world } = input;
  const own = (await selectJourneys(db, { workspace: input.workspace })).filter((one) => one.draft.steps.length > 0);
  const judged = [
    ...own.map((one) => ({ view: judgeJourney(one, world), verdict: judge(needsOf(one.draft, world.parts), world.held, world.now) })),
    ...demands().map(({ key, names, needs }) => {
      const verdict = judge(needs, world.held, world.now);
      return { verdict, view: { kind: "library", key, names, state: "library", ...viewOf(verdict, world) } satisfies JudgedJourney };
    }),
  ];
  const needs = new Map(judged.flatMap(({ view }) => view.needs.map((need) => [need.key, need] as const)));
  const names = new Map(judged.map(({ view }) => [`${view.kind} ${view.key}`, view.names]));
  const list = shortestUnlock(judged.map(({ view, verdict }) => ({ key: `${view.kind} ${view.key}`, lacks: lacks(verdict) })));
  return {
    journeys: judged.map((one) => one.view),
    unlock: list.map(({ action, opens }) => ({ need: needs.get(action)!, opens: opens.map((key) => names.get(key)!) })),
  };
}

function viewOf(verdict: Verdict, world: World): Pick<JudgedJourney, "ready" | "people" | "of" | "needs"> {
  return { ready: verdict.ready, people: verdict.people, of: verdict.of, needs: verdict.needs.map((one) => needView(one, world)) };
}

export function needView({ need, met, share, at, why }: Measured, world: Pick<World, "templates">): MeasuredNeed {
  const name = nameOf(need);
  return {
    key: needKey(need),
    of: need.of,
    name,
    label: need.of === "template" && name !== null ? (world.templates.get(name) ?? null) : null,
    or: need.of === "event" ? [...(need.or ?? [])] : [],
    essential: need.essential !== false,
    met,
    share: share === null ? null : Math.round(share * 1000) / 1000,
    at: at === null ? null : toIso(at),
    why,
  };
}

function nameOf(need: Need): string | null {
  switch (need.of) {
    case "event":
      return need.event;
    case "attribute":
      return need.attribute;
    case "consent":
      return need.channel;
    case "template":
      return need.template;
    default:
      return null;
  }
}
