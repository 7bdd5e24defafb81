import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY, type Id, type Instant } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import { ensureEventPartitions } from "../apps/server/src/domains/ingest/index.ts";
import { changeSegment, createSegment, segmentListener } from "../apps/server/src/domains/segments/index.ts";
import { systemChance } from "../apps/server/src/platform/chance/index.ts";
import { databaseClock } from "../apps/server/src/platform/clock/index.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import type { Database } from "../apps/server/src/platform/db/database.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { raw, sql, ts, type Sql } from "../apps/server/src/platform/db/sql.ts";
import { openEngine, openLeases } from "../apps/server/src/platform/engine/index.ts";
import { createLog } from "../apps/server/src/platform/log/index.ts";
import { profiled, statementSettings } from "./profiled.ts";

const order = { kind: "event", event: "Order Completed", where: [] } as const;
export const spent = (more: number, years: number): Rule => ({
  ...order,
  window: { kind: "last", span: { n: years, unit: "year" } },
  measure: { of: "sum", property: "amount" },
  is: { op: "gt", value: more },
});
export const lately = (n: number, unit: "day" | "month"): Rule => ({
  ...order,
  window: { kind: "ever" },
  measure: { of: "last", property: null },
  is: { op: "within_last", span: { n, unit } },
});
/** "More than 800 in two years, last purchase less than three months ago." */
export const REFERENCE: Rule = { kind: "all", of: [spent(800, 2), lately(3, "month")] };

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A database of one workspace with so many contacts, ten orders each, and an engine that listens for segments. */
export async function openWorld(contacts: number) {
  const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
  chmodSync(folder, 0o755);
  const server = await startEmbedded({ folder, settings: statementSettings });
  const db = profiled(
    openPool({ connection: { connectionString: server.connectionString }, size: 6, name: "bench", onIdleError: () => undefined }),
  );
  const stopping = new AbortController();
  const running: Promise<unknown>[] = [];
  await migrate(db);
  const clock = await databaseClock(db);
  const chance = systemChance();
  const now = clock.now();
  const workspace = chance.id(now);
  await db.query(
    sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'Bench', 'regular', ${ts(now)}::timestamptz)`,
  );
  await ensureEventPartitions(
    db,
    Array.from({ length: 38 }, (_none, month) => now - month * 30 * DAY),
  );
  await fill(db, { workspace, now, contacts });
  const deps = { ports: { sql: db, clock, chance }, poke: () => undefined } as unknown as Parameters<typeof createSegment>[0];
  const actor = { kind: "user", id: "bench", name: "bench", workspace, role: "admin", scopes: [] } as const;
  const leases = openLeases({
    db,
    clock,
    owner: chance.id(now),
    roles: ["engine"],
    host: "bench",
    pid: process.pid,
    onError: () => undefined,
  });
  await leases.beat();
  running.push(leases.keep(stopping.signal));
  const engine = openEngine({
    db,
    clock,
    chance,
    leases,
    listeners: [segmentListener],
    slot: 1,
    log: createLog("warn"),
    timeHeld: () => null,
  });
  return {
    folder,
    db,
    clock,
    chance,
    now,
    workspace,
    engine,
    stopping,
    running,
    segment: (name: string, rule: Rule): Promise<Id> => createSegment(deps, { actor, name, description: "", rule }),
    change: (id: Id, rule: Rule): Promise<void> => changeSegment(deps, { actor, id, rule }),
    async close(): Promise<void> {
      stopping.abort();
      await Promise.all(running);
      clock.stop();
      await db.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Contacts and ten orders each over three years, amounts of 5 to 195. */
async function fill(db: Database, { workspace, now, contacts }: { workspace: Id; now: Instant; contacts: number }): Promise<void> {
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, known, external_id, email, created_at, updated_at)
    select get_byte(uuid_send(x.id), 15), x.id, ${workspace}::uuid, true, 'u-' || x.id, x.id || '@client.example', ${ts(now)}::timestamptz, ${ts(now)}::timestamptz
    from (select gen_random_uuid() as id from generate_series(1, ${contacts}) g order by 1) x`);
  const indexes = await withoutIndexes(db);
  await db.query(sql`
    insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, currency, message_id, live)
    select d.bucket, d.id, gen_random_uuid(), d.workspace_id, 'track', 'Order Completed', d.at, d.at, jsonb_build_object('total', d.amount), '{}', d.amount, 'EUR', 'old', false
    from (select c.bucket, c.id, c.workspace_id, ${ts(now)}::timestamptz - power(random(), 1.5) * 1080 * interval '1 day' as at, round((5 + random() * 190)::numeric, 2) as amount
      from (select bucket, id, workspace_id from contacts order by bucket, id) c cross join generate_series(1, 10)) d`);
  for (const index of indexes) await db.query(index);
  for (const table of [sql`vacuum analyze contacts`, sql`vacuum analyze events`, sql`checkpoint`]) await db.query(table);
}

/** Takes the indexes off the events, whose millions come in faster so. @returns the statements that put them back */
async function withoutIndexes(db: Database): Promise<Sql[]> {
  const found = await db.query<{ name: string; make: string; key: boolean }>(sql`
    select i.indexrelid::regclass::text as name, case when i.indisprimary then (select pg_get_constraintdef(c.oid) from pg_constraint c where c.conindid = i.indexrelid) else pg_get_indexdef(i.indexrelid) end as make, i.indisprimary as key
    from pg_index i where i.indrelid = 'events'::regclass`);
  for (const { name, key } of found) await db.query(raw(key ? `alter table events drop constraint ${name}` : `drop index ${name}`));
  return found.map(({ name, make, key }) =>
    raw(key ? `alter table events add constraint ${name} ${make}` : make.replace(" ON ONLY ", " ON ")),
  );
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
