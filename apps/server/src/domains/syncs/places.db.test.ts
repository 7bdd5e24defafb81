import { writeFileSync } from "node:fs";
import { connect, createServer as createTcp, type AddressInfo } from "node:net";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasMariaDb, hidingTls, startMariaDb } from "../../../test/support/mariadb.ts";
import { hasSshd, startSftp, startSshd } from "../../../test/support/sftp.ts";
import { testSources } from "../../../test/support/syncs.ts";
import { TEST_CERTIFICATE } from "../../../test/support/tls.ts";
import { sql } from "../../platform/db/sql.ts";

const roots = getCACertificates("default");
const on = testSources();
/** The real server listens on a socket of the file system only; by TCP it is had through this. */
const parts = (): pg.Client => new pg.Client({ connectionString: on.holder.url });
const bridge = createTcp((from) => {
  const { host, port } = parts();
  const to = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  from
    .on("error", () => to.destroy())
    .pipe(to)
    .on("error", () => from.destroy())
    .pipe(from);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    bridge.listen(0, "127.0.0.1", resolve);
  });
  // A shop's own database: here a schema beside ours, for a real server is what must answer.
  await on.holder.db.query(sql`create schema foreign_shop`);
  await on.holder.db.query(sql`create table foreign_shop.customers (email text, first_name text, changed_at timestamptz)`);
});
afterAll(() => void bridge.close());

const foreign = (): Record<string, unknown> => {
  const { database, user, password } = parts();
  return {
    kind: "postgres",
    host: "127.0.0.1",
    port: (bridge.address() as AddressInfo).port,
    database,
    user,
    password: password ?? "",
    tls: false,
    query: "select * from foreign_shop.customers;",
    cursor: "changed_at",
  };
};

test("a query brings what is new since its greatest value, and one that is wrong says what the database said", async () => {
  const of = await on.shop.workspace();
  await on.holder.db.query(
    sql`insert into foreign_shop.customers values ('ana@shop.example', 'Ana', '2026-11-01 10:00:00.123456+00'), ('bo@shop.example', 'Bo', '2026-11-02 10:00+00')`,
  );
  const one = await on.sources.add(of, foreign());
  await on.sources.pull(of, one);
  await on.sources.approve(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 2, created: 2 } });
  // Of the same moment as the last that was read, and one after it; what is before is not asked again.
  await on.holder.db.query(
    sql`insert into foreign_shop.customers values ('cy@shop.example', 'Cy', '2026-11-02 10:00+00'), ('di@shop.example', 'Di', '2026-11-03 10:00+00')`,
  );
  on.shop.deps.clock.advance(3_600_000);
  await on.sources.pull(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({ counts: { rows: 3, created: 2, unchanged: 1 } });
  expect(await on.sources.emails(of)).toHaveLength(4);
  await on.shop.call(of.key, "POST", `/api/syncs/${one.id}/run`, { whole: true });
  await on.sources.pull(of, one);
  expect(await on.sources.seen(of, one.id)).toMatchObject({ counts: { rows: 4, created: 0 } });

  for (const [query, reason] of [
    ["select nothing", /column "nothing" does not exist/],
    ["delete from foreign_shop.customers", /syntax error/],
    ["select 1 as changed_at) as q; drop table foreign_shop.customers; --", /multiple commands|syntax error/],
  ] as const) {
    const bad = await on.sources.add(of, { ...foreign(), query });
    await on.sources.pull(of, bad);
    expect((await on.sources.seen(of, bad.id)).problem).toMatchObject({ code: "sync.query", reason: expect.stringMatching(reason) });
  }
  expect(await on.holder.db.query(sql`select 1 as one from foreign_shop.customers`)).toHaveLength(4);
});

