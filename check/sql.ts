import { readFileSync } from "node:fs";
import { sourceFiles } from "./files.ts";

// What plain PostgreSQL accepts and Citus refuses, or what breaks simulated time (DESIGN §4, DATABASE §C).
const IN_STATEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\bnow\(\)|\bcurrent_timestamp\b|\bclock_timestamp\(\)/i, "the server's clock: pass the instant as a parameter"],
  [/\brandom\(\)|\bgen_random_uuid\(\)|\buuidv[47]\(\)/i, "the server's chance: make the id or draw in the app"],
  [/\bselect \*/i, "select *: list the columns"],
  [/\bfor update skip locked\b/i, "for update skip locked: buckets have one owner; Citus refuses it across shards"],
  [/\bmerge into\b/i, "merge into: use insert … on conflict"],
  [/\bgrouping sets\b|\bcube\s*\(|\brollup\s*\(/i, "grouping sets: use union all"],
];
const IN_MIGRATIONS: readonly (readonly [RegExp, string])[] = [
  [/\bcreate (or replace )?trigger\b/i, "a trigger: Citus refuses them; write it in the app"],
  [/\b(bigserial|serial|generated always as identity|create sequence)\b/i, "a sequence: ids are made by the app"],
  [/\bdo \$\$|\$\$/, "a dollar-quoted body: migrations are split at semicolons"],
  [/'[^'\n]*;[^'\n]*'/, "a semicolon inside a literal: migrations are split at semicolons"],
];

/** Reads our SQL for what only shows on Citus, in simulated time, or at a million rows. */
export function checkSql(): string[] {
  const code = sourceFiles("apps/server/src/domains").filter((file) => !/\.test\.ts$/.test(file));
  const migrations = sourceFiles("apps/server/migrations");
  if (code.length < 10 || migrations.length < 5)
    return [`the SQL check read ${code.length} files and ${migrations.length} migrations: it checked nothing`];
  return [
    ...code.flatMap((file) => scan(file, templatesOf(readFileSync(file, "utf8")), IN_STATEMENTS)),
    ...migrations.flatMap((file) => scan(file, [{ line: 1, text: readFileSync(file, "utf8").replace(/--.*$/gm, "") }], IN_MIGRATIONS)),
  ];
}

function templatesOf(source: string): { line: number; text: string }[] {
  return [...source.matchAll(/\bsql(?:<[^>`]*>)?`([^`]*)`/g)].map((match) => ({
    line: source.slice(0, match.index).split("\n").length,
    text: match[1]!,
  }));
}

function scan(file: string, texts: readonly { line: number; text: string }[], rules: readonly (readonly [RegExp, string])[]): string[] {
  return texts.flatMap(({ line, text }) =>
    text
      .split("\n")
      .flatMap((row, offset) =>
        rules
          .filter(([pattern]) => pattern.test(row) && !row.includes("sql-check:"))
          .map(([, reason]) => `${file}:${line + offset} ${reason}`),
      ),
  );
}
