import { parseArgs } from "node:util";
import { closeRenderPool } from "../../src/domains/messages/index.ts";
import { openPool } from "../../src/platform/db/pool.ts";
import { databaseUrl, startTestServer } from "../support/postgres.ts";
import { attack } from "./attack.ts";

/** `npm run fuzz -- --seconds 600`: shoots for ten minutes; `--seed 7 --shots 1200` tells the first 1,200 shots of a seed again. Exit code 1 at findings. */
const { values } = parseArgs({
  options: { seed: { type: "string" }, seconds: { type: "string", default: "300" }, shots: { type: "string" } },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const server = await startTestServer();
const url = databaseUrl(server.url, "relance_template");
const db = openPool({ connection: { connectionString: url }, size: 8, name: "relance fuzz", onIdleError: () => undefined });
try {
  const report = await attack({
    db,
    url,
    seed,
    seconds: Number(values.seconds),
    ...(values.shots !== undefined && { shots: Number(values.shots) }),
  });
  console.log(
    `seed ${seed}: ${report.shots} shots, ${report.stored} events acknowledged, slowest ${Math.round(report.slowest.ms)} ms (${report.slowest.aim}); ${[
      ...report.answers,
    ]
      .sort()
      .map(([status, n]) => `${status}: ${n}`)
      .join(", ")}`,
  );
  for (const finding of report.findings) console.error(`\n${finding}`);
  if (report.findings.length > 0) process.exitCode = 1;
} finally {
  await db.close();
  await closeRenderPool();
  await server.stop();
}
