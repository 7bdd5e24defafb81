import * as contract from "@relance/contract/rights";
import { toIso, type Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { paged, timeCursor } from "../../platform/http/pages.ts";
import { route } from "../../platform/http/route.ts";
import { currentContact } from "../contacts/index.ts";
import { findWorkspace, writeAudit } from "../team/index.ts";
import { erasePerson } from "./erase.ts";
import { notWaiting, requestNotFound } from "./errors.ts";
import { everythingOf, namesIn } from "./know.ts";
import { findRequest, listRequests, moveRequest, type RequestRow } from "./queries.ts";
import { ERASE_SHOP_JOB } from "./shops.ts";

/** What people may ask by right: to be erased, and to know what is known of them. */
export function rightsRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  const one = async (workspace: Id, id: Id) => {
    const found = await findRequest(db, { workspace, id });
    if (!found) throw requestNotFound({ id });
    return found;
  };
  route(app, contract.eraseContact, async ({ actor, params, body }) =>
    requestView(await erasePerson(deps, { workspace: actor.workspace, contact: params.id, reason: body.reason, by: actor })),
  );
  route(app, contract.everythingOfContact, async ({ actor, params }) => {
    const { workspace } = actor;
    const { id: contact } = await currentContact(db, { workspace, id: params.id });
    const now = clock.now();
    const tables = await db.transaction(async (tx) => {
      await writeAudit(tx, { chance, now, actor, action: "contact.everything_given", object: { kind: "contact", id: contact } });
      return everythingOf(tx, { workspace, contact });
    });
    return {
      contact,
      madeAt: toIso(now),
      workspace: (await findWorkspace(db, { id: workspace })).name,
      names: await namesIn(db, { workspace, tables }),
      tables: Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, [...rows]])),
    };
  });
  route(app, contract.listRights, async ({ actor, query }) => {
    const place = timeCursor(query.after, 1);
    const { shown, next } = paged(
      await listRequests(db, { workspace: actor.workspace, before: place && { at: place.at, id: place.ids[0]! }, limit: query.limit + 1 }),
      query.limit,
      (last) => `${toIso(last.asked_at)}~${last.id}`,
    );
    return { items: shown.map(requestView), next };
  });
  route(app, contract.settleRight, async ({ actor, params, body }) => {
    const { workspace } = actor;
    const request = await one(workspace, params.id);
    const carries = body.decision === "carry" && request.kind === "erasure";
    await db.transaction(async (tx) => {
      if (!(await moveRequest(tx, { workspace, id: request.id, from: "waiting", to: carries ? "running" : "done", now: clock.now() })))
        throw notWaiting({});
      if (carries) await deps.jobs.add(tx, ERASE_SHOP_JOB, { workspace, id: request.id }, { key: `${ERASE_SHOP_JOB}:${request.id}` });
      await writeAudit(tx, {
        chance,
        now: clock.now(),
        actor,
        action: `rights.${body.decision}`,
        object: { kind: "rights_request", id: request.id },
      });
    });
    return requestView(await one(workspace, request.id));
  });
}

const requestView = (row: RequestRow): contract.RightsRequest => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  contact: row.person_id,
  connection: row.connection_id,
  reason: row.reason,
  askedAt: toIso(row.asked_at),
  askedBy: row.asked_by,
  dueAt: toIso(row.due_at),
  doneAt: row.done_at === null ? null : toIso(row.done_at),
  report: row.report,
});
