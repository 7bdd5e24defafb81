import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openPool } from "../pool.ts";
import { sql } from "../sql.ts";
import { startEmbedded, type EmbeddedServer } from "./index.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "relance-embedded-"));
  chmodSync(made, 0o755); // open to the account the server runs as when the tests run as root
  cleanups.push(async () => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function start(home: string): Promise<EmbeddedServer> {
  const server = await startEmbedded({ folder: home, settings: { shared_buffers: "64MB" } });
  cleanups.push(() => server.stop());
  return server;
}

function pool(server: EmbeddedServer) {
  const opened = openPool({
    connection: { connectionString: server.connectionString },
    size: 2,
    name: "test",
    onIdleError: () => undefined,
  });
  cleanups.push(() => opened.close());
  return opened;
}

test("after kill -9 of the database it is started again by itself and nothing acknowledged is lost", async () => {
  const server = await start(folder());
  const db = pool(server);
  await db.query(sql`create table kept (n integer)`);
  for (let n = 0; n < 20; n++) await db.query(sql`insert into kept values (${n})`);
  const killed = server.pid()!;
  process.kill(killed, "SIGKILL");
  await expect.poll(() => server.pid() !== null && server.pid() !== killed, { timeout: 20_000 }).toBe(true);
  await expect
    .poll(() => db.query<{ n: number }>(sql`select count(*) as n from kept`).catch(() => null), { timeout: 20_000 })
    .toEqual([{ n: 20 }]);
});

test("a server left running by a killed process is joined, not fought", async () => {
  const home = folder();
  const first = await start(home);
  const pid = first.pid();
  const second = await start(home);
  expect(second.pid()).toBe(pid);
  expect(await pool(second).query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
});

test("a lock file whose number belongs to another program does not stop the start", async () => {
  const home = folder();
  const first = await startEmbedded({ folder: home });
  await first.stop();
  writeFileSync(join(home, "postgres/data/postmaster.pid"), `${process.pid}\n${home}\n0\n5432\n${home}\n\n\nready\n`);
  const second = await start(home);
  expect(await pool(second).query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
});

test("the rest of a start that was killed while making the cluster is cleared away", async () => {
  const home = folder();
  mkdirSync(join(home, "postgres/data.new/base"), { recursive: true });
  const server = await start(home);
  expect(await pool(server).query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  expect(existsSync(join(home, "postgres/data.new"))).toBe(false);
});

test.runIf(process.getuid?.() === 0)("under root, in a folder closed to others, the database lives elsewhere and works", async () => {
  const home = folder();
  chmodSync(home, 0o700);
  const server = await start(home);
  cleanups.unshift(async () => rmSync(server.home, { recursive: true, force: true }));
  expect(server.home).toMatch(/^\/var\/lib\/relance-/);
  expect(await pool(server).query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
});
