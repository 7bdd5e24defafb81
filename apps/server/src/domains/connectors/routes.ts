import * as contract from "@relance/contract/connectors";
import { isId, type Id } from "@relance/model/base";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { writeAudit } from "../team/index.ts";
import { addShop } from "./add.ts";
import { connectionNotFound, notSigned } from "./errors.ts";
import { deleteConnection, findConnection, selectConnections, writeSecret, type ConnectionRecord } from "./queries.ts";
import { receiveDelivery, secretContext } from "./receive.ts";
import { viewOf } from "./view.ts";

/** Connected shops: add, list, change the secret, remove. */
export function connectionRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  const view = (row: ConnectionRecord) => viewOf(row, deps.config.publicUrl);
  const one = async (input: { workspace: Id; id: Id }) => {
    const found = await findConnection(db, input);
    if (!found) throw connectionNotFound({ id: input.id });
    return view(found);
  };
  route(app, contract.listConnections, async ({ actor }) => ({ items: (await selectConnections(db, { workspace: actor.workspace })).map(view) }));
  route(app, contract.addConnection, async ({ actor, body }) => {
    return one({ workspace: actor.workspace, id: await addShop(deps, actor, body) });
  });
  route(app, contract.changeConnectionSecret, async ({ actor, params, body }) => {
    const key = { workspace: actor.workspace, id: params.id };
    await db.transaction(async (tx) => {
      if (!(await writeSecret(tx, { ...key, secret: deps.secrets.seal(body.secret, secretContext(key)) }))) throw connectionNotFound(params);
      await writeAudit(tx, { chance, now: clock.now(), actor, action: "connection.secret_changed", object: { kind: "connection", id: params.id } });
    });
    return one(key);
  });
  route(app, contract.removeConnection, async ({ actor, params }) => {
    await db.transaction(async (tx) => {
      if (!(await deleteConnection(tx, { workspace: actor.workspace, id: params.id }))) throw connectionNotFound(params);
      await writeAudit(tx, { chance, now: clock.now(), actor, action: "connection.removed", object: { kind: "connection", id: params.id } });
    });
    return { ok: true as const };
  });
}

const MOST_BYTES = 5 * 1024 * 1024;

/** Where shops deliver: any content type, the bytes as they came, because they are what is signed. */
export function hookRoutes(app: FastifyInstance, deps: Deps): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MOST_BYTES }, (_request, body, done) => done(null, body));
  app.post<{ Params: { connection: string } }>("/hooks/shops/:connection", { config: { raw: "shops' webhooks: signed with the connection's secret" } }, async (request) => {
    const { connection } = request.params;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!isId(connection) || body.length === 0) throw notSigned({});
    return { outcome: await receiveDelivery(deps, { connection, body, header: (name) => header(request, name) }) };
  });
}

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

