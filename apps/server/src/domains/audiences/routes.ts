import * as contract from "@relance/contract/audiences";
import { fileLine, fileTitle } from "@relance/model/audiences";
import { toIso, type Id, type LocalDate } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { mayCall } from "../../platform/net/index.ts";
import { route } from "../../platform/http/route.ts";
import { writeAudit } from "../team/index.ts";
import { canEmpty, hashed } from "./destinations.ts";
import { addressInside, audienceNotFound, cannotEmpty, consentNeeded, sourceNotFound } from "./errors.ts";
import type { GoogleSecret } from "./google.ts";
import * as queries from "./queries.ts";
import { agreedOf, secretContext, SYNC_JOB } from "./sync.ts";

const FILE_PAGE = 5_000;

export function audienceRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  const views = async (rows: readonly queries.AudienceRow[]) => {
    const counts = new Map(
      (
        await queries.countsOf(
          db,
          rows.map((row) => row.id),
        )
      ).map((one) => [one.id, one]),
    );
    return rows.map((row) => viewOf(row, counts.get(row.id)));
  };
  const one = async (input: { workspace: Id; id: Id }) => {
    const row = await queries.findAudience(db, input);
    if (!row) throw audienceNotFound({ id: input.id });
    return (await views([row]))[0]!;
  };
  const refuseSource = async (input: { workspace: Id; source: queries.Source; id: Id }) => {
    if (!(await queries.sourceExists(db, input))) throw sourceNotFound({ source: input.source }, { field: "sourceId" });
  };

  route(app, contract.listAudiences, async ({ actor, query }) => ({
    items: await views(await queries.selectAudiences(db, { workspace: actor.workspace, source: query.sourceId ?? null })),
  }));
  route(app, contract.createAudience, async ({ actor, body }) => {
    const { workspace } = actor;
    await refuseSource({ workspace, source: body.source, id: body.sourceId });
    if (body.to.destination !== "webhook" && body.consent === null) throw consentNeeded({}, { field: "consent" });
    if (body.to.destination === "webhook" && !mayCall(body.to.url, deps.config.allowPrivateHosts))
      throw addressInside({}, { field: "to.url" });
    const now = clock.now();
    const id = chance.id(now);
    const { secret, shown, settings } = secretOf(body.to, () => `whsec_${Buffer.from(chance.bytes(32)).toString("base64url")}`);
    await db.transaction(async (tx) => {
      await queries.insertAudience(tx, {
        id,
        workspace,
        name: body.name,
        source: body.source,
        sourceId: body.sourceId,
        destination: body.to.destination,
        settings,
        secret: deps.secrets.seal(secret, secretContext({ workspace_id: workspace, id })),
        channel: body.consent?.channel ?? null,
        topic: body.consent?.topic ?? "",
        by: `${actor.kind}:${actor.id}`,
        now,
      });
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: "audience.created",
        object: { kind: "audience", id },
        detail: { destination: body.to.destination },
      });
      await deps.jobs.add(tx, SYNC_JOB, { workspace, id }, { key: `${SYNC_JOB}:${id}` });
    });
    return { ...(await one({ workspace, id })), secret: shown };
  });
  route(app, contract.changeAudience, async ({ actor, params, body }) => {
    const key = { workspace: actor.workspace, id: params.id };
    const now = clock.now();
    await db.transaction(async (tx) => {
      if (!(await queries.writeState(tx, { ...key, state: body.state, now }))) throw audienceNotFound(params);
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: body.state === "paused" ? "audience.paused" : "audience.resumed",
        object: { kind: "audience", id: params.id },
      });
      if (body.state === "active") await deps.jobs.add(tx, SYNC_JOB, key, { key: `${SYNC_JOB}:${params.id}` });
    });
    return one(key);
  });
  route(app, contract.refillAudience, async ({ actor, params }) => {
    const key = { workspace: actor.workspace, id: params.id };
    if (!canEmpty((await one(key)).destination)) throw cannotEmpty({});
    await db.transaction(async (tx) => {
      await queries.writeRefill(tx, key);
      await writeAudit(tx, { chance, now: clock.now(), actor, action: "audience.refilled", object: { kind: "audience", id: params.id } });
      await deps.jobs.add(tx, SYNC_JOB, key, { key: `${SYNC_JOB}:${params.id}` });
    });
    return one(key);
  });
  route(app, contract.removeAudience, async ({ actor, params }) => {
    await db.transaction(async (tx) => {
      if (!(await queries.deleteAudience(tx, { workspace: actor.workspace, id: params.id }))) throw audienceNotFound(params);
      await writeAudit(tx, { chance, now: clock.now(), actor, action: "audience.removed", object: { kind: "audience", id: params.id } });
    });
    return { ok: true as const };
  });
  route(app, contract.listDeliveries, async ({ actor, params }) => {
    await one({ workspace: actor.workspace, id: params.id });
    return {
      items: (await queries.selectDeliveries(db, { workspace: actor.workspace, audience: params.id })).map((row) => ({
        id: row.id,
        triedAt: toIso(row.tried_at),
        outcome: row.outcome,
        added: row.added,
        removed: row.removed,
        refused: row.refused,
        status: row.status,
        reason: row.reason,
      })),
    };
  });
  route(app, contract.audienceFile, async ({ actor: { workspace }, query }) => {
    const { source, sourceId, network, channel, topic } = query;
    await refuseSource({ workspace, source, id: sourceId });
    const people = await queries.selectPeople(db, { workspace, source, id: sourceId, after: decodeKey(query.after), limit: FILE_PAGE });
    const agreed = await agreedOf(db, { workspace, channel, topic, people, today: toIso(clock.now()).slice(0, 10) as LocalDate });
    const known = people.flatMap((person) => (agreed.has(person.contact_id) ? (hashed(network, person) ?? []) : []));
    const last = people.at(-1);
    return {
      title: fileTitle(network),
      lines: known.map((person) => fileLine(network, person)).join(""),
      people: known.length,
      next: people.length === FILE_PAGE && last ? `${last.bucket}.${last.contact_id}` : null,
    };
  });
}

