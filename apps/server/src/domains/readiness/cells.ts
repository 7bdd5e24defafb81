import type { Instant } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import * as queries from "./queries.ts";

/** In which cells a thing is counted, and how often in each; `at`: when what is counted there was last heard. */
export interface Counted {
  readonly cells: readonly { readonly key: string; readonly n: number; readonly at: Instant | null }[];
}

/**
 * Moves things from the cells they were counted in to those they are to be counted in. The caller holds the workspace's row of state.
 * @returns the numbers of the cells of each, as often as it is counted there
 */
export async function moveCells(
  tx: Tx,
  input: { state: queries.State; before: readonly (readonly number[])[]; after: readonly Counted[] },
): Promise<number[][]> {
  const { state, before, after } = input;
  const ids = await numbersOf(tx, { state, keys: new Set(after.flatMap((one) => one.cells.map((cell) => cell.key))) });
  const sums = new Map<number, { n: number; at: Instant | null }>();
  const add = (id: number, n: number, at: Instant | null) => {
    const sum = sums.get(id);
    if (sum === undefined) sums.set(id, { n, at });
    else {
      sum.n += n;
      if (at !== null) sum.at = Math.max(sum.at ?? -Infinity, at);
    }
  };
  for (const cells of before) for (const id of cells) add(id, -1, null);
  const numbers = after.map(({ cells }) =>
    cells.flatMap(({ key, n, at }) => {
      const id = ids.get(key)!;
      add(id, n, at);
      return n === 1 ? id : Array<number>(n).fill(id);
    }),
  );
  await queries.addToCells(tx, {
    workspace: state.workspace_id,
    changes: [...sums].map(([id, { n, at }]) => ({ id, n, at })).filter((one) => one.n !== 0 || one.at !== null),
  });
  return numbers;
}

async function numbersOf(tx: Tx, input: { state: queries.State; keys: ReadonlySet<string> }): Promise<Map<string, number>> {
  const workspace = input.state.workspace_id;
  const ids = await queries.cellIds(tx, { workspace, keys: [...input.keys] });
  const absent = [...input.keys].filter((key) => !ids.has(key)).sort();
  if (absent.length === 0) return ids;
  const first = await queries.takeCellNumbers(tx, { workspace, n: absent.length });
  const fresh = absent.map((key, i) => ({ key, id: first + i }));
  await queries.insertCells(tx, { workspace, cells: fresh });
  for (const { key, id } of fresh) ids.set(key, id);
  return ids;
}
