import * as contract from "@relance/contract/syncs";
import type { Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import { isDeepStrictEqual } from "node:util";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { route } from "../../platform/http/route.ts";
import { mayCall } from "../../platform/net/index.ts";
import { selectStores, storeUnknown } from "../catalog/index.ts";
import { findWorkspace, writeAudit } from "../team/index.ts";
import { partsOf, secretContext, secretOf } from "./bring.ts";
import { changedBy } from "./change.ts";
import { addressInside, syncNotFound } from "./errors.ts";
import { askPull } from "./pull.ts";
import { askSync, deleteSync, findSync, haltSync, insertSync, lockSync, selectSyncs, updateSync } from "./queries.ts";
import { viewOf } from "./view.ts";
import { nextReading } from "./when.ts";

type Key = { readonly workspace: Id; readonly id: Id };

/** Sources that are read on a schedule: add, list, read now, stop, remove. */
export function syncRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  const one = async (key: Key) => {
    const row = await findSync(db, key);
    if (!row) throw syncNotFound({ id: key.id });
    return viewOf(row, clock.now());
  };
  /** Does `work` in a transaction with its line in the log. */
  const change = async (actor: Actor, key: Key, action: string, work: (tx: Tx) => Promise<unknown>) =>
    db.transaction(async (tx) => {
      await work(tx);
      await writeAudit(tx, { chance, now: clock.now(), actor, action, object: { kind: "sync", id: key.id } });
    });
  const keyOf = async (actor: Actor, params: { id: Id }): Promise<Key> => {
    const key = { workspace: actor.workspace, id: params.id };
    await one(key);
    return key;
  };

  const refuseBad = async (workspace: Id, body: contract.SyncInput | contract.SyncChange): Promise<void> => {
    const [url, store] = ["url" in body ? body.url : undefined, "store" in body ? body.store : undefined];
    if (url !== undefined && !mayCall(url, deps.config.allowPrivateHosts)) throw addressInside({}, { field: "url" });
    if (store != null && !(await selectStores(db, { workspace })).some((one) => one.code === store))
      throw storeUnknown({ code: store }, { field: "store" });
  };

  route(app, contract.listSyncs, async ({ actor }) => ({
    items: (await selectSyncs(db, { workspace: actor.workspace })).map((row) => viewOf(row, clock.now())),
  }));
  route(app, contract.addSync, async ({ actor, body }) => {
    await refuseBad(actor.workspace, body);
    const now = clock.now();
    const key = { workspace: actor.workspace, id: chance.id(now) };
    const { settings, secret } = partsOf(body);
    await change(actor, key, "sync.added", async (tx) => {
      await insertSync(tx, {
        ...key,
        name: body.name,
        kind: body.kind,
        settings,
        secret: deps.secrets.seal(JSON.stringify(secret), secretContext(key)),
        every: body.every,
        mapping: ("mapping" in body && body.mapping) || null,
        by: `${actor.kind}:${actor.id}`,
        now,
      });
      await askPull(tx, deps, key);
    });
    return one(key);
  });
  route(app, contract.changeSync, async ({ actor, params, body }) => {
    const key = await keyOf(actor, params);
    await refuseBad(actor.workspace, body);
    const { time_zone: zone } = await findWorkspace(db, { id: actor.workspace });
    await change(actor, key, "sync.changed", async (tx) => {
      const row = await lockSync(tx, key);
      if (!row) throw syncNotFound({ id: key.id });
      const held = secretOf(deps, row);
      const next = changedBy(row, held, body);
      const anew = !isDeepStrictEqual(
        { settings: next.settings, secret: next.secret, mapping: next.mapping },
        { settings: row.settings, secret: held, mapping: row.mapping },
      );
      const every = body.every ?? row.every;
      const now = clock.now();
      // A change of its name or schedule alone disturbs no reading; one that failed or waits is tried at its own time.
      const dueAt = anew
        ? now
        : isDeepStrictEqual(every, row.every) || row.failures > 0 || row.import_id !== null
          ? null
          : nextReading(every, now, zone);
      await updateSync(tx, {
        ...key,
        ...next,
        name: body.name ?? row.name,
        secret: deps.secrets.seal(JSON.stringify(next.secret), secretContext(key)),
        every,
        dueAt,
        anew,
      });
      if (anew && !row.stopped) await askPull(tx, deps, key);
    });
    return one(key);
  });
  route(app, contract.runSync, async ({ actor, params, body }) => {
    const key = await keyOf(actor, params);
    await change(actor, key, "sync.run", async (tx) => {
      await askSync(tx, { ...key, whole: body.whole, now: clock.now() });
      await askPull(tx, deps, key);
    });
    return one(key);
  });
  route(app, contract.stopSync, async ({ actor, params }) => {
    const key = await keyOf(actor, params);
    await change(actor, key, "sync.stopped", (tx) => haltSync(tx, key));
    return one(key);
  });
  route(app, contract.removeSync, async ({ actor, params }) => {
    const key = await keyOf(actor, params);
    await change(actor, key, "sync.removed", (tx) => deleteSync(tx, key));
    return { ok: true as const };
  });
}
