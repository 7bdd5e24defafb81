import type { Words } from "../base/index.ts";
import type { Graph, StepId } from "../journeys/index.ts";
import { stepsOf } from "./actions.ts";
import { filterOf } from "./conditions.ts";
import { eventOf } from "./events.ts";
import { freshId, joined, placeOf, type Ask, type FlowReader, type ImportedFlow } from "../flows/graph.ts";
import { list, map, SAME, say, text, verdictOf, type FlowNames, type Json, type Line, type Made } from "../flows/place.ts";
import type { Setting } from "./setting.ts";
import { reentryOf, startOf } from "./triggers.ts";

/** The name and definition inside what was given: an answer of `GET /api/flows/ID?additional-fields[flow]=definition`, the body of a creation, or the bare definition. Null when there is none. */
export function flowIn(given: unknown): { name: string; definition: Json } | null {
  const data = map(map(given)["data"]);
  const holder = "attributes" in data ? map(data["attributes"]) : "definition" in map(given) ? map(given) : null;
  const definition = holder ? map(holder["definition"]) : map(given);
  return Array.isArray(definition["actions"]) && Array.isArray(definition["triggers"])
    ? { name: text(holder?.["name"]).trim().slice(0, 200) || "Klaviyo", definition }
    : null;
}

/** Ids of the lists a flow starts from or puts people into, which are groups here. */
export function listsIn(definition: Json): string[] {
  const starts = list(definition["triggers"])
    .map(map)
    .filter((one) => one["type"] === "list")
    .map((one) => text(one["id"]));
  const updates = list(definition["actions"])
    .map(map)
    .filter((one) => one["type"] === "list-update")
    .map((one) => text(map(one["data"])["list_id"]));
  return [...new Set([...starts, ...updates])].filter((id) => id !== "");
}

/** The ids whose names only a person, or Klaviyo's own lists, can tell; each once, lists and segments known as such before groups. */
export function asksOf(definition: Json): Ask[] {
  const found = new Map<string, Ask>();
  const ask = (of: Ask["of"], ids: unknown): void => {
    for (const id of (Array.isArray(ids) ? ids : [ids]).map(text).filter((one) => one !== "")) {
      const key = `${of === "metric"} ${id}`;
      if (!found.has(key) || found.get(key)!.of === "group") found.set(key, { of, id });
    }
  };
  for (const trigger of list(definition["triggers"]).map(map)) {
    const type = text(trigger["type"]);
    if (type === "metric" || type === "list" || type === "segment") ask(type, trigger["id"]);
  }
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    for (const [key, inside] of Object.entries(map(value))) {
      const of = ASKING[key];
      if (of === undefined) walk(inside);
      else ask(of, inside);
    }
  };
  walk([definition["triggers"], definition["profile_filter"], definition["actions"]]);
  return [...found.values()].sort((a, b) => ASKED.indexOf(a.of) - ASKED.indexOf(b.of));
}
const ASKING: Readonly<Record<string, Ask["of"]>> = { metric_id: "metric", list_id: "list", group_ids: "group" };
const ASKED: readonly Ask["of"][] = ["metric", "list", "segment", "group"];

export function importFlow(input: { name: string; definition: Json }, names: FlowNames): ImportedFlow {
  const { name, definition } = input;
  const triggers = list(definition["triggers"]).map(map);
  const started = triggers.map((trigger) => startOf(trigger, names));
  const actions = list(definition["actions"]).map(map).slice(0, 200);
  const made = new Map<string, { action: Json; made: Made }>();
  const taken = new Set<StepId>();
  const setting = (id: string): Setting => ({
    names,
    flow: name,
    metric: triggers.filter((one) => one["type"] === "metric").map((one) => text(one["id"]))[0] ?? null,
    date: started.map((one) => one.date).find((one) => one !== undefined) ?? null,
    id: () => freshId(id, taken),
  });
  actions.forEach((action, index) => {
    const id = text(action["id"]) || text(action["temporary_id"]) || `${index}`;
    made.set(id, { action, made: stepsOf(action, setting(id)) });
  });
  const { settings, lines } = settingsOf(definition, names, name);
  const graph: Graph = {
    version: 1,
    starts: started
      .map((one) => one.start)
      .filter((start) => start !== null)
      .slice(0, 10),
    first: placeOf(text(definition["entry_action_id"]) || null, made),
    steps: [...made.values()].flatMap(({ made: one }) => joined(one, made)).slice(0, 400),
    settings,
    positions: {},
  };
  const report: Line[] = [
    ...started.map(({ verdict, message }, index): Line => ({
      part: "trigger",
      id: `${index + 1}`,
      type: text(triggers[index]!["type"]),
      name: names.metrics[text(triggers[index]!["id"])] ?? "",
      verdict,
      message,
      step: null,
    })),
    ...lines,
    ...[...made].map(([id, { action, made: one }]): Line => ({
      part: "action",
      id,
      type: text(action["type"]),
      name: nameOf(action),
      verdict: one.verdict,
      message: one.message,
      step: one.steps[0]?.id ?? null,
    })),
  ];
  return { name, graph, report, templates: [...made.values()].flatMap(({ made: one }) => one.templates ?? []) };
}

