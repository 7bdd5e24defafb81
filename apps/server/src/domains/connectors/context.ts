import type { ShopConsent, ShopGiven, ShopNaming } from "@relance/model/connectors";
import type { Id, Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { selectStores } from "../catalog/index.ts";
import { phoneReader } from "../contacts/index.ts";
import type { IngestInto } from "../ingest/index.ts";
import { findWorkspace } from "../team/index.ts";
import type { ConnectionRecord, ShopNames } from "./queries.ts";

/** Everything about a connection that reading and storing need, gathered before the transaction. */
export interface ShopContext {
  readonly connection: Id;
  readonly naming: ShopNaming;
  readonly into: IngestInto;
  /** null: prices and stock have no store to be in. */
  readonly store: string | null;
  readonly zone: string;
  readonly language: string;
  /** Of the shop's site, without a slash at its end. */
  readonly address: string;
  readonly names: ShopNames;
}

/** A consent with whose it is. */
export interface SaidConsent {
  readonly consent: ShopConsent;
  readonly contact: Id;
  readonly customer: string | null;
  readonly newest: boolean;
  readonly who: string;
}

export async function contextOf(deps: Deps, connection: ConnectionRecord): Promise<ShopContext> {
  const { sql } = deps.ports;
  const { shop, prefix } = connection;
  const workspace = await findWorkspace(sql, { id: connection.workspace_id });
  const store = (await selectStores(sql, { workspace: workspace.id })).find((one) => one.code === connection.store) ?? null;
  const zone = store?.time_zone ?? workspace.time_zone;
  return {
    connection: connection.id,
    naming: { shop, scope: `${shop}:${connection.id}`, prefix, store: store?.code ?? null },
    store: store?.code ?? null,
    zone,
    language: store?.languages[0] ?? workspace.locale,
    address: addressOf(connection),
    names: connection.names,
    into: {
      workspace: workspace.id,
      currency: store?.currency ?? workspace.currency,
      phone: phoneReader(workspace.time_zone),
      trusted: true,
      source: shop,
      secrets: deps.secrets,
    },
  };
}

const addressOf = (connection: Pick<ConnectionRecord, "shop" | "domain">): string =>
  connection.shop === "shopify" ? `https://${connection.domain}` : connection.domain;

export const givenOf = (
  shop: ShopContext,
  input: { readonly now: Instant; readonly asked: boolean; readonly past: boolean },
): ShopGiven => ({
  prefix: shop.naming.prefix,
  zone: shop.zone,
  language: shop.language,
  at: input.now,
  asked: input.asked,
  past: input.past,
  names: shop.names,
});

/** What the secret is sealed for: moved to another connection it does not open. */
export const secretContext = (connection: { readonly workspace: Id; readonly id: Id }) => `shop:${connection.workspace}:${connection.id}`;

/** What the keys to a shop's programming interface are sealed for. */
export const accessContext = (connection: { readonly workspace: Id; readonly id: Id }) =>
  `shop-access:${connection.workspace}:${connection.id}`;
