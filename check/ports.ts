import { readFileSync } from "node:fs";
import { sourceFiles } from "./files.ts";

// What would let domain code touch the world behind the ports' back, and so break simulated time (RELIABILITY §5.2).
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\(/, "Date.now: take `now` as an argument or ask ports.clock"],
  [/\bnew Date\(\)/, "new Date(): take `now` as an argument"],
  [/\bTemporal\.Now\b/, "Temporal.Now: take `now` as an argument"],
  [/\bMath\.random\(/, "Math.random: ask ports.chance"],
  [/\brandomUUID\(|\brandomBytes\(|\bgetRandomValues\(/, "random bytes: ask ports.chance"],
  [/\bset(Timeout|Interval|Immediate)\(/, "a timer: ask ports.clock.sleep"],
  [/\bperformance\.now\(/, "performance.now: ask ports.clock.monotonic"],
  [/\bfetch\(/, "fetch: ask ports.net"],
  [
    /from "node:(net|tls|http|https|http2|dns|dgram|fs|fs\/promises|child_process|timers|timers\/promises)"/,
    "a door to the outside: go through the ports",
  ],
  [/\bprocess\.env\b/, "process.env: config.ts is its only reader"],
];

/** Everything awaited goes through the five ports: domains and the model never touch clock, chance, network, files or environment. */
export function checkPorts(): string[] {
  const files = [...sourceFiles("apps/server/src/domains"), ...sourceFiles("packages/model/src")].filter(
    (file) => !/\.test\.tsx?$/.test(file),
  );
  if (files.length < 10) return [`the ports check read ${files.length} files: it checked nothing`];
  return files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) => {
        if (/^\s*(\/\/|\*|\/\*)/.test(line) || line.includes("ports-check:")) return [];
        return FORBIDDEN.filter(([pattern]) => pattern.test(line)).map(([, reason]) => `${file}:${index + 1} ${reason}`);
      }),
  );
}
