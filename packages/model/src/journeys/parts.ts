import { z } from "zod";
import { propertyFilter } from "../rules/index.ts";
import type { Span } from "../time/index.ts";

/** Pieces that starts and steps are made of. */

/** A step's own id inside its graph: a literal that never changes, `stp_…`. */
export type StepId = string;

export interface StepBase {
  readonly id: StepId;
  readonly name: string;
  readonly exits: Readonly<Record<string, StepId | null>>;
}

export const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "must be an id");
export const stepId = z.string().regex(/^stp_[a-z0-9]{1,20}$/, "must be a step id such as stp_7fq");
export const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 09:00");
export const eventName = z.string().min(1).max(200);
export const property = z.string().min(1).max(200);
export const span: z.ZodType<Span> = z
  .strictObject({ n: z.number().int().min(1).max(5_000_000), unit: z.enum(["minute", "hour", "day", "week", "month", "year"]) })
  .refine(
    ({ n, unit }) => n <= { minute: 5_256_000, hour: 87_600, day: 3_650, week: 520, month: 120, year: 10 }[unit],
    "must be at most ten years",
  );
export const filters = z.array(propertyFilter).max(20);
export const weekdays = z.array(z.number().int().min(1).max(7)).max(7);
/** Days before (negative) or after. */
export const offsetDays = z.number().int().min(-366).max(366);
export const exitName = z.string().regex(/^p[a-z0-9]{1,10}$/, "must be an exit such as p1");
export const stepBase = {
  id: stepId,
  name: z.string().max(200),
  exits: z.record(z.string().regex(/^[a-z][a-z0-9_]{0,19}$/), stepId.nullable()),
};
