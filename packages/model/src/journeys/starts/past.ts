import { DAY, type Instant } from "../../base/index.ts";
import { minus } from "../../time/index.ts";
import type { Start } from "./index.ts";

/** No rhythm, and no date that comes once, is looked for further back. */
const FARTHEST = 731 * DAY;

/** Since when what happened before a journey is published counts for a start; null: only what happens from then on does. */
export function looksBack(start: Start, now: Instant): Instant | null {
  switch (start.kind) {
    case "replenishment":
      return start.rhythm ? now - FARTHEST : minus(now, start.after);
    case "registration":
      return minus(now, start.after);
    case "object_date":
      return start.yearly ? 0 : now - FARTHEST;
    case "event_date":
      return now - FARTHEST;
    default:
      return null;
  }
}
