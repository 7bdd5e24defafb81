import { z } from "zod";
import { PREDICTION_FIELDS, RFM_PARTS } from "./value.ts";
import {
  CALENDAR_UNITS,
  CONSENT_REASONS,
  MESSAGE_HAPPENINGS,
  type Comparison,
  type PropertyFilter,
  type Rule,
  type Span,
  type StoredRule,
  type Window,
} from "./rule.ts";
import type { ExactSpan } from "../time/index.ts";

const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "must be an id");
const name = z.string().min(1).max(200);
const text = z.string().max(500);
const finite = z.number().min(-1e15).max(1e15);
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const span: z.ZodType<Span> = z
  .strictObject({ n: z.number().int().min(1).max(1_000_000), unit: z.enum(["minute", "hour", "day", "week", "month", "year"]) })
  .refine(
    ({ n, unit }) => n <= { minute: 5e7, hour: 876_000, day: 36_500, week: 5_200, month: 1_200, year: 100 }[unit],
    "must be at most 100 years",
  );

const exactSpan: z.ZodType<ExactSpan> = z
  .strictObject({ n: z.number().int().min(1).max(1_000_000), unit: z.enum(["minute", "hour", "day", "week"]) })
  .refine(({ n, unit }) => n <= { minute: 1_576_800, hour: 26_280, day: 1_095, week: 156 }[unit], "must be at most three years");
const zone = z.enum(["workspace", "contact"]);
const days = z.number().int().min(-180).max(180);

export const comparison: z.ZodType<Comparison> = z.discriminatedUnion("op", [
  z.strictObject({ op: z.enum(["set", "unset"]) }),
  z.strictObject({ op: z.enum(["eq", "ne"]), value: z.union([text, finite, z.boolean()]) }),
  z.strictObject({
    op: z.enum(["in", "not_in"]),
    values: z
      .array(z.union([text, finite]))
      .min(1)
      .max(1_000),
  }),
  z.strictObject({ op: z.enum(["contains", "not_contains", "starts_with", "ends_with"]), value: text.min(1) }),
  z.strictObject({ op: z.enum(["gt", "gte", "lt", "lte"]), value: finite }),
  z.strictObject({ op: z.literal("between"), from: finite, to: finite }),
  z.strictObject({ op: z.enum(["within_last", "not_within_last", "within_next"]), span }),
  z.strictObject({ op: z.enum(["before", "after"]), at: moment }),
  z.strictObject({ op: z.enum(["ago", "ahead"]), least: span, most: span.nullable() }),
  z.strictObject({ op: z.literal("calendar"), unit: z.enum(CALENDAR_UNITS), back: z.number().int().min(-100).max(100), zone }),
  z.strictObject({ op: z.literal("anniversary"), from: days, to: days, zone }),
  z.strictObject({ op: z.literal("month"), month: z.union([z.number().int().min(1).max(12), z.enum(["last", "this", "next"])]), zone }),
  z.strictObject({ op: z.literal("like"), value: text.min(1) }),
  z.strictObject({ op: z.literal("size"), from: z.number().int().min(0).max(1e6), to: z.number().int().min(0).max(1e6) }),
]);

export const propertyFilter: z.ZodType<PropertyFilter> = z.strictObject({ property: name, is: comparison });

export const window: z.ZodType<Window> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ever") }),
  z.strictObject({ kind: z.literal("last"), span }),
  z.strictObject({ kind: z.literal("since"), at: moment, zone: zone.optional() }),
  z.strictObject({ kind: z.literal("between"), from: moment, to: moment, zone: zone.optional() }),
  z.strictObject({ kind: z.literal("ago"), least: span, most: span.nullable() }),
  z.strictObject({ kind: z.literal("calendar"), unit: z.enum(CALENDAR_UNITS), back: z.number().int().min(0).max(100), zone }),
  z.strictObject({ kind: z.literal("since_entry") }),
]);

