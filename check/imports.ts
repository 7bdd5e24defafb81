import { existsSync, readdirSync } from "node:fs";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { DOMAINS, RULES } from "./rooms.ts";

const PLANTED = { name: "planted", severity: "info", from: { path: "^apps/server/src/main\\.ts$" }, to: {} } as const;

/**
 * Imports between rooms. Such a tool also says "all is well" when it read no module, or no rule: so it fails when it read few, and
 * when it does not report an import that a rule of its own forbids.
 */
export async function checkImports(): Promise<string[]> {
  const folders = [
    "packages/model/src",
    "packages/contract/src",
    "packages/snippet/src",
    "apps/server/src",
    "apps/web/src",
    "apps/cli/src",
  ].filter((folder) => existsSync(folder));
  const result = await cruise(folders, {
    validate: true,
    ruleSet: { forbidden: [...RULES, PLANTED] },
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".json"],
    },
  });
  const { modules, summary } = result.output as ICruiseResult;
  const ours = modules.filter((module) => /^(packages|apps)\//.test(module.source));
  if (ours.length < 20) return [`the import check read ${ours.length} modules: it checked nothing`];
  const violations = summary.violations.filter((violation) => violation.rule.name !== PLANTED.name);
  if (violations.length === summary.violations.length)
    return ["the import check did not see the violation that was planted: it checked no rule"];
  const unresolved = ours.flatMap((module) =>
    module.dependencies
      .filter((one) => one.couldNotResolve && one.module.startsWith("."))
      .map((one) => `${module.source} imports ${one.module}, which is not there`),
  );
  const strangers = readdirSync("apps/server/src/domains").filter((name) => !(DOMAINS as readonly string[]).includes(name));
  return [
    ...strangers.map((name) => `the domain ${name} is not in the list of check/rooms.ts`),
    ...unresolved,
    ...violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`),
  ];
}
