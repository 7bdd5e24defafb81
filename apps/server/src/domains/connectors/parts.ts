import type { Id, Instant } from "@relance/model/base";
import type { JsonObject } from "@relance/model/events";
import type { ShopPart } from "@relance/model/connectors";
import type { Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, tsArray } from "../../platform/db/sql.ts";

/** The newest state seen of one thing of a shop. */
export interface Version {
  readonly kind: string;
  readonly id: string;
  readonly at: Instant;
  readonly digest: string;
  readonly parent: string | null;
  readonly item: string | null;
  readonly body: JsonObject | null;
}

interface Of {
  readonly workspace: Id;
  readonly connection: Id;
}

export const versionKey = (one: Pick<Version, "kind" | "id">): string => `${one.kind} ${one.id}`;
export const isNewer = (a: Pick<Version, "at" | "digest">, b: Pick<Version, "at" | "digest">): boolean =>
  a.at > b.at || (a.at === b.at && a.digest > b.digest);

/**
 * Notes the states of things that are newer than what was seen, in one order, so that deliveries of one thing wait for each other here.
 * @param input.versions at most one of each kind and id
 * @returns the keys of those that are
 */
export async function takeVersions(tx: Tx, input: Of & { versions: readonly Version[] }): Promise<ReadonlySet<string>> {
  const rows = input.versions;
  if (rows.length === 0) return new Set();
  const taken = await tx.query<{ kind: string; external_id: string }>(sql`
    insert into shop_versions (workspace_id, connection_id, kind, external_id, updated_at, digest, parent, item, body)
    select ${input.workspace}::uuid, ${input.connection}::uuid, r.kind, r.id, r.at, r.digest, r.parent, r.item, nullif(r.body, 'null'::jsonb)
    from unnest(${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.id)}::text[], ${tsArray(rows.map((row) => row.at))}::timestamptz[], ${rows.map((row) => row.digest)}::text[], ${rows.map((row) => row.parent)}::text[], ${rows.map((row) => row.item)}::text[], ${jsonArray(rows.map((row) => row.body))}::jsonb[])
      as r (kind, id, at, digest, parent, item, body)
    order by r.kind, r.id
    on conflict (workspace_id, connection_id, kind, external_id) do update set updated_at = excluded.updated_at, digest = excluded.digest, parent = excluded.parent, item = excluded.item, body = excluded.body
      where (shop_versions.updated_at, shop_versions.digest) < (excluded.updated_at, excluded.digest)
    returning kind, external_id`);
  return new Set(taken.map((row) => versionKey({ kind: row.kind, id: row.external_id })));
}

const columns = sql`v.kind, v.external_id as id, v.updated_at as at, v.digest, v.parent, v.item, v.body`;

/** Versions of one kind, by their ids. */
export async function versionsOf(tx: Tx, input: Of & { kinds: readonly string[]; ids: readonly string[] }): Promise<Version[]> {
  if (input.ids.length === 0) return [];
  return tx.query<Version>(sql`
    select ${columns} from shop_versions v where v.workspace_id = ${input.workspace} and v.connection_id = ${input.connection} and v.kind = any(${input.kinds as string[]}::text[]) and v.external_id = any(${input.ids as string[]}::text[])
    order by v.kind, v.external_id`);
}

/** Versions of some kinds, by what they belong to. */
export async function versionsUnder(tx: Tx, input: Of & { kinds: readonly string[]; parents: readonly string[] }): Promise<Version[]> {
  if (input.parents.length === 0) return [];
  return tx.query<Version>(sql`
    select ${columns} from shop_versions v where v.workspace_id = ${input.workspace} and v.connection_id = ${input.connection} and v.kind = any(${input.kinds as string[]}::text[]) and v.parent = any(${input.parents as string[]}::text[])
    order by v.kind, v.external_id`);
}

/** Forgets that something was seen. */
export async function dropVersions(tx: Tx, input: Of & { versions: readonly Pick<Version, "kind" | "id">[] }): Promise<void> {
  if (input.versions.length === 0) return;
  await tx.query(sql`
    delete from shop_versions v using unnest(${input.versions.map((one) => one.kind)}::text[], ${input.versions.map((one) => one.id)}::text[]) as r (kind, id)
    where v.workspace_id = ${input.workspace} and v.connection_id = ${input.connection} and v.kind = r.kind and v.external_id = r.id`);
}

/** Lets go of what shops sent of refunds, once it is kept with the event of the person it is about. */
export async function dropRefundBodies(tx: Tx, input: Of & { ids: readonly string[] }): Promise<void> {
  if (input.ids.length === 0) return;
  await tx.query(sql`
    update shop_versions set body = body - 'body' where workspace_id = ${input.workspace} and connection_id = ${input.connection} and kind = 'refund' and external_id = any(${input.ids as string[]}::text[]) and body ? 'body'`);
}

/** Versions by what stock counts them by. */
export async function versionsByItem(tx: Tx, input: Of & { items: readonly string[] }): Promise<Version[]> {
  if (input.items.length === 0) return [];
  return tx.query<Version>(sql`
    select ${columns} from shop_versions v where v.workspace_id = ${input.workspace} and v.connection_id = ${input.connection} and v.item = any(${input.items as string[]}::text[]) order by v.kind, v.external_id`);
}

const asPart = (version: Version): ShopPart => ({
  is: version.kind as ShopPart["is"],
  id: version.id,
  parent: version.parent,
  item: version.item,
  at: version.at,
  body: version.body ?? {},
});
const given = <T>(value: T | null): value is T => value !== null;

/** All the newest parts of the products that some parts belong to, product by product. */
export async function partsAround(tx: Tx, input: Of & { parts: readonly ShopPart[] }): Promise<ShopPart[][]> {
  const of = { workspace: input.workspace, connection: input.connection };
  const named = Map.groupBy(input.parts, (part) => part.is);
  const counted = (await versionsByItem(tx, { ...of, items: (named.get("stock") ?? []).map((part) => part.item).filter(given) })).filter(
    (one) => one.kind !== "stock",
  );
  // A variant that names no product is one that its product names.
  const orphans = [...(named.get("variant") ?? []), ...counted.filter((one) => one.kind === "variant")]
    .filter((part) => part.parent === null)
    .map((part) => part.id);
  const links = await versionsOf(tx, { ...of, kinds: ["link"], ids: orphans });
  const products = [...new Set([...input.parts, ...counted, ...links].map((part) => part.parent).filter(given))];
  const own = await versionsOf(tx, { ...of, kinds: ["product", "gone"], ids: products });
  const under = await versionsUnder(tx, { ...of, kinds: ["variant", "translation", "link"], parents: products });
  const linked = await versionsOf(tx, { ...of, kinds: ["variant"], ids: under.filter((one) => one.kind === "link").map((one) => one.id) });
  const productOf = new Map(under.filter((one) => one.kind === "link").map((one) => [one.id, one.parent]));
  const all = [
    ...own,
    ...under.filter((one) => one.kind !== "link"),
    ...linked.filter((one) => one.parent === null).map((one) => ({ ...one, parent: productOf.get(one.id) ?? null })),
  ];
  const stock = (await versionsByItem(tx, { ...of, items: [...new Set(all.map((one) => one.item).filter(given))] })).filter(
    (one) => one.kind === "stock",
  );
  const byItem = Map.groupBy(stock, (one) => one.item);
  return [...Map.groupBy(all, (one) => one.parent).values()].map((versions) =>
    [...versions, ...new Set(versions.flatMap((one) => (one.item === null ? [] : (byItem.get(one.item) ?? []))))].map(asPart),
  );
}
