import { inject } from "vitest";
import { tell, type StoryReport } from "./story.ts";

export const SEEDS = Number(process.env["RELANCE_SEEDS"] ?? 24);
/** The first seed: a new two dozen every day, the same for everybody on that day. */
export const FIRST = Number(process.env["RELANCE_FIRST_SEED"] ?? Math.floor(Date.now() / 86_400_000) * 100);

/** Tells one story after the other and says what they held together. */
export async function tellAll(seeds: readonly number[], workload: Parameters<typeof tell>[2]): Promise<void> {
  const reports: StoryReport[] = [];
  for (const seed of seeds) reports.push(await tell(seed, inject("server"), workload));
  console.log(summary(reports));
}

function summary(reports: readonly StoryReport[]): string {
  const sum = (of: (report: StoryReport) => number) => Math.round(reports.reduce((total, report) => total + of(report), 0));
  return `${reports.length} seeds from ${reports[0]?.seed}, ${sum((r) => r.simulatedHours)} simulated hours, ${sum((r) => r.calls)} calls, ${sum((r) => r.faults)} faults, ${sum((r) => r.kills)} kills, ${sum((r) => r.stalls)} stalls, ${sum((r) => r.parked)} lock waits, ${sum((r) => r.messages)} messages, ${sum((r) => r.sends)} taken by the far side, ${sum((r) => r.uncertain)} uncertain, ${sum((r) => r.audits)} audits`;
}
