import type { Source } from "@relance/contract/sources";
import { HOUR, toIso, type Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { selectKeys } from "../team/index.ts";
import { hoursOfSources, lastOfSources, type SourceTally } from "./source-queries.ts";

const HOURS = 24;

/** The keys that events may come by, and what came by each; API keys only once they sent something. */
export async function readSources(deps: Deps, input: { readonly workspace: Id }): Promise<Source[]> {
  const { sql: db, clock } = deps.ports;
  const current = Math.floor(clock.now() / HOUR) * HOUR;
  const since = current - (HOURS - 1) * HOUR;
  const keys = (await selectKeys(db, input)).filter((key) => key.revoked_at === null);
  const last = new Map((await lastOfSources(db, input)).map((row) => [row.source_id, row.at]));
  const hours = Map.groupBy(await hoursOfSources(db, { ...input, since }), (row) => row.source_id);
  return keys
    .filter((key) => key.kind === "write" || last.has(key.id))
    .map((key) => {
      const rows = hours.get(key.id) ?? [];
      const sum = (of: "stored" | "duplicate" | "refused") => rows.reduce((total, row) => total + row[of], 0);
      const received = new Map(rows.map((row) => [row.hour, row.stored + row.duplicate + row.refused]));
      const at = last.get(key.id);
      return {
        id: key.id,
        kind: key.kind,
        name: key.name,
        key: key.public_key,
        script: key.public_key === null ? null : `${deps.config.publicUrl}${scriptPath(encodeURIComponent(key.public_key))}`,
        createdAt: toIso(key.created_at),
        lastReceivedAt: at === undefined ? null : toIso(at),
        day: { stored: sum("stored"), duplicate: sum("duplicate"), refused: sum("refused") },
        hours: Array.from({ length: HOURS }, (_none, i) => received.get(since + i * HOUR) ?? 0),
      };
    });
}

/** Where the snippet of a write key is served. */
export const scriptPath = (key: string): string => `/snippet/${key}.js`;

/** Verdicts by the key that sent the messages; what came by none is counted by whoever brought it. */
export function tallySources(
  verdicts: readonly { readonly source: Id | null; readonly is: "stored" | "duplicate" | "refused" }[],
): SourceTally[] {
  const tallies = new Map<Id, SourceTally>();
  for (const { source, is } of verdicts) {
    if (source === null) continue;
    const tally = tallies.get(source) ?? { source, stored: 0, duplicate: 0, refused: 0 };
    tally[is]++;
    tallies.set(source, tally);
  }
  return [...tallies.values()];
}
