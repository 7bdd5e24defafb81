import { z } from "zod";
import { DAY, type Id, type Instant, type LocalDate, type TimeZone, type Words } from "../../base/index.ts";
import { localMoment } from "../local.ts";
import { id, localTime } from "../parts.ts";
import { deaf, type StartKind } from "./kind.ts";

/**
 * Everyone in a segment, on a day at a time, once or again and again. Who is meant is settled at one instant for all: when it is that time
 * in the workspace's zone, or, in each person's zone, when it is that time in the first place on Earth. One run per day of the schedule.
 */
export type ScheduleStart = {
  readonly kind: "schedule";
  readonly segment: Id;
  readonly date: LocalDate;
  readonly at: string;
  readonly zone: "workspace" | "person";
  readonly repeat: {
    readonly every: number;
    readonly unit: "day" | "week" | "month";
    /** Its last possible day. */ readonly until: LocalDate | null;
  } | null;
};
const day = z.iso.date("must be a day such as 2026-12-24");
export const scheduleShape = z.strictObject({
  kind: z.literal("schedule"),
  segment: id,
  date: day,
  at: localTime,
  zone: z.enum(["workspace", "person"]),
  repeat: z
    .strictObject({ every: z.number().int().min(1).max(365), unit: z.enum(["day", "week", "month"]), until: day.nullable() })
    .nullable(),
});

/** A day as one writes it: le 1er décembre 2026, 1 December 2026. */
function written(date: LocalDate): Words {
  const at = Date.parse(date);
  if (Number.isNaN(at)) return { fr: date, en: date };
  const of = (language: string): string =>
    new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(at).replaceAll(" ", "\u00a0");
  return { fr: of("fr-FR").replace(/^1(?=\u00a0)/, "1er"), en: of("en-GB") };
}

const UNITS = {
  day: { fr: ["jour", "jours"], en: ["day", "days"], f: "tous les" },
  week: { fr: ["semaine", "semaines"], en: ["week", "weeks"], f: "toutes les" },
  month: { fr: ["mois", "mois"], en: ["month", "months"], f: "tous les" },
} as const;

export const schedule: StartKind<ScheduleStart> = {
  ...deaf,
  problems(start, catalogue) {
    const { repeat } = start;
    return [
      ...(catalogue.segments.has(start.segment)
        ? []
        : [
            {
              field: "segment",
              code: "unknown_segment",
              message: { fr: "Ce segment n’existe plus.", en: "This segment no longer exists." },
            },
          ]),
      ...(repeat?.until && repeat.until < start.date
        ? [
            {
              field: "repeat.until",
              code: "ends_before_start",
              message: { fr: "La répétition finit avant de commencer.", en: "The repetition ends before it begins." },
            },
          ]
        : []),
    ];
  },
  describe(start, names) {
    const name = names.segments.get(start.segment) ?? "…";
    const zone: Words = start.zone === "person" ? { fr: ", heure de chacun", en: ", in each person’s zone" } : { fr: "", en: "" };
    const { repeat } = start;
    const again: Words =
      repeat === null
        ? { fr: "", en: "" }
        : {
            fr: `, puis ${UNITS[repeat.unit].f} ${repeat.every > 1 ? `${repeat.every}\u00a0` : ""}${UNITS[repeat.unit].fr[1]}`,
            en: `, then every ${repeat.every > 1 ? `${repeat.every} ${UNITS[repeat.unit].en[1]}` : UNITS[repeat.unit].en[0]}`,
          };
    const until: Words = repeat?.until
      ? { fr: `, jusqu’au ${written(repeat.until).fr}`, en: `, until ${written(repeat.until).en}` }
      : { fr: "", en: "" };
    const date = written(start.date);
    return {
      fr: `«\u00a0${name}\u00a0», le ${date.fr} à ${start.at}${again.fr}${until.fr}${zone.fr}`,
      en: `“${name}”, ${date.en} at ${start.at}${again.en}${until.en}${zone.en}`,
    };
  },
};

// Where a day begins first and last.
const FIRST_ZONE = "Etc/GMT-14";
const LAST_ZONE = "Etc/GMT+12";

/** A day of a schedule and when its audience is settled. */
export interface Occurrence {
  readonly day: LocalDate;
  readonly at: Instant;
}

/**
 * The next day of a schedule: the first after `after` whose time has not passed everywhere by `now`. A month's day that a month lacks is
 * its last; the count begins at the first date, so that the 31st stays the 31st where there is one.
 */
export function nextOccurrence(start: ScheduleStart, zone: TimeZone, now: Instant, after: LocalDate | null): Occurrence | null {
  const first = Temporal.PlainDate.from(start.date);
  const { repeat } = start;
  const nth = (n: number) =>
    repeat === null || n === 0 ? first : first.add({ [`${repeat.unit}s`]: repeat.every * n }, { overflow: "constrain" });
  const passedDays = Math.max(0, (now - first.toZonedDateTime("UTC").epochMilliseconds) / DAY - 2);
  const longest = { day: 1, week: 7, month: 31 };
  for (let n = repeat === null ? 0 : Math.floor(passedDays / (repeat.every * longest[repeat.unit])); ; n++) {
    const date = nth(n);
    const text = date.toString();
    if (repeat?.until && text > repeat.until) return null;
    const last = localMoment(date, start.at, start.zone === "person" ? LAST_ZONE : zone);
    if (last >= now && (after === null || text > after))
      return { day: text, at: start.zone === "person" ? localMoment(date, start.at, FIRST_ZONE) : last };
    if (repeat === null) return null;
  }
}

/** When a person's turn comes on a day of a schedule. */
export const scheduledAt = (start: ScheduleStart, on: LocalDate, zone: TimeZone): Instant =>
  localMoment(Temporal.PlainDate.from(on), start.at, zone);
