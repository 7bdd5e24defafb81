import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "Contacts";
const read = { role: "viewer", scope: "contacts:read" } as const;
const write = { role: "editor", scope: "contacts:write" } as const;
const count = z.number().int();
const NONE = z.strictObject({});

/** The columns every contact has, as rules, imports and forms name them. Anything else is `attributes.<name>`. */
export const CONTACT_COLUMNS = [
  "external_id",
  "email",
  "phone",
  "first_name",
  "last_name",
  "locale",
  "time_zone",
  "country",
  "region",
  "postal_code",
  "city",
  "store_id",
  "birth_date",
  "customer_type",
  "latitude",
  "longitude",
] as const;
export type ContactColumn = (typeof CONTACT_COLUMNS)[number];
export const ATTRIBUTE_TYPES = ["text", "number", "boolean", "date", "instant", "list", "object"] as const;

export const contactRow = z.object({
  id,
  /** Has a user id, an e-mail address or a phone number; otherwise an anonymous visitor. */
  known: z.boolean(),
  externalId: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  locale: z.string().nullable(),
  country: z.string().nullable(),
  city: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
  lastSeenAt: instant.nullable(),
});
export type ContactRow = z.infer<typeof contactRow>;

export const contactProfile = contactRow.extend({
  timeZone: z.string().nullable(),
  region: z.string().nullable(),
  postalCode: z.string().nullable(),
  storeId: id.nullable(),
  birthDate: z.string().nullable(),
  customerType: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  attributes: z.record(z.string(), z.unknown()),
  /** When each filled field was last said, by its name (`email`, `attributes.plan`): its freshness. */
  freshness: z.record(z.string(), instant),
  /** Who last changed each field: `events`, `import`, `sync:` with the id of a source that is read on a schedule, `api:` with who did it… */
  sources: z.record(z.string(), z.string()),
  /** `saidAt`: when it was last said, kept up for kinds with a limit; `former`: beyond the limit, history that joins nobody. */
  identities: z.array(
    z.object({ kind: z.string(), value: z.string(), source: z.string(), createdAt: instant, saidAt: instant, former: z.boolean() }),
  ),
  groups: z.array(z.object({ id, name: z.string(), addedAt: instant })),
  /** Identifiers this contact claimed that belong to another one, or claimed values of its own that an untrusted source may not change. */
  conflicts: z.array(z.object({ kind: z.string(), value: z.string(), holder: id.nullable(), source: z.string(), at: instant })),
  /** What was folded into this contact, and why: the identifier, who said it, the time (milliseconds) and id of its message. Merges of older versions hold the identifier alone. */
  merges: z.array(
    z.object({
      id,
      loser: id,
      at: instant,
      evidence: z.object({
        kind: z.string(),
        value: z.string(),
        source: z.string().optional(),
        at: z.number().optional(),
        message: z.string().nullish(),
      }),
      /** false: joined before what each was was kept; they cannot be separated any more. */ separable: z.boolean(),
    }),
  ),
});
export type ContactProfile = z.infer<typeof contactProfile>;

/** What separating two joined contacts again would make of them. */
export const SEPARATED_KINDS = ["event", "order", "send", "run", "consent", "group"] as const;
const side = contactRow
  .pick({ known: true, externalId: true, email: true, phone: true, firstName: true, lastName: true, city: true })
  .extend({ identities: z.array(z.object({ kind: z.string(), value: z.string() })) });
