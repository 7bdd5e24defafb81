import type { Habits } from "./facts.ts";

/** Fewer acts of one's own than this say nothing. */
const FEWEST_OWN = 3;
/** Fewer acts in the whole workspace than this say nothing. */
const FEWEST_EVERYONE = 50;
/** The workspace's hours count like so many acts of one's own. */
const SHRINKAGE = 6;
/** An hour must be so much better than now to be worth waiting for. */
const WORTH = 1.25;
/** One message in ten goes at any open hour, so that a habit that changes is seen. */
export const EXPLORES = 0.1;

/**
 * How likely a contact is to act in each of the 24 local hours, relative to the others (they add up to 1): the contact's own acts, each
 * spread over its neighbouring hours, shrunk to the workspace's hours, which count as six acts. Null where nothing is known: fewer than
 * three acts of one's own and fewer than fifty in the workspace.
 */
export function hourScores({ own, everyone }: Habits): readonly number[] | null {
  const known = everyone.reduce((sum, n) => sum + n, 0);
  if (own.length < FEWEST_OWN && known < FEWEST_EVERYONE) return null;
  const prior = spread(everyone).map((n) => (n + 1) / (known + 24));
  const counts: number[] = Array.from({ length: 24 }, () => 0);
  for (const hour of own) counts[hour]! += 1;
  return spread(counts).map((n, hour) => (n + SHRINKAGE * prior[hour]!) / (own.length + SHRINKAGE));
}

function spread(counts: readonly number[]): number[] {
  return counts.map((n, hour) => n / 2 + counts[(hour + 23) % 24]! / 4 + counts[(hour + 1) % 24]! / 4);
}

/** An hour in which the message may leave. */
export interface OpenHour {
  readonly hour: number;
}

export interface HourChoice<H extends OpenHour> {
  readonly at: H;
  /** `nothing_known` is the fallback: at once. `now`: no open hour is enough better. */
  readonly why: "nothing_known" | "now" | "better" | "explores";
  readonly score: number | null;
  readonly scoreNow: number | null;
}

/**
 * Which of the open hours a message should leave in; `hours[0]` is now. With the draw of a stable hash one in ten goes at any of them.
 * @param draw in [0, 1), the same for the same send at every asking
 */
export function chooseHour<H extends OpenHour>(hours: readonly [H, ...H[]], habits: Habits, draw: number): HourChoice<H> {
  const [now] = hours;
  const scores = hourScores(habits);
  if (scores === null) return { at: now, why: "nothing_known", score: null, scoreNow: null };
  const scoreNow = scores[now.hour]!;
  if (draw < EXPLORES) {
    // The hour of the day is drawn, not the place in the list: the same at every asking.
    const wanted = Math.floor((draw / EXPLORES) * 24);
    const at = hours.toSorted((a, b) => ((a.hour - wanted + 24) % 24) - ((b.hour - wanted + 24) % 24))[0]!;
    return { at, why: at === now ? "now" : "explores", score: scores[at.hour]!, scoreNow };
  }
  const best = hours.reduce((a, b) => (scores[b.hour]! > scores[a.hour]! ? b : a), now);
  const worth = scores[best.hour]! >= scoreNow * WORTH;
  return { at: worth ? best : now, why: worth && best !== now ? "better" : "now", score: scores[best.hour]!, scoreNow };
}
