import type { Words } from "../base/index.ts";
import type { Rule } from "../rules/index.ts";
import type { Step } from "../journeys/index.ts";
import { attributeOf, eventFiltersOf, filterOf } from "./conditions.ts";
import { eventOf } from "./events.ts";
import { list, map, number, say, text, verdictOf, type Json, type Made } from "../flows/place.ts";
import { abTest, email, otherMessage } from "./messages.ts";
import { ID_BASE, leftOut, linkOf, type Setting } from "./setting.ts";
import { backInStock, countdown, targetDate, timeDelay } from "./waits.ts";

/** A condition that could not be said: a branch that asks nothing, which keeps the draft from being published until somebody says it. */
const UNSAID: Rule = { kind: "all", of: [] };

/** An action as steps: all twenty kinds. */
export function stepsOf(action: Json, setting: Setting): Made {
  const data = map(action["data"]);
  switch (text(action["type"])) {
    case "send-email":
      return email(action, setting);
    case "send-sms":
      return otherMessage(action, setting, "sms");
    case "send-mobile-push":
    case "send-push":
      return otherMessage(action, setting, "push");
    case "send-whatsapp":
      return otherMessage(action, setting, "whatsapp");
    case "send-webhook": {
      const url = text(map(data["message"])["url"]).slice(0, 300);
      return {
        verdict: "different",
        message: say(
          `Add the webhook in Settings and choose it, with a body; it called ${url || "?"}.`,
          `Ajoutez le webhook dans les réglages et choisissez-le, avec un corps\u00a0; il appelait ${url || "?"}.`,
        ),
        steps: [{ ...ID_BASE, id: setting.id(), kind: "webhook", webhook: null, template: null }],
        exits: { next: linkOf(action) },
      };
    }
    case "send-internal-alert":
      return alert(action, setting);
    case "time-delay":
      return timeDelay(action, setting);
    case "target-date":
      return targetDate(action, setting);
    case "countdown-delay":
      return countdown(action, setting);
    case "back-in-stock-delay":
      return backInStock(action, setting);
    case "conditional-split": {
      const { rule, lost } = filterOf(data["profile_filter"], setting.names, setting.flow);
      return split(action, setting, rule, lost);
    }
    case "trigger-split":
      return triggerSplit(action, setting);
    case "action-output-split":
      return split(
        action,
        setting,
        null,
        [
          say(
            "Answers of code and webhooks are not known here; say the condition.",
            "Les réponses du code et des webhooks ne sont pas connues ici\u00a0; dites la condition.",
          ),
        ],
        "impossible",
      );
    case "multi-branch-split":
      return multiSplit(action, setting);
    case "ab-test":
    case "content-experiment":
      return abTest(action, setting);
    case "update-profile":
      return update(action, setting);
    case "list-update":
      return listUpdate(action, setting);
    case "internal-service":
      return leftOut(
        action,
        "impossible",
        `“${text(map(data["service_configuration"])["service_method_type"]) || "unknown"}” works inside Klaviyo only; it was left out.`,
        `«\u00a0${text(map(data["service_configuration"])["service_method_type"]) || "unknown"}\u00a0» n’existe que dans Klaviyo\u00a0; l’action a été laissée de côté.`,
      );
    case "code":
      return leftOut(
        action,
        "impossible",
        "Relance runs no code of yours; it was left out.",
        "Relance n’exécute pas votre code\u00a0; l’action a été laissée de côté.",
      );
    default:
      return leftOut(
        action,
        "impossible",
        `An action of the kind “${text(action["type"])}” is not in the public definition; it was left out.`,
        `Une action du genre «\u00a0${text(action["type"])}\u00a0» n’est pas dans la définition publique\u00a0; elle a été laissée de côté.`,
      );
  }
}

function alert(action: Json, setting: Setting): Made {
  const message = map(map(action["data"])["message"]);
  const to = list(message["to_emails"]).map(text).join(", ");
  const step: Step = {
    ...ID_BASE,
    id: setting.id(),
    kind: "task",
    title: (text(message["subject_line"]) || text(message["name"]) || "Klaviyo").slice(0, 200),
    note: to.slice(0, 2_000),
  };
  return {
    verdict: "different",
    message: say(
      "Becomes a task for the team; no e-mail goes to the addresses, which are in its note.",
      "Devient une tâche pour l’équipe\u00a0; aucun e-mail ne part vers les adresses, notées dans la tâche.",
    ),
    steps: [step],
    exits: { next: linkOf(action) },
  };
}

function split(action: Json, setting: Setting, rule: Rule | null, lost: readonly Words[], without: Made["verdict"] = "different"): Made {
  const links = map(action["links"]);
  const step: Step = { ...ID_BASE, id: setting.id(), kind: "branch", paths: [{ exit: "p1", name: "Oui / Yes", rule: rule ?? UNSAID }] };
  const unsaid =
    rule === null
      ? [
          say(
            "The branch asks nothing yet: say its condition before publishing.",
            "La branche ne demande encore rien\u00a0: dites sa condition avant de publier.",
          ),
        ]
      : [];
  const told = verdictOf([...lost, ...unsaid]);
  return {
    ...told,
    verdict: rule === null && without === "impossible" ? "impossible" : told.verdict,
    steps: [step],
    exits: { p1: text(links["next_if_true"]) || null, else: text(links["next_if_false"]) || null },
  };
}