export const separation = z.object({
  /** The contact that remained, without the other. */
  stays: side,
  /** The contact that is there again. */
  goes: side,
  counts: z.array(z.object({ kind: z.enum(SEPARATED_KINDS), goes: count, stays: count })),
});
export type Separation = z.infer<typeof separation>;
const mergeParams = idParams.extend({ merge: id });
export const previewSeparation = endpoint({
  method: "GET",
  path: "/api/contacts/:id/merges/:merge",
  tag,
  access: read,
  summary: "What separating a contact at one of its merges would make of it: who the two would be, and what would go with whom",
  params: mergeParams,
  response: separation,
});
export const separateContact = endpoint({
  method: "POST",
  path: "/api/contacts/:id/merges/:merge/separate",
  tag,
  access: write,
  summary:
    "Take a merge back: the contact that was folded in is there again, with all it had and what came with its identifiers since. The two are kept apart from then on",
  params: mergeParams,
  response: z.object({ /** The contact that is there again. */ contact: id }),
});
export const joinContact = endpoint({
  method: "POST",
  path: "/api/contacts/:id/join",
  tag,
  access: write,
  summary: "Join two contacts into one, on a person’s word",
  params: idParams,
  body: z.strictObject({ contact: id }),
  response: z.object({ /** The contact that remains. */ contact: id }),
});

export const listContacts = endpoint({
  method: "GET",
  path: "/api/contacts",
  tag,
  access: read,
  summary: "Contacts, last seen first; `search` finds by e-mail, phone, name, user id or order number",
  query: pageQuery.extend({
    search: z.string().trim().max(200).optional(),
    known: z.enum(["true", "false"]).default("true"),
    group: id.optional(),
  }),
  response: page(contactRow).extend({ /** Maintained count of all known contacts of the workspace. */ total: count }),
});
export const getContact = endpoint({
  method: "GET",
  path: "/api/contacts/:id",
  tag,
  access: read,
  summary: "One contact: everything it told us and how fresh that is. The id of a merged contact answers with the one it was folded into",
  params: idParams,
  response: contactProfile,
});

const text = z.string().trim().min(1).max(500).nullable();
/** Values to set; null empties a field; absent leaves it. */
export const contactInput = z.strictObject({
  externalId: text.optional(),
  email: text.optional(),
  phone: text.optional(),
  firstName: text.optional(),
  lastName: text.optional(),
  locale: text.optional(),
  timeZone: text.optional(),
  country: text.optional(),
  region: text.optional(),
  postalCode: text.optional(),
  city: text.optional(),
  storeId: id.nullable().optional(),
  birthDate: z.iso.date().nullable().optional(),
  customerType: text.optional(),
  latitude: z.number().min(-90).max(90).nullable().optional(),
  longitude: z.number().min(-180).max(180).nullable().optional(),
  attributes: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_ -]{0,99}$/, "must be a name of letters, digits, _ and spaces"),
      z.union([z.string().max(5000), z.number(), z.boolean(), z.null(), z.array(z.union([z.string().max(500), z.number()])).max(200)]),
    )
    .optional(),
});
export type ContactInput = z.infer<typeof contactInput>;
export const createContact = endpoint({
  method: "POST",
  path: "/api/contacts",
  tag,
  access: write,
  summary: "Create a contact, or change the one its identifiers name",
  body: contactInput,
  response: contactProfile,
  status: 201,
});
export const changeContact = endpoint({
  method: "PATCH",
  path: "/api/contacts/:id",
  tag,
  access: write,
  summary: "Change fields of a contact",
  params: idParams,
  body: contactInput,
  response: contactProfile,
});

export const attributeInfo = z.object({
  /** As rules name it: `country` or `attributes.plan`. */
  name: z.string(),
  type: z.enum(ATTRIBUTE_TYPES),
  typed: z.boolean(),
  /** Contacts of the last 10,000 seen that have it, of how many; a share, not a census. */
  filled: count,
  of: count,
  samples: z.array(z.string()),
});
export const listAttributes = endpoint({
  method: "GET",
  path: "/api/contacts/attributes",
  tag,
  access: read,
  summary: "Fields of contacts: names, types, how often they are filled",
  response: z.object({ items: z.array(attributeInfo) }),
});

/** One thing that happened to or around a contact, newest first; `kind` tells which `data`. */
export const TIMELINE_KINDS = ["event", "order", "send", "engagement", "segment", "consent", "merge", "change", "visit"] as const;
export const timelineItem = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum(TIMELINE_KINDS),
  title: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type TimelineItem = z.infer<typeof timelineItem>;
