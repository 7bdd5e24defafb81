import { afterAll, beforeAll, expect, test } from "vitest";
import { furnish } from "../../../test/support/furnished.ts";
import type { Furnished } from "../../../test/support/route-table.ts";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { inboxEquation } from "../../platform/books.ts";
import { raw, sql } from "../../platform/db/sql.ts";
import { closeRenderPool } from "../messages/index.ts";
import { REMOVE_JOB, removeDemo } from "./index.ts";

const holder = testDatabase();
let shop: TestApp;
let demo: Furnished;
let other: Furnished;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  other = await furnish(shop, holder.db);
  demo = await furnish(shop, holder.db);
});
afterAll(async () => {
  await closeRenderPool();
  await shop.close();
});

/** Rows of a workspace, in every table that knows workspaces. */
async function rowsOf(workspace: string): Promise<Map<string, number>> {
  const tables = await holder.db.query<{ name: string }>(sql`
    select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped) order by c.relname`);
  const found = new Map<string, number>();
  for (const { name } of tables) {
    const [row] = await holder.db.query<{ n: number }>(
      sql`select count(*)::integer as n from ${raw(name)} t where t.workspace_id = ${workspace}`,
    );
    found.set(name, row!.n);
  }
  return found;
}

test("a workspace that is no demo stays whole, whoever asks", async () => {
  const before = await rowsOf(other.id);
  const answer = await shop.call(other.key, "DELETE", "/api/demo");
  expect([answer.status, answer.body.error.code]).toEqual([409, "workspace.not_demo"]);
  expect(await rowsOf(other.id)).toEqual(before);
});

test("a demo workspace goes with every row of every table, in small batches, interrupted or not; the neighbour keeps its own and knows who asked", async () => {
  await holder.db.query(sql`update workspaces set kind = 'demo' where id = ${demo.id}`);
  const before = await rowsOf(demo.id);
  expect([...before].filter(([, n]) => n > 0).length).toBeGreaterThan(30);
  const neighbour = await rowsOf(other.id);
  const admin = await shop.member(demo.id, "admin");
  const editor = await shop.member(demo.id, "editor");
  const ask = (cookie: string) =>
    shop.app.inject({ method: "DELETE", url: "/api/demo", headers: { cookie, "relance-workspace": demo.id } });
  expect((await ask(editor.cookie)).statusCode).toBe(403);
  expect((await ask(admin.cookie)).statusCode).toBe(200);
  expect((await shop.call(demo.key, "GET", "/api/contacts")).status).toBe(401);
  expect((await ask(admin.cookie)).statusCode).toBe(404);

  const by = { kind: "user" as const, id: admin.userId };
  expect(shop.deps.enqueued.filter((job) => job.name === REMOVE_JOB)).toEqual([{ name: REMOVE_JOB, payload: { workspace: demo.id, by } }]);
  await expect(removeDemo(shop.deps, { workspace: demo.id, by, signal: AbortSignal.abort() })).rejects.toThrow();
  await removeDemo(shop.deps, { workspace: demo.id, by, signal: new AbortController().signal, batch: 2 });
  await removeDemo(shop.deps, { workspace: demo.id, by, signal: new AbortController().signal });

  expect([...(await rowsOf(demo.id))].filter(([, n]) => n > 0)).toEqual([]);
  expect(await holder.db.query(sql`select id from workspaces where id = ${demo.id}`)).toEqual([]);
  expect(
    await holder.db.query(
      sql`select segment_id from segment_totals t where not exists (select 1 from segments s where s.id = t.segment_id)`,
    ),
  ).toEqual([]);
  expect([...(await rowsOf(other.id))].filter(([name, n]) => neighbour.get(name) !== n)).toEqual([
    ["audit_log", neighbour.get("audit_log")! + 2],
  ]);
  const lines = await holder.db.query(
    sql`select action, actor_id from audit_log where workspace_id = ${other.id} and object_id = ${demo.id} order by id`,
  );
  expect(lines).toEqual([
    { action: "demo.removal_asked", actor_id: admin.userId },
    { action: "demo.removed", actor_id: admin.userId },
  ]);
  expect(await holder.db.query(inboxEquation.broken(Array.from({ length: 256 }, (_none, bucket) => bucket)))).toEqual([]);
});
