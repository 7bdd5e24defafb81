import type { Words } from "../base/index.ts";
import type { Graph, Start, Step, StepId } from "../journeys/index.ts";
import { freshId, joined, placeOf, type FlowReader, type ImportedFlow } from "../flows/graph.ts";
import { join, list, map, SAME, say, text, verdictOf, type FlowNames, type Json, type Line, type Made } from "../flows/place.ts";
import { actionOf, branchOf, decisionOf, jumpTarget, told, type Did, type Setting } from "./actions.ts";
import { FORMS, happeningsOf, nameOf, rows, SEGMENTS, sourcesOf, tagKey, tagsOf, type Happening } from "./campaign.ts";
import { delayMs, waitsOf } from "./timing.ts";

/** The campaign inside what was given: an export (a list of objects, or one of them), or an answer of `GET /api/campaigns/ID`. Null when there is none. */
export function campaignIn(given: unknown): { name: string; definition: Json } | null {
  const merged: Json = Array.isArray(given) ? (Object.assign({}, ...given.map(map)) as Json) : map(given);
  const inside = map(merged["campaign"]);
  const definition: Json = Array.isArray(inside["events"]) || "events" in inside ? { ...merged, ...inside, campaign: [inside] } : merged;
  if (happeningsOf(definition).length === 0) return null;
  return {
    name:
      text(rows(definition, "campaign", "campaigns")[0]?.["name"])
        .replaceAll(/<[^>]*>/g, "")
        .trim()
        .slice(0, 200) || "Mautic",
    definition,
  };
}

/** What becomes a group: segments that events fill, and tags. */
function groupsOf(definition: Json): string[] {
  const keys = happeningsOf(definition).flatMap(({ type, properties: p }) => [
    ...(type === "lead.changelist" ? [...list(p["addToLists"]), ...list(p["removeFromLists"])].map(text) : []),
    ...(type === "lead.changetags" ? [...tagsOf(p["add_tags"]), ...tagsOf(p["remove_tags"])].map(tagKey) : []),
    ...(type === "lead.tags" ? tagsOf(p["tags"]).map(tagKey) : []),
  ]);
  return [...new Set(keys)].filter((key) => key !== "");
}

function said(definition: Json): { lists: Record<string, string>; segments: Record<string, string> } {
  const segments = Object.fromEntries(
    rows(definition, ...SEGMENTS)
      .map((one) => [text(one["id"]), text(one["name"])] as const)
      .filter(([, name]) => name !== ""),
  );
  const tags = groupsOf(definition)
    .filter((key) => key.startsWith(tagKey("")))
    .map((key) => [key, key.slice(tagKey("").length)] as const);
  return { segments, lists: { ...segments, ...Object.fromEntries(tags) } };
}

export const mautic: FlowReader = {
  product: "Mautic",
  find: campaignIn,
  groups: groupsOf,
  said,
  read: importCampaign,
  asks: (definition) =>
    sourcesOf(definition)
      .segments.filter((id) => said(definition).segments[id] === undefined)
      .map((id) => ({ of: "segment", id })),
};

/** A tree of events as a graph. What ran side by side from one point comes one after the other, the soonest first. */
function importCampaign(input: { name: string; definition: Json }, names: FlowNames): ImportedFlow {
  const { definition } = input;
  const all = happeningsOf(definition);
  const tree = new Tree(all);
  const made = new Map<string, { made: Made; one: Happening }>();
  const taken = new Set<StepId>();
  const messages = new Map<string, StepId>();
  for (const one of tree.inOrder()) {
    const setting: Setting = {
      definition,
      names,
      id: () => freshId(one.id, taken),
      message:
        tree
          .above(one)
          .map((up) => messages.get(up.id))
          .find((id) => id !== undefined) ?? null,
      patience: tree.patience(one),
    };
    const became = madeOf(one, tree, setting);
    const sent = became.steps.find((step) => step.kind === "email");
    if (sent) messages.set(one.id, sent.id);
    made.set(one.id, { made: became, one });
  }
  const starts = startsOf(definition, names);
  const graph: Graph = {
    version: 1,
    starts: starts.flatMap(({ start }) => (start === null ? [] : [start])).slice(0, 10),
    first: placeOf(tree.first, made),
    steps: [...made.values()].flatMap((each) => joined(each.made, made)).slice(0, 400),
    settings: { filter: null, reentry: { kind: "never" }, exits: [] },
    positions: {},
  };
  const report: Line[] = [
    ...starts.map(({ line }) => line),
    ...[...made.values()].map(({ made: one, one: { id, type, name } }): Line => ({
      part: "action",
      id,
      type,
      name,
      verdict: one.verdict,
      message: one.message,
      step: one.steps[0]?.id ?? null,
    })),
  ];
  return { name: input.name, graph, report, templates: [...made.values()].flatMap((each) => each.made.templates ?? []) };
}

