/**
 * Who was erased stays so: keyed hashes of all their identifiers, which tell nothing without the workspace's own key. What others say of
 * them is refused; what they do themselves afterwards is a new relation.
 */
import { createHash } from "node:crypto";
import type { Id, Instant } from "@relance/model/base";
import type { ContactValues } from "@relance/model/events";
import type { Db, Tx } from "../../platform/db/database.ts";
import { addToCounters, readCounter } from "../../platform/counters.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import type { Secrets } from "../../platform/secrets/index.ts";
import { contactErased } from "./errors.ts";
import { lookupBucket } from "./record.ts";

interface Identifier {
  readonly kind: string;
  readonly value: string;
}

/** What an identifier is kept as. */
export interface ErasedKey {
  readonly kind: string;
  readonly hash: string;
}

/** The maintained count of identifiers erased in a workspace: where it is 0 nobody is looked for. */
const ERASED_COUNTER = "identities.erased";

const hashOf = (secrets: Secrets, workspace: Id, { kind, value }: Identifier): string =>
  Buffer.from(secrets.mac(`erased:${workspace}`, `${kind}:${value}`)).toString("hex");
const bucketOfHash = (hash: string): number => createHash("sha1").update(hash).digest()[0]!;

export const erasedKeys = (secrets: Secrets, workspace: Id, identities: readonly Identifier[]): ErasedKey[] =>
  identities.map((one) => ({ kind: one.kind, hash: hashOf(secrets, workspace, one) }));

/** Remembers identifiers as erased, and counts them; told again, they stay so since the later instant. */
export async function rememberErased(
  tx: Tx,
  input: { readonly workspace: Id; readonly at: Instant; readonly slot: number; readonly keys: readonly ErasedKey[] },
): Promise<void> {
  const rows = input.keys;
  const n = (
    await tx.query(sql`
    insert into erased_identities (lookup_bucket, workspace_id, hash, kind, erased_at)
    select r.b, ${input.workspace}, r.hash, r.kind, ${ts(input.at)}::timestamptz
    from unnest(${rows.map((row) => bucketOfHash(row.hash))}::smallint[], ${rows.map((row) => row.hash)}::text[], ${rows.map((row) => row.kind)}::text[]) as r (b, hash, kind) order by r.b, r.hash
    on conflict (lookup_bucket, workspace_id, hash) do update set erased_at = greatest(erased_identities.erased_at, excluded.erased_at) returning 1`)
  ).length;
  await addToCounters(tx, input.slot, [{ workspace: input.workspace, name: ERASED_COUNTER, n }]);
}

/**
 * When identifiers were erased, by `kind value`. Those somebody has again are in it with `back`.
 * Nothing is asked of the database beside one counter while nobody was ever erased.
 */
export async function erasedAmong(
  db: Db,
  input: { readonly secrets: Secrets; readonly workspace: Id; readonly identities: readonly Identifier[] },
): Promise<Map<string, { readonly at: Instant; readonly back: boolean }>> {
  const { workspace, secrets } = input;
  if (input.identities.length === 0 || (await readCounter(db, { workspace, name: ERASED_COUNTER })) === 0) return new Map();
  const asked = [...new Map(input.identities.map((one) => [keyOf(one), one])).values()].map((one) => ({
    ...one,
    hash: hashOf(secrets, workspace, one),
  }));
  const found = await db.query<{ kind: string; value: string; at: Instant; back: boolean }>(sql`
    select r.kind, r.value, e.erased_at as at, i.contact_id is not null as back
    from unnest(${asked.map((one) => bucketOfHash(one.hash))}::smallint[], ${asked.map((one) => one.hash)}::text[], ${asked.map((one) => one.kind)}::text[], ${asked.map((one) => one.value)}::text[], ${asked.map((one) => lookupBucket(workspace, one.kind, one.value))}::smallint[])
      as r (b, hash, kind, value, l)
    join erased_identities e on e.lookup_bucket = r.b and e.workspace_id = ${workspace} and e.hash = r.hash
    left join identities i on i.lookup_bucket = r.l and i.workspace_id = ${workspace} and i.kind = r.kind and i.value = r.value
    order by r.kind, r.value`);
  return new Map(found.map((row) => [keyOf(row), { at: row.at, back: row.back }]));
}

/** Nobody of the team brings back who was erased. @throws contact.erased */
export async function refuseErased(
  tx: Tx,
  input: { readonly secrets: Secrets; readonly workspace: Id; readonly values: ContactValues },
): Promise<void> {
  const given = [
    ["user_id", "external_id", "externalId"],
    ["email", "email", "email"],
    ["phone", "phone", "phone"],
  ] as const;
  const identities = given.flatMap(([kind, column, field]) =>
    typeof input.values[column] === "string" ? [{ kind, value: input.values[column], field }] : [],
  );
  const erased = await erasedAmong(tx, { ...input, identities });
  const refused = identities.find((one) => erased.get(keyOf(one))?.back === false);
  if (refused) throw contactErased({}, { field: refused.field });
}

const keyOf = ({ kind, value }: Identifier) => `${kind} ${value}`;
