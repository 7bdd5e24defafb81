import type { CodePlanned } from "@relance/contract/code";
import type { Id } from "@relance/model/base";
import { differences, swapReferences } from "@relance/model/code";
import { diffGraphs, EMPTY_GRAPH } from "@relance/model/journeys";
import type { Deps } from "../../deps.ts";
import { previewDraft } from "../journeys/index.ts";
import { besideMembers, countRule } from "../segments/index.ts";
import type { ObjectOf, Planned } from "./object.ts";
import type { Plan } from "./plan.ts";

/** A planned change as people read it: what differs, and whom it touches. */
export async function viewPlanned(deps: Deps, input: { workspace: Id; plan: Plan; planned: Planned }): Promise<CodePlanned> {
  const { file, kind, slug, name, change, documents, after } = input.planned;
  const differing =
    change === "changed"
      ? differences(documents.before, documents.after).map(({ path, before, after: now }) => ({
          path,
          ...cut(textOf(before), textOf(now)),
        }))
      : [];
  const publishes =
    after !== null && change !== "same" && (kind === "template" || kind === "form" || kind === "journey") && after.published;
  return {
    file,
    kind,
    slug,
    name,
    change,
    publishes,
    differences: differing.slice(0, 200),
    people: await peopleOf(deps, input),
    ...(await journeyOf(deps, { ...input, publishes })),
  };
}

async function peopleOf(
  deps: Deps,
  { workspace, plan, planned: { kind, change, id, after, before } }: { workspace: Id; plan: Plan; planned: Planned },
): Promise<CodePlanned["people"]> {
  const { sql, clock } = deps.ports;
  if (change === "removed")
    return kind === "segment"
      ? { joining: 0, leaving: plan.holdings.segments.get(id)?.members ?? 0 }
      : kind === "group"
        ? { joining: 0, leaving: plan.holdings.groupMembers.get(id) ?? 0 }
        : null;
  if (after?.kind !== "segment" || change === "same" || after.body.rule.kind === "sql") return null;
  const { rule } = after.body;
  if (before?.kind === "segment" && JSON.stringify(before.body.rule) === JSON.stringify(rule)) return { joining: 0, leaving: 0 };
  // A rule that names what is still to be made cannot be asked yet; nor one the app would refuse.
  if (namesUnmade(rule, plan.unmade) || plan.problems.length > 0) return null;
  if (change === "added") return { joining: (await countRule(sql, { workspace, rule, at: clock.now(), exact: false })).count, leaving: 0 };
  const { joining, leaving } = await besideMembers(sql, { workspace, rule, at: clock.now(), segment: id, exact: true, sample: 0 });
  return { joining, leaving };
}

export function namesUnmade(value: unknown, unmade: ReadonlySet<Id>): boolean {
  let found = false;
  swapReferences(value, (_of, name) => {
    found ||= unmade.has(name);
    return name;
  });
  return found;
}

async function journeyOf(
  deps: Deps,
  { workspace, plan, planned, publishes }: { workspace: Id; plan: Plan; planned: Planned; publishes: boolean },
): Promise<Pick<CodePlanned, "version" | "steps">> {
  if (planned.kind !== "journey" || planned.change === "same") return { version: null, steps: [] };
  const row = plan.holdings.journeys.get(planned.id);
  const graph = (planned.after as ObjectOf<"journey"> | null)?.body.graph ?? EMPTY_GRAPH;
  if (!row)
    return {
      version: publishes ? 1 : null,
      steps: diffGraphs(EMPTY_GRAPH, graph).map(({ step, kind, name, change }) => ({ step, kind, name, change, here: 0, choices: [] })),
    };
  const { version, steps } = await previewDraft(deps.ports.sql, { workspace, row, draft: graph });
  // A draft that is only saved touches nobody.
  return {
    version: publishes ? version : null,
    steps: steps.map(({ step, kind, name, change, here, choices }) => ({
      step,
      kind,
      name,
      change,
      here,
      choices: publishes ? choices : [],
    })),
  };
}

function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

const LONGEST = 200;
const AROUND = 60;

/** Both texts, the longer ones cut to what stands around the first place where they differ. */
function cut(before: string | null, after: string | null): { before: string | null; after: string | null } {
  let same = 0;
  while (before !== null && after !== null && same < before.length && before[same] === after[same]) same += 1;
  const part = (text: string | null) => {
    if (text === null || text.length <= LONGEST) return text;
    const from = Math.max(0, same - AROUND);
    return `${from > 0 ? "…" : ""}${text.slice(from, from + LONGEST)}${from + LONGEST < text.length ? "…" : ""}`;
  };
  return { before: part(before), after: part(after) };
}
