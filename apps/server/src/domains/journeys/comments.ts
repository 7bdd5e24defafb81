import * as contract from "@relance/contract/comments";
import type { CommentThread } from "@relance/contract/comments";
import { toIso, type Id, type Instant } from "@relance/model/base";
import { commentParts } from "@relance/model/journeys";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import { absent } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { route } from "../../platform/http/route.ts";
import { membersOf, writeAudit } from "../team/index.ts";
import { commentAnswered, notYourComment, tooManyComments } from "./errors.ts";
import { findJourney } from "./journeys.ts";

/** Comments one journey holds at most; all are read at once. */
const MOST = 1_000;
const MENTIONS_SHOWN = 50;

/** What colleagues say to each other about the steps of a journey. Never part of a version; gone with the workspace. */
export function commentRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, contract.listComments, async ({ actor: { workspace }, params }) => {
    await findJourney(db, { workspace, id: params.id });
    return { items: threadsOf(await selectComments(db, { workspace, journey: params.id })) };
  });
  route(app, contract.addComment, ({ actor, params, body }) => addComment(deps, { actor, journey: params.id, ...body }));
  route(app, contract.resolveComments, ({ actor, params, body }) =>
    resolveThread(deps, { actor, thread: params.id, resolved: body.resolved }),
  );
  route(app, contract.deleteComment, async ({ actor, params }) => {
    await deleteComment(deps, { actor, id: params.id });
    return { ok: true as const };
  });
  route(app, contract.listMentions, async ({ actor }) => ({
    items: (await selectMentions(db, { workspace: actor.workspace, user: actor.id })).map((row) => ({
      id: row.id,
      journey: row.journey_id,
      journeyName: row.journey_name,
      step: row.step,
      text: row.text,
      author: row.author_name,
      createdAt: toIso(row.created_at),
    })),
  }));
}

/** Begins a thread on a step, or goes on with one. @throws journey.not_found, absent, comment.too_many */
async function addComment(
  deps: Deps,
  input: { actor: Actor; journey: Id; step: string; text: string; thread?: Id | undefined },
): Promise<CommentThread> {
  const { sql: db, clock, chance } = deps.ports;
  const { actor, journey } = input;
  const { workspace } = actor;
  await findJourney(db, { workspace, id: journey });
  const now = clock.now();
  const id = chance.id(now);
  const members = (await membersOf(db, { workspace })).map((one) => ({ id: one.user_id, name: one.name }));
  const mentions = [...new Set(commentParts(input.text, members).flatMap(({ person }) => person ?? []))];
  return db.transaction(async (tx) => {
    const before = await selectComments(tx, { workspace, journey });
    if (before.length >= MOST) throw tooManyComments({ most: MOST });
    const first = input.thread === undefined ? undefined : before.find((one) => one.id === input.thread && one.thread_id === one.id);
    if (input.thread !== undefined && !first) throw absent({ what: "comment" }, { field: "thread" });
    await tx.query(sql`
      insert into journey_comments (id, workspace_id, journey_id, thread_id, step, text, mentions, author_kind, author_id, author_name, created_at)
      values (${id}, ${workspace}, ${journey}, ${first?.id ?? id}, ${first?.step ?? input.step}, ${input.text}, ${mentions}::text[], ${actor.kind}, ${actor.id}, ${actor.name}, ${ts(now)})`);
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: "journey.commented",
      object: { kind: "journey", id: journey },
      detail: { comment: id, step: first?.step ?? input.step, named: mentions.length },
    });
    return threadOf(tx, { workspace, journey, thread: first?.id ?? id });
  });
}

/** @throws absent */
async function resolveThread(deps: Deps, input: { actor: Actor; thread: Id; resolved: boolean }): Promise<CommentThread> {
  const { sql: db, clock, chance } = deps.ports;
  const { actor, thread, resolved } = input;
  const now = clock.now();
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ journey_id: Id }>(sql`
      update journey_comments set resolved_at = ${resolved ? ts(now) : null}::timestamptz, resolved_by = ${resolved ? actor.name : null}
      where workspace_id = ${actor.workspace} and id = ${thread} and thread_id = id returning journey_id`);
    if (!row) throw absent({ what: "comment" });
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: resolved ? "journey.comments_resolved" : "journey.comments_reopened",
      object: { kind: "journey", id: row.journey_id },
      detail: { comment: thread },
    });
    return threadOf(tx, { workspace: actor.workspace, journey: row.journey_id, thread });
  });
}

