import type { Words } from "../base/index.ts";
import type { Step } from "../journeys/index.ts";
import type { Span } from "../time/index.ts";
import { say } from "../flows/place.ts";
import type { Happening } from "./campaign.ts";

type Wait = Extract<Step, { kind: "wait" }>;
export const wait = (id: string, until: Wait["until"]): Step => ({ id, name: "", exits: {}, kind: "wait", until });

const MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000, month: 30 * 86_400_000, year: 365 * 86_400_000 } as const;
/** How long after its parent an event comes, about; 0: at once. */
export const delayMs = ({ mode, every }: Happening): number => (mode === "interval" ? every.n * MS[every.unit] : 0);

/** A length of time in the largest unit that says it. */
export function spanOf(ms: number): Span {
  const unit = (["day", "hour", "minute"] as const).find((one) => ms % MS[one] === 0) ?? "minute";
  return { n: Math.max(1, Math.round(ms / MS[unit])), unit };
}

/** What an event waits for before it comes. @param waited what has been waited since its parent already, in ms */
export function waitsOf(one: Happening, id: () => string, waited = 0): { steps: Step[]; remarks: Words[] } {
  const zone =
    one.hour !== "" || one.from !== "" ? [say("Hours are each contact’s own.", "Les heures sont celles de chaque contact.")] : [];
  if (one.mode === "date") {
    const day = /^\d{4}-\d{2}-\d{2}/.exec(one.date)?.[0];
    const at = /[T ](\d{2}:\d{2})/.exec(one.date)?.[1] ?? "09:00";
    return day === undefined
      ? { steps: [], remarks: [say("Its date could not be read.", "Sa date n’a pas pu être lue.")] }
      : { steps: [wait(id(), { of: "date", field: day, days: 0, at, past: "go" })], remarks: [] };
  }
  if (one.mode !== "interval")
    return {
      steps: [],
      remarks:
        one.mode === "optimized"
          ? [
              say(
                "The best time for each is the setting “best hour” of the journey here.",
                "La meilleure heure pour chacun est ici le réglage «\u00a0meilleure heure\u00a0» du scénario.",
              ),
            ]
          : [],
    };
  const { n, unit } = one.every;
  const rest = delayMs(one) - waited;
  const daily = one.hour !== "" && unit === "day" && waited === 0 && n <= 366;
  const length: Step[] = daily || rest <= 0 ? [] : [wait(id(), { of: "duration", span: waited === 0 ? { n, unit } : spanOf(rest) })];
  const weekdays = one.weekdays.length === 7 ? [] : one.weekdays;
  const then: Step[] =
    one.hour !== ""
      ? [wait(id(), { of: "local", days: daily ? n : 0, at: one.hour, weekdays })]
      : one.from !== "" && one.to !== "" && one.from !== one.to
        ? [wait(id(), { of: "window", from: one.from, to: one.to, weekdays })]
        : weekdays.length > 0
          ? [wait(id(), { of: "window", from: "00:00", to: "23:59", weekdays })]
          : [];
  return { steps: [...length, ...then], remarks: zone };
}
