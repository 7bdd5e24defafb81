import type { Journey } from "@relance/contract/journeys";
import { toIso, type Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { findWorkspace, writeAudit } from "../team/index.ts";
import { draftChanged, hasProblems, noReview, notInState, ownReview } from "./errors.ts";
import { selectReview, type ReviewRow } from "./four-eyes.ts";
import { findJourney, problemsOf } from "./journeys.ts";

/** As pages show it; a review of a revision that was changed since is `stale`. */
export function viewOfReview(row: ReviewRow | undefined, revision: number): Journey["review"] {
  return row
    ? {
        state: row.state,
        stale: row.revision !== revision,
        note: row.note,
        askedAt: toIso(row.asked_at),
        askedBy: row.asked_by_name,
        asker: row.asked_by,
        decidedAt: row.decided_at === null ? null : toIso(row.decided_at),
        decidedBy: row.decided_by_name,
        answer: row.answer,
      }
    : null;
}

/**
 * Asks the approvers of the workspace to look at the draft as it is at `revision`; takes the place of a review asked before.
 * @throws journey.has_problems, journey.draft_changed, journey.wrong_state
 */
export async function askReview(deps: Deps, input: { actor: Actor; id: Id; revision: number; note: string }): Promise<void> {
  const { sql: db, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  const row = await findJourney(db, { workspace, id: input.id });
  if (row.state === "archived") throw notInState({ state: row.state, wanted: "a draft, live or paused" });
  const found = await problemsOf(db, { workspace, graph: row.draft });
  if (found.length > 0)
    throw hasProblems(
      {},
      { field: found[0]!.path, problems: found.map((one) => ({ field: one.path, code: one.code, message: one.message.en })) },
    );
  const now = clock.now();
  await db.transaction(async (tx) => {
    await holdDraft(tx, { workspace, id: input.id, revision: input.revision });
    await tx.query(sql`
      insert into journey_reviews (journey_id, number, workspace_id, revision, state, note, asked_at, asked_by, asked_by_name)
      select ${input.id}::uuid, coalesce(max(r.number), 0) + 1, ${workspace}::uuid, ${input.revision}::integer, 'open', ${input.note}, ${ts(now)}::timestamptz, ${input.actor.id}, ${input.actor.name} from journey_reviews r where r.journey_id = ${input.id}`);
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "journey.review_asked",
      object: { kind: "journey", id: input.id },
      detail: { note: input.note, revision: input.revision },
    });
  });
}

/**
 * Approves the draft that was asked about, or sends it back. Where four eyes are needed, nobody approves what they asked about, and no key does.
 * @throws journey.no_review, journey.draft_changed, journey.own_review
 */
export async function decideReview(
  deps: Deps,
  input: { actor: Actor; id: Id; revision: number; approve: boolean; note: string },
): Promise<void> {
  const { sql: db, clock, chance } = deps.ports;
  const { actor } = input;
  const { workspace } = actor;
  await findJourney(db, { workspace, id: input.id });
  const { settings } = await findWorkspace(db, { id: workspace });
  const now = clock.now();
  await db.transaction(async (tx) => {
    await holdDraft(tx, { workspace, id: input.id, revision: input.revision });
    const review = await selectReview(tx, { workspace, id: input.id });
    if (review?.state !== "open") throw noReview({});
    if (review.revision !== input.revision) throw draftChanged({ revision: input.revision }, { field: "revision" });
    if (input.approve && settings.fourEyes && (actor.kind !== "user" || actor.id === review.asked_by)) throw ownReview({});
    await tx.query(sql`
      update journey_reviews set state = ${input.approve ? "approved" : "returned"}, decided_at = ${ts(now)}, decided_by = ${actor.id}, decided_by_name = ${actor.name}, answer = ${input.note}
      where workspace_id = ${workspace} and journey_id = ${input.id} and number = ${review.number}::integer`);
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: input.approve ? "journey.approved" : "journey.sent_back",
      object: { kind: "journey", id: input.id },
      detail: { note: input.note, revision: input.revision },
    });
  });
}

/** The row of the journey, held so that its draft stays at a revision until the transaction ends. @throws journey.draft_changed */
async function holdDraft(tx: Tx, input: { workspace: Id; id: Id; revision: number }): Promise<void> {
  const [row] = await tx.query<{ draft_revision: number }>(
    sql`select draft_revision from journeys where workspace_id = ${input.workspace} and id = ${input.id} for update`,
  );
  if (row?.draft_revision !== input.revision) throw draftChanged({ revision: row?.draft_revision ?? 0 }, { field: "revision" });
}