export const getTimeline = endpoint({
  method: "GET",
  path: "/api/contacts/:id/timeline",
  tag,
  access: read,
  summary: "Everything known about a contact in one line of time, newest first",
  params: idParams,
  query: pageQuery.extend({ kinds: z.string().max(200).optional() }),
  response: page(timelineItem),
});

export const group = z.object({ id, name: z.string(), description: z.string(), members: count, createdAt: instant });
export type Group = z.infer<typeof group>;
const groupInput = z.strictObject({ name: z.string().trim().min(1).max(100), description: z.string().trim().max(500).default("") });
export const listGroups = endpoint({
  method: "GET",
  path: "/api/groups",
  tag,
  access: read,
  summary: "Hand-kept lists of contacts",
  response: z.object({ items: z.array(group) }),
});
export const createGroup = endpoint({
  method: "POST",
  path: "/api/groups",
  tag,
  access: write,
  summary: "Create a group",
  body: groupInput,
  response: group,
  status: 201,
});
export const changeGroup = endpoint({
  method: "PUT",
  path: "/api/groups/:id",
  tag,
  access: write,
  summary: "Rename a group",
  params: idParams,
  body: groupInput,
  response: group,
});
export const removeGroup = endpoint({
  method: "DELETE",
  path: "/api/groups/:id",
  tag,
  access: write,
  summary: "Archive a group; its members leave it",
  params: idParams,
  response: NONE,
});
const members = z.strictObject({ contacts: z.array(id).min(1).max(1000) });
export const joinGroup = endpoint({
  method: "POST",
  path: "/api/groups/:id/members",
  tag,
  access: write,
  summary: "Put contacts into a group",
  params: idParams,
  body: members,
  response: z.object({ joined: count }),
});
export const leaveGroup = endpoint({
  method: "POST",
  path: "/api/groups/:id/members/remove",
  tag,
  access: write,
  summary: "Take contacts out of a group",
  params: idParams,
  body: members,
  response: z.object({ left: count }),
});

/** Claims that the rules of identity leave to a person. `holder` null: a new value for the contact itself, from a sender who may not change one. */
export const CONFLICT_DECISIONS = ["join", "take", "apart"] as const;
/** `likeness`: no identifier, but two who are probably one person; `value` says by what. */
const identityKind = z.enum(["user_id", "email", "phone", "anonymous_id", "shop_id", "likeness"]);
export const identityConflict = z.object({
  contact: contactRow,
  holder: contactRow.nullable(),
  kind: identityKind,
  value: z.string(),
  source: z.string(),
  at: instant,
  /** What the rules would propose. */
  suggestion: z.enum(CONFLICT_DECISIONS),
  why: z.enum(["two_accounts", "same_name", "other_name", "shared_device", "too_many", "unsigned", "alike", "former", "unclear"]),
});
export type IdentityConflict = z.infer<typeof identityConflict>;
export const listConflicts = endpoint({
  method: "GET",
  path: "/api/identity-conflicts",
  tag,
  access: read,
  summary:
    "Identifiers that two contacts claim, and contacts who are probably one person, for a person to decide, oldest first; `open` counts up to 1,000",
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
  response: z.object({ items: z.array(identityConflict), open: count }),
});
const claim = z.strictObject({ contact: id, kind: identityKind, value: z.string().min(1).max(500) });
export const decideConflict = endpoint({
  method: "POST",
  path: "/api/identity-conflicts/decide",
  tag,
  access: write,
  summary: "Decide a conflict: `join` the two contacts, `take` the new value for the contact, or keep them `apart`",
  body: claim.extend({ decision: z.enum(CONFLICT_DECISIONS) }),
  response: z.object({ contact: id }),
});
export const reopenConflict = endpoint({
  method: "POST",
  path: "/api/identity-conflicts/reopen",
  tag,
  access: write,
  summary: "Take back that two contacts are kept apart: the conflict waits again",
  body: claim,
  response: NONE,
});
