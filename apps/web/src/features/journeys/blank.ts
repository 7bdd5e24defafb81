import type { BranchStep, Start, Step, StepKind } from "@relance/model/journeys";

/** A step's own id: random, so that two people's drafts never share one. */
export function newStepId(): string {
  return `stp_${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => (byte % 36).toString(36)).join("")}`;
}

/** A new step of a kind with the settings most begin with. */
export function blankStep(kind: StepKind): Step {
  const base = { id: newStepId(), name: "", exits: {} };
  switch (kind) {
    case "email":
    case "sms":
    case "web_push":
    case "push":
    case "whatsapp":
    case "onsite":
      return { ...base, kind, template: null };
    case "webhook":
      return { ...base, kind, webhook: null, template: null };
    case "wait":
      return { ...base, kind, until: { of: "duration", span: { n: 1, unit: "day" } } };
    case "branch":
      return { ...base, kind, paths: [blankPath("p1")] };
    case "split":
      return {
        ...base,
        kind,
        by: "contact",
        arms: [
          { exit: "p1", name: "A", weight: 1 },
          { exit: "p2", name: "B", weight: 1 },
        ],
      };
    case "holdout":
      return { ...base, kind, percent: 10 };
    case "loop":
      return { ...base, kind, times: 3 };
    case "attribute":
      return { ...base, kind, attribute: "", to: { of: "value", value: "" } };
    case "group":
    case "audience":
      return { ...base, kind, action: "join", group: null };
    case "consent":
      return { ...base, kind, channel: "email", topic: "" };
    case "coupon":
      return { ...base, kind, pool: null };
    case "task":
      return { ...base, kind, title: "", note: "" };
    case "journey":
      return { ...base, kind, journey: null };
    case "goal":
    case "exit":
      return { ...base, kind };
  }
}

export const blankPath = (exit: string): BranchStep["paths"][number] => ({
  exit,
  name: "",
  rule: {
    kind: "all",
    of: [
      {
        kind: "event",
        event: "Order Completed",
        where: [],
        window: { kind: "since_entry" },
        measure: { of: "count" },
        is: { op: "gte", value: 1 },
      },
    ],
  },
});

const watching = { interest: ["viewed", "carted", "wished"], within: { n: 30, unit: "day" }, stores: [] } as const;
const tomorrow = (): string => {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate() + 1)).toISOString().slice(0, 10);
};

/** A new start of a kind with the settings most begin with; what must be chosen from what there is comes as `first`, null: there is none. */
export function blankStart(
  kind: Start["kind"],
  first: {
    readonly segment: string | null;
    readonly group: string | null;
    readonly journey: string | null;
    readonly objectDate: { readonly object: string; readonly field: string; readonly moment: boolean } | null;
  },
): Start | null {
  switch (kind) {
    case "event":
      return { kind, event: "Product Added", where: [], key: null };
    case "form":
      return { kind, on: "confirmed", form: null };
    case "message":
      return { kind, template: null, did: "clicked" };
    case "cart":
      return { kind, idle: { n: 1, unit: "hour" }, least: null };
    case "browse":
      return { kind, idle: { n: 4, unit: "hour" } };
    case "order":
      return { kind, on: "completed", where: [] };
    case "replenishment":
      return { kind, products: [], after: { n: 30, unit: "day" } };
    case "registration":
      return { kind, products: [], after: { n: 14, unit: "day" } };
    case "price_drop":
      return { kind, ...watching, drop: { by: "percent", least: 10 } };
    case "back_in_stock":
      return { kind, ...watching };
    case "low_stock":
      return { kind, ...watching, atMost: 3 };
    case "near_store":
      return { kind, km: 2, stores: [] };
    case "schedule":
      return first.segment === null
        ? null
        : { kind, segment: first.segment, date: tomorrow(), at: "09:00", zone: "workspace", repeat: null };
    case "segment":
      return first.segment === null ? null : { kind, segment: first.segment, on: "enter" };
    case "group":
      return first.group === null ? null : { kind, group: first.group };
    case "date":
      return { kind, attribute: "birth_date", days: 0, at: "09:00", yearly: true };
    case "object_date":
      return first.objectDate === null
        ? null
        : {
            kind,
            object: first.objectDate.object,
            field: first.objectDate.field,
            ...(first.objectDate.moment && { moment: true }),
            where: [],
            days: -30,
            at: "09:00",
          };
    case "event_date":
      return { kind, event: "Rental Started", where: [], property: "return_date", key: null, days: -1, at: "09:00" };
    case "journey":
      return first.journey === null ? null : { kind, journey: first.journey, on: "completed" };
    case "api":
      return { kind };
  }
}
