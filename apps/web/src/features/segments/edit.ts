import type { Rule } from "@relance/model/rules";

/** Where a condition stands: the index taken in each group from the root down; [] is the root itself. */
export type Place = readonly number[];
export type GroupKind = "all" | "any" | "none";
export type GroupRule = Extract<Rule, { readonly kind: GroupKind }>;

export const isGroup = (rule: Rule): rule is GroupRule => rule.kind === "all" || rule.kind === "any" || rule.kind === "none";

/** The path the server names this place by: `root.of[0].of[2]`. */
export const pathOf = (place: Place): string => `root${place.map((index) => `.of[${index}]`).join("")}`;

/** The rule with the condition at `place` made into what `change` answers; removed when that is null. */
export function changeAt(rule: Rule, place: Place, change: (old: Rule) => Rule | null): Rule {
  const [index, ...rest] = place;
  if (index === undefined) return change(rule) ?? { kind: "all", of: [] };
  if (!isGroup(rule)) return rule;
  return { ...rule, of: rule.of.flatMap((child, at) => {
    if (at !== index) return [child];
    const changed = rest.length === 0 ? change(child) : changeAt(child, rest, change);
    return changed === null ? [] : [changed];
  }) };
}

/** The rule with a condition added at the end of the group at `place`. */
export const addTo = (rule: Rule, place: Place, added: Rule): Rule => changeAt(rule, place, (old) => (isGroup(old) ? { ...old, of: [...old.of, added] } : old));

/** The rule with the condition at `place` moved up or down among its neighbours; the same when there is no room. */
export function move(rule: Rule, place: Place, by: -1 | 1): Rule {
  const at = place.at(-1);
  if (at === undefined) return rule;
  return changeAt(rule, place.slice(0, -1), (group) => {
    if (!isGroup(group) || at + by < 0 || at + by >= group.of.length) return group;
    const of = [...group.of];
    [of[at], of[at + by]] = [of[at + by]!, of[at]!];
    return { ...group, of };
  });
}

/** A segment's editor works on a group; another rule becomes the only condition of one. */
export const asGroup = (rule: Rule): GroupRule => (isGroup(rule) ? rule : { kind: "all", of: [rule] });
