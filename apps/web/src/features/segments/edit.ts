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
  return {
    ...rule,
    of: rule.of.flatMap((child, at) => {
      if (at !== index) return [child];
      const changed = rest.length === 0 ? change(child) : changeAt(child, rest, change);
      return changed === null ? [] : [changed];
    }),
  };
}

/** The rule with a condition added at the end of the group at `place`. */
export const addTo = (rule: Rule, place: Place, added: Rule): Rule =>
  changeAt(rule, place, (old) => (isGroup(old) ? { ...old, of: [...old.of, added] } : old));

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

const startsWith = (place: Place, start: Place): boolean => start.every((index, at) => place[at] === index);
const at = (rule: Rule, place: Place): Rule | undefined =>
  place.reduce<Rule | undefined>((node, index) => (node && isGroup(node) ? node.of[index] : undefined), rule);

/** The rule with the condition at `from` taken away, and the group it leaves empty with it; the root stays. */
function without(rule: Rule, from: Place): Rule {
  const group = from.slice(0, -1);
  const left = changeAt(rule, from, () => null);
  const parent = at(left, group);
  return group.length > 0 && parent && isGroup(parent) && parent.of.length === 0 ? changeAt(left, group, () => null) : left;
}

/** The rule with the condition at `from` at the end of the group at `group`; the same when that lies inside what is moved. */
export function moveInto(rule: Rule, from: Place, group: Place): Rule {
  const moved = at(rule, from);
  if (!moved || from.length === 0 || startsWith(group, from) || (group.length === from.length - 1 && startsWith(from, group))) return rule;
  return without(addTo(rule, group, moved), from);
}

/** The rule with two conditions in a new group, at the place of the second. */
export function combine(rule: Rule, from: Place, onto: Place): Rule {
  const moved = at(rule, from);
  if (!moved || from.length === 0 || startsWith(onto, from)) return rule;
  return without(
    changeAt(rule, onto, (old) => ({ kind: "any", of: [old, moved] })),
    from,
  );
}

/** The rule with one condition in a group of its own. */
export const nest = (rule: Rule, place: Place): Rule =>
  place.length === 0 ? rule : changeAt(rule, place, (old) => ({ kind: "any", of: [old] }));

/** The rule with one condition taken out of its group, to stand after it. */
export function lift(rule: Rule, place: Place): Rule {
  const moved = at(rule, place);
  const group = place.slice(0, -1);
  const index = group.at(-1);
  if (!moved || index === undefined) return rule;
  return without(
    changeAt(rule, group.slice(0, -1), (old) => (isGroup(old) ? { ...old, of: old.of.toSpliced(index + 1, 0, moved) } : old)),
    place,
  );
}

/** A segment's editor works on a group; another rule becomes the only condition of one. */
export const asGroup = (rule: Rule): GroupRule => (isGroup(rule) ? rule : { kind: "all", of: [rule] });
