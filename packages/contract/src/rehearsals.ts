import { graph } from "@relance/model/journeys";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { whyNot } from "./journeys.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "Rehearsals";
const read = { role: "viewer", scope: "journeys:read" } as const;
const write = { role: "editor", scope: "journeys:write" } as const;
const count = z.number().int().min(0);

const pressure = z.object({
  messages: count,
  people: count,
  /** People by the most messages they got within `days` days: the first number is those who got one. */
  most: z.array(count),
  /** People who got more than `limit` within `days` days. */
  above: count,
});
const within = z.object({ low: count, high: count });
const result = z.object({
  /** Only some of the contacts were played so far: every number is said of all of them, between these bounds in 95 of 100 cases. Absent: all were. */
  estimate: z.object({ contacts: count, of: count, entries: within, people: within, sent: within }).optional(),
  entries: count,
  people: count,
  recipients: count,
  /** Runs whose path is told: all, or some spread over the period. Absent while more are being played. */
  paths: count.optional(),
  /** Messages the journey asked for; `ledger` says what became of each and adds up to it. */
  planned: count,
  sent: count,
  channels: z.record(z.string(), count),
  ledger: z.array(z.object({ state: z.string(), reason: z.string(), n: count })),
  /** Messages that had to wait at the gate, whatever became of them. */
  held: z.array(z.object({ reason: z.string(), n: count })),
  steps: z.array(z.object({ step: z.string(), planned: count, sent: count })),
  /** How runs ended; `waiting` are those still inside at the end of the period. */
  ends: z.array(z.object({ state: z.string(), outcome: z.string().nullable(), n: count })),
  /** By day of the workspace's zone: entries, and messages per channel. */
  days: z.array(z.object({ day: z.string(), entries: count, sent: z.record(z.string(), count) })),
  /** Marketing messages of everything: `before` as they really went out, `after` with this journey as rehearsed. */
  pressure: z.object({ days: count, limit: count, isCap: z.boolean(), before: pressure, after: pressure }),
  /** `basis`: what the rate was counted from: this journey's own messages, those of the workspace's journeys, or a published average. */
  expected: z.object({
    basis: z.enum(["own", "workspace", "published"]),
    messages: count,
    orders: count,
    days: count,
    rate: z.number(),
    orderValue: z.number().nullable(),
    currency: z.string(),
    conversions: z.object({ expected: count, low: count, high: count }),
    revenue: z.number().nullable(),
  }),
  /** What cannot be known of the past, or was taken otherwise than it was. */
  notes: z.array(z.object({ code: z.string(), n: count })),
  /** Time moved in strides of at least so many milliseconds, `halts` of them; 0: at every single moment. */
  strideMs: count,
  halts: count,
  news: count,
  contacts: count,
  tookMs: count,
});
export type RehearsalResult = z.infer<typeof result>;

const summary = z.object({
  id,
  journey: id,
  name: z.string(),
  state: z.enum(["waiting", "running", "done", "failed", "cancelled"]),
  from: instant,
  until: instant,
  askedAt: instant,
  endedAt: instant.nullable(),
  /** Share done, 0 to 1, and the moment of the past it stands at. */
  done: z.number().min(0).max(1),
  at: instant.nullable(),
  error: z.string().nullable(),
  other: z.object({ kind: z.enum(["live", "journey"]), journey: id, name: z.string(), version: z.number().int().nullable() }).nullable(),
});
export type RehearsalSummary = z.infer<typeof summary>;
const full = summary.extend({
  graph,
  result: result.nullable(),
  otherResult: result.nullable(),
  /** People who would enter both, only this, only the other. */
  shared: z.object({ both: count, onlyThis: count, onlyOther: count }).nullable(),
});
export type Rehearsal = z.infer<typeof full>;

const days = z.number().int().min(1).max(365);
export const startRehearsal = endpoint({
  method: "POST",
  path: "/api/journeys/:id/rehearsals",
  tag,
  access: write,
  status: 201,
  params: idParams,
  response: full,
  summary:
    "Rehearse the draft over the last days, as a job: nothing is sent, nothing changes. `against`: also the live version, or another journey's draft, over the same days",
  body: z.strictObject({ days: days.default(30), against: z.union([z.literal("live"), id]).optional() }),
});
export const listRehearsals = endpoint({
  method: "GET",
  path: "/api/journeys/:id/rehearsals",
  tag,
  access: read,
  summary: "Rehearsals of a journey, latest first; kept thirty days",
  params: idParams,
  response: z.object({ items: z.array(summary) }),
});
export const getRehearsal = endpoint({
  method: "GET",
  path: "/api/rehearsals/:id",
  tag,
  access: read,
  summary: "One rehearsal: how far it is, and what it found; of many people an estimate first",
  params: idParams,
  response: full,
});
export const cancelRehearsal = endpoint({
  method: "POST",
  path: "/api/rehearsals/:id/cancel",
  tag,
  access: write,
  summary: "Stop a rehearsal that waits or runs; an estimate it came to is kept",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});

