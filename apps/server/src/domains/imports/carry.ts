import type { Id } from "@relance/model/base";
import { mappingProblems, type Mapping } from "@relance/model/imports";
import type { Deps } from "../../deps.ts";
import { checkFile } from "./check.ts";
import { columnsChanged } from "./errors.ts";
import { findImport, moveImport, resetProgress, type ImportRecord } from "./queries.ts";
import { runImport } from "./run.ts";

/**
 * Carries an import to its end without a person, from wherever it stands; called again after a crash it goes on. It may come back
 * unfinished when another process has it.
 */
export async function carryImport(deps: Deps, input: { workspace: Id; id: Id; mapping: Mapping }): Promise<ImportRecord> {
  const { sql, clock } = deps.ports;
  const key = { workspace: input.workspace, id: input.id };
  const given = (await findImport(sql, key))!;
  if (given.state === "uploaded") {
    const problem = mappingProblems(input.mapping, given.shape.tables)[0];
    await moveImport(sql, {
      ...key,
      from: ["uploaded"],
      now: clock.now(),
      ...(problem
        ? {
            to: "failed" as const,
            failure: columnsChanged({
              problem: problem.code,
              name: /"([^"]*)"/.exec(problem.message)?.[1] ?? problem.message.split(" ")[0]!,
              message: problem.message,
            }),
          }
        : { to: "checking" as const, mapping: input.mapping }),
    });
  }
  await checkFile(deps, key);
  await sql.transaction(async (tx) => {
    const moved = await moveImport(tx, { ...key, from: ["checked"], to: "running", now: clock.now() });
    if (moved) await resetProgress(tx, { id: key.id });
  });
  await runImport(deps, key);
  return (await findImport(sql, key))!;
}
