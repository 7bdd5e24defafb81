import { DAY, toIso, type Instant } from "@relance/model/base";
import type { Database } from "../../platform/db/database.ts";
import { isRetryable } from "../../platform/db/pool.ts";
import { raw, sql } from "../../platform/db/sql.ts";

const known = new WeakMap<Database, Set<string>>();

/** Makes the monthly partitions that events at these instants need. Cheap when they exist: remembered per process. */
export async function ensureEventPartitions(db: Database, instants: Iterable<Instant>): Promise<void> {
  const made = known.get(db) ?? new Set();
  known.set(db, made);
  const months = new Set<string>();
  const days = new Set<number>();
  for (const at of instants) days.add(Math.floor(at / DAY));
  for (const day of days) {
    const month = toIso(day * DAY).slice(0, 7);
    if (!made.has(month)) months.add(month);
  }
  for (const month of [...months].sort()) {
    await makePartition(db, month);
    made.add(month);
  }
}

async function makePartition(db: Database, month: string): Promise<void> {
  const [year, number] = month.split("-").map(Number) as [number, number];
  const next = new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10);
  const name = `events_${month.replace("-", "_")}`;
  const there = async () =>
    (
      await db.query(
        sql`select relname from pg_class where relname = ${name} and relkind = 'r' and relnamespace = current_schema()::regnamespace`,
      )
    ).length > 0;
  for (let attempt = 1; !(await there()); attempt++) {
    try {
      await db.query(
        sql`${raw(`create table ${name} partition of events for values from ('${month}-01T00:00:00Z') to ('${next}T00:00:00Z')`)}`,
      );
    } catch (error) {
      // Another process made it meanwhile: a table or a type of that name exists.
      const { code } = error as { code?: string };
      if (attempt >= 5 || !(isRetryable(error) || code === "42P07" || code === "23505" || code === "42710")) throw error;
    }
  }
}
