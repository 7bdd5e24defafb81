import {
  activateProvider,
  changeProvider,
  createProvider,
  createSenderKey,
  getOutboxMessage,
  getSend,
  getSending,
  listOutbox,
  listProviders,
  listSenderKeys,
  listSends,
  removeProvider,
  removeSenderKey,
  resumeSending,
  sendLedger,
  settleSend,
  stopSending,
  testProvider,
  useOutbox,
} from "@relance/contract/delivery";
import { sendTest } from "@relance/contract/messages";
import * as hooks from "@relance/contract/webhooks";
import { bucketOf, toIso, type Id, type Instant } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { badCursor, outboxMessageNotFound, sendNotFound } from "./errors.ts";
import { textHooks } from "./providers/hooks.ts";
import { readOutbox, readOutboxMessage, type OutboxRow } from "./providers/outbox-queries.ts";
import { endStop, insertStop, readSend, readSends, readStop, type StoredSend, type StoredSendDetail } from "./queries.ts";
import { writeAudit } from "../team/index.ts";
import { addProvider, deleteUnused, listAll, switchTo, tryProvider, useOutboxFor, replaceProvider } from "./providers/provider-settings.ts";
import { addKey, listKeys, removeKey } from "./providers/sender-keys.ts";
import { readLedger, settleSend as settle } from "./sends.ts";
import { sendTestMessage, testLimit } from "./test-send.ts";
import { addWebhook, changeWebhook, listWebhooks, removeWebhook, renewSecret, tryWebhook } from "./providers/webhooks.ts";

/** Serves the ledger, providers, outbox and the switch that stops sending. */
export function deliveryRoutes(app: FastifyInstance, deps: Deps): void {
  // Apart: news come as forms, the API reads JSON.
  void app.register(async (scope) => textHooks(scope, deps));
  sendRoutes(app, deps);
  providerRoutes(app, deps);
  outboxRoutes(app, deps);
  switchRoutes(app, deps);
  webhookRoutes(app, deps);
  const allow = testLimit();
  route(app, sendTest, ({ actor, params, body }) =>
    sendTestMessage(deps, actor, { id: params.id, contact: body.contact, language: body.language, to: body.to, allow }),
  );
}

function sendRoutes(app: FastifyInstance, deps: Deps): void {
  const {
    ports: { sql: db, clock, chance },
  } = deps;
  route(app, sendLedger, ({ actor, query }) => readLedger(db, { workspace: actor.workspace, subject: query }));
  route(app, listSends, async ({ actor, query }) => {
    const rows = await readSends(db, {
      ...query,
      workspace: actor.workspace,
      bucket: query.contact === undefined ? undefined : bucketOf(query.contact),
      after: cursor(query.after),
      limit: query.limit + 1,
    });
    return pageOf(rows, query.limit, (row) => [row.createdAt, row.id], sendJson);
  });
  route(app, getSend, async ({ actor, params }) => {
    const found = await readSend(db, { workspace: actor.workspace, id: params.id });
    if (!found) throw sendNotFound({ id: params.id });
    return detailJson(found);
  });
  route(app, settleSend, async ({ actor, params, body }) => {
    const settled = await settle(db, { workspace: actor.workspace, id: params.id, as: body.as, now: clock.now(), chance });
    if (body.as === "retry") deps.poke();
    return sendJson(settled);
  });
}

function providerRoutes(app: FastifyInstance, deps: Deps): void {
  route(app, listProviders, async ({ actor }) => ({ items: await listAll(deps, actor.workspace) }));
  route(app, createProvider, ({ actor, body }) => addProvider(deps, { actor, ...body }));
  route(app, changeProvider, ({ actor, params, body }) => replaceProvider(deps, { ...body, actor, id: params.id }));
  route(app, removeProvider, async ({ actor, params }) => {
    await deleteUnused(deps, { actor, id: params.id });
    return {};
  });
  route(app, testProvider, ({ actor, params }) => tryProvider(deps, { workspace: actor.workspace, id: params.id }));
  route(app, activateProvider, ({ actor, params }) => switchTo(deps, { actor, id: params.id }));
  route(app, listSenderKeys, async ({ actor }) => ({ items: await listKeys(deps.ports.sql, { workspace: actor.workspace }) }));
  route(app, createSenderKey, ({ actor, body }) => addKey(deps, { actor, domain: body.domain }));
  route(app, removeSenderKey, async ({ actor, params }) => {
    await removeKey(deps, { actor, id: params.id });
    return {};
  });
  route(app, useOutbox, ({ actor, body }) => useOutboxFor(deps, { actor, channel: body.channel }));
}

