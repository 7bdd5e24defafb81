import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { startTestServer } from "../support/postgres.ts";
import { productWorkload } from "./product-workload.ts";
import { tell, type StoryReport } from "./story.ts";
import { toyWorkload } from "./toy-workload.ts";

/**
 * `npm run simulate -- --seed 7` tells one seed's story again; `--seeds 200 --first 1000` tells many. `--of toy` tells of the toy over the
 * platform, `--of product` (the default) of the real domains. One seed in twenty is told twice, each time by a process of its own, and must
 * come out the same to the last row. `--commits`: commits without an answer, one site among fifty otherwise, strike in most seeds. Exit code 1 at the first that fails.
 */
const { values } = parseArgs({
  options: {
    of: { type: "string", default: "product" },
    seed: { type: "string" },
    seeds: { type: "string", default: "24" },
    first: { type: "string", default: "1" },
    quiet: { type: "boolean", default: false },
    commits: { type: "boolean", default: false },
    once: { type: "boolean", default: false },
    server: { type: "string" },
  },
});
const first = Number(values.seed ?? values.first);
const count = values.seed ? 1 : Number(values.seeds);
const server = values.server ? { url: values.server, stop: async () => undefined } : await startTestServer();
const one = (seed: number) =>
  values.of === "toy"
    ? tell(seed, server.url, toyWorkload, { commits: values.commits })
    : tell(seed, server.url, productWorkload, { commits: values.commits });

function hashByItself(seed: number): string {
  const told = spawnSync(
    process.execPath,
    [import.meta.filename, "--of", values.of, "--seed", String(seed), "--once", "--server", server.url],
    { encoding: "utf8" },
  );
  return /^seed \d+ ([0-9a-f]+):/m.exec(told.stdout)?.[1] ?? `none: ${told.stderr.slice(0, 500)}`;
}

const began = performance.now();
const reports: StoryReport[] = [];
try {
  for (let seed = first; seed < first + count; seed++) {
    const start = performance.now();
    const report = await one(seed);
    reports.push(report);
    if (!values.once && report.races === 0 && (values.seed || seed % 20 === 0)) {
      const [once, again] = [hashByItself(seed), hashByItself(seed)];
      if (once !== again) throw new Error(`seed ${seed} told two different stories: ${once} and ${again}`);
    }
    if (!values.quiet) console.log(line(report, performance.now() - start));
  }
  const sum = (of: (report: StoryReport) => number) => Math.round(reports.reduce((total, report) => total + of(report), 0));
  const kinds = new Map<string, number>();
  for (const report of reports) for (const [kind, n] of report.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + n);
  console.log(
    `${reports.length} seeds in ${Math.round((performance.now() - began) / 1000)} s: ${sum((r) => r.simulatedHours)} simulated hours, ${sum((r) => r.calls)} calls, ${sum((r) => r.faults)} faults (${[...kinds].map(([kind, n]) => `${kind} ${n}`).join(", ")}), ${sum((r) => r.kills)} kills, ${sum((r) => r.stalls)} stalls, ${sum((r) => r.parked)} lock waits, ${sum((r) => r.messages)} messages, ${sum((r) => r.sends)} taken by the far side, ${sum((r) => r.uncertain)} uncertain, ${sum((r) => r.audits)} audits`,
  );
} catch (error) {
  console.error((error as Error).message);
  console.error(
    `after ${reports.length} good seeds; tell it again with: npm run simulate -- --of ${values.of} --seed ${first + reports.length}`,
  );
  process.exitCode = 1;
} finally {
  await server.stop();
}

function line(report: StoryReport, ms: number): string {
  return `seed ${report.seed} ${report.hash}: ${Math.round(report.simulatedHours)} h in ${(ms / 1000).toFixed(1)} s, ${report.calls} calls, ${report.faults} faults, ${report.kills} kills, ${report.stalls} stalls, ${report.parked} lock waits, ${report.races} races, ${report.messages} messages, ${report.sends} taken, ${report.uncertain} uncertain`;
}
