import { unreachable, type Id, type Words } from "../base/index.ts";
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
  const search = new Search(catalogue);
  search.look(rule, "root", 1);
  if (search.nodes > LARGEST)
    search.add("root", "too_large", `A rule has at most ${LARGEST} conditions.`, `Une règle compte au plus ${LARGEST} conditions.`);
  return search.found;
}

type Node<K extends Rule["kind"]> = Extract<Rule, { readonly kind: K }>;

/** A walk through a rule that notes what is wrong where; a method for each kind that can be. */
class Search {
  readonly found: RuleProblem[] = [];
  nodes = 0;
  readonly #catalogue: RuleCatalogue;

  constructor(catalogue: RuleCatalogue) {
    this.#catalogue = catalogue;
  }

  add(path: string, code: RuleProblem["code"], en: string, fr: string): void {
    this.found.push({ path, code, message: { en, fr } });
  }

  look(node: Rule, path: string, depth: number): void {
    this.nodes += 1;
    if (depth > DEEPEST)
      return this.add(path, "too_deep", `Groups nest at most ${DEEPEST} deep.`, `Les groupes s’imbriquent sur ${DEEPEST} niveaux au plus.`);
    switch (node.kind) {
      case "all":
      case "any":
      case "none":
        if (node.of.length === 0) this.add(path, "empty_group", "This group has no condition.", "Ce groupe n’a aucune condition.");
        return node.of.forEach((child, index) => this.look(child, `${path}.of[${index}]`, depth + 1));
      case "attribute":
        return this.#attribute(node, path);
      case "group":
        return this.#group(node, path);
      case "segment":
        return this.#segment(node, path);
      case "rfm":
      case "prediction":
        return this.#value(node, path);
      case "consent":
        return this.#consent(node, path);
      case "event":
        return this.#event(node, path);
      case "sequence":
        return this.#sequence(node, path);
      case "message":
        return this.#message(node, path);
      case "affinity":
        return this.#affinity(node, path);
      case "distance":
        return this.#distance(node, path);
      case "object":
        return this.#object(node, path);
      case "sample":
        return;
      case "sql":
        return this.add(
          path,
          "sql_apart",
          "A query is a segment of its own, saved where queries are run; other rules mention that segment.",
          "Une requête est un segment à part entière, enregistré là où l’on exécute les requêtes ; les autres règles mentionnent ce segment.",
        );
      default:
        return unreachable(node);
    }
  }

