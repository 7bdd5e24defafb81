import { HOLIDAY_PLACES } from "@relance/model/calendar";
import { CONSENT_BASES, CONSENT_CHANNELS, CONSENT_STATES, SUPPRESSION_REASONS } from "@relance/model/consent";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "compliance";
const readContacts = { role: "viewer", scope: "contacts:read" } as const;
const writeContacts = { role: "editor", scope: "contacts:write" } as const;
const channel = z.enum(CONSENT_CHANNELS);
const topicKey = z
  .string()
  .max(64)
  .regex(/^([a-z0-9][a-z0-9_-]*)?$/, "must be the key of a topic, or empty for all");
const day = z.iso.date();

export const consentRow = z.object({
  channel: z.string(),
  topic: z.string(),
  state: z.enum(CONSENT_STATES),
  basis: z.string(),
  changedAt: instant,
  expiresOn: day.nullable(),
});
export type ConsentRow = z.infer<typeof consentRow>;
/** One line of the proof ledger: never changed, never removed. */
export const consentProof = consentRow.omit({ changedAt: true }).extend({
  id,
  occurredAt: instant,
  source: z.string(),
  wording: z.string().nullable(),
  language: z.string().nullable(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  recordedBy: z.string(),
  /** What it was said by: the message, the form, the step. */
  evidence: z.record(z.string(), z.unknown()),
});
export const contactConsents = z.object({ consents: z.array(consentRow), proofs: z.array(consentProof) });
export type ContactConsents = z.infer<typeof contactConsents>;

export const getConsents = endpoint({
  method: "GET",
  path: "/api/contacts/:id/consents",
  tag,
  access: readContacts,
  summary: "What a contact agreed to and refused, with the proofs, newest first",
  params: idParams,
  response: contactConsents,
});
export const recordConsent = endpoint({
  method: "POST",
  path: "/api/contacts/:id/consents",
  tag,
  access: writeContacts,
  summary: "Record that a contact agreed, withdrew or objected",
  params: idParams,
  body: z.strictObject({
    channel,
    topic: topicKey.default(""),
    state: z.enum(CONSENT_STATES),
    basis: z.enum(CONSENT_BASES).default("express"),
    /** When it was said; not in the future. Now when absent. */
    occurredAt: instant.optional(),
    /** Where it was said: a form, a shop, a paper. */
    source: z.string().trim().min(1).max(200),
    /** The sentence that was shown. */
    wording: z.string().max(5000).optional(),
    language: z.string().max(35).optional(),
    expiresOn: day.optional(),
  }),
  response: contactConsents,
});

export const suppressionRow = z.object({
  /** The address itself is not kept: this is its keyed hash, and what it looked like. */
  hash: z.string(),
  masked: z.string().nullable(),
  channel: z.string(),
  reason: z.enum(SUPPRESSION_REASONS),
  suppressedAt: instant,
  liftedAt: instant.nullable(),
});
export type SuppressionRow = z.infer<typeof suppressionRow>;
const sendChannel = z.enum(["email", "sms", "push"]);
const address = z.string().trim().min(3).max(320);
export const listSuppressions = endpoint({
  method: "GET",
  path: "/api/suppressions",
  tag,
  access: readContacts,
  summary: "Addresses nothing is sent to, newest first; `address` finds one",
  query: pageQuery.extend({ address: address.optional(), channel: sendChannel.optional() }),
  response: page(suppressionRow),
});
export const addSuppression = endpoint({
  method: "POST",
  path: "/api/suppressions",
  tag,
  access: writeContacts,
  summary: "Send nothing to an address any more",
  status: 201,
  body: z.strictObject({ channel: sendChannel.default("email"), address, note: z.string().max(300).optional() }),
  response: suppressionRow,
});
export const liftSuppression = endpoint({
  method: "POST",
  path: "/api/suppressions/lift",
  tag,
  access: { role: "approver", scope: "contacts:write" },
  summary: "Allow an address again; complaints and erasures stay",
  body: z.strictObject({ channel: sendChannel.default("email"), address }),
  response: suppressionRow,
});

export const topic = z.object({
  id,
  key: z.string(),
  names: z.record(z.string(), z.string()),
  createdAt: instant,
  archivedAt: instant.nullable(),
});
export type Topic = z.infer<typeof topic>;
const names = z.strictObject({ fr: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) });
const readContent = { role: "viewer", scope: "content:read" } as const;
const writeContent = { role: "editor", scope: "content:write" } as const;
export const listTopics = endpoint({
  method: "GET",
  path: "/api/topics",
  tag,
  access: readContent,
  summary: "Topics contacts can agree to and leave",
  response: z.object({ items: z.array(topic) }),
});
export const createTopic = endpoint({
  method: "POST",
  path: "/api/topics",
  tag,
  access: writeContent,
  summary: "Create a topic; its key never changes",
  status: 201,
  body: z.strictObject({
    key: z
      .string()
      .max(64)
      .regex(/^[a-z0-9][a-z0-9_-]*$/, "must be lower-case letters, digits, - and _"),
    names,
  }),
  response: topic,
});
export const changeTopic = endpoint({
  method: "PUT",
  path: "/api/topics/:id",
  tag,
  access: writeContent,
  summary: "Rename a topic",
  params: idParams,
  body: z.strictObject({ names }),
  response: topic,
});
export const archiveTopic = endpoint({
  method: "POST",
  path: "/api/topics/:id/archive",
  tag,
  access: writeContent,
  summary: "Offer a topic no more; consents given for it stay",
  params: idParams,
  response: topic,
});

export const calendarDays = z.object({
  place: z.string(),
  year: z.int(),
  days: z.array(z.object({ date: day, key: z.string(), name: z.object({ fr: z.string(), en: z.string() }) })),
});
export type CalendarDays = z.infer<typeof calendarDays>;
export const getCalendar = endpoint({
  method: "GET",
  path: "/api/calendar",
  tag,
  access: { role: "viewer", scope: "settings:read" },
  summary: "Public holidays of a place in a year; without a place, of the workspace’s. Days of one’s own are in the settings",
  query: z.object({ year: z.coerce.number().int().min(1970).max(2100), place: z.enum(HOLIDAY_PLACES as [string, ...string[]]).optional() }),
  response: calendarDays,
});
