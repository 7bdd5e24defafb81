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
  process.once("exit", () => { for (const [text, { times, ms }] of [...spent].sort((a, b) => b[1].ms - a[1].ms).slice(0, 25)) console.log(`${ms.toFixed(0).padStart(7)} ms ${String(times).padStart(6)} × ${(ms / times).toFixed(2).padStart(7)} ms  ${text}`); });
  return {
    query: (statement) => timed(statement.text, () => db.query(statement)),
    transaction: (work) => timed("(whole transactions)", () => db.transaction((tx) => work({ ...tx, query: (statement) => timed(statement.text, () => tx.query(statement)) }))),
    aside: (options) => db.aside(options),
    close: () => db.close(),
  };
}
