import type { Channel } from "@relance/contract/delivery";
import type { Id, Instant } from "@relance/model/base";
import type { Tx } from "../../../platform/db/database.ts";

/** One rendered message on its way out. */
export interface OutgoingMessage {
  readonly send: Id;
  readonly bucket: number;
  readonly workspace: Id;
  /** Null: a test rendered as nobody in particular. */
  readonly contact: Id | null;
  readonly channel: Channel;
  readonly class: "marketing" | "transactional";
  /** Where it goes: an address, a number, a device. */
  readonly address: string;
  /** Who sends it: the address of the From field. */
  readonly from: string;
  readonly messageId: string;
  readonly subject: string | null;
  readonly html: string | null;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The message as it goes on an SMTP wire: made only when asked for. */
  mime(): Uint8Array;
  /** The same made beforehand and safe for DATA as they are, with so many bytes of their memory free behind them. */
  readonly wire?: { readonly bytes: Uint8Array; readonly room: number };
}

/**
 * How handing over one message ended.
 * - accepted: the provider owns it now
 * - refused: it said no; `lasting` for good, else for now. Scope `provider`: it refuses us, whatever the message
 * - lost: the line broke, or never stood, before the provider could own it: certainly not sent
 * - uncertain: it may own it; the answer never came
 */
export type Outcome =
  | { readonly kind: "accepted"; readonly reference: string | null; readonly answer: string }
  | {
      readonly kind: "refused";
      readonly lasting: boolean;
      readonly scope: "message" | "provider";
      readonly reason: string;
      readonly answer: string;
      /** How long it asks to be left alone; absent: it does not. */ readonly waitMs?: number;
    }
  | { readonly kind: "lost"; readonly reason: string; readonly answer: string }
  /** `repeatable`: the far side knows it by its id, so that trying again cannot do it twice. */
  | { readonly kind: "uncertain"; readonly reason: string; readonly answer: string; readonly repeatable?: true };

/** Called once for each message of a batch, in any order, as soon as its outcome is known. */
type Report = (message: OutgoingMessage, outcome: Outcome) => void;

/** A provider outside the database: between handing over and recording, a crash leaves the message `handing`. */
export interface OutsideProvider {
  readonly reach: "outside";
  readonly kind: string;
  /** Hands over each message at most once; resolves when every outcome was reported. Never rejects. */
  send(batch: readonly OutgoingMessage[], report: Report): Promise<void>;
  /** Ends connections after what is under way. */
  close(): Promise<void>;
}

/** A provider inside the database: handing over and recording are one transaction, so exactly once. */
export interface InsideProvider {
  readonly reach: "inside";
  readonly kind: string;
  store(tx: Tx, batch: readonly OutgoingMessage[], now: Instant): Promise<void>;
}

export type Provider = OutsideProvider | InsideProvider;
