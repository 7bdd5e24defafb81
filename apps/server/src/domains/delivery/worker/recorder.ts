import { SECOND, type Id } from "@relance/model/base";
import { isRetryable } from "../../../platform/db/pool.ts";
import type { Logger } from "../../../platform/log/index.ts";
import type { Ports } from "../../../platform/ports.ts";
import { HANDING_MS } from "./claim.ts";
import type { Secrets } from "../../../platform/secrets/index.ts";
import type { Held } from "./held.ts";
import { recordOutcomes, type Told } from "./record.ts";
import type { Waking } from "./waking.ts";
import { extendClaims } from "./worker-queries.ts";

const EXTEND_EVERY = 5 * SECOND;
/** Outcomes that are worth a commit of their own: with as many waiting nothing more is gathered. */
const ENOUGH = 200;

export interface RecorderOptions {
  readonly ports: Pick<Ports, "sql" | "clock" | "chance">;
  readonly log: Logger;
  readonly worker: Id;
  readonly secrets: Secrets;
  /** Which slot of the spread counters it writes. */
  readonly slot: number;
  readonly held: Held;
  readonly waking: Waking;
  /** How long it waits for more outcomes before it writes, in ms; 0 or absent: not at all. */
  readonly gatherMs?: number | undefined;
  readonly onRecorded?: (() => void) | undefined;
}

/**
 * Writes what providers said of messages, many at a time, and says meanwhile that what is on the wire is still this process's. One writer
 * does both: two of the same rows could wait for each other.
 */
export interface Recorder {
  tell(told: Told): void;
  /** Says that what is on the wire is still ours, when that is due. */
  keep(): void;
  readonly busy: boolean;
}

export function openRecorder(options: RecorderOptions): Recorder {
  const {
    held: { inHand, onWire },
    worker,
    log,
    waking,
    gatherMs,
  } = options;
  const { sql: db, clock, chance } = options.ports;
  const told: Told[] = [];
  let recording: Promise<void> | null = null;
  let extendedAt = clock.monotonic();
  const extensionDue = () => clock.monotonic() - extendedAt >= EXTEND_EVERY;

  const extend = async (): Promise<void> => {
    if (!extensionDue()) return;
    extendedAt = clock.monotonic();
    const ours = [...onWire].map((id) => inHand.get(id)!);
    if (ours.length > 0)
      await extendClaims(db, {
        ids: [...onWire],
        buckets: [...new Set(ours.map((send) => send.bucket))],
        worker,
        until: clock.now() + HANDING_MS,
      });
  };

  const write = async (group: readonly Told[]): Promise<void> => {
    await recordOutcomes(db, { told: group, worker, secrets: options.secrets, now: clock.now(), chance, slot: options.slot });
    options.onRecorded?.();
    for (const { send } of group) {
      inHand.delete(send.id);
      onWire.delete(send.id);
    }
  };

  const record = async (): Promise<void> => {
    if (gatherMs) await clock.sleep(gatherMs);
    while (told.length > 0 || extensionDue()) {
      const group = told.splice(0);
      try {
        await extend();
        if (group.length === 0) continue;
        await write(group);
        if (gatherMs && told.length < ENOUGH) await clock.sleep(gatherMs);
      } catch (error) {
        // The far side has spoken: what it said is kept until it can be written.
        log.error({ error, outcomes: group.length }, "sends.not_recorded");
        told.unshift(...group);
        if (!isRetryable(error)) await clock.sleep(SECOND);
      }
      waking.wake();
    }
  };

  const start = (): void => {
    recording ??= record().finally(() => {
      recording = null;
      waking.wake();
    });
  };

  return {
    tell(one) {
      told.push(one);
      start();
    },
    keep() {
      if (onWire.size > 0 && extensionDue()) start();
    },
    get busy() {
      return recording !== null;
    },
  };
}
