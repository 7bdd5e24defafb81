import { list, map, number, text, type Json } from "../flows/place.ts";

/** An event of a campaign, in one form whether it comes from an export (`event_type`) or from the API (`eventType`). */
export interface Happening {
  readonly id: string;
  readonly name: string;
  /** `email.send`, `lead.field_value`… */
  readonly type: string;
  readonly kind: "action" | "condition" | "decision";
  readonly parent: string | null;
  readonly path: "yes" | "no";
  readonly order: number;
  readonly properties: Json;
  readonly channelId: string;
  readonly mode: string;
  readonly every: { readonly n: number; readonly unit: "minute" | "hour" | "day" | "month" | "year" };
  readonly date: string;
  readonly hour: string;
  readonly from: string;
  readonly to: string;
  readonly weekdays: readonly number[];
}

const UNITS = { i: "minute", h: "hour", d: "day", m: "month", y: "year" } as const;
const either = (one: Json, ...names: readonly string[]): unknown =>
  names.map((name) => one[name]).find((value) => value !== undefined && value !== null);

export function happeningsOf(definition: Json): readonly Happening[] {
  return rows(definition, "campaign_event", "campaign_events", "events")
    .slice(0, 200)
    .map((one): Happening => {
      const kind = text(either(one, "event_type", "eventType"));
      const unit = text(either(one, "trigger_interval_unit", "triggerIntervalUnit")) as keyof typeof UNITS;
      return {
        id: text(one["id"]),
        name: text(one["name"]).slice(0, 200),
        type: text(one["type"]),
        kind: kind === "condition" || kind === "decision" ? kind : "action",
        parent: text(one["parent_id"]) || text(map(one["parent"])["id"]) || text(one["parent"]) || null,
        path: text(either(one, "decisionPath", "decision_path")) === "no" ? "no" : "yes",
        order: number(either(one, "event_order", "order")),
        properties: map(one["properties"]),
        channelId: text(either(one, "channel_id", "channelId")),
        mode: text(either(one, "trigger_mode", "triggerMode")),
        every: {
          n: Math.max(0, Math.round(Number(text(either(one, "trigger_interval", "triggerInterval"))) || 0)),
          unit: UNITS[unit] ?? "day",
        },
        date: text(either(one, "trigger_date", "triggerDate")),
        hour: clock(either(one, "trigger_hour", "triggerHour")),
        from: clock(either(one, "triggerRestrictedStartHour", "trigger_restricted_start_hour")),
        to: clock(either(one, "triggerRestrictedStopHour", "trigger_restricted_stop_hour")),
        // 0 is Sunday there.
        weekdays: [
          ...new Set(
            list(either(one, "triggerRestrictedDaysOfWeek", "trigger_restricted_dow"))
              .map(Number)
              .filter((day) => day >= 0 && day <= 7)
              .map((day) => (day === 0 ? 7 : day)),
          ),
        ].sort(),
      };
    });
}

/** Hours as `09:00`, `09:00:00` or inside a moment. */
const clock = (value: unknown): string => /(?:^|T| )([01]\d|2[0-3]):[0-5]\d/.exec(text(value))?.[0].trim().replace(/^T/, "") ?? "";

/** Objects of one kind, whatever the file calls it, in a list or by their ids. */
export function rows(definition: Json, ...names: readonly string[]): readonly Json[] {
  const found = names.map((name) => definition[name]).find((value) => value !== undefined);
  return (Array.isArray(found) ? found : Object.values(map(found))).map(map).filter((one) => text(one["id"]) !== "");
}

/** Segments that bring contacts in, and forms; an export tells them by what depends on the campaign. */
export function sourcesOf(definition: Json): { readonly segments: readonly string[]; readonly forms: readonly string[] } {
  const campaign = text(rows(definition, "campaign", "campaigns")[0]?.["id"]);
  const told = (kind: string): string[] =>
    list(definition["dependencies"])
      .flatMap((group) => list(map(group)[kind]))
      .map(map)
      .filter((one) => text(one["campaign"]) === campaign && one["campaign_event"] === undefined)
      .map((one) => text(one[kind]));
  const of = (kind: string, names: readonly string[], inside: readonly string[]): string[] => {
    const known = told(kind);
    return known.length > 0
      ? [...new Set(known)]
      : rows(definition, ...names)
          .map((one) => text(one["id"]))
          .filter((id) => !inside.includes(id));
  };
  const used = happeningsOf(definition).flatMap(({ properties }) =>
    [...list(properties["addToLists"]), ...list(properties["removeFromLists"]), ...list(properties["segments"])].map(text),
  );
  const asked = happeningsOf(definition).flatMap(({ properties }) => list(properties["forms"]).map(text));
  return { segments: of("lists", SEGMENTS, used), forms: of("forms", FORMS, asked) };
}

export const SEGMENTS = ["lists", "segments", "segment"] as const;
export const FORMS = ["forms", "form"] as const;
export const EMAILS = ["emails", "email"] as const;
export const TEXTS = ["sms", "smses"] as const;
export const nameOf = (definition: Json, kinds: readonly string[], id: string): string =>
  text(rows(definition, ...kinds).find((one) => text(one["id"]) === id)?.["name"]);
export const tagKey = (tag: string): string => `tag ${tag}`;
/** Tags of an event, with the `-` some versions put before those that are taken away. */
export const tagsOf = (value: unknown): string[] =>
  list(value)
    .map((one) => (text(one) || text(map(one)["tag"])).replace(/^-/, ""))
    .filter((one) => one !== "");
