import type { Socket } from "node:net";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import type { Net } from "../ports.ts";

/** A query of a database that is not ours. */
export interface ForeignQuery {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** With a certificate that is verified. */
  readonly tls: boolean;
  readonly query: string;
  /** Only rows whose `column` is at least `from`; null: all. */
  readonly cursor: { readonly column: string; readonly from: string | null } | null;
}

export interface ForeignRows {
  readonly rows: number;
  /** The greatest value of the cursor's column among them, as PostgreSQL writes it. */
  readonly top: string | null;
  /** With a header, in the order of the cursor; instants in UTC. */
  readonly csv: AsyncIterable<Uint8Array>;
}

const CONNECT_MS = 15_000;
const LONGEST = "10min";

/**
 * Reads a query of another PostgreSQL through the net port, in one snapshot that cannot write, and hands the rows to `use` while they come.
 */
export async function readForeign<T>(net: Net, input: ForeignQuery, use: (found: ForeignRows) => Promise<T>): Promise<T> {
  const socket = (await net.connect({ host: input.host, port: input.port, tls: false, timeoutMs: CONNECT_MS, publicOnly: true })) as Socket;
  // The port has connected it, to an address that was judged; the client only has to be told.
  socket.connect = (() => {
    setImmediate(() => socket.emit("connect"));
    return socket;
  }) as typeof socket.connect;
  const client = new pg.Client({
    host: input.host,
    port: input.port,
    database: input.database,
    user: input.user,
    password: input.password,
    ssl: input.tls ? { rejectUnauthorized: true } : false,
    stream: () => socket,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "relance sync",
  });
  client.on("error", () => undefined); // the query under way reports it
  try {
    await client.connect();
    await client.query(
      `begin transaction isolation level repeatable read read only; set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local statement_timeout = '${LONGEST}'`,
    );
    const query = input.query.trim().replace(/;+\s*$/, "");
    const column = input.cursor && `q.${pg.escapeIdentifier(input.cursor.column)}`;
    const rows = `from (${query}\n) as q ${column && input.cursor?.from != null ? `where ${column} >= ${pg.escapeLiteral(input.cursor.from)}` : ""}`;
    // The extended protocol takes one statement only: a query that holds more is refused here.
    const counting: pg.QueryConfig & { queryMode: "extended" } = {
      text: `select count(*)::text as rows, ${column ? `max(${column})::text` : "null"} as top ${rows}`,
      queryMode: "extended",
    };
    const {
      rows: [found],
    } = await client.query<{ rows: string; top: string | null }>(counting);
    const csv = client.query(copyTo(`copy (select q.* ${rows} ${column ? `order by ${column}` : ""}) to stdout with (format csv, header)`));
    return await use({ rows: Number(found!.rows), top: found!.top, csv });
  } finally {
    socket.destroy();
    await client.end().catch(() => undefined);
  }
}
