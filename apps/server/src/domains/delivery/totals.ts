import type { SendState } from "@relance/contract/delivery";
import type { Id } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";

/** What a send is counted under. */
export interface Subject {
  readonly workspace: Id;
  readonly template: Id;
  readonly journey: Id | null;
  readonly step: string | null;
  readonly campaign: Id | null;
}

/** A place in the ledger; `reason` is '' without one, and for accepted sends what came back since. */
interface Place {
  readonly state: SendState;
  readonly reason: string;
}

/** So many more (or, negative, fewer) sends of a subject at a place. */
export interface TotalChange extends Place {
  readonly of: Subject;
  readonly n: number;
}

/** The counters one send stands in: the workspace, its template, and its journey step or campaign. */
function countersOf(subject: Subject): string[] {
  const names = ["all", `template:${subject.template}`];
  if (subject.journey) names.push(`journey:${subject.journey}:${subject.step ?? ""}`);
  if (subject.campaign) names.push(`campaign:${subject.campaign}`);
  return names;
}

/**
 * Adds changes to `send_totals`: summed first, then one statement. Rows are written in the order of their key, so that two
 * transactions of one slot wait for each other instead of dying.
 */
export async function addTotals(tx: Tx, slot: number, changes: readonly TotalChange[]): Promise<void> {
  // Alike first, their counters second: a batch is of few subjects.
  const alike = sumBy(
    changes,
    ({ of, state, reason }) => `${of.workspace} ${of.template} ${of.journey} ${of.step} ${of.campaign} ${state} ${reason}`,
  );
  const counters = [...alike.values()].flatMap(({ of, state, reason, n }) =>
    countersOf(of).map((subject) => ({ workspace: of.workspace, subject, state, reason, n })),
  );
  const sums = sumBy(counters, (row) => `${row.workspace} ${row.subject} ${row.state} ${row.reason}`);
  const rows = [...sums]
    .filter(([, row]) => row.n !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into send_totals (workspace_id, subject, state, reason, slot, n)
    select workspace_id, subject, state, reason, ${slot}::smallint, n
    from unnest(${rows.map((row) => row.workspace)}::uuid[], ${rows.map((row) => row.subject)}::text[], ${rows.map((row) => row.state)}::text[],
      ${rows.map((row) => row.reason)}::text[], ${rows.map((row) => row.n)}::bigint[]) as change (workspace_id, subject, state, reason, n)
    on conflict (workspace_id, subject, state, reason, slot) do update set n = send_totals.n + excluded.n`);
}

function sumBy<T extends { readonly n: number }>(items: readonly T[], key: (item: T) => string): Map<string, T> {
  const sums = new Map<string, T>();
  for (const item of items) {
    const name = key(item);
    const sum = sums.get(name);
    sums.set(name, sum ? { ...sum, n: sum.n + item.n } : item);
  }
  return sums;
}
