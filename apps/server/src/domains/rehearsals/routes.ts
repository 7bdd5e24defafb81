import * as contract from "@relance/contract/rehearsals";
import type { Rehearsal, RehearsalSummary, RehearsedPerson } from "@relance/contract/rehearsals";
import { toIso } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Listener } from "../../platform/engine.ts";
import { route } from "../../platform/http/route.ts";
import { findJourney } from "../journeys/index.ts";
import * as run from "./run.ts";
import * as store from "./store.ts";
import { whyNotThen } from "./then.ts";
import { walk } from "./walk.ts";

export function rehearsalRoutes(app: FastifyInstance, deps: Deps, options: { readonly listeners: readonly Listener[] }): void {
  const { sql: db, clock } = deps.ports;
  // Each takes a connection of its own: one after the other.
  let walking: Promise<unknown> = Promise.resolve();
  route(app, contract.startRehearsal, async ({ actor, params, body }) => {
    const id = await run.startRehearsal(deps, { actor, journey: params.id, days: body.days, against: body.against ?? null });
    return fullOf(await run.findRehearsal(deps, { workspace: actor.workspace, id }));
  });
  route(app, contract.listRehearsals, async ({ actor: { workspace }, params }) => {
    await findJourney(db, { workspace, id: params.id });
    return { items: (await store.selectRehearsals(db, { workspace, journey: params.id })).map(summaryOf) };
  });
  route(app, contract.getRehearsal, async ({ actor: { workspace }, params }) =>
    fullOf(await run.findRehearsal(deps, { workspace, id: params.id })),
  );
  route(app, contract.cancelRehearsal, async ({ actor: { workspace }, params }) => {
    await run.cancelRehearsal(deps, { workspace, id: params.id });
    return { ok: true as const };
  });
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = walking.then(work);
    walking = mine.catch(() => undefined);
    return mine;
  };
  route(app, contract.whyNotThen, ({ actor: { workspace }, params, query }) =>
    inTurn(() =>
      whyNotThen(deps, { workspace, journey: params.id, contact: query.contact, at: Date.parse(query.at), listeners: options.listeners }),
    ),
  );
  route(app, contract.walkThrough, ({ actor: { workspace }, params, body }) =>
    inTurn(() =>
      walk(deps, {
        workspace,
        journey: params.id,
        listeners: options.listeners,
        contact: body.contact ?? null,
        invented: body.invented ?? null,
        from: body.from === undefined ? clock.now() : Date.parse(body.from),
        days: body.days,
        recorded: body.recorded,
        happenings: body.happenings,
      }),
    ),
  );
  route(app, contract.rehearsedPeople, async ({ actor: { workspace }, params, query }) => {
    await run.findRehearsal(deps, { workspace, id: params.id });
    const after = /^\d{1,9}$/.test(query.after ?? "") ? Number(query.after) : 0;
    const rows = await store.selectPeople(db, {
      workspace,
      id: params.id,
      after,
      limit: query.limit + 1,
      became: query.became,
      ended: query.ended,
      contact: query.contact,
    });
    const shown = rows.slice(0, query.limit);
    return { items: shown.map(personOf), next: rows.length > query.limit ? String(shown.at(-1)!.place) : null };
  });
}

function summaryOf(row: store.RehearsalRow): RehearsalSummary {
  const { other } = row;
  return {
    id: row.id,
    journey: row.journey_id,
    name: row.name,
    state: row.state,
    from: toIso(row.from_at),
    until: toIso(row.until_at),
    askedAt: toIso(row.asked_at),
    endedAt: row.ended_at === null ? null : toIso(row.ended_at),
    done: row.done,
    at: row.at === null ? null : toIso(row.at),
    error: row.error,
    other: other && { kind: other.kind, journey: other.journey, name: other.name, version: other.version },
  };
}

const fullOf = (row: store.RehearsalRow): Rehearsal => ({
  ...summaryOf(row),
  graph: row.graph,
  result: row.result,
  otherResult: row.other_result,
  shared: row.shared,
});

function personOf(row: store.PersonRead): RehearsedPerson {
  return {
    place: row.place,
    run: row.run_id,
    contact: row.contact_id,
    contactName: [row.first_name, row.last_name].filter(Boolean).join(" "),
    contactEmail: row.email,
    enteredAt: toIso(row.entered_at),
    endedAt: row.ended_at === null ? null : toIso(row.ended_at),
    state: row.state,
    outcome: row.outcome,
    key: row.story.key,
    start: row.story.start,
    visits: row.story.visits,
    sends: row.story.sends,
  };
}
