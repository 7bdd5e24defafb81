import type { Id, Words } from "../base/index.ts";
import { isTimed, zoneOfComparison } from "./compare.ts";
import { minus } from "../time/index.ts";
import { customName, isColumn } from "./fields.ts";
import { valueFits } from "./value-fits.ts";
import type { Comparison, EventPattern, Rule, Window } from "./rule.ts";

/** What a rule may refer to in its workspace. */
export interface RuleCatalogue {
  readonly groups: ReadonlySet<Id>;
  /** Segments with the segments each mentions, directly. */
  readonly segments: ReadonlyMap<Id, readonly Id[]>;
  /** What else a rule may name by id. */
  readonly stores: ReadonlySet<Id>;
  readonly journeys: ReadonlySet<Id>;
  readonly templates: ReadonlySet<Id>;
  /** Types of objects by key, with the keys of their fields; what is not given is not looked at. */
  readonly objects?: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  /** Where the rule stands: a segment cannot know the start of a run, and cannot mention itself. */
  readonly place: { readonly kind: "segment"; readonly segment: Id | null } | { readonly kind: "journey" };
}

export interface RuleProblem {
  readonly path: string;
  readonly code:
    | "empty_group"
    | "unknown_attribute"
    | "unknown_group"
    | "unknown_segment"
    | "segment_cycle"
    | "no_run_here"
    | "wrong_operator"
    | "bounds_reversed"
    | "too_deep"
    | "too_large"
    | "unknown_store"
    | "unknown_journey"
    | "unknown_template"
    | "no_moment"
    | "absences_together"
    | "nothing_asked"
    | "sql_apart"
    | "unknown_object"
    | "unknown_object_field";
  readonly message: Words;
}

const DEEPEST = 12;
const LARGEST = 200;

