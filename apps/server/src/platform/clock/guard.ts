import { DAY, MINUTE, SECOND, type Instant } from "@relance/model/base";

/** Why timers and sends are held, and since when (by the monotonic clock). */
interface ClockHold {
  readonly reason: "clock.jumped" | "clock.skewed";
  /** How far time jumped, or how far process and database disagree, in milliseconds. */
  readonly by: number;
}

/**
 * Watches the clock everything is judged by (RELIABILITY §5.8): a wrong year must not fire every birthday. It says "hold" when the
 * database's time jumped by more than 15 minutes against the monotonic clock, or while it disagrees with the process's own by more
 * than 60 seconds. Disagreement ends by itself. A jump forward of up to three days (a machine that slept) ends after two steady
 * minutes; any other jump waits for a person, or for the time to come back.
 */
export interface ClockGuard {
  /** Takes one measurement. */
  observe(measured: { readonly database: Instant; readonly process: Instant; readonly monotonic: number }): void;
  /** What holds timers and sends now; null when nothing does. */
  held(): ClockHold | null;
  /** How far process and database disagree, in seconds: `relance_clock_skew_seconds`. */
  skewSeconds(): number;
  /** A person looked at it: the present time is right. */
  release(): void;
}

const JUMP = 15 * MINUTE;
const SKEW = 60 * SECOND;
const SLEPT = 3 * DAY;
const STEADY = 2 * MINUTE;

export function clockGuard(): ClockGuard {
  let anchor: { database: Instant; monotonic: number } | null = null;
  let jumped: { by: number; expectedFrom: { database: Instant; monotonic: number }; at: number } | null = null;
  let skew = 0;
  return {
    observe({ database, process, monotonic }) {
      skew = database - process;
      if (anchor) {
        const by = database - (anchor.database + monotonic - anchor.monotonic);
        if (Math.abs(by) > JUMP) jumped = { by, expectedFrom: jumped?.expectedFrom ?? anchor, at: monotonic };
      }
      anchor = { database, monotonic };
      if (jumped) {
        const drift = database - (jumped.expectedFrom.database + monotonic - jumped.expectedFrom.monotonic);
        const cameBack = Math.abs(drift) <= JUMP;
        const slept = drift > 0 && drift <= SLEPT && monotonic - jumped.at >= STEADY;
        if (cameBack || slept) jumped = null;
      }
    },
    held() {
      if (jumped) return { reason: "clock.jumped", by: jumped.by };
      return Math.abs(skew) > SKEW ? { reason: "clock.skewed", by: skew } : null;
    },
    skewSeconds: () => skew / SECOND,
    release() {
      jumped = null;
    },
  };
}
