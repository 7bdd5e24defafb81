import { unreachable } from "../base/index.ts";
import type { Rule } from "./rule.ts";

/** Something a rule mentions; when it changes for a contact, the rule must be asked again for that contact. */
export interface Reference {
  readonly kind: "event" | "attribute" | "group" | "segment" | "consent" | "rfm" | "prediction";
  /** Event name, attribute, id of the group or segment, channel, `rfm`, field of a prediction. */
  readonly name: string;
}

/** What a rule mentions, each once, sorted. */
export function references(rule: Rule): Reference[] {
  const found = new Map<string, Reference>();
  const add = (kind: Reference["kind"], name: string) => found.set(`${kind} ${name}`, { kind, name });
  const walk = (node: Rule): void => {
    switch (node.kind) {
      case "all": case "any": case "none": return node.of.forEach(walk);
      case "attribute": return void add("attribute", node.attribute);
      case "event": return void add("event", node.event);
      case "group": return void add("group", node.group);
      case "segment": return void add("segment", node.segment);
      case "rfm": return void add("rfm", "rfm");
      case "prediction": return void add("prediction", node.field);
      case "consent": return void add("consent", node.channel);
      default: return unreachable(node);
    }
  };
  walk(rule);
  return [...found.keys()].sort().map((key) => found.get(key)!);
}
