import type { Segment } from "@relance/contract/segments";
import { toIso, type Id } from "@relance/model/base";
import type { RuleNames } from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import type * as queries from "./queries.ts";
import { findSegment, namesOf, sentenceOf } from "./segments.ts";

/** @throws absent */
export async function showSegment(db: Db, workspace: Id, id: Id): Promise<Segment> {
  return viewOf(await findSegment(db, { workspace, id }), await namesOf(db, workspace));
}

export function viewOf(row: queries.SegmentRow, names: RuleNames): Segment {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    state: row.state,
    version: row.version,
    rule: row.rule.root,
    sentence: sentenceOf(row.rule.root, names),
    members: row.members,
    toBuild: row.to_build,
    versionInForce: row.live_version,
    createdAt: toIso(row.created_at),
    changedAt: toIso(row.changed_at),
    builtAt: row.built_at === null ? null : toIso(row.built_at),
  };
}

export function personOf(row: { id: Id; first_name: string | null; last_name: string | null; email: string | null; known: boolean }) {
  return { id: row.id, name: [row.first_name, row.last_name].filter(Boolean).join(" "), email: row.email, known: row.known };
}
