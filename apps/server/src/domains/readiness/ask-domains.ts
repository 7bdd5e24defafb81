import { DAY, HOUR } from "@relance/model/base";
import { isReserved } from "@relance/model/readiness";
import type { Deps } from "../../deps.ts";
import { dueDomains, markAtDomains, writeDomains } from "./domain-queries.ts";

/** Domains asked about in half a minute, and how many at a time: a resolver hardly notices. */
const AT_ONCE = 8;
const MOST = 48;
const PATIENCE = 4_000;
/** How long an answer holds; silence is asked again soon. */
const HOLDS = { yes: 90 * DAY, no: 7 * DAY, silence: 6 * HOUR } as const;

/**
 * Asks DNS whether domains of contacts' addresses take mail, a few each half minute; who has an address at one whose answer changed is
 * looked at again. Names kept for examples are not asked about. Without DNS nothing is known, nothing is found, and the first eight
 * silences end the round.
 */
export async function askDomains(deps: Deps): Promise<void> {
  const { sql, net, clock, chance } = deps.ports;
  const due = await dueDomains(sql, { now: clock.now(), limit: MOST });
  for (let from = 0; from < due.length; from += AT_ONCE) {
    const some = due.slice(from, from + AT_ONCE);
    const answers = await Promise.all(
      some.map(async (one) => (isReserved(one.name) || !one.name.includes(".") ? null : net.takesMail(one.name, PATIENCE))),
    );
    const now = clock.now();
    const rows = some.map(({ name }, i) => ({
      name,
      takesMail: answers[i]!,
      askAt: now + (isReserved(name) ? HOLDS.yes : answers[i] === null ? HOLDS.silence : HOLDS[answers[i] ? "yes" : "no"]),
    }));
    const changed = some.filter((one, i) => answers[i] !== null && answers[i] !== one.takes_mail).map((one) => one.name);
    await sql.transaction(async (tx) => {
      await writeDomains(tx, { now, rows });
      if (changed.length > 0) await markAtDomains(tx, { names: changed, stamp: chance.id(now) });
    });
    if (answers.every((answer) => answer === null) && some.some((one) => !isReserved(one.name))) return;
  }
}
