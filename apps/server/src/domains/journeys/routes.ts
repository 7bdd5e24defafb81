import * as contract from "@relance/contract/journeys";
import type { Journey, JourneySummary } from "@relance/contract/journeys";
import { toIso, type Id, type Instant } from "@relance/model/base";
import { EMPTY_GRAPH, graphWarnings, hasGoal, stepOf, type Graph } from "@relance/model/journeys";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { absent } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { currentContact, loadContacts } from "../contacts/index.ts";
import { commentRoutes } from "./comments.ts";
import { notInState } from "./errors.ts";
import { importJourney } from "./import-flow.ts";
import { selectReview } from "./four-eyes.ts";
import * as journeys from "./journeys.ts";
import { previewPublish } from "./preview.ts";
import { splitStates, type SplitState } from "./runs/splits.ts";
import { askReview, decideReview, viewOfReview } from "./reviews.ts";
import * as store from "./runs/store.ts";
import { taskRoutes } from "./tasks.ts";
import { findVersion, listVersions } from "./versions.ts";
import { whyNot } from "./why.ts";

export function journeyRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock } = deps.ports;
  const show = async (workspace: Id, id: Id): Promise<Journey> => {
    const row = await journeys.findJourney(sql, { workspace, id });
    return {
      ...summaryOf(row),
      draft: row.draft,
      draftRevision: row.draft_revision,
      problems: (await journeys.problemsOf(sql, { workspace, graph: row.draft })).map((one) => ({ ...one })),
      warnings: graphWarnings(row.draft),
      live: row.live_graph,
      publishedAt: isoOrNull(row.published_at),
      pause: row.paused_at === null ? null : { since: toIso(row.paused_at), by: row.paused_by ?? "", reason: row.pause_reason ?? "" },
      review: viewOfReview(await selectReview(sql, { workspace, id }), row.draft_revision),
    };
  };

  route(app, contract.listJourneys, async ({ actor, query }) => ({
    items: (await store.selectJourneys(sql, { workspace: actor.workspace, archived: query.archived === "true" })).map(summaryOf),
  }));
  route(app, contract.getJourney, ({ actor, params }) => show(actor.workspace, params.id));
  route(app, contract.createJourney, async ({ actor, body }) =>
    show(
      actor.workspace,
      await journeys.createJourney(deps, { actor, name: body.name, description: body.description, draft: body.graph ?? EMPTY_GRAPH }),
    ),
  );
  route(app, contract.importFlow, ({ actor, body }) => importJourney(deps, { actor, ...body }));
  route(app, contract.saveDraft, async ({ actor, params, body }) => {
    await journeys.saveDraft(deps, {
      actor,
      id: params.id,
      revision: body.revision,
      graph: body.graph,
      name: body.name ?? null,
      description: body.description ?? null,
    });
    return show(actor.workspace, params.id);
  });
  route(app, contract.publishJourney, async ({ actor, params, body }) => {
    await journeys.publish(deps, { actor, id: params.id, ...body });
    return show(actor.workspace, params.id);
  });
  route(app, contract.askReview, async ({ actor, params, body }) => {
    await askReview(deps, { actor, id: params.id, ...body });
    return show(actor.workspace, params.id);
  });
  route(app, contract.decideReview, async ({ actor, params, body }) => {
    await decideReview(deps, { actor, id: params.id, ...body });
    return show(actor.workspace, params.id);
  });
  route(app, contract.listVersions, ({ actor: { workspace }, params }) => listVersions(sql, { workspace, id: params.id }));
  route(app, contract.getVersion, ({ actor: { workspace }, params }) =>
    findVersion(sql, { workspace, id: params.id, version: params.version }),
  );
  route(app, contract.previewPublish, ({ actor, params }) => previewPublish(sql, { workspace: actor.workspace, id: params.id }));
  route(app, contract.pauseJourney, async ({ actor, params, body }) => {
    await journeys.pause(deps, { actor, id: params.id, reason: body.reason });
    return show(actor.workspace, params.id);
  });
  route(app, contract.resumeJourney, async ({ actor, params, body }) => {
    await journeys.resume(deps, { actor, id: params.id, overdue: body.overdue });
    return show(actor.workspace, params.id);
  });
  route(app, contract.archiveJourney, async ({ actor, params }) => {
    await journeys.archive(deps, { actor, id: params.id });
    return show(actor.workspace, params.id);
  });
  route(app, contract.duplicateJourney, async ({ actor, params, body }) => {
    const row = await journeys.findJourney(sql, { workspace: actor.workspace, id: params.id });
    return show(
      actor.workspace,
      await journeys.createJourney(deps, { actor, name: body.name, description: row.description, draft: row.draft }),
    );
  });
  runRoutes(app, deps);
  taskRoutes(app, deps);
  commentRoutes(app, deps);
  route(app, contract.startRun, async ({ actor: { workspace }, params, body }) => {
    const row = await journeys.findJourney(sql, { workspace, id: params.id });
    if (row.state !== "live") throw notInState({ state: row.state, wanted: "live" });
    const known = await loadContacts(sql, { workspace, ids: body.contacts });
    const now = clock.now();
    await sql.transaction((tx) =>
      writeFacts(tx, {
        chance: deps.ports.chance,
        now,
        facts: [...known.keys()].map((contact) => ({
          workspace,
          contact,
          occurredAt: now,
          kind: "journey.asked" as const,
          data: { journey: row.id },
        })),
      }),
    );
    deps.poke();
    return { asked: known.size };
  });
}

function runRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock } = deps.ports;
  route(app, contract.stepNumbers, async ({ actor: { workspace }, params }) => {
    const row = await journeys.findJourney(sql, { workspace, id: params.id });
    const steps = await store.selectStepNumbers(sql, { workspace, journey: params.id });
    return { totals: totalsOf(row), steps: steps.map((step) => ({ ...step, here: Math.max(0, step.arrived - step.passed) })) };
  });
  route(app, contract.splitResults, async ({ actor: { workspace }, params }) => {
    const row = await journeys.findJourney(sql, { workspace, id: params.id });
    const states = row.live_graph === null ? [] : await splitStates(sql, { workspace, journey: params.id, graph: row.live_graph });
    return { items: states.map((one) => splitOf(one, row.live_graph!)) };
  });
  route(app, contract.listRuns, async ({ actor: { workspace }, params, query }) => {
    await journeys.findJourney(sql, { workspace, id: params.id });
    const rows = await store.selectRuns(sql, {
      workspace,
      journey: params.id,
      step: query.step,
      state: query.state,
      before: decodeKey(query.after),
      limit: query.limit + 1,
    });
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return { items: items.map(runOf), next: rows.length > query.limit && last ? `${last.entered_at}.${last.id}` : null };
  });
  route(app, contract.peopleAtStep, async ({ actor: { workspace }, params, query }) => {
    await journeys.findJourney(sql, { workspace, id: params.id });
    const rows = await store.selectPeople(sql, {
      workspace,
      journey: params.id,
      step: query.step,
      before: decodeKey(query.after),
      limit: query.limit + 1,
    });
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return { items: items.map(personOf), next: rows.length > query.limit && last ? `${last.entered_at}.${last.id}` : null };
  });
  route(app, contract.whyNot, ({ actor: { workspace }, params, query }) =>
    whyNot(deps, { workspace, journey: params.id, contact: query.contact }),
  );
  const oneRun = async (workspace: Id, run: Id) => {
    const [row] = await store.selectRuns(sql, { workspace, run, before: null, limit: 1 });
    if (!row) throw absent({ what: "run" });
    return row;
  };
  route(app, contract.getRun, async ({ actor: { workspace }, params }) => {
    const row = await oneRun(workspace, params.id);
    const visits = await store.selectVisits(sql, { bucket: row.bucket, run: row.id });
    return {
      ...runOf(row),
      journey: row.journey_id,
      journeyName: row.journey_name,
      memory: { ...row.memory },
      visits: visits.map((visit) => ({
        visit: visit.visit,
        step: visit.step_id,
        arrivedAt: toIso(visit.arrived_at),
        leftAt: isoOrNull(visit.left_at),
        exit: visit.exit,
        reason: visit.reason,
      })),
    };
  });
  route(app, contract.runsOfContact, async ({ actor: { workspace }, params }) => {
    const { id: contact } = await currentContact(sql, { workspace, id: params.id });
    const rows = await store.selectRuns(sql, { workspace, contact, before: null, limit: 100 });
    return { items: rows.map((row) => ({ ...runOf(row), journey: row.journey_id, journeyName: row.journey_name })) };
  });
  route(app, contract.stopRun, async ({ actor: { workspace }, params }) => {
    const row = await oneRun(workspace, params.id);
    const ended = await sql.transaction((tx) =>
      store.endRuns(tx, { workspace, journey: null, run: row.id, outcome: "stopped", now: clock.now() }),
    );
    if (ended === 0) throw notInState({ state: row.state, wanted: "waiting" });
    return { ok: true as const };
  });
}

