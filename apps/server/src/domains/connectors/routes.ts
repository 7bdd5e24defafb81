import * as contract from "@relance/contract/connectors";
import { isId, toIso, type Id } from "@relance/model/base";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { route } from "../../platform/http/route.ts";
import { writeAudit } from "../team/index.ts";
import { addShop } from "./add.ts";
import { accessContext, secretContext } from "./context.ts";
import { accessMissing, accessOfAnother, connectionNotFound, notSigned, refusalNotFound } from "./errors.ts";
import { moveReading, readingsOf } from "./progress.ts";
import { deleteConnection, findConnection, selectConnections, writeAccess, writeSecret, type ConnectionRecord } from "./queries.ts";
import { startReading } from "./reading.ts";
import { receiveDelivery, takePayload } from "./receive.ts";
import { dropRefusal, findRefusal, selectRefusals } from "./refusals.ts";
import { viewOf } from "./view.ts";

type Key = { readonly workspace: Id; readonly id: Id };

/** Connected shops: add, list, change the secret or the keys, read, stop, try again, remove. */
export function connectionRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  const views = async (workspace: Id, rows: readonly ConnectionRecord[]) => {
    const readings = await readingsOf(db, { workspace, connections: rows.map((row) => row.id) });
    return rows.map((row) => viewOf(row, readings, deps.config.publicUrl));
  };
  const record = async (key: Key) => {
    const found = await findConnection(db, key);
    if (!found) throw connectionNotFound({ id: key.id });
    return found;
  };
  const one = async (key: Key) => (await views(key.workspace, [await record(key)]))[0]!;
  /** Changes a connection that is there, in a transaction with its line in the log. */
  const change = async (actor: Actor, params: { id: Id }, action: string, work: (tx: Tx, key: Key) => Promise<unknown>) => {
    const key = { workspace: actor.workspace, id: params.id };
    await record(key);
    await db.transaction(async (tx) => {
      await work(tx, key);
      await writeAudit(tx, { chance, now: clock.now(), actor, action, object: { kind: "connection", id: params.id } });
    });
    return key;
  };

  route(app, contract.listConnections, async ({ actor }) => ({
    items: await views(actor.workspace, await selectConnections(db, { workspace: actor.workspace })),
  }));
  route(app, contract.addConnection, async ({ actor, body }) => one({ workspace: actor.workspace, id: await addShop(deps, actor, body) }));
  route(app, contract.changeConnectionSecret, async ({ actor, params, body }) =>
    one(
      await change(actor, params, "connection.secret_changed", (tx, key) =>
        writeSecret(tx, { ...key, secret: deps.secrets.seal(body.secret, secretContext(key)) }),
      ),
    ),
  );
  route(app, contract.changeConnectionAccess, async ({ actor, params, body }) => {
    const { shop } = await record({ workspace: actor.workspace, id: params.id });
    const wanted = contract.shopAccess[shop];
    if (!wanted.safeParse(body).success)
      throw accessOfAnother({ shop, names: Object.keys(wanted.shape).join(", ") }, { field: Object.keys(wanted.shape)[0]! });
    return one(
      await change(actor, params, "connection.access_changed", async (tx, key) => {
        await writeAccess(tx, { ...key, access: deps.secrets.seal(JSON.stringify(body), accessContext(key)) });
        await startReading(tx, deps, { ...key, whole: false });
      }),
    );
  });
  route(app, contract.readConnection, async ({ actor, params, body }) =>
    one(
      await change(actor, params, "connection.read", async (tx, key) => {
        if (!(await startReading(tx, deps, { ...key, whole: body.whole }))) throw accessMissing({});
      }),
    ),
  );
  route(app, contract.stopReading, async ({ actor, params }) =>
    one(
      await change(actor, params, "connection.stopped", (tx, key) =>
        moveReading(tx, {
          ...key,
          from: ["reading", "idle", "failed"],
          to: "stopped",
          dueAt: null,
          refusals: 0,
          problem: null,
          now: clock.now(),
        }),
      ),
    ),
  );
  route(app, contract.listShopRefusals, async ({ actor, params }) => {
    const { id } = await record({ workspace: actor.workspace, id: params.id });
    return {
      items: (await selectRefusals(db, { workspace: actor.workspace, connection: id })).map((row) => ({
        id: row.id,
        topic: row.topic,
        reason: row.reason,
        at: toIso(row.refused_at),
        body: row.body,
      })),
    };
  });
  route(app, contract.retryShopRefusal, async ({ actor, params, body }) => {
    const connection = await record({ workspace: actor.workspace, id: params.id });
    const key = { workspace: actor.workspace, connection: connection.id, id: body.refusal };
    const refused = await findRefusal(db, key);
    if (!refused) throw refusalNotFound({ id: body.refusal }, { field: "refusal" });
    // By now it is history: it counts and starts nothing.
    const outcome = await takePayload(deps, connection, { topic: refused.topic, payload: refused.body, past: true });
    await dropRefusal(db, key);
    return { outcome };
  });
  route(app, contract.removeConnection, async ({ actor, params }) => {
    await change(actor, params, "connection.removed", (tx, key) => deleteConnection(tx, key));
    return { ok: true as const };
  });
}

const MOST_BYTES = 5 * 1024 * 1024;

/** Where shops deliver: any content type, the bytes as they came, because they are what is signed. */
export function hookRoutes(app: FastifyInstance, deps: Deps): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MOST_BYTES }, (_request, body, done) => done(null, body));
  app.post<{ Params: { connection: string } }>(
    "/hooks/shops/:connection",
    { config: { raw: "shops' webhooks: signed with the connection's secret" } },
    async (request) => {
      const { connection } = request.params;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      if (!isId(connection) || body.length === 0) throw notSigned({});
      return { outcome: await receiveDelivery(deps, { connection, body, header: (name) => header(request, name) }) };
    },
  );
}

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
