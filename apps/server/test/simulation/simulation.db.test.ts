import { expect, inject, test } from "vitest";
import { tell, type StoryReport } from "./story.ts";

const SEEDS = Number(process.env["RELANCE_SEEDS"] ?? 24);
// A new two dozen every day, the same for everybody on that day.
const FIRST = Number(process.env["RELANCE_FIRST_SEED"] ?? Math.floor(Date.now() / 86_400_000) * 100);

test(`seeds ${FIRST} to ${FIRST + SEEDS - 1}: nobody is lost, nobody is mailed twice, all books add up`, async () => {
  const reports: StoryReport[] = [];
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) reports.push(await tell(seed, inject("server")));
  const sum = (of: (report: StoryReport) => number) => Math.round(reports.reduce((total, report) => total + of(report), 0));
  console.log(`${SEEDS} seeds, ${sum((r) => r.simulatedHours)} simulated hours, ${sum((r) => r.calls)} calls, ${sum((r) => r.faults)} faults, ${sum((r) => r.kills)} kills, ${sum((r) => r.stalls)} stalls, ${sum((r) => r.parked)} lock waits, ${sum((r) => r.messages)} messages, ${sum((r) => r.sends)} taken by the far side, ${sum((r) => r.uncertain)} uncertain, ${sum((r) => r.audits)} audits`);
}, 600_000);

test("the same seed tells the same story, to the last statement, parameter and row", async () => {
  expect((await tell(FIRST, inject("server"))).hash).toBe((await tell(FIRST, inject("server"))).hash);
}, 120_000);
