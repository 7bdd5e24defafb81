import type { Instant } from "@relance/model/base";

/** How many of those who asked are remembered; who asked least recently is forgotten first. */
const MOST_KNOWN = 10_000;

/** Allows each asker so many times within a window, counted by this process. @returns whether this time is one of them; then it counts */
export function recentLimit(most: number, windowMs: number): (who: string, now: Instant) => boolean {
  const asked = new Map<string, Instant[]>();
  return (who, now) => {
    const recent = (asked.get(who) ?? []).filter((at) => now - at < windowMs);
    if (recent.length >= most) return false;
    // Whoever comes again is put last; the first has been quiet longest.
    asked.delete(who);
    asked.set(who, [...recent, now]);
    if (asked.size > MOST_KNOWN) asked.delete(asked.keys().next().value!);
    return true;
  };
}
