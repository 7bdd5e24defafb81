import type { Words } from "../base/index.ts";
import type { Graph } from "./graph.ts";
import type { StepId } from "./parts.ts";
import { startKindOf } from "./starts/index.ts";
import { kindOf, type GraphCatalogue, type Step, type StepProblem } from "./steps/index.ts";

/** What keeps a graph from being published; empty when nothing does. Each names the step or the setting and says what to do. */
export function graphProblems(graph: Graph, given: Omit<GraphCatalogue, "steps">): StepProblem[] {
  const catalogue: GraphCatalogue = { ...given, steps: new Map(graph.steps.map((step) => [step.id, step.kind])) };
  const found: StepProblem[] = [];
  const add = (path: string, step: StepId | null, code: string, message: Words) => found.push({ path, step, code, message });
  const byId = new Map(graph.steps.map((step) => [step.id, step]));
  if (graph.starts.length === 0)
    add("starts", null, "no_start", { fr: "Dites ce qui fait entrer un contact.", en: "Say what makes a contact enter." });
  if (graph.first === null || !byId.has(graph.first))
    add("first", null, "no_first_step", { fr: "Ajoutez une première étape.", en: "Add a first step." });
  graph.starts.forEach((start, index) => {
    for (const { field, code, message } of startKindOf(start).problems(start, catalogue))
      add(`starts[${index}].${field}`, null, code, message);
  });
  if (graph.settings.filter)
    for (const problem of catalogue.ruleProblems(graph.settings.filter))
      add(`settings.filter.${problem.path}`, null, problem.code, problem.message);
  const seen = new Set<StepId>();
  for (const step of graph.steps) {
    const path = `step:${step.id}`;
    if (seen.has(step.id))
      add(path, step.id, "repeated_step", { fr: "Deux étapes portent le même identifiant.", en: "Two steps share one id." });
    seen.add(step.id);
    for (const problem of kindOf(step).problems(step, catalogue)) add(path, step.id, problem.code, problem.message);
    const ways = kindOf(step).exits(step);
    for (const exit of ways)
      if (!Object.hasOwn(step.exits, exit))
        add(`${path}.exits.${exit}`, step.id, "dangling_exit", {
          fr: "Cette sortie ne mène nulle part.",
          en: "This way out leads nowhere.",
        });
    for (const [exit, to] of Object.entries(step.exits)) {
      if (!ways.includes(exit))
        add(`${path}.exits.${exit}`, step.id, "unknown_exit", {
          fr: "Cette étape n’a pas cette sortie.",
          en: "This step has no such way out.",
        });
      if (to !== null && !byId.has(to))
        add(`${path}.exits.${exit}`, step.id, "unknown_step", {
          fr: "L’étape suivante n’existe plus.",
          en: "The next step no longer exists.",
        });
    }
  }
  for (const step of unreachable(graph, byId))
    add(`step:${step.id}`, step.id, "unreachable", { fr: "Aucun chemin ne mène à cette étape.", en: "No path leads to this step." });
  for (const step of timelessCycle(graph, byId))
    add(`step:${step}`, step, "cycle_without_wait", {
      fr: "Cette boucle ne contient aucune attente\u00a0: elle tournerait sans fin.",
      en: "This loop holds no wait: it would turn for ever.",
    });
  return found;
}

/** What may be published and is hardly meant; each names the setting and says what to do. */
export function graphWarnings({ starts, settings }: Graph): StepProblem[] {
  const yearly = settings.reentry.kind === "never" && starts.some((start) => "yearly" in start && start.yearly === true);
  return yearly
    ? [
        {
          path: "settings.reentry",
          step: null,
          code: "yearly_once",
          message: {
            fr: "Le départ revient chaque année, mais chacun n’entre qu’une fois\u00a0: personne n’en profitera l’année suivante. Laissez entrer à nouveau, par exemple après 11\u00a0mois.",
            en: "The start comes round every year, but everyone enters once only: nobody gets it the year after. Let people enter again, for instance after 11 months.",
          },
        },
      ]
    : [];
}

function unreachable(graph: Graph, byId: ReadonlyMap<StepId, Step>): Step[] {
  const reached = new Set<StepId>();
  const queue = graph.first === null ? [] : [graph.first];
  while (queue.length > 0) {
    const id = queue.pop()!;
    if (reached.has(id)) continue;
    reached.add(id);
    for (const to of Object.values(byId.get(id)?.exits ?? {})) if (to !== null) queue.push(to);
  }
  return graph.steps.filter((step) => !reached.has(step.id));
}

/** Steps on a cycle made only of steps that pass at once. */
function timelessCycle(graph: Graph, byId: ReadonlyMap<StepId, Step>): StepId[] {
  const state = new Map<StepId, "open" | "done">();
  const cyclic = new Set<StepId>();
  const visit = (id: StepId): void => {
    const step = byId.get(id);
    if (!step || step.kind === "wait") return;
    if (state.get(id) === "open") return void cyclic.add(id);
    if (state.has(id)) return;
    state.set(id, "open");
    for (const to of Object.values(step.exits)) if (to !== null) visit(to);
    state.set(id, "done");
  };
  graph.steps.forEach((step) => visit(step.id));
  return [...cyclic];
}
