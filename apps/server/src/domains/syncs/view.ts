import type { Sync } from "@relance/contract/syncs";
import { toIso, type Instant } from "@relance/model/base";
import { isFeed } from "./feed.ts";
import type { SyncRecord } from "./queries.ts";

/** A source as the API shows it. */
export function viewOf(row: SyncRecord, now: Instant): Sync {
  const at = (instant: Instant | null): string | null => (instant === null ? null : toIso(instant));
  const { id, name, kind, settings, every, counts, failures } = row;
  return {
    id,
    name,
    kind,
    settings,
    every,
    state: stateOf(row, now),
    importId: row.import_id,
    nextAt: row.stopped ? null : at(row.due_at),
    succeededAt: at(row.succeeded_at),
    counts,
    failures,
    problem:
      row.problem === null
        ? null
        : { code: row.reason?.code ?? null, params: { ...row.reason?.params }, reason: row.problem, at: toIso(row.problem_at!) },
    createdAt: toIso(row.created_at),
  };
}

function stateOf(row: SyncRecord, now: Instant): Sync["state"] {
  if (row.stopped) return "stopped";
  if (row.claim_until !== null && row.claim_until > now) return "reading";
  if (row.failures > 0) return "failing";
  if (row.import_id !== null) return row.mapping === null && !isFeed(row.kind) ? "mapping" : "reading";
  return row.succeeded_at === null ? "new" : "ok";
}
