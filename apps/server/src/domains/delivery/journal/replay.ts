import type { Id, Instant } from "@relance/model/base";
import { recordConsents, restoreSuppressions } from "../../compliance/index.ts";
import { rememberErased } from "../../contacts/index.ts";
import type { Tx } from "../../../platform/db/database.ts";
import type { Chance } from "../../../platform/ports.ts";
import type { Entry } from "./lines.ts";
import { insertForgotten, readAddresses, readEnded, readWorkspaces } from "./queries.ts";

/** What a replay brought back. */
export interface Replayed {
  /** Messages that left after the backup. */
  readonly sends: number;
  readonly withdrawals: number;
  /** Addresses that were stopped. */
  readonly stopped: number;
  /** People erased again. */
  readonly erased: number;
}

/** A contact that is to be erased again, should the database have it. */
export interface Erasure {
  readonly workspace: Id;
  readonly contact: Id;
  readonly reason: string;
}

type Of<K extends Entry[0]> = Extract<Entry, readonly [K, ...unknown[]]>;
const isKind =
  <K extends Entry[0]>(kind: K) =>
  (entry: Entry): entry is Of<K> =>
    entry[0] === kind;

/**
 * Tells an older database what a journal remembers: who withdrew (an earlier withdrawal that was taken back stays as the backup had it), which
 * addresses are stopped, which identifiers are erased, and what left that it does not know of. Told twice, nothing changes the second time.
 */
export async function replay(
  tx: Tx,
  input: { readonly now: Instant; readonly chance: Chance; readonly entries: readonly Entry[] },
): Promise<Omit<Replayed, "erased"> & { readonly erasures: readonly Erasure[] }> {
  const { now, chance } = input;
  const there = await readWorkspaces(tx, { ids: input.entries.flatMap((entry) => (entry[0] === "mark" ? [] : [entry[2]])) });
  const entries = input.entries.filter((entry) => entry[0] !== "mark" && there.has(entry[2]));
  const sent = entries.filter(isKind("sent"));
  const ended = await readEnded(tx, { sends: sent.map(([, , , bucket, id]) => ({ bucket, id })) });
  const forgotten = sent.filter(([, , , , id]) => !ended.has(id));
  await insertForgotten(tx, { rows: forgotten.map(([, at, workspace, , send, hash]) => ({ at, workspace, send, hash })) });

  const last = new Map(entries.filter(isKind("said")).map((entry) => [entry.slice(3, 6).join(" "), entry]));
  const withdrawn = [...last.values()].filter(([, , , , , , state]) => state !== "granted");
  const known = new Set((await readAddresses(tx, { contacts: withdrawn.map(([, , , contact]) => contact) })).map((row) => row.id));
  const records = withdrawn.filter(([, , , contact]) => known.has(contact));
  await recordConsents(tx, {
    now,
    chance,
    records: records.map(([, at, workspace, contact, channel, topic, state]) => ({
      workspace,
      contact,
      channel,
      topic,
      state,
      basis: "none",
      occurredAt: at,
      source: "journal",
      recordedBy: "journal",
      evidence: { restored: now },
    })),
  });

  // Whoever the backup does not know yet may come back by a file: the address is kept instead.
  const strangers = withdrawn
    .filter(([, , , contact, , topic, , hash]) => !known.has(contact) && topic === "" && hash !== null)
    .map(([, , workspace, , channel, , , hash]) => ({ workspace, channel, hash: hash!, reason: "unsubscribed" as const }));
  const stopped = [
    ...entries.filter(isKind("stopped")).map(([, , workspace, channel, hash, reason]) => ({ workspace, channel, hash, reason })),
    ...strangers,
  ];
  await restoreSuppressions(tx, { now, rows: stopped });
  const erasures = entries.filter(isKind("erased"));
  for (const [, at, workspace, , , keys] of erasures) await rememberErased(tx, { workspace, at, slot: 0, keys });
  return {
    sends: forgotten.length,
    withdrawals: records.length + strangers.length,
    stopped: stopped.length - strangers.length,
    erasures: erasures.flatMap(([, , workspace, contacts, reason]) => contacts.map((contact) => ({ workspace, contact, reason }))),
  };
}
