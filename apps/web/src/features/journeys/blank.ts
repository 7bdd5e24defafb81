import type { BranchStep, Start, Step, StepKind } from "@relance/model/journeys";

/** A step's own id: random, so that two people's drafts never share one. */
function newStepId(): string {
  return `stp_${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => (byte % 36).toString(36)).join("")}`;
}

/** A new step of a kind with the settings most begin with. */
export function blankStep(kind: StepKind): Step {
  const base = { id: newStepId(), name: "", exits: {} };
  switch (kind) {
    case "email": return { ...base, kind, template: null };
    case "wait": return { ...base, kind, until: { of: "duration", span: { n: 1, unit: "day" } } };
    case "branch": return { ...base, kind, paths: [blankPath("p1")] };
    case "group": return { ...base, kind, action: "join", group: null };
    case "goal": case "exit": return { ...base, kind };
  }
}

export const blankPath = (exit: string): BranchStep["paths"][number] => ({
  exit, name: "", rule: { kind: "all", of: [{ kind: "event", event: "Order Completed", where: [], window: { kind: "since_entry" }, measure: { of: "count" }, is: { op: "gte", value: 1 } }] },
});

export const blankStart = (kind: "event" | "date"): Start =>
  kind === "event" ? { kind, event: "Product Added", where: [], key: null } : { kind, attribute: "birth_date", days: 0, at: "09:00", yearly: true };