type To = ReturnType<typeof contract.audienceInput.parse>["to"];

/** What is sealed, what is shown once, and what may be read again. */
function secretOf(to: To, draw: () => string): { secret: string; shown: string | null; settings: object } {
  switch (to.destination) {
    case "webhook": {
      const secret = draw();
      return { secret, shown: secret, settings: { url: to.url } };
    }
    case "meta":
      return { secret: to.accessToken, shown: null, settings: { audienceId: to.audienceId } };
    case "google": {
      const { clientSecret, refreshToken } = to;
      const settings = {
        audienceId: to.audienceId,
        clientId: to.clientId,
        accountId: plainAccount(to.accountId),
        ...(to.loginAccountId !== undefined && { loginAccountId: plainAccount(to.loginAccountId) }),
      };
      return { secret: JSON.stringify({ clientSecret, refreshToken } satisfies GoogleSecret), shown: null, settings };
    }
    case "criteo":
      return { secret: to.clientSecret, shown: null, settings: { audienceId: to.audienceId, clientId: to.clientId } };
  }
}

/** Google shows its account numbers with dashes and takes them without. */
const plainAccount = (text: string): string => text.replaceAll("-", "");

function viewOf(row: queries.AudienceRow, counts: { members: number; waiting: number } | undefined): contract.Audience {
  return {
    id: row.id,
    name: row.name,
    source: row.source,
    sourceId: row.source_id,
    destination: row.destination,
    to: row.settings.url ?? row.settings.audienceId ?? "",
    consent: row.channel === null ? null : { channel: row.channel, topic: row.topic },
    state: row.state,
    members: counts?.members ?? 0,
    waiting: counts?.waiting ?? 0,
    createdAt: toIso(row.created_at),
    lastSuccessAt: row.last_success_at === null ? null : toIso(row.last_success_at),
    problem:
      row.problem === null || row.problem_at === null
        ? null
        : {
            reason: row.problem,
            at: toIso(row.problem_at),
            attempts: row.refusals,
            nextTryAt: row.state === "active" ? toIso(row.due_at) : null,
          },
  };
}

function decodeKey(key: string | undefined): { bucket: number; contact: Id } | null {
  const [, bucket, contact] = /^(\d{1,3})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(key ?? "") ?? [];
  return bucket && contact ? { bucket: Number(bucket), contact: contact as Id } : null;
}
