import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { findWorkspace } from "../team/index.ts";
import { needsReview, notOverriding } from "./errors.ts";

export interface ReviewRow {
  readonly number: number;
  readonly revision: number;
  readonly state: "open" | "approved" | "returned";
  readonly note: string;
  readonly asked_at: Instant;
  readonly asked_by: string;
  readonly asked_by_name: string;
  readonly decided_at: Instant | null;
  readonly decided_by_name: string | null;
  readonly answer: string | null;
}

/** The review of a journey that is in force: the one asked last. */
export async function selectReview(db: Db, input: { workspace: Id; id: Id }): Promise<ReviewRow | undefined> {
  const [row] = await db.query<ReviewRow>(sql`
    select number, revision, state, note, asked_at, asked_by, asked_by_name, decided_at, decided_by_name, answer from journey_reviews
    where workspace_id = ${input.workspace} and journey_id = ${input.id} order by number desc limit 1`);
  return row;
}

/**
 * Whether a draft may be published: where the workspace needs four eyes, it was approved as it is, or an administrator says why it goes
 * without. @returns the reason to note, null when none was needed
 */
export async function checkReviewed(
  db: Db,
  input: { actor: Actor; id: Id; revision: number; override?: string | undefined },
): Promise<string | null> {
  const { actor } = input;
  const { settings } = await findWorkspace(db, { id: actor.workspace });
  if (!settings.fourEyes) return null;
  const review = await selectReview(db, { workspace: actor.workspace, id: input.id });
  if (review?.state === "approved" && review.revision === input.revision) return null;
  if (input.override === undefined) throw needsReview({});
  if (actor.kind !== "user" || actor.role !== "admin") throw notOverriding({}, { field: "override" });
  return input.override;
}
