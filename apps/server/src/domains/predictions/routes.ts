import * as contract from "@relance/contract/predictions";
import { bucketOf, isId, toIso, type Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { invalid } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";
import { currentContact } from "../contacts/index.ts";
import { nothingRunning } from "./errors.ts";
import { refreshNow } from "./nightly.ts";
import { cancelActive, keptOf, latestRefreshes, listValued, refreshHistory } from "./queries.ts";
import { saveSettings, settingsOf } from "./settings.ts";
import { contactView, customerView, stateView } from "./view.ts";

export function predictionRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock } = deps.ports;
  route(app, contract.getPredictions, async ({ actor: { workspace } }) =>
    stateView({ ...(await latestRefreshes(db, { workspace })), settings: await settingsOf(db, { workspace }) }),
  );
  route(app, contract.refreshPredictions, async ({ actor }) => ({
    id: await refreshNow(deps, { workspace: actor.workspace, by: `${actor.kind}:${actor.id}` }),
  }));
  route(app, contract.cancelRefresh, async ({ actor: { workspace } }) => {
    if (!(await cancelActive(db, { workspace, now: clock.now() }))) throw nothingRunning({});
    return { ok: true as const };
  });
  route(app, contract.changePredictionSettings, async ({ actor: { workspace }, body }) => {
    await db.transaction((tx) => saveSettings(tx, { workspace, now: clock.now(), settings: body }));
    return body;
  });
  route(app, contract.rfmHistory, async ({ actor: { workspace }, query }) => ({
    items: (await refreshHistory(db, { workspace, limit: query.limit })).map((one) => ({
      at: toIso(one.ended_at),
      groups: one.groups.map(({ group, customers }) => ({ group, customers })),
    })),
  }));
  route(app, contract.listValuedCustomers, async ({ actor: { workspace }, query }) => {
    const rows = await listValued(db, {
      workspace,
      r: query.r ?? null,
      worth: query.worth ?? null,
      group: query.group ?? null,
      from: query.from ?? null,
      after: readCursor(query.after),
      limit: query.limit + 1,
    });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return { items: shown.map(customerView), next: rows.length > query.limit && last ? `${last.spent}~${last.contact}` : null };
  });
  route(app, contract.predictionOfContact, async ({ actor: { workspace }, params }) => {
    const { id: contact } = await currentContact(db, { workspace, id: params.id });
    const row = await keptOf(db, { workspace, bucket: bucketOf(contact), contact });
    const { done } = await latestRefreshes(db, { workspace });
    return { value: row && done?.result ? contactView(row, done.result) : null };
  });
}

function readCursor(after: string | undefined): { spent: number; contact: Id } | null {
  if (after === undefined) return null;
  const [spent, contact] = after.split("~");
  if (spent === undefined || !/^-?\d{1,15}(\.\d{1,4})?$/.test(spent) || contact === undefined || !isId(contact))
    throw invalid({ message: "after is not the next of a page" }, { field: "after" });
  return { spent: Number(spent), contact };
}
