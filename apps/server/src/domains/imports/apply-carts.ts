import { isDeepStrictEqual } from "node:util";
import type { Id } from "@relance/model/base";
import type { CartChange } from "@relance/model/events";
import { heldCarts, noteInterests, upsertCarts } from "../catalog/index.ts";
import { contactsOfUsers, lockContacts, lookupBucket } from "../contacts/index.ts";
import { correctEvents, type tellKnown } from "../ingest/index.ts";
import type { Applied } from "./apply-catalogue.ts";
import { cartMessage, type CartNews } from "./cart-news.ts";

type Tx = Parameters<typeof tellKnown>[0];
type By = Omit<Parameters<typeof tellKnown>[1], "told">;

/**
 * Writes carts as they stood, of contacts that their messages named: one told just so before changes nothing, nor does one of which something
 * newer was told; told otherwise for the same moment it is put right, its event too.
 * @param contactOf those whose messages were stored in this transaction, who are locked
 */
export async function applyCarts(
  tx: Tx,
  by: By,
  news: readonly CartNews[],
  contactOf: ReadonlyMap<string, Id>,
): Promise<Applied & { readonly erased: number }> {
  if (news.length === 0) return { created: 0, updated: 0, unchanged: 0, erased: 0 };
  const { workspace, source } = by.into;
  const others = [...new Set(news.map(({ userId }) => userId).filter((userId) => !contactOf.has(userId)))];
  const known =
    others.length === 0
      ? new Map<string, Id>()
      : await contactsOfUsers(tx, {
          workspace,
          users: others.map((userId) => ({ userId, lookupBucket: lookupBucket(workspace, "user_id", userId) })),
        });
  const told = news.flatMap((cart) => {
    const contact = contactOf.get(cart.userId) ?? known.get(cart.userId);
    return contact === undefined ? [] : [{ cart, contact }];
  });
  const held = new Map(
    (await heldCarts(tx, { workspace, carts: told.map(({ cart, contact }) => ({ contact, cart: cart.id })) })).map((one) => [
      `${one.contact_id} ${one.external_id}`,
      one,
    ]),
  );
  const changed = told.filter(({ cart, contact }) => {
    const stored = held.get(`${contact} ${cart.id}`);
    return stored === undefined || (stored.updated_at <= cart.at && !says(stored, cart));
  });
  const locked = await lockContacts(tx, { workspace, ids: [...new Set(changed.map(({ contact }) => contact))].sort() });
  const written = changed.filter(({ contact }) => locked.has(contact));
  await upsertCarts(tx, { workspace, slot: by.slot, source, changes: written.flatMap(changesOf) });
  await noteInterests(tx, {
    workspace,
    deeds: written.flatMap(({ cart, contact }) =>
      cart.lines.flatMap(({ product }) => (product === null ? [] : [{ contact, product, did: "carted" as const, at: cart.at }])),
    ),
  });
  const created = written.filter(({ cart, contact }) => !held.has(`${contact} ${cart.id}`)).length;
  await correctEvents(tx, {
    ...by,
    told: written.flatMap(({ cart, contact }) => cartMessage(cart).map((message) => ({ contact, message, commerce: false }))),
  });
  return { created, updated: written.length - created, unchanged: told.length - written.length, erased: news.length - told.length };
}

type Held = Awaited<ReturnType<typeof heldCarts>>[number];

function says(stored: Held, cart: CartNews): boolean {
  const total = cart.total ?? Math.round(cart.lines.reduce((sum, line) => sum + line.total, 0) * 1e4) / 1e4;
  return (
    stored.updated_at === cart.at &&
    stored.created_at === cart.began &&
    stored.status === cart.status &&
    stored.currency === cart.currency &&
    stored.url === cart.url &&
    stored.total === total &&
    isDeepStrictEqual(stored.lines, cart.lines)
  );
}

function changesOf({ cart, contact }: { readonly cart: CartNews; readonly contact: Id }): (CartChange & { readonly contact: Id })[] {
  const of = { cart: cart.id, at: cart.at, currency: cart.currency, url: cart.url, contact };
  return [
    {
      ...of,
      what: "replaced",
      stage: cart.status === "checkout" ? "checkout" : "open",
      began: cart.began,
      lines: cart.lines,
      total: cart.total,
    },
    ...(cart.status === "ordered" ? [{ ...of, what: "ordered" as const }] : []),
  ];
}
