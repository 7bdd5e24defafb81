// `npm run check`: everything that reads the code without running the product. Each check prints what is wrong and where.
import { spawnSync } from "node:child_process";
import { checkDocs } from "./docs.ts";
import { checkImports } from "./imports.ts";
import { checkPorts } from "./ports.ts";
import { checkSnippet } from "./snippet.ts";
import { checkSql } from "./sql.ts";

const checks: readonly (readonly [string, () => string[] | Promise<string[]>])[] = [
  ["types", () => run(["node_modules/typescript-7/bin/tsc", "--noEmit", "-p", "tsconfig.json"])],
  ["lint", () => run(["node_modules/oxlint/bin/oxlint", "--type-aware", "--deny-warnings"])],
  ["format", () => run(["node_modules/oxfmt/bin/oxfmt", "--check"])],
  ["imports between rooms", checkImports],
  ["dead code", () => run(["node_modules/knip/bin/knip.js"])],
  ["ports", checkPorts],
  ["sql", checkSql],
  ["docs", checkDocs],
  ["snippet", checkSnippet],
];

const wanted = process.argv.slice(2);
let failed = 0;
let passed = 0;
for (const [name, check] of checks) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const problems = await check();
  if (problems.length === 0) passed += 1;
  else failed += 1;
  process.stdout.write(`${problems.length === 0 ? "ok  " : "FAIL"} ${name}\n${problems.map((problem) => `     ${problem}\n`).join("")}`);
}
process.stdout.write(`checks: ${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

function run(args: string[]): string[] {
  const child = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (child.status === 0) return [];
  return `${child.stdout}${child.stderr}`
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, 60);
}
