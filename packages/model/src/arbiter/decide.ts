import { HOUR, MINUTE, toIso, type Instant } from "../base/index.ts";
import { consentFor, localDate } from "../consent/index.ts";
import { chooseHour } from "./best-hour.ts";
import { closedAt, dayAt, quietAt, smsAt, type Closed } from "./calendar.ts";
import { capsOn, fullUntil, used } from "./caps.ts";
import type { Check, Decision, GateFacts, Verdict } from "./facts.ts";
import { heldOut, stableShare } from "./hash.ts";
import { quietHoursOn, smsHoursAt } from "./settings.ts";

interface Answer {
  readonly check: Check;
  readonly verdict: Verdict | null;
}
type Name = Check["check"];
type Facts = Check["facts"];
type Ask = (facts: GateFacts) => Answer | readonly Answer[] | null;

/** A reason to wait that nobody can put an end to in advance is asked again after this. */
const AGAIN = 15 * MINUTE;

/**
 * Whether one message may leave now. The order is part of the product (docs: arbiter): suppression, consent, holdout, the journey's
 * exit rules and filter, its products, mutual exclusion, priority, caps, quiet hours, hours of texts, forbidden days, best hour.
 * Up to the products a no is for good; from there on it is "not now", until the first instant at which all that depends on time
 * alone would pass, as far as is known now. What does not apply is not in the chain, but for a message that answers the contact's own
 * act (transactional): it stops only at addresses that cannot or must not get anything, and says of consent, caps and hours that they
 * were not asked.
 */
export function decide(facts: GateFacts): Decision {
  const checks: Check[] = [];
  for (const ask of facts.class === "transactional" ? [askSuppression, spared] : ORDER) {
    const answers = ask(facts) ?? [];
    for (const { check, verdict } of Array.isArray(answers) ? answers : [answers as Answer]) {
      checks.push(check);
      if (verdict) return { verdict, checks };
    }
  }
  return { verdict: { kind: "send" }, checks };
}

const ORDER: readonly Ask[] = [
  askSuppression,
  askConsent,
  askHoldout,
  askJourney,
  askProducts,
  askExclusion,
  askPriority,
  askCaps,
  askQuietHours,
  askSmsHours,
  askDay,
  askBestTime,
];

function spared({ class: of }: GateFacts): readonly Answer[] {
  return (["consent", "cap", "quiet_hours"] as const).map((check) => ({
    check: { check, result: "not_asked", facts: { class: of } },
    verdict: null,
  }));
}

function askSuppression({ suppression, class: of }: GateFacts): Answer {
  const stops = suppression !== null && (of === "marketing" || !["unsubscribed", "erased"].includes(suppression.reason));
  const about = suppression ? { suppressed: suppression.reason, since: toIso(suppression.at) } : { suppressed: null };
  return stops ? skip("suppression", `suppressed.${suppression.reason}`, about) : pass("suppression", about);
}

function askConsent({ consents, topic, zone, now, settings }: GateFacts): Answer {
  const today = localDate(zone, now);
  const answer = consentFor(consents, topic, today);
  const by =
    answer.kind === "missing"
      ? {}
      : { basis: answer.by.basis, about: answer.by.topic, since: toIso(answer.by.changedAt), expiresOn: answer.by.expiresOn };
  const about = { consent: answer.kind, topic, required: settings.requireConsent, day: today, ...by };
  if (answer.kind === "granted" || (answer.kind === "missing" && !settings.requireConsent)) return pass("consent", about);
  return skip("consent", `consent.${answer.kind}`, about);
}

function askHoldout({ contact, settings: { holdout } }: GateFacts): Answer | null {
  if (holdout === 0) return null;
  const about = { percent: holdout };
  return heldOut(contact, holdout) ? skip("holdout", "holdout", about) : pass("holdout", about);
}

function askJourney({ word }: GateFacts): Answer | null {
  if (word === null) return null;
  if (word.left) return skip("journey", "journey.left", { event: word.left.event, at: toIso(word.left.at) });
  if (word.filter === false) return skip("journey", "journey.filter", { filter: false });
  return pass("journey", { filter: word.filter });
}

function askProducts({ word }: GateFacts): Answer | null {
  if (word?.coupon) return skip("products", "products.coupon", { coupon: word.coupon.code, expiredAt: toIso(word.coupon.expiredAt) });
  const products = word?.products;
  if (!products) return null;
  const { gone, dearer, asked } = products;
  const about = { asked, gone, dearer };
  // One of several that is sold out leaves something to tell; a price that was told must hold for all.
  if (gone.length === asked) return skip("products", "products.gone", about);
  return dearer.length > 0 ? skip("products", "products.dearer", about) : pass("products", about);
}

function askExclusion(facts: GateFacts): Answer | null {
  const { group, word } = facts;
  if (group === null || word === null) return null;
  const [first] = word.rivals;
  if (!first) return pass("exclusion", { group });
  return hold("exclusion", "exclusion", Math.min(facts.now + AGAIN, facts.patienceUntil), {
    group,
    journey: first.journey,
    name: first.name,
    priority: first.priority,
    enteredAt: toIso(first.enteredAt),
  });
}

function askPriority(facts: GateFacts): Answer | null {
  const { now, open, channel, priority, settings } = facts;
  if (settings.priorityAhead === 0) return null;
  const above = open.filter(
    (one) => one.channel === channel && one.priority > priority && one.dueAt <= now + settings.priorityAhead * HOUR,
  );
  const first = above.toSorted((a, b) => b.dueAt - a.dueAt || (a.id < b.id ? -1 : 1))[0];
  if (!first) return null;
  return hold("priority", "priority", Math.min(Math.max(first.dueAt, now) + MINUTE, facts.patienceUntil), {
    priority,
    above: first.priority,
    send: first.id,
    journey: first.journey,
    due: toIso(first.dueAt),
  });
}

