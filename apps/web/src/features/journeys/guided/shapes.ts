import { EMPTY_GRAPH, type Graph, type Start, type Step } from "@relance/model/journeys";
import { blankStep } from "../blank.ts";

/** A journey to begin with: what makes people enter, and messages made from starter designs with waits between. */
export interface Shape {
  readonly key: "cart" | "welcome" | "birthday" | "win_back";
  /** Starter designs of its messages, in their order. */
  readonly designs: readonly string[];
  readonly graph: (templates: readonly string[]) => Graph;
}

const ORDER = { event: "Order Completed", where: [], goal: true } as const;
const mail = (template: string): Step => ({ ...blankStep("email"), template }) as Step;
const pause = (n: number, unit: "hour" | "day"): Step => ({ ...blankStep("wait"), until: { of: "duration", span: { n, unit } } }) as Step;

/** Steps one after the other, from the start to the end. */
function line(start: Start, steps: readonly Step[], settings: Partial<Graph["settings"]>): Graph {
  const joined = steps.map((step, at): Step => ({ ...step, exits: { next: steps[at + 1]?.id ?? null } }));
  return { ...EMPTY_GRAPH, starts: [start], first: joined[0]!.id, steps: joined, settings: { ...EMPTY_GRAPH.settings, ...settings } };
}

export const SHAPES: readonly Shape[] = [
  {
    key: "cart", designs: ["abandoned_cart"],
    graph: ([first]) => line({ kind: "cart", idle: { n: 1, unit: "hour" }, least: null }, [mail(first!)], { reentry: { kind: "after", span: { n: 1, unit: "day" } }, exits: [{ ...ORDER, sameKey: true }] }),
  },
  { key: "welcome", designs: ["welcome"], graph: ([first]) => line({ kind: "form", on: "confirmed", form: null }, [mail(first!)], { reentry: { kind: "never" } }) },
  {
    key: "birthday", designs: ["birthday"],
    graph: ([first]) => line({ kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: true }, [mail(first!)], { reentry: { kind: "after", span: { n: 300, unit: "day" } } }),
  },
  {
    key: "win_back", designs: ["win_back"],
    graph: ([first]) => line({ kind: "order", on: "completed", where: [] }, [pause(90, "day"), mail(first!)], { reentry: { kind: "always" }, exits: [{ ...ORDER, sameKey: false }] }),
  },
];
