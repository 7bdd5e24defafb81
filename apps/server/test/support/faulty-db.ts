import { CommitUnknown, type Database, type Tx } from "../../src/platform/db/database.ts";
import type { Sql } from "../../src/platform/db/sql.ts";

/**
 * How the line to the database, or the process, fails at one statement (RELIABILITY §5.3):
 *   before       the line broke before the statement was sent
 *   lost answer  it was executed and the answer lost with the line
 *   die          the answer was read and the process killed: nothing it does afterwards reaches the database
 *   a SQLSTATE   the server refused it with this code
 * and at a commit:
 *   done         committed, the answer lost        not done   rolled back, the answer lost
 *   late         the answer lost while the server is still committing: it happens a moment later
 */
export const STATEMENT_MODES = [
  "before",
  "lost answer",
  "die",
  "40001",
  "40P01",
  "55P03",
  "57014",
  "57P01",
  "53100",
  "53300",
  "53200",
  "25006",
] as const;
export const COMMIT_MODES = ["done", "not done", "late", "die", "40001", "57P01"] as const;
export type FaultMode = (typeof STATEMENT_MODES)[number] | (typeof COMMIT_MODES)[number];

/** The process was killed by the test; nothing more is heard of it. */
export class ProcessDied extends Error {
  override readonly name = "ProcessDied";
}

export interface Site {
  /** 1 for the first statement of the scenario. */
  readonly number: number;
  readonly kind: "statement" | "begin" | "commit";
  readonly text: string;
}

/** Decides, as each site is reached, whether and how it fails. */
export type FaultPlan = (site: Site) => FaultMode | null;

export interface FaultyDatabase extends Database {
  readonly sites: Site[];
  /** How many faults were put in so far. */
  faults(): number;
  readonly dead: boolean;
}

/** A database whose every statement is counted and may be made to fail. */
export function faultyDatabase(real: Database, plan: FaultPlan): FaultyDatabase {
  const sites: Site[] = [];
  let faults = 0;
  let dead = false;

  const reach = (kind: Site["kind"], text: string): FaultMode | null => {
    if (dead) throw new ProcessDied();
    const site: Site = { number: sites.length + 1, kind, text: text.replace(/\s+/g, " ").trim() };
    sites.push(site);
    const mode = plan(site);
    if (mode) faults++;
    return mode;
  };

  const statement = async <T>(text: string, send: () => Promise<T>): Promise<T> => {
    const mode = reach("statement", text);
    if (!mode) {
      const result = await send();
      if (dead) throw new ProcessDied();
      return result;
    }
    if (mode === "lost answer" || mode === "die") await send();
    if (mode === "die") dead = true;
    throw failure(mode);
  };

  const wrap = (tx: Tx): Tx => ({
    transaction: true,
    query: <Row>(sql: Sql) => statement(sql.text, () => tx.query<Row>(sql)),
    copyFrom: (text, source) => statement(text, () => tx.copyFrom(text, source)),
  });

  return {
    sites,
    faults: () => faults,
    get dead() {
      return dead;
    },
    query: <Row>(sql: Sql) => statement(sql.text, () => real.query<Row>(sql)),
    async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      const begin = reach("begin", "begin");
      if (begin) {
        if (begin === "die") dead = true;
        throw failure(begin);
      }
      let atCommit: FaultMode | null = null;
      const { promise: late, reject: answerLate } = Promise.withResolvers<T>();
      late.catch(() => undefined);
      const committed = real.transaction(async (tx) => {
        const result = await work(wrap(tx));
        atCommit = reach("commit", "commit");
        if (atCommit === "late") {
          answerLate(new CommitUnknown("injected: still committing"));
          await new Promise((resolve) => {
            setTimeout(resolve, 15);
          });
        } else if (atCommit === "die") {
          dead = true;
          throw new ProcessDied();
        } else if (atCommit !== null && atCommit !== "done") {
          throw atCommit === "not done" ? new CommitUnknown("injected: rolled back") : failure(atCommit);
        }
        return result;
      });
      committed.catch(() => undefined);
      const result = await Promise.race([committed, late]);
      if (atCommit === "done") throw new CommitUnknown("injected: committed");
      return result;
    },
    aside: (options) => real.aside(options),
    close: async () => undefined,
  };
}

/** Fails exactly the n-th site reached. */
export const failAt =
  (number: number, mode: FaultMode): FaultPlan =>
  (site) =>
    site.number === number ? mode : null;
/** Fails nothing; for recording the sites of a scenario. */
export const noFault: FaultPlan = () => null;

/** The modes that make sense at a site. */
export function modesOf(site: Site): readonly FaultMode[] {
  if (site.kind === "commit") return COMMIT_MODES;
  return site.kind === "begin" ? ["before", "die", "53300"] : STATEMENT_MODES;
}

export function failure(mode: FaultMode): Error {
  if (mode === "die") return new ProcessDied();
  const code = mode === "before" || mode === "lost answer" ? "08006" : mode;
  return Object.assign(new Error(`injected: ${mode}`), { code });
}
