import type { Id } from "@relance/model/base";
import {
  graphProblems,
  looksBack,
  settleChoices,
  stepOf,
  type Choice,
  type Graph,
  type GraphCatalogue,
  type StepProblem,
} from "@relance/model/journeys";
import { problems } from "@relance/model/rules";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { absent } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { selectPools } from "../catalog/index.ts";
import { selectGroups } from "../contacts/index.ts";
import { listWebhooks } from "../delivery/index.ts";
import { selectForms } from "../forms/index.ts";
import { templateStates } from "../messages/index.ts";
import { selectTypes } from "../objects/index.ts";
import { ruleCatalogue } from "../segments/index.ts";
import { findWorkspace, writeAudit } from "../team/index.ts";
import { askChanges, dropChanges, selectVersions } from "./changes.ts";
import { draftChanged, hasProblems, notInState, unknownStep } from "./errors.ts";
import { askLookback } from "./starts/lookback.ts";
import { checkReviewed } from "./four-eyes.ts";
import { askDateBuild } from "./queries.ts";
import { askSchedules } from "./starts/schedules.ts";
import { noteSplits } from "./runs/splits.ts";
import * as store from "./runs/store.ts";

/** @throws absent */
export async function findJourney(db: Db, input: { workspace: Id; id: Id }): Promise<store.JourneyRow> {
  const [row] = await store.selectJourneys(db, input);
  if (!row) throw absent({ what: "journey" });
  return row;
}

/** What keeps a graph from being published in its workspace. */
export async function problemsOf(db: Db, input: { workspace: Id; graph: Graph }): Promise<StepProblem[]> {
  return graphProblems(input.graph, await graphCatalogue(db, input));
}

/** What graphs may refer to in a workspace. */
export async function graphCatalogue(db: Db, input: { workspace: Id }): Promise<Omit<GraphCatalogue, "steps">> {
  const { workspace } = input;
  const [rules, templates, groups] = await Promise.all([
    ruleCatalogue(db, { workspace, place: "journey" }),
    templateStates(db, { workspace }),
    selectGroups(db, { workspace }),
  ]);
  const journeys = await store.selectNames(db, { workspace });
  return {
    templates,
    journeys,
    coupons: new Map((await selectPools(db, { workspace })).map((pool) => [pool.id, pool.name])),
    forms: new Map((await selectForms(db, { workspace, archived: false })).map((form) => [form.key, form.name])),
    objectTypes: new Map((await selectTypes(db, { workspace })).map((type) => [type.key, type])),
    webhooks: new Map((await listWebhooks(db, workspace)).map((one) => [one.id, one.name])),
    groups: new Map(groups.map((group) => [group.id, group.name])),
    segments: new Map([...rules.segments.keys()].map((segment) => [segment, segment])),
    ruleProblems: (rule) => problems(rule, rules),
  };
}

export async function createJourney(deps: Deps, input: { actor: Actor; name: string; description: string; draft: Graph }): Promise<Id> {
  const { sql, clock, chance } = deps.ports;
  const now = clock.now();
  const id = chance.id(now);
  await sql.transaction(async (tx) => {
    await store.insertJourney(tx, {
      id,
      workspace: input.actor.workspace,
      name: input.name,
      description: input.description,
      draft: input.draft,
      by: input.actor.id,
      now,
    });
    await writeAudit(tx, { chance, now, actor: input.actor, action: "journey.created", object: { kind: "journey", id } });
  });
  return id;
}

/** @throws journey.draft_changed when someone saved the draft since `revision` was read */
export async function saveDraft(
  deps: Deps,
  input: { actor: Actor; id: Id; revision: number; graph: Graph; name: string | null; description: string | null },
): Promise<void> {
  const { sql, clock } = deps.ports;
  const { workspace } = input.actor;
  const before = await findJourney(sql, { workspace, id: input.id });
  const saved = await sql.transaction((tx) =>
    store.updateDraft(tx, {
      workspace,
      id: input.id,
      revision: input.revision,
      draft: input.graph,
      name: input.name,
      description: input.description,
      now: clock.now(),
    }),
  );
  if (!saved)
    throw before.state === "archived"
      ? notInState({ state: "archived", wanted: "a draft, live or paused" })
      : draftChanged({ revision: before.draft_revision }, { field: "revision" });
}

/**
 * Makes the draft the next version. Runs under way become what was chosen per step (`inside` where nothing was), by the engine.
 * `override`: why an administrator publishes without the approval that the workspace needs.
 * @throws journey.has_problems naming each, journey.needs_review, journey.draft_changed, journey.unknown_step for a choice that leads nowhere
 */
