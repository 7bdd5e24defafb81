import { DAY, HOUR, SECOND, type Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { Refused } from "./calling.ts";
import * as queries from "./queries.ts";
import type { AudienceRow } from "./queries.ts";

export const KEEP_LOG = 90 * DAY;
const TRIES = 14;

/** Writes whether all is well, or when to try again. @returns whether it gave up; null when another has taken over */
export async function recordOutcome(
  tx: Tx,
  deps: Deps,
  input: { audience: AudienceRow; claim: Id; trouble: Refused | null },
): Promise<boolean | null> {
  const { audience, claim, trouble } = input;
  const { chance, clock } = deps.ports;
  const now = clock.now();
  const refusals = trouble ? audience.refusals + 1 : 0;
  const failed = trouble !== null && (trouble.kind === "failed" || refusals >= TRIES);
  const wait = trouble ? Math.max(trouble.waitMs ?? 0, backOff(refusals, chance.float())) : 0;
  const ours = await queries.writeOutcome(tx, {
    id: audience.id,
    claim,
    state: failed ? "failed" : "active",
    dueAt: now + wait,
    refusals,
    successAt: trouble ? null : now,
    problem: trouble?.reason ?? null,
    now,
  });
  return ours ? failed : null;
}

/** 30 s, 1 min, 2 min… at most four hours, spread by a fifth; fourteen tries take about a day. @param draw in [0, 1) */
function backOff(refusals: number, draw: number): number {
  return Math.min(15 * SECOND * 2 ** refusals, 4 * HOUR) * (0.8 + 0.4 * draw);
}
