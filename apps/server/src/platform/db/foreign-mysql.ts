import { isIP, type Socket } from "node:net";
import { Readable } from "node:stream";
import { stringify } from "csv-stringify";
import { createConnection, escape, escapeId, type Connection, type QueryOptions } from "mysql2";
import type { Net } from "../ports.ts";
import type { ForeignQuery, ForeignRows } from "./foreign.ts";

const CONNECT_MS = 15_000;
const LONGEST_MS = 600_000;

/**
 * Reads a query of a MySQL or MariaDB through the net port, in one snapshot that cannot write, and hands the rows to `use` while they
 * come; every value as the database writes it. The server cannot ask for files of ours: LOCAL INFILE is off.
 */
export async function readForeignMysql<T>(net: Net, input: ForeignQuery, use: (found: ForeignRows) => Promise<T>): Promise<T> {
  // The client would take a certificate for "localhost" as that of any address.
  if (input.tls && isIP(input.host) !== 0)
    throw Object.assign(new Error("a certificate is for a name: give the name of the server, not its address"), {
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  const socket = (await net.connect({ host: input.host, port: input.port, tls: false, timeoutMs: CONNECT_MS, publicOnly: true })) as Socket;
  const client = createConnection({
    host: input.host,
    port: input.port,
    database: input.database,
    user: input.user,
    password: input.password,
    stream: () => socket,
    connectTimeout: CONNECT_MS,
    charset: "utf8mb4",
    flags: ["-LOCAL_FILES"],
    multipleStatements: false,
    ...(input.tls && { ssl: { rejectUnauthorized: true, verifyIdentity: true, minVersion: "TLSv1.2" } }),
    typeCast: (field) => field.string(),
  });
  client.on("error", () => undefined); // the query under way reports it
  try {
    await asText(client, "set time_zone = '+00:00'");
    await limitTime(client);
    await asText(client, "start transaction with consistent snapshot, read only");
    const query = input.query.trim().replace(/;+\s*$/, "");
    const column = input.cursor && `q.${escapeId(input.cursor.column, true)}`;
    const rows = `from (${query}\n) as q ${column && input.cursor?.from != null ? `where ${column} >= ${escape(input.cursor.from)}` : ""}`;
    const [found] = await asText(client, `select count(*) as n, ${column ? `cast(max(${column}) as char)` : "null"} as top ${rows}`);
    return await use({
      rows: Number(found!["n"]),
      top: found!["top"] ?? null,
      csv: rowsAsCsv(client, `select q.* ${rows} ${column ? `order by ${column}` : ""}`),
    });
  } finally {
    client.destroy();
    socket.destroy();
  }
}

/** Each row in the order of its columns, so that two columns of one name stay two. */
async function* rowsAsCsv(client: Connection, text: string): AsyncGenerator<Uint8Array> {
  const query = client.query({ sql: text, rowsAsArray: true } satisfies QueryOptions);
  let names: string[] = [];
  query.on("fields", (fields: { name: string }[]) => {
    names = fields.map((field) => field.name);
  });
  const csv = async function* () {
    let first = true;
    for await (const row of query.stream({ highWaterMark: 200 }) as AsyncIterable<(string | null)[]>) {
      if (first) yield names;
      first = false;
      yield row;
    }
  };
  yield* Readable.from(csv()).compose(stringify()) as AsyncIterable<Uint8Array>;
}

/** MySQL and MariaDB call it differently, in milliseconds and seconds; one that knows neither is left to its own limits. */
async function limitTime(client: Connection): Promise<void> {
  for (const text of [`set session max_execution_time = ${LONGEST_MS}`, `set session max_statement_time = ${LONGEST_MS / 1000}`]) {
    await asText(client, text).catch((error: { code?: string }) => {
      if (error.code !== "ER_UNKNOWN_SYSTEM_VARIABLE") throw error;
    });
  }
}

const asText = (client: Connection, text: string): Promise<Record<string, string | null>[]> =>
  new Promise((resolve, reject) => {
    client.query(text, (error, rows) => (error ? reject(error) : resolve(rows as unknown as Record<string, string | null>[])));
  });
