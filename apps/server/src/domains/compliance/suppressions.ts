import type { Id, Instant } from "@relance/model/base";
import { maskAddress, normalizeAddress, type SuppressionReason } from "@relance/model/consent";
import type { Db, Tx } from "../../platform/db/database.ts";
import type { Secrets } from "../../platform/secrets/index.ts";
import { selectSuppressions, updateLifted, upsertSuppressions, type StoredSuppression, type SuppressionKey } from "./queries.ts";

export interface Suppress {
  readonly workspace: Id;
  readonly channel: string;
  readonly address: string;
  readonly reason: SuppressionReason;
  /** What brought it here, without personal data: a send, a provider's answer. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** What an address is kept as: its HMAC under the workspace's own key, so that the list tells nothing and survives erasure. */
export function suppressionKey(
  secrets: Secrets,
  input: { readonly workspace: Id; readonly channel: string; readonly address: string },
): SuppressionKey {
  const { workspace, channel, address } = input;
  const mac = secrets.mac(`suppression:${workspace}`, `${channel}:${normalizeAddress(channel, address)}`);
  return { workspace, channel, hash: Buffer.from(mac).toString("hex") };
}

/** Stops everything to these addresses from now on. */
export async function suppress(
  tx: Tx,
  input: { readonly now: Instant; readonly secrets: Secrets; readonly rows: readonly Suppress[] },
): Promise<StoredSuppression[]> {
  const { now, secrets, rows } = input;
  const distinct = new Map(
    rows.map((row) => {
      const key = suppressionKey(secrets, row);
      // Masked e-mail only: a masked number or device would still be one.
      const masked = row.channel === "email" && row.reason !== "erased" ? { masked: maskAddress(row.address) } : {};
      return [`${key.workspace} ${key.channel} ${key.hash}`, { ...key, reason: row.reason, detail: { ...row.detail, ...masked } }] as const;
    }),
  );
  return distinct.size === 0 ? [] : upsertSuppressions(tx, { now, rows: [...distinct.values()] });
}

/** Stops addresses again that were stopped before: by their keys, for the addresses are known to nobody any more. */
export async function restoreSuppressions(
  tx: Tx,
  input: { readonly now: Instant; readonly rows: readonly (SuppressionKey & { readonly reason: SuppressionReason })[] },
): Promise<void> {
  const distinct = new Map(
    input.rows.map((row) => [`${row.workspace} ${row.channel} ${row.hash}`, { ...row, detail: { restored: true } }]),
  );
  if (distinct.size > 0) await upsertSuppressions(tx, { now: input.now, rows: [...distinct.values()] });
}

/** The suppression of an address, lifted or not; null when there never was one. */
export async function suppressionOf(
  db: Db,
  input: { readonly secrets: Secrets; readonly workspace: Id; readonly channel: string; readonly address: string },
): Promise<StoredSuppression | null> {
  return (await selectSuppressions(db, { keys: [suppressionKey(input.secrets, input)] }))[0] ?? null;
}

/** Which of many addresses nothing may be sent to. @returns those, as they were given */
export async function suppressedAmong<T extends { readonly workspace: Id; readonly channel: string; readonly address: string }>(
  db: Db,
  input: { readonly secrets: Secrets; readonly addresses: readonly T[] },
): Promise<ReadonlySet<T>> {
  if (input.addresses.length === 0) return new Set();
  const keys = input.addresses.map((one) => suppressionKey(input.secrets, one));
  const stopped = new Set(
    (await selectSuppressions(db, { keys })).flatMap((row) => (row.lifted_at === null ? [`${row.channel} ${row.address_hash}`] : [])),
  );
  return new Set(input.addresses.filter((_one, i) => stopped.has(`${keys[i]!.channel} ${keys[i]!.hash}`)));
}

/** Lifts what the owner of an address had asked for (to be left alone, to be erased), now that they ask for the contrary themselves; what others or machines put there stays. */
export async function allowAgain(
  tx: Tx,
  input: { readonly now: Instant; readonly secrets: Secrets; readonly workspace: Id; readonly channel: string; readonly address: string },
): Promise<void> {
  const standing = await suppressionOf(tx, input);
  if (standing?.lifted_at === null && ["unsubscribed", "erased"].includes(standing.reason)) await liftSuppression(tx, input);
}

/** @returns null when it was not suppressed */
export async function liftSuppression(
  tx: Tx,
  input: { readonly now: Instant; readonly secrets: Secrets; readonly workspace: Id; readonly channel: string; readonly address: string },
): Promise<StoredSuppression | null> {
  return (await updateLifted(tx, { now: input.now, key: suppressionKey(input.secrets, input) }))[0] ?? null;
}
