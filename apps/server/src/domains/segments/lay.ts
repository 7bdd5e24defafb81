import type { Id, Instant } from "@relance/model/base";
import { references } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import * as queries from "./queries.ts";

/**
 * Puts segments of the shared tables, as they are defined today, on the tables of a rehearsal's session, to be computed there at `now` by
 * the engine. Given in an order in which a segment comes after those it mentions; only in `buckets`.
 */
export async function laySegments(
  tx: Tx,
  input: { workspace: Id; segments: readonly Id[]; buckets: readonly number[]; now: Instant },
): Promise<void> {
  const { workspace, segments, now } = input;
  if (segments.length === 0) return;
  const rows = await tx.query<{ id: Id; name: string; description: string; rule: Parameters<typeof queries.insertSegment>[1]["rule"] }>(sql`
    select g.id, g.name, g.description, g.rule from public.segments g where g.workspace_id = ${workspace} and g.id = any(${segments as Id[]}::uuid[])`);
  for (const [place, id] of segments.entries()) {
    const row = rows.find((one) => one.id === id);
    if (!row) continue;
    await queries.insertSegment(tx, { ...row, workspace, by: "rehearsal", now });
    await queries.writeReferences(tx, { workspace, segment: id, references: references(row.rule.root), keep: false });
    await queries.askBuild(tx, { workspace, segment: id, now: now - segments.length + place });
  }
  await tx.query(sql`delete from segment_builds where bucket <> all(${input.buckets as number[]}::smallint[])`);
}
