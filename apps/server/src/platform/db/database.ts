import type { Readable } from "node:stream";
import type { Sql } from "./sql.ts";

/** Something statements can be sent to: the pool, or one transaction. A query takes it as its first argument; no other is in scope. */
export interface Db {
  /**
   * Runs one statement and returns its rows.
   * timestamptz arrives as milliseconds, date as `YYYY-MM-DD`, bigint and numeric as number, jsonb parsed.
   */
  query<Row = Record<string, unknown>>(statement: Sql): Promise<Row[]>;
}

/** One transaction on one connection. */
export interface Tx extends Db {
  readonly transaction: true;
  /** Feeds COPY … FROM STDIN; `text` names table and columns only, never user input. */
  copyFrom(text: string, source: Readable): Promise<void>;
}

export interface Database extends Db {
  /**
   * Runs `work` in one READ COMMITTED transaction: commits when it returns, rolls back when it throws.
   * Rejects with `CommitUnknown` when the connection broke during COMMIT: it may or may not have happened, so ask for your own rows.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A session of its own that reads this database and cannot write to it. */
  aside(options: AsideOptions): Promise<Aside>;
  close(): Promise<void>;
}

export interface AsideOptions {
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Tables of which the session gets an empty one of its own, with the same keys and checks, that stands in front of the shared one. */
  readonly tables: readonly string[];
  /** Further temporary tables and views. */
  readonly setUp: readonly Sql[];
  /** Indexes of the tables by which nobody of the session looks anything up: it has none of them. */
  readonly unasked: readonly string[];
  /** Tables whose rows nobody of the session reads: none is written. */
  readonly unread: readonly string[];
  /** Which tables the session's views are made of. */
  readonly views: Readonly<Record<string, readonly string[]>>;
  /** A statement that takes longer is ended. */
  readonly statementMs: number;
}

/**
 * One connection whose statements read the shared tables, except those it has copies of, and write to its copies only: the server refuses
 * every other write, every lock on a shared row and every change of a table. Nothing of it is left when it is closed. Statements of it
 * follow one another; inside a transaction use its `tx`. Alone with its tables, it is not asked twice what it cannot answer otherwise
 * (`alone.ts`): shared tables count as they stood when first read.
 */
export interface Aside extends Omit<Database, "aside"> {
  /** Says that these views show something else from now on: what they read is set outside the tables. */
  changed(views: readonly string[]): void;
}

/** The connection broke while COMMIT was under way. */
export class CommitUnknown extends Error {
  override readonly name = "CommitUnknown";
}