test.skipIf(!hasMariaDb)(
  "a query of a real MariaDB brings what is new, exactly as it is written there, and can neither write nor ask for files; by TLS with a certificate that somebody vouches for (needs mariadb-server-core)",
  async () => {
    const of = await on.shop.workspace();
    const maria = await startMariaDb([
      "create database shop character set utf8mb4;",
      "create user reader@'%' identified by 'a secret';",
      "grant select, insert on shop.* to reader@'%';",
      "create user careful@'%' identified by 'a secret' require ssl;",
      "grant select on shop.* to careful@'%';",
      "create table shop.customers (id bigint unsigned primary key, email varchar(200), first_name varchar(100), spent decimal(30,10), changed_at datetime(6), note text);",
    ]);
    const hidden = await hidingTls(maria.port);
    try {
      await maria.run(
        "insert into shop.customers values (18446744073709551614, 'ana@shop.example', 'Ana 🍵', 12345678901234567890.0123456789, '2026-11-01 10:00:00.123456', null), (2, 'bo@shop.example', 'Bo, \"le grand\"', 0.1, '2026-11-02 10:00:00', 'two\nlines')",
      );
      const query = {
        kind: "mysql",
        host: "127.0.0.1",
        port: maria.port,
        database: "shop",
        user: "reader",
        password: "a secret",
        tls: false,
        query: "select id, email, first_name, changed_at, spent as `attributes.spent`, note as `attributes.note` from customers;",
        cursor: "changed_at",
      };
      const one = await on.sources.add(of, query);
      await on.sources.pull(of, one);
      await on.sources.approve(of, one);
      expect(await on.sources.seen(of, one.id)).toMatchObject({
        state: "ok",
        counts: { rows: 2, created: 2 },
        settings: { cursor: "changed_at" },
      });
      expect(JSON.stringify(await on.sources.seen(of, one.id))).not.toContain("a secret");
      const [ana] = (await on.shop.call(of.key, "GET", "/api/contacts?search=ana%40shop.example")).body.items;
      expect(ana).toMatchObject({ firstName: "Ana 🍵", externalId: "18446744073709551614" });
      // Of the same moment as the last that was read, and one after it.
      await maria.run(
        "insert into shop.customers values (3, 'cy@shop.example', 'Cy', 1, '2026-11-02 10:00:00', null), (4, 'di@shop.example', 'Di', 1, '2026-11-03 10:00:00', null)",
      );
      on.shop.deps.clock.advance(3_600_000);
      await on.sources.pull(of, one);
      expect(await on.sources.seen(of, one.id)).toMatchObject({ counts: { rows: 3, created: 2, unchanged: 1 } });
      for (const [change, code, reason] of [
        [{ query: "select nothing" }, "sync.query", /Unknown column/],
        [{ query: "select 1 as changed_at) as q; drop table customers; -- " }, "sync.query", /SQL syntax/],
        [{ query: "insert into customers (id) values (9)" }, "sync.query", /SQL syntax/],
        [{ password: "wrong" }, "sync.sign_in", /Access denied/],
        [{ host: "10.0.0.1" }, "net.blocked_address", /public internet/],
        [{ host: "localhost", tls: true }, "sync.certificate", /self-signed/],
        [{ host: "localhost", tls: true, port: hidden.port }, "sync.source_failed", /secure connection/],
        [{ user: "careful" }, "sync.sign_in", /Access denied/],
      ] as const) {
        const bad = await on.sources.add(of, { ...query, ...change });
        await on.sources.pull(of, bad);
        expect((await on.sources.seen(of, bad.id)).problem).toMatchObject({ code, reason: expect.stringMatching(reason) });
      }
      setDefaultCACertificates([...roots, TEST_CERTIFICATE]);
      const sealed = {
        ...query,
        host: "localhost",
        tls: true,
        user: "careful",
        cursor: undefined,
        query:
          "select id, email, (select variable_value from information_schema.session_status where variable_name = 'Ssl_version') as first_name, changed_at, note from customers where id = 2",
      };
      const safe = await on.sources.add(of, sealed);
      await on.sources.pull(of, safe);
      await on.sources.approve(of, safe);
      expect(await on.sources.seen(of, safe.id)).toMatchObject({ state: "ok", problem: null, counts: { rows: 1 } });
      const [bo] = (await on.shop.call(of.key, "GET", "/api/contacts?search=bo%40shop.example")).body.items;
      expect(bo).toMatchObject({ firstName: "TLSv1.3" });
      // The certificate is for the name "localhost".
      const another = await on.sources.add(of, { ...sealed, host: "127.0.0.1" });
      await on.sources.pull(of, another);
      expect((await on.sources.seen(of, another.id)).problem).toMatchObject({
        code: "sync.certificate",
        reason: expect.stringContaining("give the name of the server"),
      });
    } finally {
      setDefaultCACertificates(roots);
      hidden.close();
      await maria.stop();
    }
  },
);

