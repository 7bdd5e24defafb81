import { existsSync, readdirSync } from "node:fs";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { DOMAINS, RULES } from "./rooms.ts";

/** Imports between rooms. Fails when it read no module, which is how such a tool says "all is well" about nothing. */
export async function checkImports(): Promise<string[]> {
  const folders = ["packages/model/src", "packages/contract/src", "packages/snippet/src", "apps/server/src", "apps/web/src", "apps/cli/src"].filter((folder) => existsSync(folder));
  const result = await cruise(folders, {
    ruleSet: { forbidden: RULES },
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"], extensions: [".ts", ".tsx", ".js", ".mjs", ".json"] },
  });
  const { modules, summary } = result.output as ICruiseResult;
  const ours = modules.filter((module) => /^(packages|apps)\//.test(module.source));
  if (ours.length < 20) return [`the import check read ${ours.length} modules: it checked nothing`];
  const unresolved = ours.flatMap((module) => module.dependencies.filter((one) => one.couldNotResolve && one.module.startsWith(".")).map((one) => `${module.source} imports ${one.module}, which is not there`));
  const strangers = readdirSync("apps/server/src/domains").filter((name) => !(DOMAINS as readonly string[]).includes(name));
  return [
    ...strangers.map((name) => `the domain ${name} is not in the list of check/rooms.ts`),
    ...unresolved,
    ...summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`),
  ];
}
