import type { Id } from "@relance/model/base";
import type { Tx } from "../../../platform/db/database.ts";
import type { ClaimedSend } from "./claim.ts";

/** What a process has claimed and whose outcome it has not recorded. */
export interface Held {
  readonly inHand: Map<Id, ClaimedSend>;
  /** Of these, what an outside provider was given: a kill would leave it uncertain. */
  readonly onWire: Set<Id>;
  /** Claimed in a transaction that failed or whose end is unknown; certainly not on the wire, to be given back. */
  readonly dropped: Map<Id, ClaimedSend>;
}

export const holdNothing = (): Held => ({ inHand: new Map(), onWire: new Set(), dropped: new Map() });

/** One transaction that holds only while the buckets are ours; under the epochs given, or those held now. */
export type Fenced = <T>(
  work: (tx: Tx, epochs: ReadonlyMap<number, number>) => Promise<T>,
  epochs?: ReadonlyMap<number, number>,
) => Promise<T>;
