import type { Id, Words } from "../base/index.ts";
import { isTimed } from "./evaluate.ts";
import { customName, isColumn } from "./fields.ts";
import { valueFits } from "./value.ts";
import type { Comparison, Rule } from "./rule.ts";

/** What a rule may refer to in its workspace. */
export interface RuleCatalogue {
  readonly groups: ReadonlySet<Id>;
  /** Segments with the segments each mentions, directly. */
  readonly segments: ReadonlyMap<Id, readonly Id[]>;
  /** Where the rule stands: a segment cannot know the start of a run, and cannot mention itself. */
  readonly place: { readonly kind: "segment"; readonly segment: Id | null } | { readonly kind: "journey" };
}

export interface RuleProblem {
  readonly path: string;
  readonly code: "empty_group" | "unknown_attribute" | "unknown_group" | "unknown_segment" | "segment_cycle" | "no_run_here" | "wrong_operator" | "bounds_reversed" | "too_deep" | "too_large";
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
    if (depth > DEEPEST) return void add(path, "too_deep", `Groups nest at most ${DEEPEST} deep.`, `Les groupes s’imbriquent sur ${DEEPEST} niveaux au plus.`);
    switch (node.kind) {
      case "all": case "any": case "none":
        if (node.of.length === 0) add(path, "empty_group", "This group has no condition.", "Ce groupe n’a aucune condition.");
        node.of.forEach((child, index) => look(child, `${path}.of[${index}]`, depth + 1));
        return;
      case "attribute":
        if (!isColumn(node.attribute) && customName(node.attribute) === null) add(`${path}.attribute`, "unknown_attribute", `There is no attribute “${node.attribute}”.`, `L’attribut « ${node.attribute} » n’existe pas.`);
        return bounds(node.is, `${path}.is`);
      case "group":
        if (!catalogue.groups.has(node.group)) add(`${path}.group`, "unknown_group", "This group no longer exists.", "Ce groupe n’existe plus.");
        return;
      case "segment":
        if (!catalogue.segments.has(node.segment)) add(`${path}.segment`, "unknown_segment", "This segment no longer exists.", "Ce segment n’existe plus.");
        else if (catalogue.place.kind === "segment" && catalogue.place.segment !== null && mentions(catalogue, node.segment, catalogue.place.segment)) {
          add(`${path}.segment`, "segment_cycle", "This segment is itself made from the one you are editing.", "Ce segment dépend lui-même de celui que vous modifiez.");
        }
        return;
      case "rfm": case "prediction":
        if (!valueFits(node)) add(`${path}.is`, "wrong_operator", "Numbers are compared with numbers, days with days, groups with groups.", "Un nombre se compare à des nombres, un jour à des jours, un groupe à des groupes.");
        return bounds(node.is, `${path}.is`);
      case "consent":
        return;
      case "event":
        if (node.window.kind === "since_entry" && catalogue.place.kind === "segment") add(`${path}.window`, "no_run_here", "“Since the start of the run” only means something inside a journey.", "« Depuis l’entrée dans le scénario » n’a de sens que dans un scénario.");
        if (node.window.kind === "between" && node.window.from > node.window.to) add(`${path}.window`, "bounds_reversed", "The period ends before it begins.", "La période se termine avant de commencer.");
        node.where.forEach((filter, index) => {
          if (isTimed(filter.is)) add(`${path}.where[${index}].is`, "wrong_operator", "A filter compares with fixed dates; use the period for rolling ones.", "Un filtre se compare à des dates fixes ; utilisez la période pour une durée glissante.");
          bounds(filter.is, `${path}.where[${index}].is`);
        });
        if (!fits(node.measure.of, node.is)) add(`${path}.is`, "wrong_operator", "A number is compared with numbers.", "Un nombre se compare à des nombres.");
        return bounds(node.is, `${path}.is`);
    }
  };
  const bounds = (is: Comparison, path: string): void => {
    if (is.op === "between" && is.from > is.to) add(path, "bounds_reversed", "The first number is larger than the second.", "Le premier nombre est plus grand que le second.");
  };
  look(rule, "root", 1);
  if (nodes > LARGEST) add("root", "too_large", `A rule has at most ${LARGEST} conditions.`, `Une règle compte au plus ${LARGEST} conditions.`);
  return found;
}

function fits(of: string, is: Comparison): boolean {
  if (of === "first" || of === "last") return true;
  return ["gt", "gte", "lt", "lte", "between"].includes(is.op) || ((is.op === "eq" || is.op === "ne") && typeof is.value === "number") || (is.op === "in" || is.op === "not_in" ? is.values.every((value) => typeof value === "number") : false) || (of !== "count" && of !== "sum" && (is.op === "set" || is.op === "unset"));
}

function mentions(catalogue: RuleCatalogue, from: Id, target: Id, seen = new Set<Id>()): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (catalogue.segments.get(from) ?? []).some((next) => mentions(catalogue, next, target, seen));
}
