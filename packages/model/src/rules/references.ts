import { unreachable } from "../base/index.ts";
import { objectEvent } from "../objects/type.ts";
import { zoneOfComparison } from "./compare.ts";
import type { Comparison, Rule, Window, ZoneChoice } from "./rule.ts";
import { zoneOfWindow } from "./window.ts";

/** Something a rule mentions; when it changes for a contact, the rule must be asked again for that contact. */
export interface Reference {
  readonly kind: "event" | "attribute" | "group" | "segment" | "consent" | "message" | "rfm" | "prediction" | "zone" | "store";
  /** Event name, attribute, id of the group or segment, channel, what happened with messages, `rfm`, field of a prediction, `workspace`, `any`. */
  readonly name: string;
}

/** What a rule mentions, each once, sorted. */
export function references(rule: Rule): Reference[] {
  const found = new Map<string, Reference>();
  const add = (kind: Reference["kind"], name: string) => found.set(`${kind} ${name}`, { kind, name });
  const days = (choice: ZoneChoice | null): void => {
    if (choice !== null) add("zone", "workspace");
    if (choice === "contact") add("attribute", "time_zone");
  };
  const walk = (node: Rule): void => {
    if ("is" in node) days(zoneOfComparison(node.is as Comparison));
    for (const window of ["window" in node ? node.window : undefined, "when" in node ? node.when : undefined] as (Window | undefined)[])
      if (window) days(zoneOfWindow(window));
    switch (node.kind) {
      case "all":
      case "any":
      case "none":
        return node.of.forEach(walk);
      case "attribute":
        return void add("attribute", node.attribute);
      case "event":
      case "affinity":
        return void add("event", node.event);
      case "sequence":
        return [node.first, ...node.steps].forEach((one) => add("event", one.event));
      case "message":
        return void add("message", node.what);
      case "distance":
        add("attribute", "latitude");
        add("attribute", "longitude");
        if ("store" in node.to) add("store", "any");
        return "store" in node.to && node.to.store === null ? void add("attribute", "store_id") : undefined;
      case "object":
        for (const filter of node.where) days(zoneOfComparison(filter.is));
        return void add("event", objectEvent(node.object));
      case "sample":
      case "sql":
        return undefined;
      case "group":
        return void add("group", node.group);
      case "segment":
        return void add("segment", node.segment);
      case "rfm":
        return void add("rfm", "rfm");
      case "prediction":
        return void add("prediction", node.field);
      case "consent":
        return void add("consent", node.channel);
      default:
        return unreachable(node);
    }
  };
  walk(rule);
  return [...found.keys()].sort().map((key) => found.get(key)!);
}
