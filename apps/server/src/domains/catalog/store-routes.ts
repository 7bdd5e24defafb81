import * as contract from "@relance/contract/catalog";
import { listCategories, putCategories, type CategoryRow } from "@relance/contract/categories";
import { toIso } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { selectCategories, upsertCategories, type CategoryRecord } from "./categories.ts";
import { zoneUnknown } from "./errors.ts";
import { selectStores, type StoreRow } from "./reading.ts";
import { upsertStore } from "./stores.ts";

export function storeRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  route(app, contract.listStores, async ({ actor }) => ({
    items: (await selectStores(db, { workspace: actor.workspace })).map(storeView),
  }));
  route(app, contract.putStore, async ({ actor, body }) => {
    if (!isTimeZone(body.timeZone)) throw zoneUnknown({ zone: body.timeZone }, { field: "timeZone" });
    await db.transaction((tx) =>
      upsertStore(tx, { workspace: actor.workspace, chance, now: clock.now(), source: `api:${actor.id}` }, body),
    );
    return storeView((await selectStores(db, { workspace: actor.workspace })).find((store) => store.code === body.code)!);
  });
  route(app, listCategories, async ({ actor }) => ({
    items: (await selectCategories(db, { workspace: actor.workspace })).map(categoryView),
  }));
  route(app, putCategories, async ({ actor, body }) => {
    const { created, updated } = await db.transaction((tx) =>
      upsertCategories(tx, { workspace: actor.workspace, chance, now: clock.now(), source: `api:${actor.id}` }, body),
    );
    return { created, updated };
  });
}

const NO_SENDER = { name: "", email: "", replyTo: "", postalAddress: "" };

const storeView = (row: StoreRow): contract.Store => ({
  id: row.id,
  code: row.code,
  name: row.name,
  country: row.country,
  languages: row.languages,
  currency: row.currency,
  timeZone: row.time_zone,
  url: row.url,
  latitude: row.latitude,
  longitude: row.longitude,
  sender: { ...NO_SENDER, ...row.sender },
  archived: row.archived,
  source: row.source,
  createdAt: toIso(row.created_at),
  updatedAt: toIso(row.updated_at),
});

const categoryView = (row: CategoryRecord): CategoryRow => ({
  id: row.id,
  externalId: row.external_id,
  parent: row.parent_id,
  names: row.names,
  stores: [...row.stores],
  products: row.products,
  archived: row.archived,
  source: row.source,
  updatedAt: toIso(row.updated_at),
});

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
