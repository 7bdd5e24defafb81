import type { Id } from "@relance/model/base";
import type { Step } from "@relance/model/journeys";
import { asksOf, flowIn, importFlow, listsIn, type Ask, type FlowNames, type ImportedFlow } from "@relance/model/klaviyo";
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
interface Given { readonly flow: unknown; readonly name?: string | undefined; readonly metrics: Names; readonly lists: Names; readonly segments: Names; readonly check: boolean }

/** Makes a draft of a flow of another product, its templates (subject and preview text) and the groups its lists need. @throws journey.not_a_flow */
export async function importKlaviyo(deps: Deps, input: { actor: Actor } & Given) {
  const { actor } = input;
  const { sql } = deps.ports;
  const found = flowIn(input.flow);
  if (!found) throw notAFlow({}, { field: "flow" });
  const flow = { ...found, name: input.name ?? found.name };
  const { names, missing } = await namesHere(sql, { ...input, workspace: actor.workspace, lists: listsIn(flow.definition), given: input.lists });
  const asks = asksOf(flow.definition).map(({ of, id }) => ({ of, id, name: { metric: input.metrics[id], list: input.lists[id], segment: input.segments[id], group: input.lists[id] ?? input.segments[id] }[of] ?? null }));
  if (input.check) {
    // What would be made is there for the report.
    const groups = new Map([...names.groups, ...missing.map(({ list }): [string, Id] => [list, deps.ports.chance.id(deps.ports.clock.now())])]);
    return answer(null, importFlow(flow, { ...names, groups }), asks);
  }
  refuseWithoutScope(actor, missing.length > 0, importFlow(flow, names).templates.length > 0);
  const made = await makeGroups(deps, { actor, missing });
  const imported = importFlow(flow, { ...names, groups: new Map([...names.groups, ...made]) });
  const templates = await makeTemplates(deps, { actor, imported });
  const steps = imported.graph.steps.map((step): Step => (step.kind === "email" ? { ...step, template: templates.get(step.id) ?? null } : step));
  const journey = await createJourney(deps, { actor, name: flow.name, description: "Klaviyo", draft: { ...imported.graph, steps } });
  return answer(journey, imported, asks);
}

const answer = (journey: Id | null, { name, graph, templates, report }: ImportedFlow, asks: readonly (Ask & { readonly name: string | null })[]) => ({ journey, name, steps: graph.steps.length, templates: templates.length, report: [...report], asks: [...asks] });

function refuseWithoutScope(actor: Actor, groups: boolean, templates: boolean): void {
  if (actor.kind !== "key") return;
  for (const [needed, scope] of [[groups, "contacts:write"], [templates, "content:write"]] as const) if (needed && !actor.scopes.includes(scope)) throw flowTooMuch({ scope });
}

async function namesHere(db: Db, input: { workspace: Id; lists: readonly string[]; given: Names; metrics: Names; segments: Names }): Promise<{ names: FlowNames; missing: { list: string; name: string }[] }> {
  const [groups, segments] = await Promise.all([selectGroups(db, input), selectSegments(db, input)]);
  const byName = <Row extends { readonly id: Id; readonly name: string }>(rows: readonly Row[]) => new Map(rows.map((row) => [row.name.toLowerCase(), row.id]));
  const known = (given: Names, there: ReadonlyMap<string, Id>) => new Map(Object.entries(given).flatMap(([id, name]): [string, Id][] => (there.has(name.toLowerCase()) ? [[id, there.get(name.toLowerCase())!]] : [])));
  const lists = Object.fromEntries(input.lists.map((id) => [id, input.given[id] ?? `Klaviyo ${id}`]));
  const found = known({ ...input.given, ...lists }, byName(groups));
  return { names: { metrics: input.metrics, groups: found, segments: known(input.segments, byName(segments)) }, missing: Object.entries(lists).filter(([list]) => !found.has(list)).map(([list, name]) => ({ list, name: name.slice(0, 100) })) };
}

async function makeGroups(deps: Deps, input: { actor: Actor; missing: readonly { list: string; name: string }[] }): Promise<[string, Id][]> {
  const { sql, chance, clock } = deps.ports;
  const { workspace, id: by } = input.actor;
  const now = clock.now();
  const made = input.missing.map(({ list, name }) => ({ list, name, id: chance.id(now) }));
  await sql.transaction(async (tx) => {
    for (const { id, name } of made) await insertGroup(tx, { workspace, id, name, description: "Klaviyo", by, now });
  });
  return made.map(({ list, id }) => [list, id]);
}

/** Templates by the step that sends them. */
async function makeTemplates(deps: Deps, input: { actor: Actor; imported: ImportedFlow }): Promise<Map<string, Id>> {
  const { locale } = await findWorkspace(deps.ports.sql, { id: input.actor.workspace });
  const made = new Map<string, Id>();
  for (const { key, name, subject, preheader, class: of } of input.imported.templates) {
    const content: Content = { version: 1, fallback: locale, variants: { [locale]: { subject, preheader, format: "mjml", source: BODY, text: null } } };
    made.set(key, await createTemplate(deps, input.actor, { name, channel: "email", class: of, topic: "", content }));
  }
  return made;
}

const BODY = "<mjml>\n  <mj-body>\n    <mj-section>\n      <mj-column>\n        <mj-text></mj-text>\n      </mj-column>\n    </mj-section>\n  </mj-body>\n</mjml>\n";
