import { DAY, type Instant } from "../base/index.ts";
import { distinctNeeds, needKey, type Alike, type Holdings, type Need } from "./need.ts";

/** From this share of people on, a field counts as known of everyone. */
export const ENOUGH = 0.9;
/** Events silent for longer than this no longer arrive, unless a need says otherwise. */
export const SILENT_DAYS = 30;

export interface Measured {
  readonly need: Need;
  readonly met: "yes" | "partly" | "no";
  /** Of all people, 0 to 1; null for what is there or not. */
  readonly share: number | null;
  /** When it was last heard of. */
  readonly at: Instant | null;
  /** Why it is not met: never there, or silent for too long. */
  readonly why: "absent" | "silent" | null;
}

export interface Verdict {
  /** `all`: for everyone; `some`: for `people`; `not_yet`: an essential part is missing. */
  readonly ready: "all" | "some" | "not_yet";
  /** How many have everything essential that is known person by person, were the rest there. */
  readonly people: number;
  readonly of: number;
  readonly needs: readonly Measured[];
}

/** The field of people that a need asks for; null when it is no matter of each person. */
export function fieldOf(need: Need): string | null {
  return need.of === "attribute" ? need.attribute : need.of === "consent" ? `consent:${need.channel}` : null;
}

const total = (people: readonly Alike[]): number => people.reduce((sum, one) => sum + one.n, 0);

/** Whether a workspace's data is enough for what a journey needs: for all, for so many, or not yet because of what is missing. */
export function judge(needs: readonly Need[], held: Holdings, now: Instant): Verdict {
  const of = total(held.people);
  const measured = distinctNeeds(needs).map((need) => measure(need, held, of, now));
  const essential = measured.filter((one) => one.need.essential !== false);
  const fields = essential.flatMap((one) => fieldOf(one.need) ?? []);
  const people = total(held.people.filter((one) => fields.every((field) => one.fields.has(field))));
  const lacking = essential.some((one) => one.met === "no") || (fields.length > 0 && people === 0);
  return { ready: lacking ? "not_yet" : people >= of * ENOUGH ? "all" : "some", people, of, needs: measured };
}

function measure(need: Need, held: Holdings, of: number, now: Instant): Measured {
  if (need.of === "event") {
    const at = [need.event, ...(need.or ?? [])].reduce<Instant | null>(
      (latest, name) => (held.events.has(name) ? Math.max(latest ?? -Infinity, held.events.get(name)!) : latest),
      null,
    );
    const silent = at !== null && now - at > (need.within ?? SILENT_DAYS) * DAY;
    return { need, met: at === null || silent ? "no" : "yes", share: null, at, why: at === null ? "absent" : silent ? "silent" : null };
  }
  const field = fieldOf(need);
  if (field !== null) {
    const n = total(held.people.filter((one) => one.fields.has(field)));
    const share = of === 0 ? 0 : n / of;
    return {
      need,
      met: n === 0 ? "no" : share < ENOUGH ? "partly" : "yes",
      share,
      at: held.heard.get(field) ?? null,
      why: n === 0 ? "absent" : null,
    };
  }
  const there =
    need.of === "template"
      ? need.template !== null && held.templates.has(need.template)
      : held[need.of as "website" | "catalogue" | "stores" | "coupons"];
  return { need, met: there ? "yes" : "no", share: null, at: null, why: there ? null : "absent" };
}

/** What would have to be mended before a journey may start: the essential needs that nothing meets. */
export const lacks = (verdict: Verdict): string[] =>
  verdict.needs.filter((one) => one.met === "no" && one.need.essential !== false).map((one) => needKey(one.need));
