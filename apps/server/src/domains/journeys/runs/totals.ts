import type { Tx } from "../../../platform/db/database.ts";
import { addJourneyTotals, addStepTotals } from "../queries.ts";
import type { RunState } from "./state.ts";

/** Adds a turn's visits and ends to the live numbers; sums equal a recount (book B12). */
export async function countTotals(tx: Tx, slot: number, states: readonly RunState[]): Promise<void> {
  const steps = new Map<string, { workspace: string; journey: string; version: number; step: string; arrived: number; passed: number }>();
  const journeys = new Map<
    string,
    { workspace: string; journey: string; entered: number; completed: number; left: number; failed: number; goal: number }
  >();
  for (const state of states) {
    const { workspace, journey } = state.run;
    const first = state.visit - state.visits.size + 1;
    for (const visit of state.visits.values()) {
      const { version } = visit;
      const key = `${journey} ${version} ${visit.step}`;
      const row = steps.get(key) ?? { workspace, journey, version, step: visit.step, arrived: 0, passed: 0 };
      // The visit the run stood on when the turn began was counted as arrived then.
      if (state.isNew || visit.visit > first) row.arrived += 1;
      if (visit.leftAt !== null) row.passed += 1;
      steps.set(key, row);
    }
    const total = journeys.get(journey) ?? { workspace, journey, entered: 0, completed: 0, left: 0, failed: 0, goal: 0 };
    if (state.isNew) total.entered += 1;
    if (state.state === "completed") total.completed += 1;
    if (state.state === "left") total.left += 1;
    if (state.state === "failed") total.failed += 1;
    if (state.goals.length > 0) total.goal += 1;
    journeys.set(journey, total);
  }
  const rows = <T>(map: Map<string, T>) => [...map.keys()].sort().map((key) => map.get(key)!);
  await addStepTotals(tx, { slot, rows: rows(steps) });
  await addJourneyTotals(tx, { slot, rows: rows(journeys) });
}

/** Counts runs that were ended from outside, by a merge of contacts or because one was erased; with `sign` -1, those that go on because the merge was taken back. */
export async function countEnded(
  tx: Tx,
  slot: number,
  ended: readonly { workspace: string; journey: string; version: number; step: string }[],
  sign: 1 | -1 = 1,
): Promise<void> {
  if (ended.length === 0) return;
  const steps = [...Map.groupBy(ended, (one) => `${one.journey} ${one.version} ${one.step}`).values()].map((group) => ({
    ...group[0]!,
    arrived: 0,
    passed: sign * group.length,
  }));
  const journeys = [...Map.groupBy(ended, (one) => one.journey).values()].map((group) => ({
    workspace: group[0]!.workspace,
    journey: group[0]!.journey,
    entered: 0,
    completed: 0,
    left: sign * group.length,
    failed: 0,
    goal: 0,
  }));
  await addStepTotals(tx, { slot, rows: steps });
  await addJourneyTotals(tx, { slot, rows: journeys });
}