function askCaps(facts: GateFacts): Answer | readonly Answer[] {
  const caps = capsOn(facts);
  if (caps.length === 0) return notAsked("cap", { cap: null });
  return caps.map((cap) => {
    const about = {
      sent: used(cap, facts, facts.now),
      most: cap.messages,
      ...("last" in cap.per ? { days: cap.per.last } : { period: cap.per.this }),
      channel: cap.channel,
      topic: cap.topic,
      tag: cap.tag,
    };
    const until = fullUntil(cap, facts, facts.now);
    return until === null ? pass("cap", about) : later(facts, "cap", "cap.reached", until, about);
  });
}

function askQuietHours(facts: GateFacts): Answer {
  const quiet = quietHoursOn(facts.channel, facts.settings);
  if (!quiet) return notAsked("quiet_hours", { quietHours: null });
  return askClosed(facts, "quiet_hours", quietAt(facts.now, facts), { ...quiet, zone: facts.zone });
}

function askSmsHours(facts: GateFacts): Answer | null {
  if (facts.channel !== "sms") return null;
  const { from, to, sundays } = smsHoursAt(facts.place, facts.settings.smsHours);
  return askClosed(facts, "sms_hours", smsAt(facts.now, facts), { from, to, sundays, place: facts.place, zone: facts.zone });
}

function askDay(facts: GateFacts): Answer | null {
  const { calendar } = facts.settings;
  if (facts.channel !== "sms" && !calendar.channels.some((one) => one === facts.channel) && calendar.days.length === 0) return null;
  return askClosed(facts, "day", dayAt(facts.now, facts), { day: localDate(facts.zone, facts.now), place: facts.place, zone: facts.zone });
}

function askClosed(facts: GateFacts, name: Closed["check"], closed: Closed | null, open: Facts): Answer {
  return closed ? later(facts, name, name, closed.until, closed.facts) : pass(name, open);
}

function askBestTime(facts: GateFacts): Answer | null {
  const { habits, settings, now, send, createdAt } = facts;
  if (habits === null || facts.atOnce || !settings.bestTime.on) return null;
  const hours = openHours(facts, Math.min(createdAt + settings.bestTime.within * HOUR, facts.patienceUntil));
  const choice = chooseHour(hours, habits, stableShare("hour", send));
  const about = {
    why: choice.why,
    hour: choice.at.hour,
    zone: facts.zone,
    own: habits.own.length,
    everyone: habits.everyone.reduce((sum, n) => sum + n, 0),
    within: settings.bestTime.within,
  };
  return choice.at.at <= now ? pass("best_time", about) : hold("best_time", "best_time", choice.at.at, about);
}

/** Now, and the starts of the local hours to come until the limit at which nothing is closed and no cap is full. */
function openHours(facts: GateFacts, limit: Instant): readonly [{ hour: number; at: Instant }, ...{ hour: number; at: Instant }[]] {
  const hourOf = (at: Instant) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(facts.zone);
  const local = hourOf(facts.now);
  const first = facts.now - (local.minute * MINUTE + local.second * 1000 + local.millisecond) + HOUR;
  const coming: { hour: number; at: Instant }[] = [];
  for (let at = first; at < limit && coming.length < 23; at += HOUR) if (passesAt(facts, at)) coming.push({ hour: hourOf(at).hour, at });
  return [{ hour: local.hour, at: facts.now }, ...coming];
}

function passesAt(facts: GateFacts, at: Instant): boolean {
  return closedAt(at, facts) === null && capsOn(facts).every((cap) => fullUntil(cap, facts, at) === null);
}

/** More closings in a row than this do not happen; a set-up that never opens ends the search, and patience the send. */
const MOST_CLOSINGS = 120;

/** The first instant from `at` on at which no cap is full and nothing is closed, if nothing else leaves; with what moved it on. */
function nextOpen(facts: GateFacts, from: Instant): { readonly at: Instant; readonly moved: readonly Name[] } {
  const moved: Name[] = [];
  let at = from;
  for (let i = 0; i < MOST_CLOSINGS; i++) {
    const full = capsOn(facts)
      .map((cap) => fullUntil(cap, facts, at))
      .find((until) => until !== null);
    const closed = full === undefined ? closedAt(at, facts) : null;
    const until = full ?? closed?.until;
    if (until === undefined) break;
    moved.push(closed?.check ?? "cap");
    at = until;
  }
  return { at, moved: [...new Set(moved)] };
}

/** Not now: at the first instant all that time alone decides would pass. */
function later(facts: GateFacts, check: Name, reason: string, until: Instant, about: Facts): Answer {
  const next = nextOpen(facts, until);
  const also = next.moved.filter((one) => one !== check);
  return hold(check, reason, next.at, also.length === 0 ? about : { ...about, also });
}

const pass = (check: Name, facts: Facts): Answer => ({ check: { check, result: "pass", facts }, verdict: null });
const notAsked = (check: Name, facts: Facts): Answer => ({ check: { check, result: "not_asked", facts }, verdict: null });
const skip = (check: Name, reason: string, facts: Facts): Answer => ({
  check: { check, result: "skip", facts },
  verdict: { kind: "skip", reason },
});
const hold = (check: Name, reason: string, until: Instant, facts: Facts): Answer => ({
  check: { check, result: "hold", facts: { ...facts, until: toIso(until) } },
  verdict: { kind: "hold", until, reason },
});
