import type { Deps } from "../../deps.ts";
import { addToCounters } from "../../platform/counters.ts";
import { counterOf } from "./forms.ts";
import { expireSubmissions } from "./submission-queries.ts";

const MOST = 1_000;

/** Forgets sendings that nobody confirmed in time; a few at a time, the rest at the next round. */
export async function expireForms(deps: Deps): Promise<void> {
  await deps.ports.sql.transaction(async (tx) => {
    const gone = await expireSubmissions(tx, { now: deps.ports.clock.now(), most: MOST });
    await addToCounters(
      tx,
      0,
      gone.map(({ workspace, form, n }) => ({ workspace, name: counterOf(form, "expired"), n })),
    );
  });
}