const measure = z.discriminatedUnion("of", [
  z.strictObject({ of: z.literal("count") }),
  z.strictObject({ of: z.enum(["sum", "avg", "min", "max", "distinct"]), property: name }),
  z.strictObject({ of: z.enum(["first", "last"]), property: name.nullable() }),
]);

const pattern = { event: name, where: z.array(propertyFilter).max(20) };
const channel = z.enum(["email", "sms", "push"]);
const when = window.optional();
const degrees = (most: number) => z.number().min(-most).max(most);

/** Characters of a query. */
export const SQL_LONGEST = 20_000;

/** Shape only; what a rule means to its workspace is judged by `problems`. */
export const rule: z.ZodType<Rule> = z
  .lazy(() =>
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.enum(["all", "any", "none"]), of: z.array(rule).max(100) }),
      z.strictObject({ kind: z.literal("attribute"), attribute: name, is: comparison, when }),
      z.strictObject({ kind: z.literal("event"), ...pattern, window, measure, is: comparison }),
      z.strictObject({
        kind: z.literal("sequence"),
        first: z.strictObject(pattern),
        window,
        steps: z
          .array(z.strictObject({ ...pattern, within: exactSpan, happened: z.boolean() }))
          .min(1)
          .max(5),
      }),
      z.strictObject({
        kind: z.literal("message"),
        what: z.enum(MESSAGE_HAPPENINGS),
        channel: channel.nullable(),
        journey: id.nullable(),
        template: id.nullable(),
        link: z.string().max(500),
        by: z.enum(["human", "machine", "any"]),
        window,
        is: comparison,
      }),
      z.strictObject({
        kind: z.literal("affinity"),
        ...pattern,
        window,
        property: name,
        value: z.union([text, finite, z.boolean()]),
        by: z.union([z.strictObject({ share: z.number().min(0).max(100) }), z.strictObject({ top: z.number().int().min(1).max(100) })]),
        least: z.number().int().min(0).max(10_000),
      }),
      z.strictObject({
        kind: z.literal("distance"),
        to: z.union([z.strictObject({ latitude: degrees(90), longitude: degrees(180) }), z.strictObject({ store: id.nullable() })]),
        km: z.number().min(0).max(20_100),
        within: z.boolean(),
      }),
      z.strictObject({ kind: z.literal("sample"), percent: z.number().min(0).max(100), seed: z.string().max(100) }),
      z.strictObject({
        kind: z.literal("object"),
        object: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must be the key of a type of objects"),
        where: z.array(propertyFilter).max(20),
        is: comparison,
      }),
      z.strictObject({ kind: z.literal("sql"), query: z.string().min(1).max(SQL_LONGEST), answer: id }),
      z.strictObject({ kind: z.literal("rfm"), part: z.enum(RFM_PARTS), is: comparison }),
      z.strictObject({ kind: z.literal("prediction"), field: z.enum(PREDICTION_FIELDS), is: comparison }),
      z.strictObject({ kind: z.literal("group"), group: id, member: z.boolean(), when }),
      z.strictObject({ kind: z.literal("segment"), segment: id, member: z.boolean(), when }),
      z.strictObject({
        kind: z.literal("consent"),
        channel,
        topic: z.string().max(100),
        granted: z.boolean(),
        reason: z.enum(CONSENT_REASONS).optional(),
        when,
      }),
    ]),
  )
  .meta({ id: "Rule" }) as z.ZodType<Rule>;

export const storedRule: z.ZodType<StoredRule> = z.strictObject({ version: z.literal(1), root: rule });

/** A stored rule of any released version, in today's form. @throws when its version is not known */
export function upgrade(stored: unknown): StoredRule {
  const version = (stored as { version?: unknown } | null)?.version;
  if (version !== 1) throw new Error(`A stored rule has version ${JSON.stringify(version)}; this release knows 1`);
  return storedRule.parse(stored);
}
