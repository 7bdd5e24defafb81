import type { Connection } from "@relance/contract/connectors";
import { toIso, type Instant } from "@relance/model/base";
import type { Reading } from "./progress.ts";
import type { ConnectionRecord } from "./queries.ts";
import { SHOP_PARTS } from "./reading.ts";

const iso = (at: Instant | null): string | null => (at === null ? null : toIso(at));
const problem = (reason: string | null, at: Instant | null) => (reason === null || at === null ? null : { reason, at: toIso(at) });

/** How a connection is shown; secrets and keys never are. */
export const viewOf = (row: ConnectionRecord, readings: readonly Reading[], publicUrl: string): Connection => ({
  id: row.id,
  shop: row.shop,
  name: row.name,
  domain: row.domain,
  webhookUrl: `${publicUrl}/hooks/shops/${row.id}`,
  prefix: row.prefix,
  store: row.store === "" ? null : row.store,
  createdAt: toIso(row.created_at),
  lastReceivedAt: iso(row.last_received_at),
  stored: row.stored,
  repeated: row.repeated,
  ignored: row.ignored,
  refused: row.refused,
  lastProblem: problem(row.last_problem, row.last_problem_at),
  hasAccess: row.access !== null,
  reading: row.reading,
  readAt: iso(row.read_at),
  nextReadAt: row.reading === "stopped" || row.reading === "failed" ? null : iso(row.due_at),
  readProblem: problem(row.read_problem, row.read_problem_at),
  parts: partsOf(row, readings),
});

/** In the order they are read. */
function partsOf(row: ConnectionRecord, readings: readonly Reading[]): Connection["parts"] {
  return SHOP_PARTS[row.shop].flatMap(({ part }) => {
    const one = readings.find((reading) => reading.part === part && reading.connection_id === row.id);
    return one
      ? [
          {
            part,
            since: iso(one.since),
            startedAt: toIso(one.started_at),
            finishedAt: iso(one.finished_at),
            pages: one.pages,
            rows: one.rows,
            refused: one.refused,
            total: one.total,
          },
        ]
      : [];
  });
}