/** Who wrote it takes it back, or an administrator; the first of a thread only while nobody answered. @throws absent, comment.not_yours, comment.answered */
async function deleteComment(deps: Deps, input: { actor: Actor; id: Id }): Promise<void> {
  const { sql: db, clock, chance } = deps.ports;
  const { actor, id } = input;
  const now = clock.now();
  await db.transaction(async (tx) => {
    const [row] = await tx.query<{ journey_id: Id; author_id: string; thread_id: Id }>(
      sql`select journey_id, author_id, thread_id from journey_comments where workspace_id = ${actor.workspace} and id = ${id} for update`,
    );
    if (!row) throw absent({ what: "comment" });
    if (row.author_id !== actor.id && actor.role !== "admin") throw notYourComment({});
    const [answer] = await tx.query<{ id: Id }>(sql`select id from journey_comments where thread_id = ${id} and id <> ${id} limit 1`);
    if (answer) throw commentAnswered({});
    await tx.query(sql`delete from journey_comments where workspace_id = ${actor.workspace} and id = ${id}`);
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: "journey.comment_deleted",
      object: { kind: "journey", id: row.journey_id },
      detail: { comment: id },
    });
  });
}

interface CommentRow {
  readonly id: Id;
  readonly journey_id: Id;
  readonly thread_id: Id;
  readonly step: string;
  readonly text: string;
  readonly mentions: readonly string[];
  readonly author_id: string;
  readonly author_name: string;
  readonly created_at: Instant;
  readonly resolved_at: Instant | null;
  readonly resolved_by: string | null;
}

async function selectComments(db: Db | Tx, input: { workspace: Id; journey: Id }): Promise<CommentRow[]> {
  return db.query<CommentRow>(sql`
    select id, journey_id, thread_id, step, text, mentions, author_id, author_name, created_at, resolved_at, resolved_by
    from journey_comments where workspace_id = ${input.workspace} and journey_id = ${input.journey} order by created_at, id limit ${MOST}`);
}

async function selectMentions(db: Db, input: { workspace: Id; user: string }): Promise<(CommentRow & { journey_name: string })[]> {
  return db.query(sql`
    select c.id, c.journey_id, c.thread_id, c.step, c.text, c.mentions, c.author_id, c.author_name, c.created_at, t.resolved_at, t.resolved_by, j.name as journey_name
    from journey_comments c join journey_comments t on t.id = c.thread_id join journeys j on j.id = c.journey_id
    where c.workspace_id = ${input.workspace} and c.mentions @> array[${input.user}]::text[] and t.resolved_at is null and j.state <> 'archived'
    order by c.created_at desc, c.id desc limit ${MENTIONS_SHOWN}`);
}

async function threadOf(tx: Tx, input: { workspace: Id; journey: Id; thread: Id }): Promise<CommentThread> {
  return threadsOf(await selectComments(tx, input)).find((one) => one.id === input.thread)!;
}

/** Rows in the order they were written, as threads in the order they began. */
function threadsOf(rows: readonly CommentRow[]): CommentThread[] {
  const answers = Map.groupBy(rows, (row) => row.thread_id);
  return rows
    .filter((row) => row.id === row.thread_id)
    .map((first) => ({
      id: first.id,
      step: first.step,
      resolvedAt: first.resolved_at === null ? null : toIso(first.resolved_at),
      resolvedBy: first.resolved_by,
      comments: answers.get(first.id)!.map((row) => ({
        id: row.id,
        text: row.text,
        mentions: [...row.mentions],
        author: row.author_id,
        authorName: row.author_name,
        createdAt: toIso(row.created_at),
      })),
    }));
}
