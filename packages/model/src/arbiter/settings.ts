import type { LocalDate } from "../base/index.ts";
import type { QuietHours } from "../consent/index.ts";
import type { Place } from "../calendar/index.ts";

export const GATE_CHANNELS = ["email", "sms", "push"] as const;
type GateChannel = (typeof GATE_CHANNELS)[number];

/**
 * At most so many marketing messages of a kind to one contact. `channel`, `topic` and `tag` narrow what is counted and what is stopped;
 * null narrows nothing. Counted across all journeys and campaigns.
 */
export interface Cap {
  readonly channel: GateChannel | null;
  readonly topic: string | null;
  readonly tag: string | null;
  readonly messages: number;
  /** The last `n` days, hour for hour; or the calendar day, week (from Monday) or month of the contact's zone. */
  readonly per: { readonly last: number } | { readonly this: "day" | "week" | "month" };
}

/** A day that somebody added to the calendar, or took out of it. */
export interface OwnDay {
  readonly date: LocalDate;
  readonly name: string;
  /** `off`: nothing leaves that day. `on`: messages leave although it is a public holiday. */
  readonly kind: "off" | "on";
  /** Of one store only; null: of the whole workspace. */
  readonly store: string | null;
}

/** What a workspace decides about the attention of its contacts. */
export interface ArbiterSettings {
  readonly requireConsent: boolean;
  /** Most marketing messages on each channel in the last so many days; null: none. */
  readonly cap: { readonly messages: number; readonly days: number } | null;
  readonly caps: readonly Cap[];
  /** On every channel that says nothing of its own. */
  readonly quietHours: QuietHours | null;
  readonly quietHoursOf: Readonly<Partial<Record<GateChannel, QuietHours | null>>>;
  /** When marketing texts may leave, in the contact's zone, beside quiet hours; the law of the place narrows it (`LEGAL_SMS`). */
  readonly smsHours: { readonly from: string; readonly to: string; readonly sundays: boolean; readonly holidays: boolean };
  /** On which channels public holidays and the workspace's own days stop marketing, and where contacts are whose country is unknown. */
  readonly calendar: { readonly channels: readonly GateChannel[]; readonly place: Place; readonly days: readonly OwnDay[] };
  /** Percent of contacts who get no marketing at all; 0: none. */
  readonly holdout: number;
  /** Whether messages wait for a contact's best hour, at most so many hours. */
  readonly bestTime: { readonly on: boolean; readonly within: number };
  /** A message waits while one of higher priority to the same contact on the same channel is due within so many hours; 0: never. */
  readonly priorityAhead: number;
}

/**
 * Hours of marketing texts that no setting can widen, by country; the workspace's own hours are cut to them. As read on 22 November 2026:
 * FR: AF2M Business Messaging charter 2026 (08:00 to 21:30; Sundays and holidays tolerated there, never with us).
 * US: 47 CFR 64.1200 (c)(1) (08:00 to 21:00 at the called party's place).
 */
export const LEGAL_SMS: Readonly<Record<string, { readonly from: string; readonly to: string; readonly restDays: boolean }>> = {
  FR: { from: "08:00", to: "21:30", restDays: false },
  US: { from: "08:00", to: "21:00", restDays: true },
};

/** Hours in which marketing texts may leave to a place: the workspace's, cut to those of the law; `from` ≥ `to`: never. */
export function smsHoursAt(place: Place, own: ArbiterSettings["smsHours"]): ArbiterSettings["smsHours"] {
  const legal = LEGAL_SMS[place.slice(0, 2)];
  if (!legal) return own;
  return {
    from: own.from > legal.from ? own.from : legal.from,
    to: own.to < legal.to ? own.to : legal.to,
    sundays: own.sundays && legal.restDays,
    holidays: own.holidays && legal.restDays,
  };
}

export function quietHoursOn(channel: string, settings: Pick<ArbiterSettings, "quietHours" | "quietHoursOf">): QuietHours | null {
  const own = settings.quietHoursOf[channel as GateChannel];
  return own === undefined ? settings.quietHours : own;
}

/** Every cap, the general one as one per channel. */
export function allCaps({ cap, caps }: Pick<ArbiterSettings, "cap" | "caps">): readonly Cap[] {
  const general =
    cap === null
      ? []
      : GATE_CHANNELS.map((channel): Cap => ({ channel, topic: null, tag: null, messages: cap.messages, per: { last: cap.days } }));
  return [...general, ...caps];
}