/** What is wrong with a rule; empty when it can be used. */
export function problems(rule: Rule, catalogue: RuleCatalogue): RuleProblem[] {
  const found: RuleProblem[] = [];
  let nodes = 0;
  const add = (path: string, code: RuleProblem["code"], en: string, fr: string) => found.push({ path, code, message: { en, fr } });
  const look = (node: Rule, path: string, depth: number): void => {
    nodes += 1;
    if (depth > DEEPEST)
      return void add(path, "too_deep", `Groups nest at most ${DEEPEST} deep.`, `Les groupes s’imbriquent sur ${DEEPEST} niveaux au plus.`);
    switch (node.kind) {
      case "all":
      case "any":
      case "none":
        if (node.of.length === 0) add(path, "empty_group", "This group has no condition.", "Ce groupe n’a aucune condition.");
        node.of.forEach((child, index) => look(child, `${path}.of[${index}]`, depth + 1));
        return;
      case "attribute":
        if (!isColumn(node.attribute) && customName(node.attribute) === null)
          add(
            `${path}.attribute`,
            "unknown_attribute",
            `There is no attribute “${node.attribute}”.`,
            `L’attribut « ${node.attribute} » n’existe pas.`,
          );
        when(node.when, true, path);
        return bounds(node.is, `${path}.is`);
      case "group":
        when(node.when, node.member, path);
        if (!catalogue.groups.has(node.group))
          add(`${path}.group`, "unknown_group", "This group no longer exists.", "Ce groupe n’existe plus.");
        return;
      case "segment":
        when(node.when, node.member, path);
        if (!catalogue.segments.has(node.segment))
          add(`${path}.segment`, "unknown_segment", "This segment no longer exists.", "Ce segment n’existe plus.");
        else if (
          catalogue.place.kind === "segment" &&
          catalogue.place.segment !== null &&
          mentions(catalogue, node.segment, catalogue.place.segment)
        ) {
          add(
            `${path}.segment`,
            "segment_cycle",
            "This segment is itself made from the one you are editing.",
            "Ce segment dépend lui-même de celui que vous modifiez.",
          );
        }
        return;
      case "rfm":
      case "prediction":
        if (!valueFits(node))
          add(
            `${path}.is`,
            "wrong_operator",
            "Numbers are compared with numbers, days with days, groups with groups.",
            "Un nombre se compare à des nombres, un jour à des jours, un groupe à des groupes.",
          );
        return bounds(node.is, `${path}.is`);
      case "consent":
        if (node.granted && node.reason !== undefined)
          add(
            `${path}.reason`,
            "wrong_operator",
            "Who agreed has no reason for not agreeing.",
            "Qui a accepté n’a pas de raison de refuser.",
          );
        return when(node.when, node.reason !== "missing", path);
      case "event":
        period(node.window, `${path}.window`);
        filters(node, path);
        if (!fits(node.measure.of, node.is))
          add(`${path}.is`, "wrong_operator", "A number is compared with numbers.", "Un nombre se compare à des nombres.");
        return bounds(node.is, `${path}.is`);
      case "sequence":
        period(node.window, `${path}.window`);
        filters(node.first, `${path}.first`);
        node.steps.forEach((step, index) => {
          filters(step, `${path}.steps[${index}]`);
          if (!step.happened && node.steps[index - 1]?.happened === false)
            add(
              `${path}.steps[${index}]`,
              "absences_together",
              "Two absences cannot follow each other: one step that happened goes between them.",
              "Deux absences ne peuvent pas se suivre : il faut entre elles une étape qui a eu lieu.",
            );
        });
        return;
      case "message":
        period(node.window, `${path}.window`);
        if (node.journey !== null && !catalogue.journeys.has(node.journey))
          add(`${path}.journey`, "unknown_journey", "This journey no longer exists.", "Ce scénario n’existe plus.");
        if (node.template !== null && !catalogue.templates.has(node.template))
          add(`${path}.template`, "unknown_template", "This template no longer exists.", "Ce modèle n’existe plus.");
        if (!fits("count", node.is))
          add(`${path}.is`, "wrong_operator", "A number is compared with numbers.", "Un nombre se compare à des nombres.");
        if (node.link !== "" && node.what !== "clicked")
          add(`${path}.link`, "nothing_asked", "Only clicks have a link.", "Seuls les clics ont un lien.");
        return bounds(node.is, `${path}.is`);
      case "affinity":
        period(node.window, `${path}.window`);
        if (node.value === "") add(`${path}.value`, "nothing_asked", "Say which value.", "Indiquez la valeur.");
        return filters(node, path);
      case "distance":
        if ("store" in node.to && node.to.store !== null && !catalogue.stores.has(node.to.store))
          add(`${path}.to`, "unknown_store", "This store no longer exists.", "Cette boutique n’existe plus.");
        return;
      case "object": {
        const fields = catalogue.objects?.get(node.object);
        if (catalogue.objects && !fields)
          add(`${path}.object`, "unknown_object", "This type of objects no longer exists.", "Ce type d’objets n’existe plus.");
        node.where.forEach((filter, index) => {
          if (fields && filter.property !== "id" && !fields.has(filter.property))
            add(
              `${path}.where[${index}].property`,
              "unknown_object_field",
              `There is no field “${filter.property}” any more.`,
              `Le champ « ${filter.property} » n’existe plus.`,
            );
          bounds(filter.is, `${path}.where[${index}].is`);
        });
        if (!fits("count", node.is))
          add(`${path}.is`, "wrong_operator", "A number is compared with numbers.", "Un nombre se compare à des nombres.");
        return bounds(node.is, `${path}.is`);
      }
      case "sample":
        return;
      case "sql":
        return void add(
          path,
          "sql_apart",
          "A query is a segment of its own, saved where queries are run; other rules mention that segment.",
          "Une requête est un segment à part entière, enregistré là où l’on exécute les requêtes ; les autres règles mentionnent ce segment.",
        );
    }
  };
  const period = (window: Window, path: string): void => {
    if (window.kind === "since_entry" && catalogue.place.kind === "segment")
      add(
        path,
        "no_run_here",
        "“Since the start of the run” only means something inside a journey.",
        "« Depuis l’entrée dans le scénario » n’a de sens que dans un scénario.",
      );
    if (window.kind === "between" && window.from > window.to)
      add(path, "bounds_reversed", "The period ends before it begins.", "La période se termine avant de commencer.");
    if (window.kind === "ago" && window.most !== null && minus(0, window.most) >= minus(0, window.least))
      add(path, "bounds_reversed", "The first length of time must be the shorter one.", "La première durée doit être la plus courte.");
  };
  const when = (window: Window | undefined, known: boolean, path: string): void => {
    if (window === undefined) return;
    if (!known)
      add(`${path}.when`, "no_moment", "Nobody knows since when something is not so.", "On ne sait pas depuis quand une chose n’est pas.");
    period(window, `${path}.when`);
    if (window.kind === "since_entry" && catalogue.place.kind === "journey")
      add(
        `${path}.when`,
        "no_run_here",
        "This condition cannot look back to the start of the run.",
        "Cette condition ne peut pas remonter à l’entrée dans le scénario.",
      );
  };
  const filters = ({ where, event }: EventPattern, path: string): void => {
    if (event.trim() === "") add(`${path}.event`, "nothing_asked", "Say which event.", "Indiquez l’événement.");
    where.forEach((filter, index) => {
      if (isTimed(filter.is) || zoneOfComparison(filter.is) !== null)
        add(
          `${path}.where[${index}].is`,
          "wrong_operator",
          "A filter compares with fixed dates; use the period for rolling ones.",
          "Un filtre se compare à des dates fixes ; utilisez la période pour une durée glissante.",
        );
      bounds(filter.is, `${path}.where[${index}].is`);
    });
  };
  const bounds = (is: Comparison, path: string): void => {
    if ((is.op === "ago" || is.op === "ahead") && is.most !== null && minus(0, is.most) >= minus(0, is.least))
      add(path, "bounds_reversed", "The first length of time must be the shorter one.", "La première durée doit être la plus courte.");
    if ((is.op === "between" || is.op === "anniversary" || is.op === "size") && is.from > is.to)
      add(path, "bounds_reversed", "The first number is larger than the second.", "Le premier nombre est plus grand que le second.");
  };
  look(rule, "root", 1);
  if (nodes > LARGEST)
    add("root", "too_large", `A rule has at most ${LARGEST} conditions.`, `Une règle compte au plus ${LARGEST} conditions.`);
  return found;
}

function fits(of: string, is: Comparison): boolean {
  if (of === "first" || of === "last") return true;
  return (
    ["gt", "gte", "lt", "lte", "between"].includes(is.op) ||
    ((is.op === "eq" || is.op === "ne") && typeof is.value === "number") ||
    (is.op === "in" || is.op === "not_in" ? is.values.every((value) => typeof value === "number") : false) ||
    (of !== "count" && of !== "sum" && of !== "distinct" && (is.op === "set" || is.op === "unset"))
  );
}

function mentions(catalogue: RuleCatalogue, from: Id, target: Id, seen = new Set<Id>()): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (catalogue.segments.get(from) ?? []).some((next) => mentions(catalogue, next, target, seen));
}
