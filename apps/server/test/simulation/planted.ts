import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startTestServer } from "../support/postgres.ts";
import { BUGS } from "./planted-bugs.ts";

/**
 * `npm run simulate:planted`: bugs other products shipped (RELIABILITY §5.10), planted one at a time into a copy of the tree. The simulation
 * must find each; one it does not find is a hole in the simulation. `--only NAME` plants one, `--seeds` says how many seeds it may take.
 */
const { values } = parseArgs({
  options: { only: { type: "string" }, seeds: { type: "string", default: "40" }, first: { type: "string", default: "1" } },
});
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const copies = join(root, ".planted");
const server = await startTestServer();
let missed = 0;
try {
  for (const bug of BUGS.filter((one) => !values.only || one.name.includes(values.only))) {
    const copy = join(copies, "tree");
    rmSync(copy, { recursive: true, force: true });
    for (const part of ["apps/server/src", "apps/server/test", "apps/server/migrations", "apps/server/package.json"]) {
      mkdirSync(join(copy, part, ".."), { recursive: true });
      cpSync(join(root, part), join(copy, part), { recursive: true });
    }
    for (const { file, find, put } of bug.edits) {
      const text = readFileSync(join(copy, file), "utf8");
      writeFileSync(
        join(copy, file),
        text.replace(find, () => put),
      );
    }
    const began = performance.now();
    const told = spawnSync(
      process.execPath,
      [
        join(copy, "apps/server/test/simulation/run.ts"),
        "--of",
        "toy",
        "--once",
        "--quiet",
        ...(bug.commits ? ["--commits"] : []),
        "--seeds",
        values.seeds,
        "--first",
        values.first,
      ],
      { encoding: "utf8", env: { ...process.env, DATABASE_URL: server.url } },
    );
    const finding = told.stderr.split("\n").find((line) => line.startsWith("seed "));
    const found = told.status === 1 && finding !== undefined;
    if (!found) missed++;
    console.log(
      `${found ? "found " : "MISSED"} ${bug.name} (${Math.round((performance.now() - began) / 1000)} s)${found ? `\n       ${finding!.slice(0, 180)}` : `\n${told.stdout.slice(-500)}${told.stderr.slice(0, 800)}`}`,
    );
  }
} finally {
  rmSync(copies, { recursive: true, force: true });
  await server.stop();
}
console.log(missed === 0 ? "every planted bug was found" : `${missed} planted bugs were NOT found`);
process.exitCode = missed === 0 ? 0 : 1;