function madeOf(one: Happening, tree: Tree, setting: Setting): Made {
  const after = tree.after(one);
  const [yes, no] = [tree.head(one, "yes") ?? after, tree.head(one, "no") ?? after];
  const target = jumpTarget(one);
  const waits = one.kind === "decision" ? { steps: [], remarks: [] } : waitsOf(one, setting.id, tree.waited(one));
  const beside = tree.beside(one)
    ? [
        say(
          "It ran beside others; here they come one after the other.",
          "Il s’exécutait à côté d’autres\u00a0; ici ils viennent l’un après l’autre.",
        ),
      ]
    : [];
  if (target !== "")
    return {
      ...jump(one, target, tree, setting, waits.steps, after),
      ...verdictOf([...waits.remarks, ...beside, ...(tree.above(one).some((up) => up.id === target) ? [LOOP] : [])]),
    };
  const did: Did =
    one.kind === "action" ? actionOf(one, setting) : one.kind === "condition" ? branchOf(one, setting) : decisionOf(one, setting);
  const words: Words[] = [...waits.remarks, ...did.remarks, ...beside];
  const answer = {
    ...told(did),
    message: words.length === 0 ? SAME : join(words),
    ...(words.length > 0 && !did.lost && { verdict: "different" as const }),
    steps: [...waits.steps, ...did.steps],
    templates: did.templates ?? [],
  };
  if (one.kind === "action") return { ...answer, exits: { next: yes } };
  if (did.steps.length === 0) return { ...answer, exits: { next: no } };
  return { ...answer, exits: one.kind === "condition" ? { p1: yes, else: no } : { event: yes, timeout: no, unsent: no } };
}

const LOOP = say(
  "Going back is a loop here, three times at most: say how often.",
  "Revenir en arrière est ici une boucle, trois fois au plus\u00a0: dites combien.",
);
function jump(
  one: Happening,
  target: string,
  tree: Tree,
  setting: Setting,
  waits: Step[],
  after: string | null,
): Pick<Made, "steps" | "exits"> {
  if (!tree.above(one).some((up) => up.id === target)) return { steps: waits, exits: { next: target } };
  return {
    steps: [...waits, { id: setting.id(), name: one.name, exits: {}, kind: "loop", times: 3 }],
    exits: { again: target, next: after },
  };
}

function startsOf(definition: Json, names: FlowNames): { start: Start | null; line: Line }[] {
  const { segments, forms } = sourcesOf(definition);
  const line = (id: string, type: string, name: string, verdict: Line["verdict"], message: Words): Line => ({
    part: "trigger",
    id,
    type,
    name,
    verdict,
    message,
    step: null,
  });
  return [
    ...segments.map((id) => {
      const segment = names.segments.get(id);
      const name = nameOf(definition, SEGMENTS, id);
      if (segment === undefined)
        return {
          start: null,
          line: line(
            id,
            "segment",
            name,
            "impossible",
            say(
              "Make the segment here under the same name, and choose it as the start.",
              "Créez ici le segment du même nom, puis choisissez-le comme départ.",
            ),
          ),
        };
      return { start: { kind: "segment", segment, on: "enter" } as const, line: line(id, "segment", name, "mapped", SAME) };
    }),
    ...forms.map((id) => {
      const name = nameOf(definition, FORMS, id);
      return {
        start: { kind: "form", on: "submitted", form: name.slice(0, 200) || null } as const,
        line: line(
          id,
          "form",
          name,
          "different",
          say(
            "Starts by a form of that name here; make it, or choose another.",
            "Démarre par un formulaire de ce nom ici\u00a0; créez-le, ou choisissez-en un autre.",
          ),
        ),
      };
    }),
  ];
}