const CUSTOMERS = "email,first_name\nana@shop.example,Ana\n";

test.for([
  ["a server that any machine has", startSftp, true],
  ["a real sshd (needs openssh-server)", startSshd, hasSshd],
] as const)("a file by SFTP comes from %s; its key is shown, kept, and another one is refused", async ([_name, start, there], { skip }) => {
  skip(!there, "needs openssh-server");
  const of = await on.shop.workspace();
  const server = await start();
  try {
    const path = start === startSshd ? join(server.folder, "customers.csv") : "/customers.csv";
    writeFileSync(join(server.folder, "customers.csv"), CUSTOMERS);
    const place = { kind: "sftp", host: "127.0.0.1", port: server.port, user: server.user, path, privateKey: server.privateKey };
    const one = await on.sources.add(of, place);
    expect(one.settings).toMatchObject({ hostKey: null });
    await on.sources.pull(of, one);
    await on.sources.approve(of, one);
    const seen = await on.sources.seen(of, one.id);
    expect(seen).toMatchObject({
      state: "ok",
      counts: { rows: 1, created: 1 },
      settings: { hostKey: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/) },
    });
    expect(JSON.stringify(seen)).not.toContain("PRIVATE");
    on.shop.deps.clock.advance(3_600_000);
    await on.sources.pull(of, one); // not changed: nothing is read
    expect(await on.sources.seen(of, one.id)).toMatchObject({ state: "ok", counts: { rows: 1, created: 0, unchanged: 1 } });
    writeFileSync(join(server.folder, "customers.csv"), `${CUSTOMERS}bo@shop.example,Bo\n`);
    on.shop.deps.clock.advance(3_600_000);
    await on.sources.pull(of, one);
    expect(await on.sources.emails(of)).toEqual(["ana@shop.example", "bo@shop.example"]);
    const problemOf = async (change: Record<string, unknown>) => {
      const bad = await on.sources.add(of, { ...place, ...change });
      await on.sources.pull(of, bad);
      return (await on.sources.seen(of, bad.id)).problem;
    };
    expect(await problemOf({ path: "/nothing.csv" })).toMatchObject({ code: "sftp.no_file", params: { path: "/nothing.csv" } });
    expect(await problemOf({ privateKey: undefined, password: "wrong" })).toMatchObject({ code: "sftp.sign_in" });
    expect(await problemOf({ host: "10.0.0.1" })).toMatchObject({ code: "net.blocked_address" });
    const other = `SHA256:${"A".repeat(43)}`;
    const { hostKey } = seen.settings as { hostKey: string };
    expect(await problemOf({ hostKey: other })).toMatchObject({
      code: "sftp.host_key_changed",
      params: { host: "127.0.0.1", was: other, now: hostKey },
    });
    if (start === startSshd) return;
    server.changeKey();
    on.shop.deps.clock.advance(3_600_000);
    await on.sources.pull(of, one);
    expect((await on.sources.seen(of, one.id)).problem).toMatchObject({ code: "sftp.host_key_changed", params: { was: hostKey } });
    // A person takes the new one on: it is known by that.
    expect((await on.shop.call(of.key, "PATCH", `/api/syncs/${one.id}`, { kind: "sftp", hostKey: null })).status).toBe(200);
    await on.sources.pull(of, one);
    expect((await on.sources.seen(of, one.id)).settings).toMatchObject({ hostKey: expect.not.stringMatching(hostKey) });
    expect((await on.shop.call(of.key, "PATCH", `/api/syncs/${one.id}`, { kind: "sftp", host: "other.example" })).body.error.code).toBe(
      "sync.key_needed",
    );
    expect(await problemOf({ privateKey: undefined, password: "a secret" })).toBeNull();
  } finally {
    await server.stop();
  }
});
