import * as contract from "@relance/contract/catalog";
import { toIso, type Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { paged, timeCursor } from "../../platform/http/pages.ts";
import { route } from "../../platform/http/route.ts";
import { addCodes, archivePool, insertPool, listGiven, selectPools, type GivenRow, type PoolRow } from "./coupons.ts";
import { notAList, poolNotFound } from "./errors.ts";

export function couponRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  const find = async (workspace: Id, id: Id): Promise<PoolRow> => {
    const [pool] = await selectPools(db, { workspace, id });
    if (!pool) throw poolNotFound({ id });
    return pool;
  };
  route(app, contract.listCouponPools, async ({ actor }) => ({
    items: (await selectPools(db, { workspace: actor.workspace })).map(poolView),
  }));
  route(app, contract.createCouponPool, async ({ actor, body }) => {
    if (body.kind === "generated" && body.codes.length > 0) throw notAList({}, { field: "codes" });
    const now = clock.now();
    const id = chance.id(now);
    await db.transaction(async (tx) => {
      await insertPool(tx, {
        workspace: actor.workspace,
        id,
        name: body.name,
        kind: body.kind,
        prefix: body.prefix,
        validDays: body.validDays,
        by: actor.id,
        now,
      });
      if (body.codes.length > 0) await addCodes(tx, { workspace: actor.workspace, pool: id, codes: body.codes, slot: 0 });
    });
    return poolView(await find(actor.workspace, id));
  });
  route(app, contract.addCouponCodes, async ({ actor, params, body }) => {
    const pool = await find(actor.workspace, params.id);
    if (pool.kind !== "list") throw notAList({}, { field: "codes" });
    return { added: await db.transaction((tx) => addCodes(tx, { workspace: actor.workspace, pool: pool.id, codes: body.codes, slot: 0 })) };
  });
  route(app, contract.listGivenCoupons, async ({ actor, params, query }) => {
    const pool = await find(actor.workspace, params.id);
    const place = timeCursor(query.after, 1);
    const rows = await listGiven(db, {
      workspace: actor.workspace,
      pool: pool.id,
      search: query.search ?? null,
      after: place && { at: place.at, id: place.ids[0]! },
      limit: query.limit + 1,
    });
    const { shown, next } = paged(rows, query.limit, (last) => `${toIso(last.given_at)}~${last.id}`);
    return { items: shown.map(givenView), next };
  });
  route(app, contract.archiveCouponPool, async ({ actor, params }) => {
    await find(actor.workspace, params.id);
    await db.transaction((tx) => archivePool(tx, { workspace: actor.workspace, id: params.id, now: clock.now() }));
    return { ok: true as const };
  });
}

const givenView = (row: GivenRow): contract.GivenCoupon => ({
  id: row.id,
  code: row.code,
  contact: row.contact_id,
  contactName: row.contact_name,
  givenAt: toIso(row.given_at),
  expiresAt: row.expires_at === null ? null : toIso(row.expires_at),
  order: row.order_id === null ? null : { id: row.order_id, externalId: row.order_number!, placedAt: toIso(row.ordered_at!) },
});

const poolView = (row: PoolRow) => ({
  id: row.id,
  name: row.name,
  kind: row.kind,
  prefix: row.prefix,
  validDays: row.valid_days,
  createdAt: toIso(row.created_at),
  free: row.free,
  given: row.given,
});
