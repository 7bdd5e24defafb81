import { z } from "zod";
import { PREDICTION_FIELDS, RFM_PARTS } from "./value.ts";
import type { Comparison, PropertyFilter, Rule, Span, StoredRule, Window } from "./rule.ts";

const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "must be an id");
const name = z.string().min(1).max(200);
const text = z.string().max(500);
const finite = z.number().min(-1e15).max(1e15);
const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

const span: z.ZodType<Span> = z.strictObject({ n: z.number().int().min(1).max(1_000_000), unit: z.enum(["minute", "hour", "day", "week", "month", "year"]) })
  .refine(({ n, unit }) => n <= { minute: 5e7, hour: 876_000, day: 36_500, week: 5_200, month: 1_200, year: 100 }[unit], "must be at most 100 years");

export const comparison: z.ZodType<Comparison> = z.discriminatedUnion("op", [
  z.strictObject({ op: z.enum(["set", "unset"]) }),
  z.strictObject({ op: z.enum(["eq", "ne"]), value: z.union([text, finite, z.boolean()]) }),
  z.strictObject({ op: z.enum(["in", "not_in"]), values: z.array(z.union([text, finite])).min(1).max(1_000) }),
  z.strictObject({ op: z.enum(["contains", "not_contains", "starts_with", "ends_with"]), value: text.min(1) }),
  z.strictObject({ op: z.enum(["gt", "gte", "lt", "lte"]), value: finite }),
  z.strictObject({ op: z.literal("between"), from: finite, to: finite }),
  z.strictObject({ op: z.enum(["within_last", "not_within_last", "within_next"]), span }),
  z.strictObject({ op: z.enum(["before", "after"]), at: moment }),
]);

export const propertyFilter: z.ZodType<PropertyFilter> = z.strictObject({ property: name, is: comparison });

export const window: z.ZodType<Window> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ever") }),
  z.strictObject({ kind: z.literal("last"), span }),
  z.strictObject({ kind: z.literal("since"), at: moment }),
  z.strictObject({ kind: z.literal("between"), from: moment, to: moment }),
  z.strictObject({ kind: z.literal("since_entry") }),
]);

const measure = z.discriminatedUnion("of", [
  z.strictObject({ of: z.literal("count") }),
  z.strictObject({ of: z.enum(["sum", "avg", "min", "max"]), property: name }),
  z.strictObject({ of: z.enum(["first", "last"]), property: name.nullable() }),
]);

/** Shape only; what a rule means to its workspace is judged by `problems`. */
export const rule: z.ZodType<Rule> = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.enum(["all", "any", "none"]), of: z.array(rule).max(100) }),
    z.strictObject({ kind: z.literal("attribute"), attribute: name, is: comparison }),
    z.strictObject({ kind: z.literal("event"), event: name, where: z.array(propertyFilter).max(20), window, measure, is: comparison }),
    z.strictObject({ kind: z.literal("rfm"), part: z.enum(RFM_PARTS), is: comparison }),
    z.strictObject({ kind: z.literal("prediction"), field: z.enum(PREDICTION_FIELDS), is: comparison }),
    z.strictObject({ kind: z.literal("group"), group: id, member: z.boolean() }),
    z.strictObject({ kind: z.literal("segment"), segment: id, member: z.boolean() }),
    z.strictObject({ kind: z.literal("consent"), channel: z.enum(["email", "sms", "push"]), topic: z.string().max(100), granted: z.boolean() }),
  ]),
).meta({ id: "Rule" }) as z.ZodType<Rule>;

export const storedRule: z.ZodType<StoredRule> = z.strictObject({ version: z.literal(1), root: rule });

/** A stored rule of any released version, in today's form. @throws when its version is not known */
export function upgrade(stored: unknown): StoredRule {
  const version = (stored as { version?: unknown } | null)?.version;
  if (version !== 1) throw new Error(`A stored rule has version ${JSON.stringify(version)}; this release knows 1`);
  return storedRule.parse(stored);
}
