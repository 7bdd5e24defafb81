import { bucketOf, DAY, toIso, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import { writeFacts } from "../../platform/inbox.ts";
import type { Chance } from "../../platform/ports.ts";
import {
  insertProofs,
  selectConsents,
  selectProofs,
  upsertConsents,
  type ConsentRecord,
  type ProofRow,
  type ProofToWrite,
  type StoredConsent,
} from "./queries.ts";

/**
 * Records what contacts said: a proof each, for ever; the latest word per (contact, channel, topic) as the state; and a fact
 * `consent.changed` for each that became another: another state, another end, or the same said anew. One transaction of the caller, four statements for any number of records.
 * @returns the facts that were written
 */
export async function recordConsents(
  tx: Tx,
  input: { readonly now: Instant; readonly chance: Chance; readonly records: readonly ConsentRecord[] },
): Promise<readonly NewFact[]> {
  const { now, chance, records } = input;
  if (records.length === 0) return [];
  const proofs = records.map((record): ProofToWrite => ({ id: chance.id(now), bucket: bucketOf(record.contact), record }));
  const last = new Map<string, ProofToWrite>();
  for (const proof of proofs) {
    const key = keyOf(proof.record.contact, proof.record.channel, proof.record.topic);
    const known = last.get(key);
    if (!known || proof.record.occurredAt >= known.record.occurredAt) last.set(key, proof);
  }
  const newest = [...last.values()];
  const stored = await selectConsents(tx, { keys: distinctKeys(newest) });
  const before = new Map(stored.map((one) => [keyOf(one.contact, one.channel, one.topic), one]));
  await insertProofs(tx, { proofs });
  const written = await upsertConsents(tx, { proofs: newest });
  const facts = written.flatMap((row): NewFact[] => {
    const key = keyOf(row.contact_id, row.channel, row.topic);
    const { record } = last.get(key)!;
    const known = before.get(key);
    if (known?.state === row.state && known.expiresOn === (record.expiresOn ?? null) && known.changedAt === record.occurredAt) return [];
    return [
      {
        workspace: record.workspace,
        contact: record.contact,
        occurredAt: record.occurredAt,
        kind: "consent.changed",
        data: { channel: row.channel, topic: row.topic, state: row.state },
      },
    ];
  });
  await writeFacts(tx, { chance, now, facts });
  return facts;
}

/** What a contact agreed to that is to hold no more. */
export interface Ending {
  readonly workspace: Id;
  readonly contact: Id;
  readonly channel: string;
  readonly topic: string;
  /** Who ended it, and its proof. */
  readonly source: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/**
 * Lets agreements run out: yesterday was their last day. What was not given, or has run out already, stays as it is. Nobody refused, so that
 * a later yes counts like any other.
 */
export async function endConsents(
  tx: Tx,
  input: { readonly now: Instant; readonly chance: Chance; readonly endings: readonly Ending[] },
): Promise<void> {
  const { now, chance, endings } = input;
  if (endings.length === 0) return;
  const yesterday = toIso(now - DAY).slice(0, 10);
  const stored = await selectConsents(tx, { keys: distinctKeys(endings.map((record) => ({ bucket: bucketOf(record.contact), record }))) });
  const held = new Map(stored.map((one) => [keyOf(one.contact, one.channel, one.topic), one]));
  const records = endings.flatMap((ending): ConsentRecord[] => {
    const known = held.get(keyOf(ending.contact, ending.channel, ending.topic));
    if (known?.state !== "granted" || (known.expiresOn !== null && known.expiresOn <= yesterday)) return [];
    return [{ ...ending, state: "granted", basis: known.basis, occurredAt: now, expiresOn: yesterday, recordedBy: ending.source }];
  });
  await recordConsents(tx, { now, chance, records });
}

/** A contact's consents and its newest proofs. */
export async function readConsents(
  db: Db,
  input: { readonly workspace: Id; readonly contact: Id; readonly channels: readonly string[] },
): Promise<{ consents: StoredConsent[]; proofs: ProofRow[] }> {
  const { workspace, contact, channels } = input;
  const bucket = bucketOf(contact);
  const consents = await selectConsents(db, { keys: channels.map((channel) => ({ workspace, bucket, contact, channel })) });
  return { consents, proofs: await selectProofs(db, { workspace, bucket, contact }) };
}

const keyOf = (contact: Id, channel: string, topic: string) => `${contact} ${channel} ${topic}`;

function distinctKeys(
  proofs: readonly { readonly bucket: number; readonly record: Pick<ConsentRecord, "workspace" | "contact" | "channel"> }[],
) {
  const keys = proofs.map(
    ({ bucket, record: { workspace, contact, channel } }) => [`${contact} ${channel}`, { workspace, bucket, contact, channel }] as const,
  );
  return [...new Map(keys).values()];
}
