import { sql } from "../apps/server/src/platform/db/sql.ts";
import type { Database } from "../apps/server/src/platform/db/database.ts";

/** With BENCH_PROFILE=1 prints at the end where the time at the database went, by statement; otherwise the database itself. */
export function profiled(db: Database): Database {
  if (!process.env["BENCH_PROFILE"]) return db;
  const spent = new Map<string, { times: number; ms: number }>();
  const timed = async <T>(text: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await work();
    } finally {
      const key = text.replace(/\s+/g, " ").trim().slice(0, 90);
      const sum = spent.get(key) ?? { times: 0, ms: 0 };
      spent.set(key, { times: sum.times + 1, ms: sum.ms + performance.now() - start });
    }
  };
  process.once("exit", () => {
    for (const [text, { times, ms }] of [...spent].sort((a, b) => b[1].ms - a[1].ms).slice(0, 25))
      console.log(`${ms.toFixed(0).padStart(7)} ms ${String(times).padStart(6)} × ${(ms / times).toFixed(2).padStart(7)} ms  ${text}`);
  });
  return {
    query: (statement) => timed(statement.text, () => db.query(statement)),
    transaction: (work) =>
      timed("(whole transactions)", () =>
        db.transaction((tx) => work({ ...tx, query: (statement) => timed(statement.text, () => tx.query(statement)) })),
      ),
    aside: (options) => db.aside(options),
    close: () => db.close(),
  };
}

/** For an embedded server: with BENCH_PROFILE=1 it counts its statements (see `tellStatements`), which costs a few per cent. */
export const statementSettings: Record<string, string> = process.env["BENCH_PROFILE"]
  ? { shared_preload_libraries: "pg_stat_statements", "pg_stat_statements.track_planning": "on" }
  : {};

/** With BENCH_PROFILE=1 prints what statements cost the server in planning and execution, in µs of time for each of `count` things. */
export async function tellStatements(db: Database, count: number): Promise<void> {
  if (!process.env["BENCH_PROFILE"]) return;
  await db.query(sql`create extension if not exists pg_stat_statements`);
  const rows = await db.query<{ calls: number; plan: number; exec: number; wal: number; text: string }>(sql`
    select calls, total_plan_time as plan, total_exec_time as exec, wal_bytes::bigint as wal, regexp_replace(query, '\\s+', ' ', 'g') as text from pg_stat_statements order by total_plan_time + total_exec_time desc limit ${Number(process.env["BENCH_STATEMENTS"] ?? 30)}`);
  console.log("     planned  executed    calls  journal  µs a thing, calls in all, bytes a thing");
  for (const { calls, plan, exec, wal, text } of rows)
    console.log(
      `${((plan * 1000) / count).toFixed(1).padStart(10)} ${((exec * 1000) / count).toFixed(1).padStart(9)} ${String(calls).padStart(8)} ${(wal / count).toFixed(0).padStart(8)}  ${text.slice(0, 110)}`,
    );
}
