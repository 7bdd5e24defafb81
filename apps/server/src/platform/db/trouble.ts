import { CommitUnknown } from "./database.ts";
import { isRetryable } from "./pool.ts";

// 08 connection, 25006 read-only (failed over), 25P03 stopped in a transaction, 53 resources, 57 cancelled or shut down, 58 I/O, F0 and XX the server's own.
const SERVER_TROUBLE = /^(08|25006|25P03|53|57|58|F0|XX)/;

/**
 * Whether a failure says something about the database or the line to it rather than about the work: the same work may succeed later,
 * and nothing in it should be blamed.
 */
export function isDatabaseTrouble(error: unknown): boolean {
  if (error instanceof CommitUnknown || isRetryable(error)) return true;
  const { code = "", message = "" } = error as { code?: string; message?: string };
  return (
    SERVER_TROUBLE.test(code) ||
    /^E(CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOENT)/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i.test(message)
  );
}
