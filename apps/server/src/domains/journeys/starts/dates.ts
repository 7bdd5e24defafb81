import type { Id, Instant } from "@relance/model/base";
import { fieldOfDate, nextDate } from "@relance/model/journeys";
import * as queries from "../queries.ts";
import type { Work } from "../runs/work.ts";
import { zonesOf } from "../runs/zones.ts";

/** Computes when contacts next start in a journey by date: all those of some buckets, or just some. */
export async function writeDates(
  work: Work,
  workspace: Id,
  journey: Id,
  who: { buckets?: readonly number[]; contacts?: readonly Id[] },
): Promise<void> {
  const found = work.find(workspace, journey);
  const starts = (found?.graph.starts ?? []).filter((start) => start.kind === "date");
  const next = new Map<Id, Instant | null>((who.contacts ?? []).map((contact) => [contact, null]));
  for (const start of starts) {
    const rows = await queries.selectContactDates(work.tx, { workspace, field: fieldOfDate(start), ...who });
    const zones = await zonesOf(work.tx, { contacts: rows.map((row) => row.id) });
    for (const row of rows) {
      const at = nextDate(start, row.value, zones.get(row.id) ?? work.workspaceZones.get(workspace) ?? "UTC", work.turn.now);
      const soonest = [at, next.get(row.id) ?? null].filter((one) => one !== null);
      next.set(row.id, soonest.length === 0 ? null : Math.min(...soonest));
    }
  }
  await queries.writeDates(work.tx, { rows: [...next].map(([contact, due]) => ({ workspace, journey, contact, due })) });
}
