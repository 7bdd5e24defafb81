import type { Instant, TimeZone } from "../base/index.ts";
import { compare } from "./compare.ts";
import type { LeafVerdict } from "./leaf.ts";
import { countExpiries } from "./events.ts";
import type { FactMessage } from "./facts.ts";
import type { MessageRule } from "./rule.ts";
import { admits, entering, windowAt } from "./window.ts";

/** Whether people and machines are told apart for what happened. */
export const isMeasured = (what: MessageRule["what"]): boolean => what === "opened" || what === "clicked";

/** How many messages something happened with. */
export function judgeMessages(
  rule: MessageRule,
  messages: readonly FactMessage[],
  at: Instant,
  entryAt: Instant | null,
  zone: TimeZone,
): LeafVerdict {
  const now = windowAt(rule.window, at, entryAt, zone);
  const found = messages.filter(
    (one) =>
      one.what === rule.what &&
      (rule.channel === null || one.channel === rule.channel) &&
      (rule.journey === null || one.journey === rule.journey) &&
      (rule.template === null || one.template === rule.template) &&
      (rule.link === "" || one.url?.includes(rule.link) === true) &&
      (!isMeasured(rule.what) || rule.by === "any" || one.machine === (rule.by === "machine")),
  );
  const latest = new Map<string, Instant>();
  for (const one of found)
    if (one.at > now.from && one.at <= now.to) latest.set(one.send, Math.max(one.at, latest.get(one.send) ?? -Infinity));
  const newest = [...latest.values()].sort((a, b) => b - a);
  const future = found.filter((one) => one.at > now.from && one.at > now.to && one.at <= now.reach).map((one) => one.at);
  return {
    truth: compare(newest.length, rule.is, at),
    fact: newest.length,
    clocks: [
      ...countExpiries(rule, newest),
      future.length > 0 && admits(rule.window) ? entering(rule.window, Math.min(...future)) : null,
      found.some((one) => one.at > now.from) ? now.turn : null,
    ],
  };
}
