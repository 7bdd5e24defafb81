import type { Id } from "@relance/model/base";
import { CODE_KINDS, inOrder, slugOf, type CodeKind, type Referred } from "@relance/model/code";
import type { Db } from "../../platform/db/database.ts";
import { selectPools } from "../catalog/index.ts";
import { activeTopics } from "../compliance/index.ts";
import { selectComputed } from "../computed/index.ts";
import { selectGroups } from "../contacts/index.ts";
import { listWebhooks } from "../delivery/index.ts";
import { selectForms } from "../forms/index.ts";
import { selectJourneys, type JourneyRow } from "../journeys/index.ts";
import { allTemplates, type TemplateRecord } from "../messages/index.ts";
import { querySchedules, selectSegments, type SegmentRow } from "../segments/index.ts";
import { findWorkspace } from "../team/index.ts";
import { NOBODY, type CodeObject } from "./object.ts";
import { selectNames, selectStoreCodes } from "./queries.ts";

/** What a workspace holds, each object with the name it has in files. */
export interface Holdings {
  readonly objects: readonly (CodeObject & { readonly id: Id })[];
  readonly segments: ReadonlyMap<Id, SegmentRow>;
  readonly templates: ReadonlyMap<Id, TemplateRecord>;
  readonly journeys: ReadonlyMap<Id, JourneyRow>;
  readonly groupMembers: ReadonlyMap<Id, number>;
  readonly stores: ReadonlyMap<string, Id>;
  /** Pools of codes by their name; those that share one are left to their ids. */
  readonly pools: ReadonlyMap<string, Id>;
  /** Webhooks, as pools: files name them and cannot make them, their secrets being elsewhere. */
  readonly webhooks: ReadonlyMap<string, Id>;
  /** The name of what has an id; the id itself when it has none (what is archived). */
  slugFor(of: Referred, id: string): string;
}

type Unnamed = { readonly [K in CodeKind]: Omit<Extract<CodeObject, { kind: K }>, "slug"> & { readonly id: Id } }[CodeKind];

/** Reads everything that files can hold. Objects without a stored name get one made from their own, oldest first. */
export async function readHoldings(db: Db, workspace: Id): Promise<Holdings> {
  const [own, topics, groups, attributes, templates, forms, segments, journeys, stored, stores, pools, webhooks, schedules] =
    await Promise.all([
      findWorkspace(db, { id: workspace }),
      activeTopics(db, { workspace }),
      selectGroups(db, { workspace }),
      selectComputed(db, { workspaces: [workspace] }),
      allTemplates(db, { workspace }),
      selectForms(db, { workspace, archived: false }),
      selectSegments(db, { workspace }),
      selectJourneys(db, { workspace }),
      selectNames(db, { workspace }),
      selectStoreCodes(db, { workspace }),
      selectPools(db, { workspace }),
      listWebhooks(db, workspace),
      querySchedules(db, { workspace }),
    ]);
  const unnamed: Unnamed[] = [
    {
      kind: "settings",
      id: workspace,
      published: true,
      body: { locale: own.locale as "fr" | "en", timeZone: own.time_zone, currency: own.currency, settings: own.settings },
    },
    ...topics.map(({ id, key, names }): Unnamed => ({
      kind: "topic",
      id,
      published: true,
      body: { key, names: { fr: names["fr"] ?? key, en: names["en"] ?? key } },
    })),
    ...groups.map(({ id, name, description }): Unnamed => ({ kind: "group", id, published: true, body: { name, description } })),
    ...attributes
      .filter((one) => one.state !== "removing")
      .map(({ id, key, name, computation }): Unnamed => ({ kind: "attribute", id, published: true, body: { key, name, computation } })),
    ...templates.map((row): Unnamed => ({
      kind: "template",
      id: row.id,
      published: row.published_at !== null && row.changed_at <= row.published_at,
      body: { name: row.name, channel: row.channel, class: row.class, topic: row.topic, content: row.draft },
    })),
    ...forms.map((row): Unnamed => ({
      kind: "form",
      id: row.id,
      published: row.published_at !== null && row.changed_at <= row.published_at,
      body: { name: row.name, key: row.key, content: row.draft },
    })),
    ...segments.map(({ id, name, description, rule: { root } }): Unnamed => ({
      kind: "segment",
      id,
      published: true,
      body: { name, description, rule: root.kind === "sql" ? { ...root, answer: NOBODY } : root, everyMinutes: schedules.get(id) ?? null },
    })),
    ...journeys.map((row): Unnamed => ({
      kind: "journey",
      id: row.id,
      published: row.live_graph !== null && sameGraph(row.live_graph, row.draft),
      body: { name: row.name, description: row.description, graph: row.draft },
    })),
  ];
  const objects = named(unnamed, stored);
  const slugs = new Map<string, string>([
    ...objects.map((one): [string, string] => [`${one.kind} ${one.id}`, one.slug]),
    ...stores.map(({ id, code }): [string, string] => [`store ${id}`, code]),
    ...onlyNames(pools).map(([name, id]): [string, string] => [`pool ${id}`, name]),
    ...onlyNames(webhooks).map(([name, id]): [string, string] => [`webhook ${id}`, name]),
  ]);
  return {
    objects,
    segments: byId(segments),
    templates: byId(templates),
    journeys: byId(journeys),
    groupMembers: new Map(groups.map((group) => [group.id, group.members])),
    stores: new Map(stores.map(({ id, code }) => [code, id])),
    pools: new Map(onlyNames(pools)),
    webhooks: new Map(onlyNames(webhooks)),
    slugFor: (of, id) => slugs.get(`${of} ${id}`) ?? id,
  };
}

/** Whether two graphs do the same, wherever their steps are drawn. */
export function sameGraph(a: JourneyRow["draft"], b: JourneyRow["draft"]): boolean {
  return JSON.stringify(inOrder({ ...a, positions: {} })) === JSON.stringify(inOrder({ ...b, positions: {} }));
}

/** Those whose name nobody shares. */
const onlyNames = (all: readonly { readonly id: Id; readonly name: string }[]) =>
  all.filter((one) => all.filter((other) => other.name === one.name).length === 1).map((one): [string, Id] => [one.name, one.id]);

const byId = <Row extends { readonly id: Id }>(rows: readonly Row[]) => new Map(rows.map((row) => [row.id, row]));

function named(unnamed: readonly Unnamed[], stored: readonly { kind: string; slug: string; object_id: Id }[]): (CodeObject & { id: Id })[] {
  const taken = new Map(
    CODE_KINDS.map((kind) => [
      kind,
      new Set(stored.filter((one) => one.kind === kind && unnamed.some((object) => object.id === one.object_id)).map((one) => one.slug)),
    ]),
  );
  const known = new Map(stored.map((one) => [`${one.kind} ${one.object_id}`, one.slug]));
  const slug = (object: Unnamed): string => {
    if (object.kind === "settings") return "";
    if (object.kind === "topic" || object.kind === "attribute" || object.kind === "form") return object.body.key;
    const own = known.get(`${object.kind} ${object.id}`) ?? slugOf(object.body.name, object.kind, taken.get(object.kind)!);
    taken.get(object.kind)!.add(own);
    return own;
  };
  // Ids are in the order of making.
  return unnamed
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((object) => ({ ...object, slug: slug(object) }) as CodeObject & { id: Id })
    .sort((a, b) => CODE_KINDS.indexOf(a.kind) - CODE_KINDS.indexOf(b.kind) || (a.slug < b.slug ? -1 : 1));
}