function splitOf({ step, choose, verdict, shares, winner, ...at }: SplitState, graph: Graph) {
  const split = stepOf(graph, step);
  const nameOf = (exit: string) => (split?.kind === "split" ? (split.arms.find((arm) => arm.exit === exit)?.name ?? "") : "");
  return {
    step,
    how: choose.how,
    on: choose.on,
    days: choose.days,
    explore: choose.how === "best" ? choose.explore : null,
    since: toIso(at.since),
    countedTo: toIso(at.countedTo),
    lookedAt: isoOrNull(at.lookedAt),
    winner,
    decidedAt: isoOrNull(at.decidedAt),
    ways: verdict.ways.map((way) => ({
      ...way,
      name: nameOf(way.exit),
      share: winner === null ? (shares?.[way.exit] ?? null) : way.exit === winner ? 1 : 0,
    })),
    verdict: verdict.verdict,
    lead: verdict.lead,
  };
}

function totalsOf(row: store.JourneyRow) {
  return {
    here: row.entered - row.completed - row.left_early - row.failed,
    entered: row.entered,
    completed: row.completed,
    leftEarly: row.left_early,
    failed: row.failed,
    reachedGoal: row.reached_goal,
  };
}

function summaryOf(row: store.JourneyRow): JourneySummary {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    state: row.state,
    liveVersion: row.live_version,
    changed: row.live_graph !== null && canonical(row.live_graph) !== canonical(row.draft),
    totals: totalsOf(row),
    hasGoal: hasGoal(row.live_graph ?? row.draft),
    createdAt: toIso(row.created_at),
    changedAt: toIso(row.changed_at),
  };
}

// Where steps are drawn is no change of the journey.
function canonical(graph: store.JourneyRow["draft"]): string {
  return JSON.stringify({ ...graph, positions: {} });
}

function personOf(row: store.PersonRow) {
  return {
    run: row.id,
    contact: row.contact_id,
    contactName: nameOf(row),
    contactEmail: row.email,
    version: row.version,
    key: row.key,
    since: toIso(row.arrived_at),
    until: isoOrNull(row.wake_at),
    listens: row.listens ?? [],
    reason: row.reason,
  };
}

function nameOf(row: store.RunViewRow): string {
  return [row.first_name, row.last_name].filter(Boolean).join(" ");
}

function runOf(row: store.RunViewRow) {
  return {
    id: row.id,
    contact: row.contact_id,
    contactName: nameOf(row),
    contactEmail: row.email,
    version: row.version,
    key: row.key,
    state: row.state,
    step: row.step_id,
    wakeAt: isoOrNull(row.wake_at),
    listens: row.listens ?? [],
    outcome: row.outcome,
    enteredAt: toIso(row.entered_at),
    endedAt: isoOrNull(row.ended_at),
  };
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}

function decodeKey(key: string | undefined): { at: Instant; id: Id } | null {
  const [, at, id] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(key ?? "") ?? [];
  return at && id ? { at: Number(at), id } : null;
}