const visit = z.object({
  step: z.string(),
  arrivedAt: instant,
  leftAt: instant.nullable(),
  exit: z.string().nullable(),
  reason: z.record(z.string(), z.unknown()),
});
const send = z.object({
  step: z.string(),
  visit: count,
  channel: z.string(),
  template: id,
  state: z.string(),
  reason: z.string().nullable(),
  at: instant,
  checks: z.unknown(),
});
const person = z.object({
  place: count,
  run: id,
  contact: id,
  contactName: z.string(),
  contactEmail: z.string().nullable(),
  enteredAt: instant,
  endedAt: instant.nullable(),
  state: z.string(),
  outcome: z.string().nullable(),
  key: z.string(),
  /** What started the run: kind, and the event if one did. */
  start: z.record(z.string(), z.unknown()),
  visits: z.array(visit),
  sends: z.array(send),
});
export type RehearsedPerson = z.infer<typeof person>;
/** `became`: only those of whom a message was `accepted`, or held, skipped or failed for this reason. `ended`: outcome or state of the run. */
export const rehearsedPeople = endpoint({
  method: "GET",
  path: "/api/rehearsals/:id/people",
  tag,
  access: read,
  summary: "The people of a rehearsal with their whole path and its reasons, in the order of entry",
  params: idParams,
  query: pageQuery.extend({ became: z.string().max(100).optional(), ended: z.string().max(100).optional(), contact: id.optional() }),
  response: page(person),
});

/** The same question as `GET /api/journeys/:id/why`, asked of a moment of the past, with what was known then. */
export const whyNotThen = endpoint({
  method: "GET",
  path: "/api/journeys/:id/why-then",
  tag,
  access: write,
  summary:
    "Why a contact was, or was not, in a journey at a moment of the past: version, pauses, runs, events, fields, consents and segments as they stood",
  params: idParams,
  query: z.strictObject({ contact: id, at: instant }),
  response: whyNot.response,
});

const fieldName = z.string().min(1).max(200);
const happening = z.discriminatedUnion("does", [
  z.strictObject({
    at: instant,
    does: z.literal("event"),
    event: z.string().min(1).max(200),
    properties: z.record(z.string().max(200), z.unknown()).default({}),
    amount: z.number().min(-1e9).max(1e9).optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
  }),
  /** Starts it in the journey as a program or a person would. */
  z.strictObject({ at: instant, does: z.literal("enters") }),
  /** Opens, clicks or leaves by the latest message. */
  z.strictObject({ at: instant, does: z.enum(["opens", "clicks", "leaves"]) }),
  z.strictObject({
    at: instant,
    does: z.literal("sets"),
    field: fieldName,
    value: z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]),
  }),
  z.strictObject({
    at: instant,
    does: z.literal("consents"),
    channel: z.enum(["email", "sms", "push"]),
    topic: z.string().max(100).default(""),
    state: z.enum(["granted", "withdrawn"]),
  }),
]);
export type Happening = z.infer<typeof happening>;
const moment = z.object({
  at: instant,
  /** `did`: what the person does. `entered`, `arrived`, `waits`, `left`, `ended`: the run. `planned`, `held`, `sent`, `skipped`, `failed`: a message. `refused`: it did not enter, and why. */
  kind: z.enum(["did", "entered", "arrived", "waits", "left", "ended", "planned", "held", "sent", "skipped", "failed", "refused"]),
  step: z.string().nullable(),
  facts: z.record(z.string(), z.unknown()),
});
export type WalkMoment = z.infer<typeof moment>;
export const walkThrough = endpoint({
  method: "POST",
  path: "/api/journeys/:id/walk",
  tag,
  access: write,
  params: idParams,
  summary:
    "Walk one contact, real or invented, through the draft with the clock sped up: each decision with its facts. Nothing is stored; asked again with one more happening, what came before is the same",
  body: z.strictObject({
    /** A real contact as it was at `from`, or an invented one. */
    contact: id.optional(),
    invented: z
      .strictObject({
        agrees: z
          .array(z.enum(["email", "sms", "push"]))
          .max(3)
          .default(["email"]),
        values: z.record(fieldName, z.union([z.string().max(2_000), z.number(), z.boolean()])).default({}),
      })
      .optional(),
    from: instant.optional(),
    days: z.number().int().min(1).max(400).default(30),
    /** Also what the real contact did since `from`. */
    recorded: z.boolean().default(false),
    happenings: z.array(happening).max(50).default([]),
  }),
  response: z.object({
    from: instant,
    until: instant,
    contact: z.object({ id: id.nullable(), name: z.string(), email: z.string().nullable(), zone: z.string() }),
    moments: z.array(moment),
    /** Where it stands at the end; null when it is in the journey no more, or never was. */
    waiting: z.object({ step: z.string(), until: instant.nullable(), listens: z.array(z.string()) }).nullable(),
  }),
});
export type Walk = z.infer<typeof walkThrough.response>;