function webhookRoutes(app: FastifyInstance, deps: Deps): void {
  route(app, hooks.listWebhooks, async ({ actor }) => ({ items: await listWebhooks(deps.ports.sql, actor.workspace) }));
  route(app, hooks.createWebhook, ({ actor, body }) => addWebhook(deps, { actor, ...body }));
  route(app, hooks.changeWebhook, ({ actor, params, body }) => changeWebhook(deps, { actor, id: params.id, change: body }));
  route(app, hooks.renewWebhookSecret, ({ actor, params }) => renewSecret(deps, { actor, id: params.id }));
  route(app, hooks.removeWebhook, async ({ actor, params }) => {
    await removeWebhook(deps, { actor, id: params.id });
    return {};
  });
  route(app, hooks.testWebhook, ({ actor, params }) => tryWebhook(deps, { workspace: actor.workspace, id: params.id }));
}

function outboxRoutes(app: FastifyInstance, { ports: { sql: db } }: Deps): void {
  route(app, listOutbox, async ({ actor, query }) => {
    const rows = await readOutbox(db, {
      workspace: actor.workspace,
      channel: query.channel,
      contact: query.contact,
      after: cursor(query.after),
      limit: query.limit + 1,
    });
    return pageOf(rows, query.limit, (row) => [row.arrivedAt, row.send], outboxJson);
  });
  route(app, getOutboxMessage, async ({ actor, params }) => {
    const found = await readOutboxMessage(db, { workspace: actor.workspace, send: params.id });
    if (!found) throw outboxMessageNotFound({ id: params.id });
    return { ...outboxJson(found), html: found.html, text: found.text, headers: found.headers };
  });
}

function switchRoutes(app: FastifyInstance, deps: Deps): void {
  const {
    ports: { sql: db, clock, chance },
  } = deps;
  const answer = async (workspace: Id) => {
    const stop = await readStop(db, { workspace });
    return { stopped: stop && { at: toIso(stop.at), by: stop.by, reason: stop.reason } };
  };
  route(app, getSending, ({ actor }) => answer(actor.workspace));
  route(app, stopSending, async ({ actor, body }) => {
    const now = clock.now();
    await db.transaction(async (tx) => {
      await insertStop(tx, { workspace: actor.workspace, by: actor.name, reason: body.reason, now });
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: "sending.stopped",
        object: { kind: "workspace", id: actor.workspace },
        detail: { reason: body.reason },
      });
    });
    return answer(actor.workspace);
  });
  route(app, resumeSending, async ({ actor }) => {
    const now = clock.now();
    await db.transaction(async (tx) => {
      await endStop(tx, { workspace: actor.workspace, by: actor.name, now });
      await writeAudit(tx, { chance, now, actor, action: "sending.resumed", object: { kind: "workspace", id: actor.workspace } });
    });
    deps.poke();
    return answer(actor.workspace);
  });
}

/** The opaque place in a list: an instant and an id. @throws page.bad_cursor */
function cursor(after: string | undefined): readonly [Instant, Id] | null {
  if (after === undefined) return null;
  const parts = /^(\d{1,15})\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/.exec(after);
  if (!parts || Number(parts[1]) > 8.64e15) throw badCursor({}, { field: "after" });
  return [Number(parts[1]), parts[2]!];
}

function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => readonly [Instant, Id],
  json: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(json), next: rows.length > limit && last ? key(last).join(".") : null };
}

const isoOrNull = (at: Instant | null) => (at === null ? null : toIso(at));

function sendJson(send: StoredSend) {
  const {
    id,
    contact,
    channel,
    class: kind,
    topic,
    template,
    templateVersion,
    journey,
    step,
    run,
    campaign,
    state,
    reason,
    delivery,
    address,
    language,
    attempts,
  } = send;
  return {
    id,
    contact,
    channel,
    class: kind,
    topic,
    template,
    templateVersion,
    journey,
    step,
    run,
    campaign,
    state,
    reason,
    delivery,
    address,
    language,
    attempts,
    createdAt: toIso(send.createdAt),
    dueAt: toIso(send.dueAt),
    gateAt: isoOrNull(send.gateAt),
    handedAt: isoOrNull(send.handedAt),
    acceptedAt: isoOrNull(send.acceptedAt),
    endedAt: isoOrNull(send.endedAt),
  };
}

function detailJson(send: StoredSendDetail) {
  const { decision, provider, messageId, providerReference, answer, data } = send;
  return { ...sendJson(send), patienceUntil: toIso(send.patienceUntil), decision, provider, messageId, providerReference, answer, data };
}

function outboxJson({ send, contact, channel, address, subject, arrivedAt }: OutboxRow) {
  return { send, contact, channel, address, subject, arrivedAt: toIso(arrivedAt) };
}
