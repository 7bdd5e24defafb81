import type { ArbiterSettings, Cap, JourneyWord } from "@relance/model/arbiter";
import { DAY, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { holidays } from "@relance/model/calendar";

/** The gate's slow twin: a whole small world in memory, and every question answered by walking through it, a quarter of an hour at a time. */
export interface SlowWorld {
  readonly now: Instant;
  readonly settings: ArbiterSettings;
  readonly workspacePlace: string;
  readonly people: ReadonlyMap<Id, SlowPerson>;
  readonly consents: readonly {
    readonly contact: Id;
    readonly channel: string;
    readonly topic: string;
    readonly state: string;
    readonly at: Instant;
    readonly expiresOn: string | null;
  }[];
  readonly suppressed: readonly { readonly channel: string; readonly address: string; readonly reason: string }[];
  readonly sends: SlowSend[];
}

export interface SlowPerson {
  readonly id: Id;
  readonly place: string;
  readonly zone: string;
  readonly store: Id | null;
  readonly heldOut: boolean;
}

export interface SlowSend {
  readonly id: Id;
  readonly contact: Id;
  readonly channel: string;
  readonly class: string;
  readonly topic: string;
  readonly tags: readonly string[];
  readonly priority: number;
  readonly group: string | null;
  readonly address: string;
  readonly patienceUntil: Instant;
  readonly state: string;
  /** When it left or was last decided; null before. */
  readonly at: Instant | null;
  readonly dueAt: Instant;
}

type SlowVerdict = { kind: "send" } | { kind: "hold"; until: Instant; reason: string } | { kind: "skip"; reason: string };

/** Decides candidates one after the other, the higher priority first; what one does stands in the ledger for the next. */
export function decideSlowly(world: SlowWorld, candidates: readonly SlowSend[], words: ReadonlyMap<Id, JourneyWord>): Map<Id, SlowVerdict> {
  const ids = new Set(candidates.map((one) => one.id));
  const ledger = world.sends.filter((one) => !ids.has(one.id));
  const verdicts = new Map<Id, SlowVerdict>();
  for (const one of [...candidates].sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))) {
    const verdict = decideOne({ ...world, sends: ledger }, one, words.get(one.id) ?? null);
    verdicts.set(one.id, verdict);
    if (verdict.kind === "send") ledger.push({ ...one, state: "claimed", at: world.now });
    if (verdict.kind === "hold" && verdict.until <= one.patienceUntil) ledger.push({ ...one, state: "held", dueAt: verdict.until });
  }
  return verdicts;
}

function decideOne(world: SlowWorld, one: SlowSend, word: JourneyWord | null): SlowVerdict {
  const { now, settings } = world;
  const person = world.people.get(one.contact)!;
  const suppression = world.suppressed.find((row) => row.channel === one.channel && row.address === one.address);
  if (suppression && (one.class === "marketing" || suppression.reason !== "unsubscribed"))
    return { kind: "skip", reason: `suppressed.${suppression.reason}` };
  if (one.class === "transactional") return { kind: "send" };
  const consent = consentOf(world, one, dateIn(person.zone, now));
  if (consent !== "granted" && !(consent === "missing" && !settings.requireConsent)) return { kind: "skip", reason: `consent.${consent}` };
  if (person.heldOut) return { kind: "skip", reason: "holdout" };
  if (word?.left) return { kind: "skip", reason: "journey.left" };
  if (word?.filter === false) return { kind: "skip", reason: "journey.filter" };
  if (one.group !== null && word && word.rivals.length > 0)
    return { kind: "hold", reason: "exclusion", until: Math.min(now + 15 * MINUTE, one.patienceUntil) };
  const above = world.sends.filter(
    (other) =>
      other.contact === one.contact &&
      other.class === "marketing" &&
      other.channel === one.channel &&
      ["waiting", "held"].includes(other.state) &&
      other.priority > one.priority &&
      other.dueAt <= now + settings.priorityAhead * HOUR,
  );
  if (settings.priorityAhead > 0 && above.length > 0)
    return {
      kind: "hold",
      reason: "priority",
      until: Math.min(Math.max(now, ...above.map((other) => other.dueAt)) + MINUTE, one.patienceUntil),
    };
  const reason = refusedAt(world, one, person, now);
  if (reason === null) return { kind: "send" };
  for (const at of instants(world, one, now))
    if (at > now && refusedAt(world, one, person, at) === null) return { kind: "hold", reason, until: at };
  throw new Error("Never open within the days looked at");
}

