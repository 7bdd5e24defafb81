import type { Instant } from "../base/index.ts";
import { compare, edges, type Zones } from "./compare.ts";
import type { LeafVerdict } from "./leaf.ts";
import type { FactObject } from "./facts.ts";
import type { ObjectRule } from "./rule.ts";

/** A field of an object by its key; `id` is the sender's own id of it. */
const fieldOf = (object: FactObject, field: string): unknown =>
  field === "id" ? object.externalId : Object.hasOwn(object.fields, field) ? object.fields[field] : undefined;

/** How many objects of a type fulfil every filter. */
export function judgeObjects(rule: ObjectRule, objects: readonly FactObject[], at: Instant, zones: Zones): LeafVerdict {
  const ofType = objects.filter((one) => one.type === rule.object);
  const found = ofType.filter((one) => rule.where.every((filter) => compare(fieldOf(one, filter.property), filter.is, at, zones)));
  return {
    truth: compare(found.length, rule.is, at),
    fact: found.length,
    clocks: ofType.flatMap((one) => rule.where.flatMap((filter) => edges(fieldOf(one, filter.property), filter.is, at, zones))),
  };
}
