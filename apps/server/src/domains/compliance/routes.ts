import * as contract from "@relance/contract/compliance";
import {
  addSuppression,
  getCalendar,
  getConsents,
  liftSuppression as liftEndpoint,
  listSuppressions,
  recordConsent,
  type ContactConsents,
  type SuppressionRow,
  type Topic,
} from "@relance/contract/compliance";
import { bucketOf, fromIso, toIso, type Id } from "@relance/model/base";
import { holidays, placeOfZone } from "@relance/model/calendar";
import { CONSENT_CHANNELS } from "@relance/model/consent";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { route } from "../../platform/http/route.ts";
import { findWorkspace, writeAudit } from "../team/index.ts";
import { readConsents, recordConsents } from "./consents.ts";
import { badCursor, contactNotFound, inFuture, suppressionLasts, suppressionNotFound, topicUnknown } from "./errors.ts";
import { listSuppressionRows, selectPeople, selectTopics, type StoredSuppression, type TopicRow } from "./queries.ts";
import { liftSuppression, suppress, suppressionOf } from "./suppressions.ts";
import { archiveTopic, makeTopic, renameTopic } from "./topics.ts";

/** Consents of contacts, the suppression list, topics. */
export function complianceRoutes(app: FastifyInstance, deps: Deps): void {
  consentRoutes(app, deps);
  suppressionRoutes(app, deps);
  topicRoutes(app, deps);
  route(app, getCalendar, async ({ actor, query: { year, place } }) => {
    const { settings, time_zone: zone } = await findWorkspace(deps.ports.sql, { id: actor.workspace });
    const of = place ?? (settings.calendar.place || placeOfZone(zone));
    return { place: of, year, days: holidays(of, year).map(({ date, key, name }) => ({ date, key, name })) };
  });
}

function consentRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock, chance } = deps.ports;
  route(app, getConsents, async ({ actor, params }) => {
    await needContact(sql, actor.workspace, params.id);
    return viewConsents(sql, actor.workspace, params.id);
  });
  route(app, recordConsent, async ({ actor, params, body }) => {
    const now = clock.now();
    const occurredAt = body.occurredAt === undefined ? now : (fromIso(body.occurredAt) ?? now);
    if (occurredAt > now) throw inFuture({}, { field: "occurredAt" });
    await needContact(sql, actor.workspace, params.id);
    if (body.topic !== "" && !(await selectTopics(sql, { workspace: actor.workspace })).some((topic) => topic.key === body.topic))
      throw topicUnknown({ key: body.topic }, { field: "topic" });
    await sql.transaction(async (tx) => {
      const { channel, topic, state, basis, source, wording = null, language = null, expiresOn = null } = body;
      await recordConsents(tx, {
        now,
        chance,
        records: [
          {
            workspace: actor.workspace,
            contact: params.id,
            channel,
            topic,
            state,
            basis,
            occurredAt,
            source,
            wording,
            language,
            expiresOn,
            recordedBy: `${actor.kind}:${actor.id}`,
          },
        ],
      });
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: "consent.recorded",
        object: { kind: "contact", id: params.id },
        detail: { channel, topic, state, basis },
      });
    });
    deps.poke();
    return viewConsents(sql, actor.workspace, params.id);
  });
}

async function needContact(db: Db, workspace: Id, contact: Id): Promise<void> {
  const found = await selectPeople(db, { keys: [{ workspace, bucket: bucketOf(contact), contact }] });
  if (found.length === 0) throw contactNotFound({ id: contact });
}

async function viewConsents(db: Db, workspace: Id, contact: Id): Promise<ContactConsents> {
  const { consents, proofs } = await readConsents(db, { workspace, contact, channels: CONSENT_CHANNELS });
  return {
    consents: consents.map(({ channel, topic, state, basis, changedAt, expiresOn }) => ({
      channel,
      topic,
      state,
      basis,
      changedAt: toIso(changedAt),
      expiresOn,
    })),
    proofs: proofs.map((one) => ({
      id: one.id,
      channel: one.channel,
      topic: one.topic,
      state: one.state,
      basis: one.basis,
      occurredAt: toIso(one.occurred_at),
      source: one.source,
      wording: one.wording,
      language: one.language,
      ip: one.ip,
      userAgent: one.user_agent,
      expiresOn: one.expires_on,
      recordedBy: one.recorded_by,
      evidence: one.evidence,
    })),
  };
}

function suppressionRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock, chance } = deps.ports;
  const { secrets } = deps;
  route(app, listSuppressions, async ({ actor: { workspace }, query }) => {
    if (query.address !== undefined) {
      const channels = query.channel ? [query.channel] : ["email", "sms", "push"];
      const found = await Promise.all(
        channels.map((channel) => suppressionOf(sql, { secrets, workspace, channel, address: query.address! })),
      );
      return { items: found.filter((one) => one !== null).map(viewSuppression), next: null };
    }
    const rows = await listSuppressionRows(sql, {
      workspace,
      channel: query.channel ?? null,
      before: query.after ? readCursor(query.after) : null,
      limit: query.limit + 1,
    });
    const last = rows[query.limit - 1];
    return {
      items: rows.slice(0, query.limit).map(viewSuppression),
      next: rows.length > query.limit && last ? `${last.suppressed_at}.${last.address_hash}` : null,
    };
  });
  route(app, addSuppression, async ({ actor, body }) => {
    const now = clock.now();
    const stored = await sql.transaction(async (tx) => {
      await suppress(tx, {
        now,
        secrets,
        rows: [
          {
            workspace: actor.workspace,
            channel: body.channel,
            address: body.address,
            reason: "manual",
            detail: { by: `${actor.kind}:${actor.id}`, ...(body.note && { note: body.note }) },
          },
        ],
      });
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: "suppression.added",
        object: { kind: "suppression", id: null },
        detail: { channel: body.channel },
      });
      return suppressionOf(tx, { secrets, workspace: actor.workspace, channel: body.channel, address: body.address });
    });
    return viewSuppression(stored!);
  });
  route(app, liftEndpoint, async ({ actor, body }) => {
    const now = clock.now();
    const lifted = await sql.transaction(async (tx) => {
      const standing = await suppressionOf(tx, { secrets, workspace: actor.workspace, channel: body.channel, address: body.address });
      if (!standing || standing.lifted_at !== null) throw suppressionNotFound({});
      if (standing.reason === "complaint" || standing.reason === "erased") throw suppressionLasts({ reason: standing.reason });
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: "suppression.lifted",
        object: { kind: "suppression", id: null },
        detail: { channel: body.channel, reason: standing.reason },
      });
      return liftSuppression(tx, { now, secrets, workspace: actor.workspace, channel: body.channel, address: body.address });
    });
    return viewSuppression(lifted!);
  });
}

function readCursor(text: string): { at: number; hash: string } {
  const match = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(text);
  if (!match) throw badCursor({}, { field: "after" });
  return { at: Number(match[1]), hash: match[2]! };
}

function viewSuppression(row: StoredSuppression): SuppressionRow {
  return {
    hash: row.address_hash,
    masked: row.detail.masked ?? null,
    channel: row.channel,
    reason: row.reason,
    suppressedAt: toIso(row.suppressed_at),
    liftedAt: row.lifted_at === null ? null : toIso(row.lifted_at),
  };
}

function topicRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql } = deps.ports;
  route(app, contract.listTopics, async ({ actor: { workspace } }) => ({ items: (await selectTopics(sql, { workspace })).map(viewTopic) }));
  route(app, contract.createTopic, async ({ actor: { workspace }, body }) => viewTopic(await makeTopic(deps, { workspace, ...body })));
  route(app, contract.changeTopic, async ({ actor: { workspace }, params, body }) =>
    viewTopic(await renameTopic(deps, { workspace, id: params.id, names: body.names })),
  );
  route(app, contract.archiveTopic, async ({ actor: { workspace }, params }) =>
    viewTopic(await archiveTopic(deps, { workspace, id: params.id })),
  );
}

function viewTopic(row: TopicRow): Topic {
  return {
    id: row.id,
    key: row.key,
    names: row.names,
    createdAt: toIso(row.created_at),
    archivedAt: row.archived_at === null ? null : toIso(row.archived_at),
  };
}