/** Every quarter of an hour of the coming forty days, and every instant at which a rolling cap may get room. */
function instants(world: SlowWorld, one: SlowSend, now: Instant): Instant[] {
  const grid = Array.from({ length: 40 * 96 }, (_, n) => (Math.floor(now / (15 * MINUTE)) + n) * 15 * MINUTE);
  const freed = world.sends
    .filter((other) => other.contact === one.contact && other.at !== null)
    .flatMap((other) => capsOf(world.settings).flatMap((cap) => ("last" in cap.per ? [other.at! + cap.per.last * DAY] : [])));
  return [...grid, ...freed].sort((a, b) => a - b);
}

const LEFT = ["claimed", "handing", "accepted", "uncertain"];

function refusedAt(world: SlowWorld, one: SlowSend, person: SlowPerson, at: Instant): string | null {
  const { settings } = world;
  for (const cap of capsOf(settings).filter((cap) => isOf(cap, one))) {
    const counted = world.sends.filter(
      (other) =>
        other.contact === one.contact &&
        other.class === "marketing" &&
        LEFT.includes(other.state) &&
        other.at !== null &&
        other.at <= at &&
        isOf(cap, other) &&
        ("last" in cap.per
          ? other.at > at - cap.per.last * DAY
          : periodOf(cap.per.this, person.zone, other.at) === periodOf(cap.per.this, person.zone, at)),
    );
    if (counted.length >= cap.messages) return "cap.reached";
  }
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(person.zone);
  const time = local.toPlainTime().toString().slice(0, 5);
  const own = settings.quietHoursOf[one.channel as "email"];
  const quiet = own === undefined ? settings.quietHours : own;
  if (quiet && (quiet.from <= quiet.to ? time >= quiet.from && time < quiet.to : time >= quiet.from || time < quiet.to))
    return "quiet_hours";
  const french = person.place.startsWith("FR");
  const date = local.toPlainDate().toString();
  if (one.channel === "sms") {
    if (local.dayOfWeek === 7 && (french || !settings.smsHours.sundays)) return "sms_hours";
    if (time < settings.smsHours.from || time >= settings.smsHours.to) return "sms_hours";
    if (french && (time < "08:00" || time >= "21:30")) return "sms_hours";
  }
  const days = settings.calendar.days.filter((day) => day.date === date);
  const mine = days.find((day) => day.store !== null && day.store === person.store) ?? days.find((day) => day.store === null);
  if (mine?.kind === "off") return "day";
  const must = one.channel === "sms" && (french || !settings.smsHours.holidays);
  const holiday = holidays(person.place, local.year).some((day) => day.date === date);
  return holiday && (must || (settings.calendar.channels.some((name) => name === one.channel) && mine?.kind !== "on")) ? "day" : null;
}

const isOf = (cap: Cap, send: Pick<SlowSend, "channel" | "topic" | "tags">) =>
  (cap.channel ?? send.channel) === send.channel &&
  (cap.topic ?? send.topic) === send.topic &&
  (cap.tag === null || send.tags.includes(cap.tag));

function capsOf(settings: ArbiterSettings): Cap[] {
  const general = settings.cap
    ? (["email", "sms", "push"] as const).map((channel): Cap => ({
        channel,
        topic: null,
        tag: null,
        messages: settings.cap!.messages,
        per: { last: settings.cap!.days },
      }))
    : [];
  return [...general, ...settings.caps];
}

function periodOf(unit: "day" | "week" | "month", zone: string, at: Instant): string {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  return unit === "day" ? date.toString() : unit === "month" ? date.toString().slice(0, 7) : `${date.yearOfWeek} ${date.weekOfYear}`;
}

const dateIn = (zone: string, at: Instant) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();

function consentOf(world: SlowWorld, one: SlowSend, today: string): string {
  const mine = world.consents.filter((row) => row.contact === one.contact && row.channel === one.channel);
  const general = mine.find((row) => row.topic === "");
  const own = one.topic === "" ? undefined : mine.find((row) => row.topic === one.topic);
  const ended = (row: { expiresOn: string | null }) => row.expiresOn !== null && row.expiresOn < today;
  if (own && own.state !== "granted") return own.state;
  if (own && general && general.state !== "granted" && general.at > own.at) return general.state;
  if (own && !ended(own)) return "granted";
  if (!general) return own ? "expired" : "missing";
  return general.state !== "granted" ? general.state : ended(general) ? "expired" : "granted";
}
