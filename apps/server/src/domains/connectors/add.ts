import type { connectionInput } from "@relance/contract/connectors";
import type { Id } from "@relance/model/base";
import type { Shop } from "@relance/model/connectors";
import type { z } from "zod";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { mayCall } from "../../platform/net/index.ts";
import { selectStores, upsertStore } from "../catalog/index.ts";
import { findWorkspace, writeAudit } from "../team/index.ts";
import { accessContext, secretContext } from "./context.ts";
import { addressInside, storeMissing } from "./errors.ts";
import { insertConnection, selectConnections } from "./queries.ts";
import { startReading } from "./reading.ts";

type Input = z.infer<typeof connectionInput>;

/**
 * Connects a shop. Its prices and stock belong to the store named, or to one that is made for it.
 * @throws connection.store_unknown, connection.address_not_allowed
 * @returns its id
 */
export async function addShop(deps: Deps, actor: Actor, body: Input): Promise<Id> {
  const { sql: db, clock, chance } = deps.ports;
  const now = clock.now();
  const { workspace } = actor;
  const key = { workspace, id: chance.id(now) };
  if (body.shop !== "shopify" && !mayCall(body.domain, deps.config.allowPrivateHosts)) throw addressInside({}, { field: "domain" });
  await db.transaction(async (tx) => {
    const others = await selectConnections(tx, { workspace });
    const store = await storeFor(tx, deps, { workspace, body });
    await insertConnection(tx, {
      ...key,
      shop: body.shop,
      name: body.name,
      domain: body.domain,
      secret: deps.secrets.seal(body.secret, secretContext(key)),
      access: body.access === undefined ? null : deps.secrets.seal(JSON.stringify(body.access), accessContext(key)),
      prefix: prefixFor(body.shop, body.domain, others),
      store,
      by: `${actor.kind}:${actor.id}`,
      now,
    });
    if (body.access !== undefined) await startReading(tx, deps, { ...key, whole: false });
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: "connection.added",
      object: { kind: "connection", id: key.id },
      detail: { shop: body.shop },
    });
  });
  return key.id;
}

/** Shopify's ids are unique among all its shops; those of the others begin at 1 in each, so a second one of them says whose they are. */
function prefixFor(shop: Shop, domain: string, others: readonly { readonly shop: Shop }[]): string {
  return shop === "shopify" || others.every((one) => one.shop === "shopify") ? "" : `${new URL(domain).hostname}:`;
}

async function storeFor(tx: Tx, deps: Deps, input: { workspace: Id; body: Input }): Promise<string> {
  const { workspace, body } = input;
  const { chance, clock } = deps.ports;
  const taken = (await selectStores(tx, { workspace })).map((one) => one.code);
  if (body.store !== undefined) {
    if (!taken.includes(body.store)) throw storeMissing({ code: body.store }, { field: "store" });
    return body.store;
  }
  const base = new URL(body.shop === "shopify" ? `https://${body.domain}` : body.domain).hostname.slice(0, 40);
  const code = [base, ...Array.from({ length: 99 }, (_, i) => `${base}-${i + 2}`)].find((one) => !taken.includes(one))!;
  const home = await findWorkspace(tx, { id: workspace });
  await upsertStore(
    tx,
    { workspace, chance, now: clock.now(), source: body.shop },
    {
      code,
      name: body.name,
      country: body.country,
      languages: [home.locale],
      currency: home.currency,
      timeZone: home.time_zone,
      url: body.shop === "shopify" ? `https://${body.domain}` : body.domain,
      latitude: null,
      longitude: null,
    },
  );
  return code;
}