function triggerSplit(action: Json, setting: Setting): Made {
  const data = map(action["data"]);
  const { where, lost } = eventFiltersOf(data["trigger_filter"]);
  if (text(data["trigger_type"]) !== "metric" || where.length === 0) return split(action, setting, null, lost, "impossible");
  const { event } = eventOf(text(data["trigger_id"]) || (setting.metric ?? ""), setting.names);
  const rule: Rule = {
    kind: "event",
    event,
    where,
    window: { kind: "last", span: { n: 7, unit: "day" } },
    measure: { of: "count" },
    is: { op: "gte", value: 1 },
  };
  return split(action, setting, rule, [
    ...lost,
    say(
      "Asks whether such an event happened in the last seven days, not the very one that started the run.",
      "Demande si un tel événement a eu lieu ces sept derniers jours, non celui-là même qui a fait entrer le contact.",
    ),
  ]);
}

function multiSplit(action: Json, setting: Setting): Made {
  const branches = list(map(action["data"])["branches"])
    .map(map)
    .toSorted((a, b) => number(a["order"]) - number(b["order"]));
  const asked = branches.filter((branch) => branch["is_else"] !== true).slice(0, 20);
  const remarks: Words[] = [];
  const paths = asked.map((branch, index) => {
    const { rule, lost } = filterOf(branch["branch_filter"], setting.names, setting.flow);
    const trigger =
      rule === null && lost.length > 0
        ? [
            say(
              "A branch asks nothing yet: say its condition before publishing.",
              "Une voie ne demande encore rien\u00a0: dites sa condition avant de publier.",
            ),
          ]
        : [];
    remarks.push(...lost, ...trigger);
    return { exit: `p${index + 1}`, name: text(branch["name"]).slice(0, 100) || `${index + 1}`, rule: rule ?? UNSAID };
  });
  const other = branches.find((branch) => branch["is_else"] === true);
  const step: Step = {
    ...ID_BASE,
    id: setting.id(),
    kind: "branch",
    paths: paths.length === 0 ? [{ exit: "p1", name: "1", rule: UNSAID }] : paths,
  };
  const ends = Object.fromEntries(asked.map((branch, index) => [`p${index + 1}`, linkOf(branch)]));
  return {
    ...verdictOf(remarks),
    steps: [step],
    exits: { ...(paths.length === 0 ? { p1: null } : ends), else: other ? linkOf(other) : null },
  };
}

function update(action: Json, setting: Setting): Made {
  const remarks: Words[] = [];
  const steps = list(map(action["data"])["profile_operations"])
    .map(map)
    .flatMap((operation): Step[] => {
      const key = text(operation["property_key"]);
      const attribute = attributeOf(key);
      if (!attribute.startsWith("attributes."))
        remarks.push(
          say(
            `“${key}” is no attribute of your own; it was left out.`,
            `«\u00a0${key}\u00a0» n’est pas un attribut à vous\u00a0; la modification a été laissée de côté.`,
          ),
        );
      if (text(operation["property_type"]) === "list")
        remarks.push(
          say(
            `Adding to and taking from the list “${key}” is not possible here; it was left out.`,
            `Ajouter à la liste «\u00a0${key}\u00a0» ou en retirer n’est pas possible ici\u00a0; la modification a été laissée de côté.`,
          ),
        );
      if (!attribute.startsWith("attributes.") || text(operation["property_type"]) === "list") return [];
      const value = operation["property_value"];
      const to =
        text(operation["operator"]) === "delete"
          ? { of: "empty" as const }
          : { of: "value" as const, value: typeof value === "number" || typeof value === "boolean" ? value : text(value).slice(0, 1_000) };
      return [{ ...ID_BASE, id: setting.id(), kind: "attribute", attribute, to }];
    });
  const told = verdictOf(remarks);
  return { ...told, verdict: steps.length === 0 ? "impossible" : told.verdict, steps, exits: { next: linkOf(action) } };
}

function listUpdate(action: Json, setting: Setting): Made {
  const data = map(action["data"]);
  const group = setting.names.groups.get(text(data["list_id"])) ?? null;
  const step: Step = {
    ...ID_BASE,
    id: setting.id(),
    name: text(data["name"]).slice(0, 200),
    kind: "group",
    action: data["on_execution"] === false ? "leave" : "join",
    group,
  };
  return {
    ...verdictOf(
      group === null ? [say("Choose the group that stands for the list.", "Choisissez le groupe qui correspond à la liste.")] : [],
    ),
    steps: [step],
    exits: { next: linkOf(action) },
  };
}