  #attribute({ attribute, when, is }: Node<"attribute">, path: string): void {
    if (!isColumn(attribute) && customName(attribute) === null)
      this.add(
        `${path}.attribute`,
        "unknown_attribute",
        `There is no attribute “${attribute}”.`,
        `L’attribut « ${attribute} » n’existe pas.`,
      );
    this.#when(when, true, path);
    this.#bounds(is, `${path}.is`);
  }

  #group({ group, member, when }: Node<"group">, path: string): void {
    this.#when(when, member, path);
    if (!this.#catalogue.groups.has(group))
      this.add(`${path}.group`, "unknown_group", "This group no longer exists.", "Ce groupe n’existe plus.");
  }

  #segment({ segment, member, when }: Node<"segment">, path: string): void {
    const { segments, place } = this.#catalogue;
    this.#when(when, member, path);
    if (!segments.has(segment))
      this.add(`${path}.segment`, "unknown_segment", "This segment no longer exists.", "Ce segment n’existe plus.");
    else if (place.kind === "segment" && place.segment !== null && mentions(this.#catalogue, segment, place.segment))
      this.add(
        `${path}.segment`,
        "segment_cycle",
        "This segment is itself made from the one you are editing.",
        "Ce segment dépend lui-même de celui que vous modifiez.",
      );
  }

  #value(node: Node<"rfm" | "prediction">, path: string): void {
    if (!valueFits(node))
      this.add(
        `${path}.is`,
        "wrong_operator",
        "Numbers are compared with numbers, days with days, groups with groups.",
        "Un nombre se compare à des nombres, un jour à des jours, un groupe à des groupes.",
      );
    this.#bounds(node.is, `${path}.is`);
  }

  #consent({ granted, reason, when }: Node<"consent">, path: string): void {
    if (granted && reason !== undefined)
      this.add(
        `${path}.reason`,
        "wrong_operator",
        "Who agreed has no reason for not agreeing.",
        "Qui a accepté n’a pas de raison de refuser.",
      );
    this.#when(when, reason !== "missing", path);
  }

  #event(node: Node<"event">, path: string): void {
    this.#period(node.window, `${path}.window`);
    this.#filters(node, path);
    this.#measure(node.measure.of, node.is, path);
  }

  #sequence({ window, first, steps }: Node<"sequence">, path: string): void {
    this.#period(window, `${path}.window`);
    this.#filters(first, `${path}.first`);
    steps.forEach((step, index) => {
      this.#filters(step, `${path}.steps[${index}]`);
      if (!step.happened && steps[index - 1]?.happened === false)
        this.add(
          `${path}.steps[${index}]`,
          "absences_together",
          "Two absences cannot follow each other: one step that happened goes between them.",
          "Deux absences ne peuvent pas se suivre : il faut entre elles une étape qui a eu lieu.",
        );
    });
  }

  #message({ window, journey, template, link, what, is }: Node<"message">, path: string): void {
    this.#period(window, `${path}.window`);
    if (journey !== null && !this.#catalogue.journeys.has(journey))
      this.add(`${path}.journey`, "unknown_journey", "This journey no longer exists.", "Ce scénario n’existe plus.");
    if (template !== null && !this.#catalogue.templates.has(template))
      this.add(`${path}.template`, "unknown_template", "This template no longer exists.", "Ce modèle n’existe plus.");
    this.#measure("count", is, path);
    if (link !== "" && what !== "clicked")
      this.add(`${path}.link`, "nothing_asked", "Only clicks have a link.", "Seuls les clics ont un lien.");
  }

  #affinity(node: Node<"affinity">, path: string): void {
    this.#period(node.window, `${path}.window`);
    if (node.value === "") this.add(`${path}.value`, "nothing_asked", "Say which value.", "Indiquez la valeur.");
    this.#filters(node, path);
  }

  #distance({ to }: Node<"distance">, path: string): void {
    if ("store" in to && to.store !== null && !this.#catalogue.stores.has(to.store))
      this.add(`${path}.to`, "unknown_store", "This store no longer exists.", "Cette boutique n’existe plus.");
  }

  #object({ object, where, is }: Node<"object">, path: string): void {
    const { objects } = this.#catalogue;
    const fields = objects?.get(object);
    if (objects && !fields)
      this.add(`${path}.object`, "unknown_object", "This type of objects no longer exists.", "Ce type d’objets n’existe plus.");
    where.forEach((filter, index) => {
      if (fields && filter.property !== "id" && !fields.has(filter.property))
        this.add(
          `${path}.where[${index}].property`,
          "unknown_object_field",
          `There is no field “${filter.property}” any more.`,
          `Le champ « ${filter.property} » n’existe plus.`,
        );
      this.#bounds(filter.is, `${path}.where[${index}].is`);
    });
    this.#measure("count", is, path);
  }

  #measure(of: string, is: Comparison, path: string): void {
    if (!fits(of, is))
      this.add(`${path}.is`, "wrong_operator", "A number is compared with numbers.", "Un nombre se compare à des nombres.");
    this.#bounds(is, `${path}.is`);
  }

  #period(window: Window, path: string): void {
    if (window.kind === "since_entry" && this.#catalogue.place.kind === "segment")
      this.add(
        path,
        "no_run_here",
        "“Since the start of the run” only means something inside a journey.",
        "« Depuis l’entrée dans le scénario » n’a de sens que dans un scénario.",
      );
    if (window.kind === "between" && window.from > window.to)
      this.add(path, "bounds_reversed", "The period ends before it begins.", "La période se termine avant de commencer.");
    if (window.kind === "ago" && window.most !== null && minus(0, window.most) >= minus(0, window.least))
      this.add(path, "bounds_reversed", "The first length of time must be the shorter one.", "La première durée doit être la plus courte.");
  }

  #when(window: Window | undefined, known: boolean, path: string): void {
    if (window === undefined) return;
    if (!known)
      this.add(
        `${path}.when`,
        "no_moment",
        "Nobody knows since when something is not so.",
        "On ne sait pas depuis quand une chose n’est pas.",
      );
    this.#period(window, `${path}.when`);
    if (window.kind === "since_entry" && this.#catalogue.place.kind === "journey")
      this.add(
        `${path}.when`,
        "no_run_here",
        "This condition cannot look back to the start of the run.",
        "Cette condition ne peut pas remonter à l’entrée dans le scénario.",
      );
  }

  #filters({ where, event }: EventPattern, path: string): void {
    if (event.trim() === "") this.add(`${path}.event`, "nothing_asked", "Say which event.", "Indiquez l’événement.");
    where.forEach((filter, index) => {
      if (isTimed(filter.is) || zoneOfComparison(filter.is) !== null)
        this.add(
          `${path}.where[${index}].is`,
          "wrong_operator",
          "A filter compares with fixed dates; use the period for rolling ones.",
          "Un filtre se compare à des dates fixes ; utilisez la période pour une durée glissante.",
        );
      this.#bounds(filter.is, `${path}.where[${index}].is`);
    });
  }

  #bounds(is: Comparison, path: string): void {
    if ((is.op === "ago" || is.op === "ahead") && is.most !== null && minus(0, is.most) >= minus(0, is.least))
      this.add(path, "bounds_reversed", "The first length of time must be the shorter one.", "La première durée doit être la plus courte.");
    if ((is.op === "between" || is.op === "anniversary" || is.op === "size") && is.from > is.to)
      this.add(path, "bounds_reversed", "The first number is larger than the second.", "Le premier nombre est plus grand que le second.");
  }
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
