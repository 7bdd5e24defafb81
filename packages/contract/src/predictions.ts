import { RFM_GROUPS } from "@relance/model/predictions";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "Customers' value";
const read = { role: "viewer", scope: "segments:read" } as const;
const write = { role: "editor", scope: "segments:write" } as const;
const count = z.number().int().min(0);
const day = z.iso.date();

export const rfmGroup = z.enum(RFM_GROUPS);
const bound = (most: number) => z.array(z.number().min(0).max(most)).length(4);
/** Four bounds per measure, never going down: at most the first number of days scores 5 in recency, more than the first order or amount scores 2. */
export const rfmBounds = z.strictObject({ recency: bound(36_500), frequency: bound(1e6), monetary: bound(1e12) });
export const predictionSettings = z.strictObject({
  /** Null for quintiles. */
  bounds: rfmBounds.nullable(),
  /** What one unit of another currency is worth in the workspace's own. */
  rates: z.record(z.string(), z.number().positive().max(1e6)),
});
export type PredictionSettings = z.infer<typeof predictionSettings>;

const point = z.object({ customers: count, expected: z.number(), actual: z.number() });
export const calibration = z.object({
  /** The last day the check knew, and how many days it then foresaw. */
  cut: day,
  days: count,
  customers: count,
  expected: z.number(),
  actual: z.number(),
  /** Mean absolute error per customer, in orders; and that of the plain guess "goes on as before". */
  error: z.number(),
  naiveError: z.number(),
  byRepeats: z.array(point.extend({ repeats: count })),
  tenths: z.array(point),
});
export type Calibration = z.infer<typeof calibration>;

export const predictionSummary = z.object({
  asOf: day,
  refreshedAt: instant,
  currency: z.string(),
  customers: count,
  repeaters: count,
  days: count,
  /** Why nothing is predicted; empty when it is. `fit`: the orders look like no customers the model knows. */
  refusal: z.array(z.object({ what: z.enum(["customers", "repeaters", "days", "fit"]), have: z.number(), need: z.number() })),
  /** BG/NBD; alpha in days. */
  orderModel: z.object({ r: z.number(), alpha: z.number(), a: z.number(), b: z.number(), logLikelihood: z.number() }).nullable(),
  /** Gamma-Gamma; gamma in the workspace's currency. */
  valueModel: z.object({ p: z.number(), q: z.number(), gamma: z.number(), logLikelihood: z.number(), customers: count }).nullable(),
  bounds: rfmBounds,
  /** All customers: orders expected in 90 days, value of the orders expected in 365. */
  orders90: z.number(),
  value365: z.number(),
  cells: z.array(z.object({ r: count, worth: count, group: rfmGroup, customers: count, spent: z.number() })),
  groups: z.array(z.object({ group: rfmGroup, customers: count, spent: z.number(), before: count })),
  moves: z.array(z.object({ from: rfmGroup.nullable(), to: rfmGroup, customers: count })),
  calibration: calibration.nullable(),
  leftOut: z.array(z.object({ currency: z.string(), orders: count })),
});
export type PredictionSummary = z.infer<typeof predictionSummary>;

export const predictionState = z.object({
  refresh: z
    .object({
      id,
      state: z.enum(["waiting", "running", "done", "failed", "cancelled"]),
      phase: z.enum(["gather", "fit", "write"]),
      /** 0 to 1. */ progress: z.number(),
      askedAt: instant,
      endedAt: instant.nullable(),
      error: z.string().nullable(),
    })
    .nullable(),
  summary: predictionSummary.nullable(),
  settings: predictionSettings,
});
export type PredictionState = z.infer<typeof predictionState>;

export const getPredictions = endpoint({
  method: "GET",
  path: "/api/predictions",
  tag,
  access: read,
  summary: "RFM groups, predictions, how well they were checked, and the refresh under way",
  response: predictionState,
});
export const refreshPredictions = endpoint({
  method: "POST",
  path: "/api/predictions/refresh",
  tag,
  access: write,
  summary: "Refresh now; it also happens every night at three",
  status: 202,
  response: z.object({ id }),
});
export const cancelRefresh = endpoint({
  method: "DELETE",
  path: "/api/predictions/refresh",
  tag,
  access: write,
  summary: "Cancel the refresh under way; what it wrote stays",
  response: z.object({ ok: z.literal(true) }),
});
export const changePredictionSettings = endpoint({
  method: "PUT",
  path: "/api/predictions/settings",
  tag,
  access: write,
  summary: "Bounds of RFM scores (null for quintiles) and rates of other currencies; used from the next refresh on",
  body: predictionSettings,
  response: predictionSettings,
});
export const rfmHistory = endpoint({
  method: "GET",
  path: "/api/predictions/history",
  tag,
  access: read,
  summary: "Sizes of RFM groups at each refresh, newest first",
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(400).default(60) }),
  response: z.object({ items: z.array(z.object({ at: instant, groups: z.array(z.object({ group: rfmGroup, customers: count })) })) }),
});

export const valuedCustomer = z.object({
  id,
  name: z.string(),
  email: z.string().nullable(),
  group: rfmGroup,
  before: rfmGroup.nullable(),
  orders: count,
  lastOn: day,
  spent: z.number(),
  alive: z.number().nullable(),
  value365: z.number().nullable(),
});
export type ValuedCustomer = z.infer<typeof valuedCustomer>;
const score = z.coerce.number().int().min(1).max(5).optional();
export const listValuedCustomers = endpoint({
  method: "GET",
  path: "/api/predictions/customers",
  tag,
  access: read,
  summary: "Customers of an RFM cell or group, or who moved from one group to another in 30 days; who spent most first",
  query: pageQuery.extend({ r: score, worth: score, group: rfmGroup.optional(), from: rfmGroup.optional() }),
  response: page(valuedCustomer),
});

const interval = z.tuple([z.number(), z.number()]);
export const contactPrediction = z.object({
  asOf: instant,
  currency: z.string(),
  orders: count,
  firstOn: day,
  lastOn: day,
  spent: z.number(),
  rfm: z.object({ r: count, f: count, m: count, group: rfmGroup, before: rfmGroup.nullable() }),
  /** Null while there is too little data. Intervals hold the true number four times out of five. */
  prediction: z
    .object({
      alive: z.number(),
      churn: z.number(),
      orders30: z.number(),
      orders90: z.number(),
      orders365: z.number(),
      orders365Between: interval,
      nextOrderOn: day.nullable(),
      value365: z.number().nullable(),
      value365Between: interval.nullable(),
      total: z.number().nullable(),
      totalBetween: interval.nullable(),
    })
    .nullable(),
});
export type ContactPrediction = z.infer<typeof contactPrediction>;
export const predictionOfContact = endpoint({
  method: "GET",
  path: "/api/contacts/:id/predictions",
  tag,
  access: read,
  summary: "A contact's RFM scores and predictions; null for a contact without orders",
  params: idParams,
  response: z.object({ value: contactPrediction.nullable() }),
});
