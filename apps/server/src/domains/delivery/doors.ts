import type { Channel } from "@relance/contract/delivery";
import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";

/** A send whose time has come, as the gate and the renderer see it. */
export interface DueSend {
  readonly bucket: number;
  readonly id: Id;
  readonly workspace: Id;
  readonly contact: Id;
  readonly channel: Channel;
  readonly class: "marketing" | "transactional";
  readonly topic: string;
  readonly template: Id;
  readonly templateVersion: number;
  readonly journey: Id | null;
  readonly journeyVersion: number | null;
  readonly step: string | null;
  readonly run: Id | null;
  readonly campaign: Id | null;
  /** Whom a message of the channel `webhook` is for. */
  readonly webhook: Id | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly priority: number;
  readonly group: string | null;
  readonly tags: readonly string[];
  readonly atOnce: boolean;
  readonly createdAt: Instant;
  readonly patienceUntil: Instant;
  /** Fixed at the first attempt; null before it. */
  readonly messageId: string | null;
}

/** A due send whose recipient is known. */
export interface AddressedSend extends DueSend {
  readonly address: string;
  readonly language: string | null;
  /** Whether it will leave the house; the outbox keeps it inside. */
  readonly outside: boolean;
  /** Whether it must carry its sender's signature (DKIM). */
  readonly signed: boolean;
  /** What `recipients` found, given on to `render`: the contact as it was when the gate decided. */
  readonly found: unknown;
}

/** Where a contact is reached on the channel of a send, and in which language it reads. */
export interface Recipient {
  /** Null: it has no address on this channel. */
  readonly address: string | null;
  readonly language: string | null;
  /** Anything the renderer will want again, so that it is not asked twice. */
  readonly found?: unknown;
}

/** What the gate says of one send; `checks` is stored as it is: the checks in order, with the facts at that instant. */
export interface GateDecision {
  readonly verdict:
    | { readonly kind: "send" }
    | { readonly kind: "hold"; readonly until: Instant; readonly reason: string }
    | { readonly kind: "skip"; readonly reason: string };
  readonly checks: unknown;
}

/** A message made for one contact. */
export interface Rendered {
  readonly from: string;
  readonly messageId: string;
  readonly subject: string | null;
  readonly html: string | null;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes for an SMTP wire; asked for only when they are needed. */
  mime(): Uint8Array;
  /** The same made beforehand and safe for DATA as they are, with so many bytes of their memory free behind them. Its parts are empty then. */
  readonly wire?: { readonly bytes: Uint8Array; readonly room: number };
}

/**
 * What delivery asks of the domains below it, each with one call for a whole batch. The table in `worker.ts` fills it in:
 * contacts know the addresses, compliance decides, messages render.
 */
export interface DeliveryDoors {
  /** @returns by send id; a send that is missing has a contact that is no more */
  recipients(tx: Tx, input: { readonly sends: readonly DueSend[] }): Promise<ReadonlyMap<Id, Recipient>>;
  /** Decides inside the claim's transaction. A send that is missing from the answer is not sent. */
  decide(tx: Tx, input: { readonly now: Instant; readonly sends: readonly AddressedSend[] }): Promise<ReadonlyMap<Id, GateDecision>>;
  /** Outside any transaction. A failure of one message is its own answer, never an exception. */
  render(
    db: Db,
    input: { readonly now: Instant; readonly sends: readonly AddressedSend[] },
  ): Promise<ReadonlyMap<Id, Rendered | { readonly failed: string }>>;
}
