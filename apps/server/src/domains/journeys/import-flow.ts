import type { Id } from "@relance/model/base";
import type { Step } from "@relance/model/journeys";
import type { Ask, FlowNames, FlowReader, ImportedFlow } from "@relance/model/flows";
import { klaviyo } from "@relance/model/klaviyo";
import { mautic } from "@relance/model/mautic";
import type { Content } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { insertGroup, selectGroups } from "../contacts/index.ts";
import { createTemplate } from "../messages/index.ts";
import { selectSegments } from "../segments/index.ts";
import { findWorkspace } from "../team/index.ts";
import { flowTooMuch, notAFlow } from "./errors.ts";
import { createJourney } from "./journeys.ts";

type Names = Readonly<Record<string, string>>;
interface Given {
  readonly from: keyof typeof READERS;
  readonly flow: unknown;
  readonly name?: string | undefined;
  readonly metrics: Names;
  readonly lists: Names;
  readonly segments: Names;
  readonly check: boolean;
}

const READERS = { klaviyo, mautic } as const satisfies Readonly<Record<string, FlowReader>>;

/** Makes a draft of a flow of another product, its templates (with what of them the file holds) and the groups its lists need. @throws journey.not_a_flow */
export async function importJourney(deps: Deps, input: { actor: Actor } & Given) {
  const { actor } = input;
  const { sql } = deps.ports;
  const reader = READERS[input.from];
  const found = reader.find(input.flow);
  if (!found) throw notAFlow({}, { field: "flow" });
  const flow = { ...found, name: input.name ?? found.name };
  const said = reader.said(flow.definition);
  const [lists, segments] = [
    { ...said.lists, ...input.lists },
    { ...said.segments, ...input.segments },
  ];
  const { names, missing } = await namesHere(sql, {
    workspace: actor.workspace,
    product: reader.product,
    groups: reader.groups(flow.definition),
    lists,
    segments,
    metrics: input.metrics,
  });
  const asks = reader.asks(flow.definition).map(({ of, id }) => ({
    of,
    id,
    name: { metric: input.metrics[id], list: lists[id], segment: segments[id], group: lists[id] ?? segments[id] }[of] ?? null,
  }));
  if (input.check) {
    // What would be made is there for the report.
    const groups = new Map([
      ...names.groups,
      ...missing.map(({ list }): [string, Id] => [list, deps.ports.chance.id(deps.ports.clock.now())]),
    ]);
    return answer(null, reader.read(flow, { ...names, groups }), asks);
  }
  refuseWithoutScope(actor, missing.length > 0, reader.read(flow, names).templates.length > 0);
  const made = await makeGroups(deps, { actor, missing, product: reader.product });
  const imported = reader.read(flow, { ...names, groups: new Map([...names.groups, ...made]) });
  const templates = await makeTemplates(deps, { actor, imported });
  const steps = imported.graph.steps.map((step): Step =>
    step.kind === "email" || (step.kind === "sms" && templates.has(step.id)) ? { ...step, template: templates.get(step.id) ?? null } : step,
  );
  const journey = await createJourney(deps, { actor, name: flow.name, description: reader.product, draft: { ...imported.graph, steps } });
  return answer(journey, imported, asks);
}

const answer = (
  journey: Id | null,
  { name, graph, templates, report }: ImportedFlow,
  asks: readonly (Ask & { readonly name: string | null })[],
) => ({ journey, name, steps: graph.steps.length, templates: templates.length, report: [...report], asks: [...asks] });

function refuseWithoutScope(actor: Actor, groups: boolean, templates: boolean): void {
  if (actor.kind !== "key") return;
  for (const [needed, scope] of [
    [groups, "contacts:write"],
    [templates, "content:write"],
  ] as const)
    if (needed && !actor.scopes.includes(scope)) throw flowTooMuch({ scope });
}

async function namesHere(
  db: Db,
  input: { workspace: Id; product: string; groups: readonly string[]; lists: Names; segments: Names; metrics: Names },
): Promise<{ names: FlowNames; missing: { list: string; name: string }[] }> {
  const [groups, segments] = await Promise.all([selectGroups(db, input), selectSegments(db, input)]);
  const byName = <Row extends { readonly id: Id; readonly name: string }>(rows: readonly Row[]) =>
    new Map(rows.map((row) => [row.name.toLowerCase(), row.id]));
  const known = (given: Names, there: ReadonlyMap<string, Id>) =>
    new Map(
      Object.entries(given).flatMap(([id, name]): [string, Id][] =>
        there.has(name.toLowerCase()) ? [[id, there.get(name.toLowerCase())!]] : [],
      ),
    );
  const lists = Object.fromEntries(input.groups.map((id) => [id, input.lists[id] ?? `${input.product} ${id}`]));
  const found = known({ ...input.lists, ...lists }, byName(groups));
  return {
    names: { metrics: input.metrics, groups: found, segments: known(input.segments, byName(segments)) },
    missing: Object.entries(lists)
      .filter(([list]) => !found.has(list))
      .map(([list, name]) => ({ list, name: name.slice(0, 100) })),
  };
}

async function makeGroups(
  deps: Deps,
  input: { actor: Actor; product: string; missing: readonly { list: string; name: string }[] },
): Promise<[string, Id][]> {
  const { sql, chance, clock } = deps.ports;
  const { workspace, id: by } = input.actor;
  const now = clock.now();
  const made = input.missing.map(({ list, name }) => ({ list, name, id: chance.id(now) }));
  await sql.transaction(async (tx) => {
    for (const { id, name } of made) await insertGroup(tx, { workspace, id, name, description: input.product, by, now });
  });
  return made.map(({ list, id }) => [list, id]);
}

/** Templates by the step that sends them. */
async function makeTemplates(deps: Deps, input: { actor: Actor; imported: ImportedFlow }): Promise<Map<string, Id>> {
  const { locale } = await findWorkspace(deps.ports.sql, { id: input.actor.workspace });
  const made = new Map<string, Id>();
  for (const { key, name, subject, preheader, class: of, channel = "email", body } of input.imported.templates) {
    const content: Content = {
      version: 1,
      fallback: locale,
      variants: { [locale]: { subject, preheader, ...(body ?? (channel === "sms" ? NO_TEXT : NO_BODY)), text: null } },
    };
    made.set(key, await createTemplate(deps, input.actor, { name, channel, class: of, topic: "", content }));
  }
  return made;
}

const NO_TEXT = { format: "text", source: "" } as const;
const NO_BODY = {
  format: "mjml",
  source:
    "<mjml>\n  <mj-body>\n    <mj-section>\n      <mj-column>\n        <mj-text></mj-text>\n      </mj-column>\n    </mj-section>\n  </mj-body>\n</mjml>\n",
} as const;
