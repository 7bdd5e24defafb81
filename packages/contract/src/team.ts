import { GATE_CHANNELS } from "@relance/model/arbiter";
import { HOLIDAY_PLACES } from "@relance/model/calendar";
import { smsSender } from "@relance/model/messages";
import { z } from "zod";
import { endpoint, ROLES, SCOPES } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "Team";
const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(/^[^\s@<>"(),;:\\]+@[^\s@<>"(),;:\\]+\.[^\s@<>"(),;:\\]+$/, "must be an e-mail address");
const password = z.string().min(12).max(128);
export const role = z.enum(ROLES);
export const language = z.enum(["fr", "en"]);
const timeZone = z
  .string()
  .max(60)
  .refine((name) => {
    try {
      return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
    } catch {
      return false;
    }
  }, "must be a time zone such as Europe/Paris");
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 21:00");

/** Types of consent of Google's consent mode that may stand for a visitor's answer to being followed. */
export const CONSENT_SIGNALS = ["analytics_storage", "ad_user_data", "ad_personalization", "personalization_storage"] as const;

const gateChannel = z.enum(GATE_CHANNELS);
const hours = z.strictObject({ from: localTime, to: localTime });
const keyword = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "must be lower-case letters, digits, - and _");
const cap = z.strictObject({
  channel: gateChannel.nullable().default(null),
  topic: keyword.nullable().default(null),
  tag: keyword.nullable().default(null),
  messages: z.number().int().min(1).max(100),
  per: z.union([z.strictObject({ last: z.number().int().min(1).max(90) }), z.strictObject({ this: z.enum(["day", "week", "month"]) })]),
});

/** Kinds of identifiers, in the order they are believed in at first. */
export const IDENTIFIERS = ["user_id", "shop_id", "email", "phone", "anonymous_id"] as const;
const limit = z.number().int().min(1).max(1000).nullable().default(null);
/**
 * How contacts are told apart. A unique identifier names one contact and joins two that give it; a shared one is kept as a field of each
 * and joins nobody.
 */
export const identityRules = z.strictObject({
  email: z.enum(["unique", "shared"]).default("unique"),
  phone: z.enum(["unique", "shared"]).default("unique"),
  /** Mailboxes of an office (info@, contact@): shared, or unique like any address. */
  roleAddresses: z.enum(["unique", "shared"]).default("shared"),
  /** Two contacts who together have more identifiers than this are joined by a person only. */
  guard: z.number().int().min(2).max(1000).default(50),
  /** How many of a kind name one contact: the ones said last. Older ones are history and join nobody any more. null: all of them. */
  limits: z.strictObject({ shop_id: limit, email: limit, phone: limit, anonymous_id: limit }).prefault({}),
  /** Which identifier is believed when two of a message name different contacts: the first of these. A public key's messages are its device's or user id's. */
  priority: z
    .array(z.enum(IDENTIFIERS))
    .length(IDENTIFIERS.length)
    .refine((kinds) => new Set(kinds).size === kinds.length, { message: "must name each kind once" })
    .default([...IDENTIFIERS]),
});
export type IdentityRules = z.infer<typeof identityRules>;

/** What a workspace decides once for all its messages. */
export const workspaceSettings = z.strictObject({
  sender: z
    .strictObject({
      name: z.string().max(100).default(""),
      email: z.union([email, z.literal("")]).default(""),
      replyTo: z.union([email, z.literal("")]).default(""),
      /** Required in marketing messages: who writes, and from where. */
      postalAddress: z.string().max(500).default(""),
    })
    .prefault({}),
  /** Most marketing messages a contact gets per channel in so many days; null: no cap. */
  cap: z
    .strictObject({ messages: z.number().int().min(1).max(100), days: z.number().int().min(1).max(90) })
    .nullable()
    .default({ messages: 4, days: 7 }),
  /** No marketing between these local times of the contact; null: no quiet hours. */
  quietHours: z.strictObject({ from: localTime, to: localTime }).nullable().default({ from: "21:00", to: "08:00" }),
  /** Further caps, counted across all journeys: by channel, topic and tag, over the last days or in the calendar day, week or month of the contact. */
  caps: z.array(cap).max(20).default([]),
  /** Quiet hours of one channel, in place of the general ones; null: none on it. */
  quietHoursOf: z.partialRecord(gateChannel, hours.nullable()).default({}),
  /** When marketing texts may leave, where the contact is. The law narrows it: in France 08:00 to 21:30, never on Sundays and public holidays. */
  smsHours: hours
    .extend({ sundays: z.boolean().default(false), holidays: z.boolean().default(false) })
    .default({ from: "09:00", to: "20:00", sundays: false, holidays: false })
    .refine(({ from, to }) => from < to, { message: "must begin before they end", path: ["to"] }),
  /** Who texts, by country, and what one segment costs in the workspace's currency (null: not said). */
  sms: z
    .strictObject({ senders: z.array(smsSender).max(50).default([]), segmentPrice: z.number().min(0).max(10).nullable().default(null) })
    .prefault({}),
  /** Who is meant: which identifiers several people may share, and when a person must confirm that two contacts are one. */
  identity: identityRules.prefault({}),
  /** Days without marketing. `channels`: where public holidays count; `place`: of contacts whose country is unknown, '' for that of the time zone; `days`: added (`off`) or taken out (`on`). */
  calendar: z
    .strictObject({
      channels: z.array(gateChannel).max(3).default([]),
      place: z.union([z.literal(""), z.enum(HOLIDAY_PLACES as [string, ...string[]])]).default(""),
      days: z
        .array(
          z.strictObject({
            date: z.iso.date(),
            name: z.string().trim().min(1).max(100),
            kind: z.enum(["off", "on"]).default("off"),
            store: id.nullable().default(null),
          }),
        )
        .max(200)
        .default([]),
    })
    .prefault({}),
  /** Percent of contacts who get no marketing at all, always the same ones: what messages change is measured against them. */
  holdout: z.number().min(0).max(50).default(0),
  /** Marketing waits for a contact's best hour, at most so many hours. */
  bestTime: z.strictObject({ on: z.boolean().default(false), within: z.number().int().min(2).max(48).default(24) }).prefault({}),
  /** A message waits while one of higher priority to the same contact on the same channel is due within so many hours; 0: never. */
  priorityAhead: z.number().int().min(0).max(168).default(24),
  /** Marketing goes only to those who agreed; false: also to those who never said anything (not to those who refused). */
  requireConsent: z.boolean().default(true),
  /** Where links in messages may lead when they are filled from events or products: the website's host and these. */
  website: z
    .union([
      z.literal(""),
      z
        .string()
        .max(300)
        .regex(/^https?:\/\/[^\s"<>]+$/, "must be an http or https address"),
    ])
    .default(""),
  linkHosts: z
    .array(
      z
        .string()
        .max(253)
        .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "must be a host name in lower case"),
    )
    .max(50)
    .default([]),
  /** Opens are measured never, for those who agreed to it (channel `pixel`), or for all who did not refuse. */
  pixel: z.enum(["off", "with_consent", "unless_refused"]).default("with_consent"),
  trackClicks: z.boolean().default(true),
  /** What the snippet does on the shop's pages. */
  snippet: z
    .strictObject({
      /** Visitors are followed only once they agreed, or as long as they did not refuse. */
      follow: z.enum(["with_consent", "unless_refused"]).default("with_consent"),
      /** The type of Google's consent mode whose update counts as the visitor's answer; null: only what the page tells the snippet itself. */
      signal: z.enum(CONSENT_SIGNALS).nullable().default(null),
      /** Life of the visitor's cookie from the first visit, in days; 13 months at most, as the CNIL recommends. */
      cookieDays: z.number().int().min(1).max(395).default(395),
      /** Whether page views are sent by themselves. */
      pages: z.boolean().default(true),
    })
    .prefault({}),
  /** Sources that are read on a schedule: after how many failures in a row the administrators get a mail; 0: never. */
  sources: z.strictObject({ alertAfter: z.number().int().min(0).max(50).default(3) }).prefault({}),
  /** Whether a journey's draft is published only after someone else than who asked for its review approved it. */
  fourEyes: z.boolean().default(false),
  /** Whether the home page leads through the first real steps; an administrator puts them away. */
  firstSteps: z.boolean().default(true),
  colours: z
    .strictObject({ main: z.string().regex(/^#[0-9a-f]{6}$/i), accent: z.string().regex(/^#[0-9a-f]{6}$/i) })
    .default({ main: "#0d3f4a", accent: "#f6d544" }),
});
export type WorkspaceSettings = z.infer<typeof workspaceSettings>;

export const workspace = z.object({
  id,
  name: z.string(),
  kind: z.enum(["regular", "demo"]),
  locale: language,
  timeZone: z.string(),
  currency: z.string(),
  settings: workspaceSettings,
  createdAt: instant,
  role,
});
export type Workspace = z.infer<typeof workspace>;
export const me = z.object({ id: z.string(), name: z.string(), email: z.string(), locale: language, workspaces: z.array(workspace) });
export type Me = z.infer<typeof me>;

const done = z.object({ ok: z.literal(true) });
export const signIn = endpoint({
  method: "POST",
  path: "/api/session",
  tag,
  access: "public",
  summary: "Sign in; sets the session cookie",
  body: z.strictObject({ email, password: z.string().min(1).max(128) }),
  response: done,
});
export const signOut = endpoint({
  method: "DELETE",
  path: "/api/session",
  tag,
  access: "public",
  summary: "Sign out; ends the session",
  response: done,
});
/**
 * The token is that of the one-time link: the first administrator's, or an invitation's. By the first administrator's, the workspace made at
 * the first start takes their language and `timeZone`.
 */
export const acceptInvitation = endpoint({
  method: "POST",
  path: "/api/invitations/accept",
  tag,
  access: "public",
  summary: "Use a one-time link: become a member, with a new account or the one signed in by this e-mail and password",
  body: z.strictObject({
    token: z.string().min(20).max(200),
    name: z.string().trim().min(1).max(100),
    email,
    password,
    locale: language,
    timeZone: timeZone.optional(),
  }),
  response: done,
});
export const getMe = endpoint({
  method: "GET",
  path: "/api/me",
  tag,
  access: "signedIn",
  summary: "Who is signed in, and their workspaces",
  response: me,
});
export const changeMe = endpoint({
  method: "PATCH",
  path: "/api/me",
  tag,
  access: "signedIn",
  summary: "Change one's name or language",
  body: z.strictObject({ name: z.string().trim().min(1).max(100).optional(), locale: language.optional() }),
  response: me,
});
export const changePassword = endpoint({
  method: "POST",
  path: "/api/me/password",
  tag,
  access: "signedIn",
  summary: "Change one's password; ends every other session",
  body: z.strictObject({ current: z.string().min(1).max(128), next: password }),
  response: done,
});

export const createWorkspace = endpoint({
  method: "POST",
  path: "/api/workspaces",
  tag,
  access: "signedIn",
  summary: "Create a workspace; its creator administers it",
  status: 201,
  body: z.strictObject({
    name: z.string().trim().min(1).max(100),
    locale: language.default("fr"),
    timeZone: timeZone.default("Europe/Paris"),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default("EUR"),
  }),
  response: workspace,
});
export const getWorkspace = endpoint({
  method: "GET",
  path: "/api/workspace",
  tag,
  access: { role: "viewer", scope: "settings:read" },
  summary: "The workspace of this call",
  response: workspace,
});
export const changeWorkspace = endpoint({
  method: "PATCH",
  path: "/api/workspace",
  tag,
  access: { role: "admin", scope: "settings:write" },
  summary: "Change the workspace's name or settings",
  body: z.strictObject({
    name: z.string().trim().min(1).max(100).optional(),
    locale: language.optional(),
    timeZone: timeZone.optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    settings: workspaceSettings.optional(),
  }),
  response: workspace,
});

export const member = z.object({ userId: z.string(), name: z.string(), email: z.string(), role, addedAt: instant });
export const listMembers = endpoint({
  method: "GET",
  path: "/api/members",
  tag,
  access: { role: "viewer", scope: "team:read" },
  summary: "Members of the workspace",
  response: z.object({ items: z.array(member) }),
});
export const inviteMember = endpoint({
  method: "POST",
  path: "/api/members/invitations",
  tag,
  access: { role: "admin", scope: "team:write" },
  summary: "Make a one-time link that lets someone join, good for seven days",
  status: 201,
  body: z.strictObject({ role }),
  response: z.object({ url: z.string(), expiresAt: instant }),
});
const memberParams = z.strictObject({ userId: z.string().min(1).max(100) });
export const changeMember = endpoint({
  method: "PATCH",
  path: "/api/members/:userId",
  tag,
  access: { role: "admin", scope: "team:write" },
  summary: "Change a member's role",
  params: memberParams,
  body: z.strictObject({ role }),
  response: member,
});
export const removeMember = endpoint({
  method: "DELETE",
  path: "/api/members/:userId",
  tag,
  access: { role: "admin", scope: "team:write" },
  summary: "Remove a member; their sessions end",
  params: memberParams,
  response: done,
});

export const apiKey = z.object({
  id,
  kind: z.enum(["api", "write"]),
  name: z.string(),
  prefix: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  createdAt: instant,
  revokedAt: instant.nullable(),
});
export const listKeys = endpoint({
  method: "GET",
  path: "/api/keys",
  tag,
  access: { role: "admin", scope: "team:read" },
  summary: "API keys and write keys of the workspace",
  response: z.object({ items: z.array(apiKey) }),
});
/** The key itself is in this answer and nowhere else, ever. */
export const createKey = endpoint({
  method: "POST",
  path: "/api/keys",
  tag,
  access: { role: "admin", scope: "team:write" },
  summary: "Create an API key (secret, scoped) or a write key (public, sends events only)",
  status: 201,
  body: z.strictObject({
    kind: z.enum(["api", "write"]),
    name: z.string().trim().min(1).max(100),
    scopes: z.array(z.enum(SCOPES)).max(SCOPES.length).default([]),
  }),
  response: apiKey.extend({ key: z.string() }),
});
export const revokeKey = endpoint({
  method: "DELETE",
  path: "/api/keys/:id",
  tag,
  access: { role: "admin", scope: "team:write" },
  summary: "Revoke a key, at once",
  params: idParams,
  response: done,
});
export const listAudit = endpoint({
  method: "GET",
  path: "/api/audit",
  tag,
  access: { role: "admin", scope: "team:read" },
  summary: "What was changed, by whom, newest first",
  query: pageQuery,
  response: page(
    z.object({
      id,
      at: instant,
      actorKind: z.string(),
      actorName: z.string(),
      action: z.string(),
      objectKind: z.string(),
      objectId: z.string().nullable(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
});
