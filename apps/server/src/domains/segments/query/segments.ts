/**
 * Segments made by a query. A run keeps its answer under an id; the segment's rule stands for that answer, so that a refresh is a changed
 * rule: computed beside the one in force and put in force at once (decision 14), with its history, journeys and dependents.
 */
import { createHash } from "node:crypto";
import { MINUTE, type Id, type Instant } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import type { Deps } from "../../../deps.ts";
import { CodedError } from "../../../platform/errors.ts";
import type { Actor } from "../../../platform/http/actor.ts";
import { writeAudit } from "../../team/index.ts";
import { notAQuery, segmentChanged } from "../errors.ts";
import * as queries from "../queries.ts";
import * as kept from "./queries.ts";
import { QUERY_LIMITS, runQuery, type QueryCost, type QueryLimits } from "./run.ts";
import { findSegment } from "../segments.ts";

/** Ids kept by one statement. */
const CHUNK = 20_000;
const HOUR_MS = 60 * MINUTE;

interface Found extends QueryCost {
  readonly ids: readonly Id[];
  readonly took: number;
  readonly digest: string;
}

export async function createQuery(
  deps: Deps,
  input: { actor: Actor; name: string; description: string; query: string; everyMinutes: number | null },
): Promise<Id> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  const ran = await keep(deps, { workspace, found: await find(deps, { workspace, query: input.query }) });
  const now = clock.now();
  const id = chance.id(now);
  await sql.transaction(async (tx) => {
    await queries.insertSegment(tx, {
      id,
      workspace,
      name: input.name,
      description: input.description,
      rule: ruleOf(input.query, ran.answer),
      by: input.actor.id,
      now,
    });
    await kept.writeQuery(tx, { ...ran, workspace, segment: id, every: input.everyMinutes, next: nextOf(input.everyMinutes, now) });
    await queries.askBuild(tx, { workspace, segment: id, now });
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "segment.created",
      object: { kind: "segment", id },
      detail: { query: input.query },
    });
  });
  deps.poke();
  return id;
}

/** Another query, another schedule, or both. @param input.version the version the query was read at */
export async function changeQuery(
  deps: Deps,
  input: { actor: Actor; id: Id; query?: string | undefined; everyMinutes?: number | null | undefined; version?: number | undefined },
): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  const before = await findQuery(deps, { workspace, id: input.id });
  const every = input.everyMinutes === undefined ? before.every_minutes : input.everyMinutes;
  const ran =
    input.query === undefined ? null : await keep(deps, { workspace, found: await find(deps, { workspace, query: input.query }) });
  const now = clock.now();
  await sql.transaction(async (tx) => {
    if (ran) {
      const changed = await queries.updateSegment(tx, {
        workspace,
        id: input.id,
        expected: input.version ?? null,
        name: null,
        description: null,
        rule: ruleOf(input.query!, ran.answer),
        now,
      });
      if (!changed) throw segmentChanged({ version: (await findSegment(tx, { workspace, id: input.id })).version }, { field: "version" });
      await kept.writeQuery(tx, { ...ran, workspace, segment: input.id, every, next: nextOf(every, now) });
      await queries.askBuild(tx, { workspace, segment: input.id, now });
    } else await kept.writeSchedule(tx, { segment: input.id, every, next: nextOf(every, now) });
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "segment.changed",
      object: { kind: "segment", id: input.id },
      detail: { query: input.query ?? null, everyMinutes: every },
    });
  });
  deps.poke();
}

/** Runs a segment's query now. The same answer as before changes nothing. @throws what `runQuery` throws; the answer before stays */
export async function refreshQuery(deps: Deps, input: { workspace: Id; id: Id; limits?: QueryLimits }): Promise<void> {
  const { sql, clock } = deps.ports;
  const before = await findQuery(deps, input);
  const root = before.rule.root;
  if (root.kind !== "sql") throw notAQuery({});
  const next = nextOf(before.every_minutes, clock.now());
  try {
    const found = await find(deps, { workspace: input.workspace, query: root.query, limits: input.limits });
    if (found.digest === before.digest)
      return await kept.writeSameAnswer(sql, { segment: input.id, took: found.took, cost: found.cost, now: clock.now(), next });
    const ran = await keep(deps, { workspace: input.workspace, found });
    await sql.transaction(async (tx) => {
      if (!(await kept.replaceAnswer(tx, { segment: input.id, former: root.answer, rule: ruleOf(root.query, ran.answer) }))) return;
      await kept.writeQuery(tx, { ...ran, workspace: input.workspace, segment: input.id, every: before.every_minutes, next });
      await queries.askBuild(tx, { workspace: input.workspace, segment: input.id, now: ran.now });
    });
  } catch (error) {
    if (error instanceof CodedError && error.status < 500)
      await kept.writeFailure(sql, {
        segment: input.id,
        next,
        problem: { code: error.code, message: error.message, field: error.field ?? "query", at: String(clock.now()) },
      });
    throw error;
  }
  deps.poke();
}

/** Refreshes what is due, one after the other, and drops answers that are of no use any more. */
export async function tendQueries(deps: Deps): Promise<void> {
  const { sql, clock } = deps.ports;
  for (const due of await kept.selectDueQueries(sql, { now: clock.now(), limit: 20 })) {
    await refreshQuery(deps, { workspace: due.workspace_id, id: due.segment_id }).catch((error: unknown) => {
      if (!(error instanceof CodedError)) throw error;
      deps.log.warn({ segment: due.segment_id, code: error.code }, "segments.query_failed");
    });
  }
  await sql.transaction((tx) => kept.dropAnswers(tx, { before: clock.now() - HOUR_MS }));
}

/** @throws absent, notAQuery */
export async function findQuery(deps: Deps, input: { workspace: Id; id: Id }): Promise<kept.QueryRow> {
  await findSegment(deps.ports.sql, input);
  const row = await kept.selectQuery(deps.ports.sql, { workspace: input.workspace, segment: input.id });
  if (!row) throw notAQuery({});
  return row;
}

const ruleOf = (query: string, answer: Id) => ({ version: 1 as const, root: { kind: "sql", query, answer } satisfies Rule });
const nextOf = (every: number | null, now: Instant): Instant | null => (every === null ? null : now + every * MINUTE);

async function find(deps: Deps, input: { workspace: Id; query: string; limits?: QueryLimits | undefined }): Promise<Found> {
  const { sql, clock } = deps.ports;
  const begun = clock.monotonic();
  const found = await runQuery(sql, { workspace: input.workspace, query: input.query, limits: input.limits ?? QUERY_LIMITS });
  return {
    ...found,
    took: Math.round(clock.monotonic() - begun),
    digest: createHash("sha256").update(found.ids.join("")).digest("base64url"),
  };
}

/** Keeps whom a query named; who is not a contact of the workspace is left out. */
async function keep(deps: Deps, input: { workspace: Id; found: Found }): Promise<kept.Ran & { readonly answer: Id }> {
  const { sql, clock, chance } = deps.ports;
  const { ids, took, cost, digest } = input.found;
  const now = clock.now();
  const answer = chance.id(now);
  await kept.insertRun(sql, { workspace: input.workspace, answer, now });
  let named = 0;
  for (let at = 0; at < ids.length; at += CHUNK)
    named += await kept.insertAnswers(sql, { workspace: input.workspace, answer, ids: ids.slice(at, at + CHUNK) });
  return { answer, took, cost, named, digest, now };
}
