import { expect, test } from "vitest";
import { asChoices, choiceOf, inhabited, NO_CHOICE, sums, WHATS, type Preview } from "./choices.ts";

const step = (
  id: string,
  here: number,
  change: "same" | "removed" | "added",
  choices: Preview["steps"][number]["choices"],
): Preview["steps"][number] => ({ step: id, kind: "wait", name: "", change, what: [], here, choices });
const preview: Preview = {
  revision: 3,
  version: 2,
  startsChanged: false,
  settingsChanged: false,
  applying: false,
  steps: [
    step("stp_a", 5, "same", [...WHATS]),
    step("stp_b", 3, "removed", [...WHATS]),
    step("stp_c", 2, "same", ["stay", "move", "leave"]),
    step("stp_d", 0, "same", [...WHATS]),
    step("stp_e", 0, "added", []),
  ],
};

test("only steps that hold people ask for a choice, and unless one is made everyone stays", () => {
  expect(inhabited(preview).map((one) => one.step)).toEqual(["stp_a", "stp_b", "stp_c"]);
  expect(asChoices(preview, NO_CHOICE)).toEqual({});
  expect(sums(preview, NO_CHOICE)).toEqual({ stay: 10, move: 0, retime: 0, leave: 0 });
});

test("one choice for all holds where it is offered and has somewhere to go; a step’s own goes before it", () => {
  expect(asChoices(preview, { all: "retime", steps: {} })).toEqual({ stp_a: { what: "retime" } });
  expect(asChoices(preview, { all: "leave", steps: { stp_a: { what: "stay" } } })).toEqual({
    stp_b: { what: "leave" },
    stp_c: { what: "leave" },
  });
  expect(choiceOf(preview.steps[2]!, { all: "stay", steps: { stp_c: { what: "retime" } } })).toEqual({ what: "stay" });
});

test("people of a removed step cannot be moved to nowhere", () => {
  expect(asChoices(preview, { all: "stay", steps: { stp_b: { what: "move" } } })).toBeNull();
  expect(asChoices(preview, { all: "stay", steps: { stp_b: { what: "move", to: "stp_a" } } })).toEqual({
    stp_b: { what: "move", to: "stp_a" },
  });
  expect(asChoices(preview, { all: "stay", steps: { stp_b: { what: "leave", to: "stp_a" } } })).toEqual({ stp_b: { what: "leave" } });
});

test("what is counted adds up to everyone, whatever is chosen", () => {
  for (const all of WHATS)
    for (const own of WHATS)
      expect(Object.values(sums(preview, { all, steps: { stp_b: { what: own } } })).reduce((sum, one) => sum + one, 0)).toBe(10);
});