const nameOf = (action: Json): string => text(map(map(action["data"])["message"])["name"]) || text(map(action["data"])["name"]);

/** The flow's filter, and what of it is a way out or a rule of coming again here. */
function settingsOf(definition: Json, names: FlowNames, flow: string): { settings: Graph["settings"]; lines: Line[] } {
  const lines: Line[] = [];
  const tell = (part: Line["part"], type: string, told: { verdict: Line["verdict"]; message: Words }) =>
    lines.push({ part, id: "", type, name: "", step: null, ...told });
  let reentry: Graph["settings"]["reentry"] = reentryOf(definition["reentry_criteria"]);
  if (definition["reentry_criteria"]) tell("reentry", "reentry_criteria", { verdict: "mapped", message: SAME });
  const exits: Graph["settings"]["exits"][number][] = [];
  const groups = list(map(definition["profile_filter"])["condition_groups"])
    .map((group) => list(map(group)["conditions"]).map(map))
    .filter((conditions) => {
      const [only] = conditions;
      if (conditions.length !== 1 || !only) return conditions.length > 0;
      if (only["type"] === "profile-not-in-flow") {
        const filter = map(only["timeframe_filter"]);
        reentry = reentryOf(
          filter["operator"] === "alltime" ? { unit: "alltime" } : { unit: filter["unit"], duration: filter["quantity"] },
        );
        tell("reentry", "profile-not-in-flow", {
          verdict: "mapped",
          message: say("Becomes the rule of coming again.", "Devient la règle de retour dans le scénario."),
        });
        return false;
      }
      const filter = map(only["measurement_filter"]);
      const none =
        only["type"] === "profile-metric" &&
        map(only["timeframe_filter"])["operator"] === "flow-start" &&
        only["measurement"] !== "sum" &&
        filter["operator"] === "equals" &&
        filter["value"] === 0 &&
        list(only["metric_filters"]).length === 0;
      if (!none || exits.length === 10) return true;
      const { event, known } = eventOf(text(only["metric_id"]), names);
      exits.push({ event, where: [], sameKey: false, goal: event === "Order Completed" });
      tell(
        "filter",
        "profile-metric",
        known
          ? {
              verdict: "mapped",
              message: say(
                `“Not since the start of the flow” becomes a way out: ${event} ends the run at once.`,
                `«\u00a0Pas depuis le début du flux\u00a0» devient une sortie\u00a0: ${event} met fin au parcours aussitôt.`,
              ),
            }
          : {
              verdict: "different",
              message: say(
                `Becomes a way out; put the event's name in place of “${event}”.`,
                `Devient une sortie\u00a0; mettez le nom de l’événement à la place de «\u00a0${event}\u00a0».`,
              ),
            },
      );
      return false;
    });
  const { rule, lost } = filterOf({ condition_groups: groups.map((conditions) => ({ conditions })) }, names, flow);
  if (groups.length > 0) tell("filter", "profile_filter", verdictOf(lost));
  return { settings: { filter: rule, reentry, exits }, lines };
}

export const klaviyo: FlowReader = {
  product: "Klaviyo",
  find: flowIn,
  asks: asksOf,
  read: importFlow,
  groups: listsIn,
  said: () => ({ lists: {}, segments: {} }),
};
