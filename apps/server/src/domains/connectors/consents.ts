import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import { recordConsents } from "../compliance/index.ts";
import { takeIds } from "../ingest/index.ts";
import { takeVersions, versionsOf } from "./parts.ts";
import type { SaidConsent, ShopContext } from "./context.ts";

/** Records what customers agreed to in the shop, each answer once. */
export async function recordShopConsents(tx: Tx, deps: Deps, shop: ShopContext, said: readonly SaidConsent[]): Promise<void> {
  if (said.length === 0) return;
  const { chance, clock } = deps.ports;
  const now = clock.now();
  const { workspace } = shop.into;
  const counted = [
    ...said.filter((one) => one.consent.undated !== true),
    ...(await undated(
      tx,
      shop,
      said.filter((one) => one.consent.undated === true && one.newest && one.customer !== null),
    )),
  ];
  const named = counted.map((one) => ({
    ...one,
    name: `${shop.naming.scope}:consent:${shop.naming.shop}:${one.who}:${one.consent.channel}:${one.consent.state}:${one.consent.at}`,
  }));
  const fresh = await takeIds(tx, { workspace, now, ids: named.map((one) => one.name) });
  const first = new Map(named.filter((one) => fresh.has(one.name)).map((one) => [one.name, one]));
  await recordConsents(tx, {
    now,
    chance,
    records: [...first.values()].map(({ consent, contact }) => ({
      workspace,
      contact,
      channel: consent.channel,
      topic: "",
      state: consent.state,
      basis: "express",
      occurredAt: consent.at,
      source: shop.naming.shop,
      recordedBy: `connection:${shop.connection}`,
      evidence: { optInLevel: consent.optInLevel },
    })),
  });
}

/** Yes where it was not yes before, no only where it was yes: a box that was never ticked says nothing. */
async function undated(tx: Tx, shop: ShopContext, said: readonly SaidConsent[]): Promise<SaidConsent[]> {
  const of = { workspace: shop.into.workspace, connection: shop.connection };
  const before = new Map(
    (await versionsOf(tx, { ...of, kinds: ["subscribed"], ids: said.map((one) => one.customer!) })).map((one) => [one.id, one.digest]),
  );
  const counted = said.filter(({ consent, customer }) =>
    consent.state === "granted" ? before.get(customer!) !== "granted" : before.get(customer!) === "granted",
  );
  await takeVersions(tx, {
    ...of,
    versions: counted.map(({ consent, customer }) => ({
      kind: "subscribed",
      id: customer!,
      at: consent.at,
      digest: consent.state,
      parent: null,
      item: null,
      body: null,
    })),
  });
  return counted;
}