export async function publish(
  deps: Deps,
  input: {
    actor: Actor;
    id: Id;
    revision: number;
    inside: Choice["what"];
    choices?: Readonly<Record<string, Choice>>;
    override?: string | undefined;
  },
): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  const row = await findJourney(sql, { workspace, id: input.id });
  const found = await problemsOf(sql, { workspace, graph: row.draft });
  if (found.length > 0)
    throw hasProblems(
      {},
      { field: found[0]!.path, problems: found.map((one) => ({ field: one.path, code: one.code, message: one.message.en })) },
    );
  const override = await checkReviewed(sql, input);
  const earlier = await selectVersions(sql, { workspace, journey: input.id });
  const chosen = input.choices ?? {};
  for (const [step, { what, to = step }] of Object.entries(chosen)) {
    if (!earlier.some((graph) => stepOf(graph, step))) throw unknownStep({ step }, { field: `choices.${step}` });
    if ((what === "move" || what === "retime") && !stepOf(row.draft, to)) throw unknownStep({ step: to }, { field: `choices.${step}.to` });
  }
  const choices = settleChoices({ earlier, after: row.draft, others: input.inside, chosen });
  const now = clock.now();
  await sql.transaction(async (tx) => {
    const version = await store.insertVersion(tx, { workspace, id: input.id, revision: input.revision, by: input.actor.id, now });
    if (version === null) throw draftChanged({ revision: row.draft_revision }, { field: "revision" });
    await store.replaceStarts(tx, { workspace, journey: input.id, starts: row.draft.starts });
    await noteSplits(tx, { workspace, journey: input.id, graph: row.draft, now });
    if (row.draft.steps.some((step) => step.kind === "wait" && step.until.of === "message"))
      await store.noteListens(tx, { workspace, journey: input.id });
    if (row.draft.starts.some((start) => start.kind === "date")) await askDateBuild(tx, { workspace, journey: input.id, now });
    if (row.draft.starts.some((start) => looksBack(start, now) !== null)) await askLookback(tx, { workspace, journey: input.id, now });
    if (row.draft.starts.some((start) => start.kind === "schedule"))
      await askSchedules(tx, {
        workspace,
        journey: input.id,
        starts: row.draft.starts,
        zone: (await findWorkspace(tx, { id: workspace })).time_zone,
        now,
      });
    if (Object.keys(choices).length > 0) await askChanges(tx, { workspace, journey: input.id, version, choices, now });
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "journey.published",
      object: { kind: "journey", id: input.id },
      detail: { version, choices, ...(override !== null && { override }) },
    });
  });
  deps.poke();
}

export async function pause(deps: Deps, input: { actor: Actor; id: Id; reason: string }): Promise<void> {
  await change(deps, input, ["live"], "paused", "journey.paused", (tx, now) =>
    store.insertPause(tx, { workspace: input.actor.workspace, id: input.id, by: input.actor.name, reason: input.reason, now }),
  );
}

/** What became due during the pause is done at once, moved by its length, or those runs leave. */
export async function resume(deps: Deps, input: { actor: Actor; id: Id; overdue: "catch_up" | "retime" | "leave" }): Promise<void> {
  const { workspace } = input.actor;
  await change(deps, input, ["paused"], "live", "journey.resumed", async (tx, now) => {
    const since = await store.endPause(tx, { workspace, id: input.id, by: input.actor.name, now });
    if (input.overdue === "retime" && since !== null) await store.retimeRuns(tx, { workspace, journey: input.id, from: since, to: now });
    if (input.overdue === "leave") await store.endRuns(tx, { workspace, journey: input.id, dueBy: now, outcome: "overdue", now });
  });
  deps.poke();
}

export async function archive(deps: Deps, input: { actor: Actor; id: Id }): Promise<void> {
  const { workspace } = input.actor;
  await change(deps, input, ["draft", "live", "paused"], "archived", "journey.archived", async (tx, now) => {
    await store.endPause(tx, { workspace, id: input.id, by: input.actor.name, now });
    await store.replaceStarts(tx, { workspace, journey: input.id, starts: [] });
    await dropChanges(tx, { workspace, journey: input.id });
    await store.endRuns(tx, { workspace, journey: input.id, outcome: "archived", now });
  });
}

async function change(
  deps: Deps,
  input: { actor: Actor; id: Id },
  from: readonly string[],
  to: string,
  action: string,
  more: (tx: Parameters<typeof store.setState>[0], now: number) => Promise<void>,
): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  const row = await findJourney(sql, { workspace, id: input.id });
  await sql.transaction(async (tx) => {
    const now = clock.now();
    if (!(await store.setState(tx, { workspace, id: input.id, from, to, now })))
      throw notInState({ state: row.state, wanted: from.join(" or ") });
    await more(tx, now);
    await writeAudit(tx, { chance, now, actor: input.actor, action, object: { kind: "journey", id: input.id } });
  });
}
