import { rule } from "@relance/model/rules";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery, revision } from "./shapes.ts";

const tag = "Segments";
const read = { role: "viewer", scope: "segments:read" } as const;
const write = { role: "editor", scope: "segments:write" } as const;
const count = z.number().int().min(0);

/** A sentence in pieces; `path` names the node a value belongs to. */
const sentence = z.object({
  fr: z.array(z.object({ text: z.string(), path: z.string().optional() })),
  en: z.array(z.object({ text: z.string(), path: z.string().optional() })),
});
export const segment = z.object({
  id,
  name: z.string(),
  description: z.string(),
  /** building: the membership of a new or changed rule is being computed; until it is whole, the one of `versionInForce` stays. */
  state: z.enum(["building", "live", "archived"]),
  version: z.number().int(),
  rule,
  sentence,
  members: count,
  /** Buckets still to compute while building, of 256. */
  toBuild: count,
  /** The version whose rule decides membership now; null while the first one is computed. */
  versionInForce: z.number().int().nullable(),
  createdAt: instant,
  changedAt: instant,
  builtAt: instant.nullable(),
});
export type Segment = z.infer<typeof segment>;
const named = { name: z.string().trim().min(1).max(200), description: z.string().max(2_000) };
const person = z.object({ id, name: z.string(), email: z.string().nullable(), known: z.boolean() });

export const listSegments = endpoint({
  method: "GET",
  path: "/api/segments",
  tag,
  access: read,
  summary: "Segments with their size and sentence",
  response: z.object({ items: z.array(segment) }),
});
export const getSegment = endpoint({
  method: "GET",
  path: "/api/segments/:id",
  tag,
  access: read,
  summary: "One segment",
  params: idParams,
  response: segment,
});
export const createSegment = endpoint({
  method: "POST",
  path: "/api/segments",
  tag,
  access: write,
  summary: "Create a segment; its membership is computed at once and kept exact from then on",
  status: 201,
  body: z.strictObject({ name: named.name, description: named.description.default(""), rule }),
  response: segment,
});
export const changeSegment = endpoint({
  method: "PATCH",
  path: "/api/segments/:id",
  tag,
  access: write,
  summary: "Rename a segment, or change its rule (with the version it was read at)",
  params: idParams,
  body: z.strictObject({
    name: named.name.optional(),
    description: named.description.optional(),
    rule: rule.optional(),
    version: revision.optional(),
  }),
  response: segment,
});
export const cancelSegmentChange = endpoint({
  method: "POST",
  path: "/api/segments/:id/cancel-change",
  tag,
  access: write,
  summary: "Take back a changed rule that is still being computed: the one in force stays",
  params: idParams,
  response: segment,
});
export const archiveSegment = endpoint({
  method: "DELETE",
  path: "/api/segments/:id",
  tag,
  access: write,
  summary: "Archive a segment that nothing uses",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});
/** Of the 256 parts into which contacts fall evenly, those from `from` to before `to`. */
const part = z
  .strictObject({ from: z.number().int().min(0).max(255), to: z.number().int().min(1).max(256) })
  .refine(({ from, to }) => from < to, { message: "must lie after from", path: ["to"] });
export type Part = z.infer<typeof part>;
export const previewSegment = endpoint({
  method: "POST",
  path: "/api/segments/preview",
  tag,
  access: read,
  summary:
    "How many contacts a rule names, with a few of them, and its sentence; nothing is stored. With `part` exactly those of a part of all contacts: whoever asks part by part shows how far it is, and may stop",
  body: z.strictObject({
    rule,
    exact: z.boolean().default(true),
    part: part.optional(),
    sample: z.number().int().min(0).max(20).default(4),
    segment: id.optional(),
  }),
  response: z.object({
    count,
    exact: z.boolean(),
    sample: z.array(person),
    sentence,
    problems: z.array(z.object({ path: z.string(), code: z.string(), message: z.object({ fr: z.string(), en: z.string() }) })),
  }),
});
const peopleOf = z.object({ count, sample: z.array(person) });
export const compareSegment = endpoint({
  method: "POST",
  path: "/api/segments/compare",
  tag,
  access: read,
  summary:
    "What a rule would change: who would join and leave `segment` if it were saved there now, and how it overlaps the members of `with`; with `exact: false` an estimate, soon told whatever the number of contacts; with `part` exactly, of a part of all contacts; nothing is stored",
  body: z.strictObject({
    rule,
    segment: id.optional(),
    with: id.optional(),
    exact: z.boolean().default(true),
    part: part.optional(),
    sample: z.number().int().min(0).max(20).default(5),
  }),
  response: z.object({
    exact: z.boolean(),
    change: z.object({ joining: peopleOf, leaving: peopleOf, staying: count }).nullable(),
    overlap: z.object({ both: count, onlyRule: count, onlySegment: count }).nullable(),
  }),
});
/** Events are counted as they were at each instant; fields, consents, groups and segments as they are now. */
export const segmentGrowth = endpoint({
  method: "POST",
  path: "/api/segments/growth",
  tag,
  access: read,
  summary:
    "About how many contacts a rule would have named in the past, at even steps until now (an estimate from some 6,000 contacts where there are many more)",
  body: z.strictObject({ rule, days: z.number().int().min(1).max(1_100).default(90), points: z.number().int().min(2).max(13).default(7) }),
  response: z.object({ points: z.array(z.object({ at: instant, count })) }),
});
export const listMembers = endpoint({
  method: "GET",
  path: "/api/segments/:id/members",
  tag,
  access: read,
  summary: "Members, latest entries first",
  params: idParams,
  query: pageQuery,
  response: page(person.extend({ enteredAt: instant })),
});
/** Columns: fields of contacts by their column names, `entered_at`, `attributes.<name>`. Every export is written to the audit log. */
export const exportMembers = endpoint({
  method: "POST",
  path: "/api/segments/:id/export",
  tag,
  access: { role: "editor", scope: "contacts:read" },
  summary: "The members as a CSV file, with the columns chosen; cells that a spreadsheet would run as a formula are made harmless",
  params: idParams,
  body: z.strictObject({
    columns: z.array(z.string().min(1).max(111)).min(1).max(50).default(["id", "email", "first_name", "last_name", "entered_at"]),
  }),
  response: z.string(),
});
export const segmentHistory = endpoint({
  method: "GET",
  path: "/api/segments/:id/history",
  tag,
  access: read,
  summary: "Entries and departures per day, and the size at the end of each",
  params: idParams,
  query: z.strictObject({ days: z.coerce.number().int().min(1).max(366).default(30) }),
  response: z.object({ days: z.array(z.object({ day: z.string(), entered: count, left: count, members: z.number() })) }),
});
export const explainMembership = endpoint({
  method: "POST",
  path: "/api/segments/explain",
  tag,
  access: read,
  summary: "Why a contact is in or out of a rule: the verdict of each node with its fact, and when time alone may change it",
  body: z.strictObject({ rule, contact: id }),
  response: z.object({
    truth: z.boolean(),
    nextAt: instant.nullable(),
    nodes: z.array(z.object({ path: z.string(), truth: z.boolean(), fact: z.unknown() })),
  }),
});
export const segmentsOfContact = endpoint({
  method: "GET",
  path: "/api/contacts/:id/segments",
  tag,
  access: read,
  summary: "Segments a contact is in",
  params: idParams,
  response: z.object({ items: z.array(z.object({ id, name: z.string(), enteredAt: instant })) }),
});