/** The tree of events, read as one way after another. */
class Tree {
  readonly #byId: ReadonlyMap<string, Happening>;
  readonly #children: ReadonlyMap<string, readonly Happening[]>;

  constructor(all: readonly Happening[]) {
    this.#byId = new Map(all.map((one) => [one.id, one]));
    const parentOf = (one: Happening): string | null => (one.parent !== null && this.#byId.has(one.parent) ? one.parent : null);
    const grouped = Map.groupBy(all, (one) => this.#key(parentOf(one), one.path));
    // What waits for somebody comes after what does not.
    this.#children = new Map(
      [...grouped].map(([key, of]) => [
        key,
        of.toSorted(
          (a, b) => Number(a.kind === "decision") - Number(b.kind === "decision") || delayMs(a) - delayMs(b) || a.order - b.order,
        ),
      ]),
    );
  }

  #key = (parent: string | null, path: "yes" | "no"): string =>
    `${parent ?? ""} ${parent === null || this.#byId.get(parent)?.kind === "action" ? "" : path}`;
  #siblings = (one: Happening): readonly Happening[] =>
    this.#children.get(this.#key(one.parent !== null && this.#byId.has(one.parent) ? one.parent : null, one.path)) ?? [];

  get first(): string | null {
    return this.#children.get(this.#key(null, "yes"))?.[0]?.id ?? null;
  }

  /** The first event of a way of another. */
  head(one: Happening, path: "yes" | "no"): string | null {
    return this.#children.get(this.#key(one.id, path))?.[0]?.id ?? null;
  }

  /** The events above, the nearest first; those in a circle once. */
  above(one: Happening): readonly Happening[] {
    const found: Happening[] = [];
    for (
      let up = one.parent;
      up !== null && this.#byId.has(up) && !found.some((other) => other.id === up) && up !== one.id;
      up = this.#byId.get(up)!.parent
    )
      found.push(this.#byId.get(up)!);
    return found;
  }

  /** Where it goes on when nothing hangs below: to its next sibling, or to what follows its parent. */
  after(one: Happening): string | null {
    for (const each of [one, ...this.above(one)]) {
      const siblings = this.#siblings(each);
      const next = siblings[siblings.indexOf(each) + 1];
      if (next) return next.id;
    }
    return null;
  }

  beside = (one: Happening): boolean => this.#siblings(one).length > 1;

  /** How long has been waited since the parent already: by the decision before it, or by a sibling that only acts. */
  waited(one: Happening): number {
    const parent = one.parent === null ? undefined : this.#byId.get(one.parent);
    const siblings = this.#siblings(one);
    const before = siblings[siblings.indexOf(one) - 1];
    const fromParent = parent?.kind === "decision" && one.path === "no" ? (this.patience(parent) ?? 0) : 0;
    return Math.max(fromParent, before && this.head(before, "yes") === null && before.kind === "action" ? delayMs(before) : 0);
  }

  /** How long a decision is waited for: until the soonest of what is done when it does not come. Null: nothing is. */
  patience(one: Happening): number | null {
    const soonest = this.#children.get(this.#key(one.id, "no"))?.map(delayMs);
    return one.kind !== "decision" || soonest === undefined ? null : Math.max(3_600_000, Math.min(...soonest));
  }

  /** Each event after its parent. */
  inOrder(): readonly Happening[] {
    return [...this.#byId.values()].toSorted((a, b) => this.above(a).length - this.above(b).length);
  }
}
