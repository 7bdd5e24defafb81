import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2";
import { TEST_CERTIFICATE, TEST_KEY } from "./tls.ts";

const PROGRAM = ["/usr/sbin/mariadbd", "/usr/local/sbin/mariadbd"].find((one) => existsSync(one));
const SCRIPTS = "/usr/share/mysql";

/** Whether this machine has MariaDB's server (Debian: mariadb-server-core). */
export const hasMariaDb = PROGRAM !== undefined && existsSync(`${SCRIPTS}/mysql_system_tables.sql`);

export interface MariaDb {
  readonly port: number;
  /** Statements as an administrator, one after the other. */
  run(...statements: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** A real MariaDB of its own folder and port, which speaks TLS too, as "localhost": its tables of users are made by itself, as its installer does, which takes two seconds. */
export async function startMariaDb(init: readonly string[]): Promise<MariaDb> {
  const folder = mkdtempSync(join(tmpdir(), "relance-maria-"));
  const port = await freePort();
  const common = [
    "--no-defaults",
    `--datadir=${folder}/data`,
    "--innodb-buffer-pool-size=16M",
    ...(process.getuid?.() === 0 ? ["--user=root"] : []),
  ];
  const system = [
    "create database mysql;",
    "use mysql;",
    ...["mysql_system_tables.sql", "mysql_system_tables_data.sql"].map((name) => readFileSync(join(SCRIPTS, name), "utf8")),
  ].join("\n");
  execFileSync("mkdir", [`${folder}/data`]);
  execFileSync(PROGRAM!, [...common, "--bootstrap", `--lc-messages-dir=${SCRIPTS}/english`], {
    input: system,
    stdio: ["pipe", "ignore", "ignore"],
  });
  writeFileSync(
    `${folder}/init.sql`,
    ["create user admin@'%' identified by 'admin';", "grant all on *.* to admin@'%';", ...init].join("\n"),
  );
  writeFileSync(`${folder}/cert.pem`, TEST_CERTIFICATE);
  writeFileSync(`${folder}/key.pem`, TEST_KEY);
  const server = spawn(
    PROGRAM!,
    [
      ...common,
      `--ssl-cert=${folder}/cert.pem`,
      `--ssl-key=${folder}/key.pem`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--socket=${folder}/s`,
      `--pid-file=${folder}/pid`,
      "--skip-name-resolve",
      "--skip-log-bin",
      `--init-file=${folder}/init.sql`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  await new Promise<void>((resolve, reject) => {
    let said = "";
    server.stderr.on("data", (piece: Buffer) => {
      if ((said += piece).includes("ready for connections")) resolve();
    });
    server.once("exit", () => reject(new Error(said)));
  });
  return {
    port,
    async run(...statements) {
      const client = createConnection({ host: "127.0.0.1", port, user: "admin", password: "admin" });
      for (const text of statements)
        await new Promise<void>((resolve, reject) => {
          client.query(text, (error) => (error ? reject(error) : resolve()));
        });
      client.destroy();
    },
    async stop() {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGKILL"); // nothing of it is kept
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A line to a server that hides that it speaks TLS, as one who listens in would: a flag of its greeting is cleared. */
export async function hidingTls(port: number): Promise<{ readonly port: number; close(): void }> {
  const line = createServer((from) => {
    const to = connect(port, "127.0.0.1");
    to.once("data", (greeting: Buffer) => {
      const flags = greeting.indexOf(0, 5) + 1 + 4 + 8 + 1;
      greeting.writeUInt16LE(greeting.readUInt16LE(flags) & ~CLIENT_SSL, flags);
      from.write(greeting);
      to.pipe(from);
    });
    from
      .on("error", () => to.destroy())
      .pipe(to)
      .on("error", () => from.destroy());
  });
  await new Promise<void>((resolve) => {
    line.listen(0, "127.0.0.1", resolve);
  });
  return { port: (line.address() as AddressInfo).port, close: () => void line.close() };
}
const CLIENT_SSL = 0x800;

/** A port nobody has now. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, "127.0.0.1", resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
