import type { Id } from "@relance/model/base";
import { diffGraphs, EMPTY_GRAPH, samePart, stepOf, type Graph } from "@relance/model/journeys";
import type { Db } from "../../platform/db/database.ts";
import { isChanging, selectVersions } from "./changes.ts";
import { findJourney } from "./journeys.ts";
import { selectStepNumbers, type JourneyRow } from "./runs/store.ts";

/**
 * What publishing the draft would change, step by step, and who waits there. Steps that only earlier versions have, and where people
 * still are, are shown as removed.
 */
export async function previewPublish(db: Db, input: { workspace: Id; id: Id }) {
  const row = await findJourney(db, input);
  return previewDraft(db, { workspace: input.workspace, row, draft: row.draft });
}

/** The same of a draft that need not be stored. */
export async function previewDraft(db: Db, input: { workspace: Id; row: JourneyRow; draft: Graph }) {
  const { workspace, row, draft } = input;
  const { id } = row;
  const numbers = await selectStepNumbers(db, { workspace, journey: id });
  const here = new Map(numbers.map((one) => [one.step, Math.max(0, one.arrived - one.passed)]));
  const live = row.live_graph ?? EMPTY_GRAPH;
  const diff = diffGraphs(live, draft);
  const shown = new Set(diff.map((one) => one.step));
  const older = (await selectVersions(db, { workspace, journey: id })).reverse().flatMap((graph) => graph.steps);
  for (const [step, n] of here) {
    const last = older.find((one) => one.id === step);
    if (n > 0 && !shown.has(step) && last) diff.push({ step, kind: last.kind, name: last.name, change: "removed", what: [] });
  }
  return {
    revision: row.draft_revision,
    version: (row.live_version ?? 0) + 1,
    startsChanged: !samePart(live.starts, draft.starts),
    settingsChanged: !samePart(live.settings, draft.settings),
    applying: await isChanging(db, { workspace, journey: id }),
    steps: diff.map((one) => ({
      ...one,
      what: [...one.what],
      here: here.get(one.step) ?? 0,
      choices: older.some((step) => step.id === one.step && step.kind === "wait")
        ? waitChoices(stepOf(draft, one.step)?.kind === "wait")
        : [],
    })),
  };
}

// People only ever wait at waits. One that goes to a step of another kind has no wait to compute again.
function waitChoices(toWait: boolean): ("stay" | "move" | "retime" | "leave")[] {
  return toWait ? ["stay", "move", "retime", "leave"] : ["stay", "move", "leave"];
}
