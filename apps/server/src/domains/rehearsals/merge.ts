/** What the shares of a rehearsal came to, as one: nobody is in two of them, so everything is a sum. */
import type { Found, Pressure } from "./sums.ts";

export function mergeFound(all: readonly Found[]): Found {
  const [first] = all;
  if (all.length === 1) return first!;
  const sum = (of: (one: Found) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    entries: sum((one) => one.entries),
    people: sum((one) => one.people),
    planned: sum((one) => one.planned),
    recipients: sum((one) => one.recipients),
    ends: tally(
      all.flatMap((one) => one.ends),
      (row) => [row.state, row.outcome ?? ""],
    ),
    ledger: tally(
      all.flatMap((one) => one.ledger),
      (row) => [row.state, row.reason],
    ),
    held: tally(
      all.flatMap((one) => one.held),
      (row) => [row.reason],
    ),
    channels: addUp(all.map((one) => one.channels)),
    steps: [
      ...Map.groupBy(
        all.flatMap((one) => one.steps),
        (row) => row.step,
      ),
    ]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([step, rows]) => ({ step, planned: total(rows, (row) => row.planned), sent: total(rows, (row) => row.sent) })),
    days: first!.days.map(({ day }, index) => ({
      day,
      entries: sum((one) => one.days[index]!.entries),
      sent: addUp(all.map((one) => one.days[index]!.sent)),
    })),
    pressure: { before: addPressure(all.map((one) => one.pressure.before)), after: addPressure(all.map((one) => one.pressure.after)) },
  };
}

const total = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((sum, row) => sum + of(row), 0);

/** Rows of one name counted together, the most first. */
function tally<Row extends { readonly n: number }>(rows: readonly Row[], nameOf: (row: Row) => readonly string[]): Row[] {
  const groups = [...Map.groupBy(rows, (row) => JSON.stringify(nameOf(row)))].map(([name, same]) => ({
    name,
    row: { ...same[0]!, n: total(same, (one) => one.n) },
  }));
  return groups.sort((a, b) => b.row.n - a.row.n || (a.name < b.name ? -1 : 1)).map(({ row }) => row);
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = [...new Set(counts.flatMap((one) => Object.keys(one)))].sort();
  return Object.fromEntries(names.map((name) => [name, total(counts, (one) => one[name] ?? 0)]));
}

function addPressure(all: readonly Pressure[]): Pressure {
  const most = Array.from({ length: Math.max(...all.map((one) => one.most.length)) }, (_none, index) =>
    total(all, (one) => one.most[index] ?? 0),
  );
  return {
    messages: total(all, (one) => one.messages),
    people: total(all, (one) => one.people),
    above: total(all, (one) => one.above),
    most,
  };
}
