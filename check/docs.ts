import { existsSync, globSync, readFileSync } from "node:fs";
import { SETTINGS } from "../apps/server/src/config.ts";

/** The table of settings in the operator guides is the table of the code. */
export function settingsTable(): string {
  return [
    "| setting | default | meaning |",
    "|---|---|---|",
    ...SETTINGS.map(({ name, fallback, meaning }) => `| \`${name}\` | ${fallback === "" ? "" : `\`${fallback}\``} | ${meaning} |`),
  ].join("\n");
}

/** Docs that restate what the code knows must agree with it, and every local link must lead somewhere. */
export function checkDocs(): string[] {
  const problems: string[] = [];
  const guide = "docs/en/operator.md";
  if (!existsSync(guide) || !readFileSync(guide, "utf8").includes(settingsTable()))
    problems.push(`${guide} does not hold the table of settings; paste the output of \`npm run settings-table\``);
  const french = existsSync("docs/fr/operator.md") ? readFileSync("docs/fr/operator.md", "utf8") : "";
  for (const { name } of SETTINGS) if (!french.includes(`\`${name}\``)) problems.push(`docs/fr/operator.md does not name ${name}`);
  for (const file of new Set([
    "README.md",
    "README.fr.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    guide,
    "docs/fr/operator.md",
    ...globSync(["docs/**/*.md", "decisions/*.md"]),
  ])) {
    if (!existsSync(file)) {
      problems.push(`${file} is missing`);
      continue;
    }
    const folder = file.includes("/") ? `${file.slice(0, file.lastIndexOf("/"))}/` : "";
    for (const [, target] of readFileSync(file, "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      if (!existsSync(folder + target) && !existsSync(target!)) problems.push(`${file} links to ${target}, which is not there`);
    }
  }
  return problems;
}
