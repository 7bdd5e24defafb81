import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

/**
 * The send ledger. One row per recipient exists before any provider is called, and is in exactly one state at every moment:
 *
 * - `waiting`   planned, or to be tried again; taken when `dueAt` comes → claimed
 * - `held`      the gate said "not now" (quiet hours, cap, provider pause); `dueAt` says until when, `patienceUntil` when waiting
 *               ends → claimed again, or skipped
 * - `claimed`   a worker is deciding and rendering it; nothing is on the wire; a dead worker's claim → waiting
 * - `handing`   on the wire; → accepted, waiting (temporary refusal, or line lost before the final dot), failed, uncertain;
 *               a dead worker's `handing` → uncertain (marketing) or waiting once more (transactional)
 * - `accepted`  the provider took it; end. `delivery` says later whether it was delivered, bounced or complained about
 * - `skipped`   the gate said no for good, or patience ran out; end
 * - `failed`    the provider or the rendering said no for good; end
 * - `uncertain` it may have gone out and nobody knows; never repeated blindly, settled by provider news or by a person
 *
 * planned = waiting + claimed + handing + held + accepted + skipped + failed + uncertain, always.
 */
export const SEND_STATES = ["waiting", "claimed", "handing", "held", "accepted", "skipped", "failed", "uncertain"] as const;
export type SendState = (typeof SEND_STATES)[number];
export const CHANNELS = ["email", "sms", "push", "web_push", "whatsapp", "onsite", "webhook"] as const;
export type Channel = (typeof CHANNELS)[number];

const state = z.enum(SEND_STATES);
const channel = z.enum(CHANNELS);
const read = { role: "viewer", scope: "delivery:read" } as const;
const tag = "delivery";
const NONE = z.strictObject({});

const count = z.number().int();
/** The page that adds up: `planned` is the sum of the states, and each state the sum of its reasons (`""` = no reason). */
export const sendLedgerBody = z.object({
  planned: count,
  states: z.array(z.object({ state, n: count, reasons: z.array(z.object({ reason: z.string(), n: count })) })),
});
export type SendLedgerBody = z.infer<typeof sendLedgerBody>;

export const sendLedger = endpoint({
  method: "GET",
  path: "/api/send-ledger",
  tag,
  access: read,
  summary: "How many sends are in each state, of a journey, one of its steps, a campaign, a template, or the whole workspace",
  query: z.strictObject({ journey: id.optional(), step: z.string().max(100).optional(), campaign: id.optional(), template: id.optional() }),
  response: sendLedgerBody,
});

export const sendRow = z.object({
  id,
  contact: id,
  channel,
  class: z.enum(["marketing", "transactional"]),
  topic: z.string(),
  template: id,
  templateVersion: count,
  journey: id.nullable(),
  step: z.string().nullable(),
  run: id.nullable(),
  campaign: id.nullable(),
  state,
  /** Code of why it is held, skipped, failed, uncertain or being tried again. */
  reason: z.string().nullable(),
  /** What the provider reported after accepting it. */
  delivery: z.enum(["delivered", "bounced", "complained"]).nullable(),
  address: z.string().nullable(),
  language: z.string().nullable(),
  attempts: count,
  createdAt: instant,
  dueAt: instant,
  gateAt: instant.nullable(),
  handedAt: instant.nullable(),
  acceptedAt: instant.nullable(),
  endedAt: instant.nullable(),
});
export type SendRow = z.infer<typeof sendRow>;

export const listSends = endpoint({
  method: "GET",
  path: "/api/sends",
  tag,
  access: read,
  summary: "Sends, newest first",
  query: pageQuery.extend({
    state: state.optional(),
    journey: id.optional(),
    step: z.string().max(100).optional(),
    contact: id.optional(),
    template: id.optional(),
    campaign: id.optional(),
    channel: channel.optional(),
  }),
  response: page(sendRow),
});

/** Why a send left, waits or was refused: the gate's checks in the order they were asked, with the facts at `gateAt`. */
export const sendDetail = sendRow.extend({
  patienceUntil: instant,
  decision: z.unknown(),
  provider: id.nullable(),
  messageId: z.string().nullable(),
  providerReference: z.string().nullable(),
  /** The provider's last words. */
  answer: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});

export const getSend = endpoint({
  method: "GET",
  path: "/api/sends/:id",
  tag,
  access: read,
  summary: "One send with its decision",
  params: idParams,
  response: sendDetail,
});

export const settleSend = endpoint({
  method: "POST",
  path: "/api/sends/:id/settle",
  tag,
  access: { role: "editor", scope: "delivery:write" },
  summary: "Settle an uncertain send: it was sent, try it again, or give it up",
  params: idParams,
  body: z.strictObject({ as: z.enum(["sent", "retry", "given_up"]) }),
  response: sendRow,
});

/** One host of one's own to hand mail to. */
export const smtpSettings = z.strictObject({
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9.:_-]+$/, "must be a host name or an address"),
  port: z.number().int().min(1).max(65_535),
  /** `tls`: encrypted from the first byte (465). `starttls`: must upgrade, else nothing is sent (587). `none`: clear text, for a relay on the same host. */
  security: z.enum(["tls", "starttls", "none"]),
  user: z.string().max(320).optional(),
  /** Name this server gives in EHLO; the host name of the public address when absent. */
  ehloName: z
    .string()
    .max(253)
    .regex(/^[A-Za-z0-9.-]+$/, "must be a host name")
    .optional(),
  /** Return path of the mails; the sender's address when absent. */
  envelopeFrom: z.string().max(254).optional(),
  connections: z.number().int().min(1).max(50).default(10),
  messagesPerConnection: z.number().int().min(1).max(10_000).default(100),
  /** Most messages a second this process hands over; absent: as fast as the server takes them. */
  perSecond: z.number().positive().max(100_000).optional(),
  /** Sign each mail (DKIM) by the key of its sender's domain; while that domain has no key, mails wait. Absent: unsigned. */
  sign: z.boolean().optional(),
});
export type SmtpSettings = z.infer<typeof smtpSettings>;

/** An account of Twilio; its token is the password. */
export const twilioSettings = z.strictObject({
  accountSid: z.string().regex(/^AC[0-9a-f]{32}$/, "must be an account SID: AC and 32 digits"),
  /** Where its API answers; another one for a region, or a server that behaves alike. */
  baseUrl: z
    .string()
    .max(200)
    .regex(/^https?:\/\/[A-Za-z0-9.:-]+$/, "must be an http or https address without a path")
    .default("https://api.twilio.com"),
  /** Who answers STOP, START and HELP: Twilio by itself, or we. The wish is kept either way. */
  answers: z.enum(["twilio", "relance"]).default("twilio"),
  perSecond: z.number().positive().max(1_000).optional(),
});
export type TwilioSettings = z.infer<typeof twilioSettings>;

export const providerRow = z.object({
  /** Null for the built-in outbox, which is always there and used when no other is active. */
  id: id.nullable(),
  channel,
  kind: z.enum(["outbox", "smtp", "twilio"]),
  name: z.string(),
  /** Of kind `smtp`. */
  settings: smtpSettings.nullable(),
  /** Of kind `twilio`, with the address to give Twilio for texts that come in. */
  twilio: twilioSettings.extend({ inboundUrl: z.string() }).nullable(),
  hasPassword: z.boolean(),
  active: z.boolean(),
  createdAt: instant.nullable(),
  changedAt: instant.nullable(),
});
export type ProviderRow = z.infer<typeof providerRow>;

const readSettings = { role: "viewer", scope: "settings:read" } as const;
const writeSettings = { role: "admin", scope: "settings:write" } as const;
const named = { name: z.string().trim().min(1).max(100), password: z.string().min(1).max(1000).optional() };
const providerBody = z.discriminatedUnion("kind", [
  z.strictObject({ ...named, kind: z.literal("smtp"), settings: smtpSettings }),
  z.strictObject({ ...named, kind: z.literal("twilio"), settings: twilioSettings }),
]);
export type ProviderInput = z.output<typeof providerBody>;

export const listProviders = endpoint({
  method: "GET",
  path: "/api/providers",
  tag,
  access: readSettings,
  summary: "What messages are handed to, per channel",
  response: z.object({ items: z.array(providerRow) }),
});
export const createProvider = endpoint({
  method: "POST",
  path: "/api/providers",
  tag,
  access: writeSettings,
  summary: "Add an SMTP server or a Twilio account; not used until activated",
  body: providerBody,
  response: providerRow,
  status: 201,
});
export const changeProvider = endpoint({
  method: "PUT",
  path: "/api/providers/:id",
  tag,
  access: writeSettings,
  summary: "Change a provider; without a password the stored one stays",
  params: idParams,
  body: providerBody,
  response: providerRow,
});
export const removeProvider = endpoint({
  method: "DELETE",
  path: "/api/providers/:id",
  tag,
  access: writeSettings,
  summary: "Remove a provider that is not active",
  params: idParams,
  response: NONE,
});
export const testProvider = endpoint({
  method: "POST",
  path: "/api/providers/:id/test",
  tag,
  access: writeSettings,
  summary: "Connect, encrypt and sign in, without sending anything",
  params: idParams,
  response: z.object({
    ok: z.boolean(),
    /** Where it stopped. */ phase: z.string().nullable(),
    answer: z.string().nullable(),
    offers: z.array(z.string()),
  }),
});
export const activateProvider = endpoint({
  method: "POST",
  path: "/api/providers/:id/activate",
  tag,
  access: writeSettings,
  summary: "Hand messages of its channel to this provider from now on",
  params: idParams,
  response: providerRow,
});
export const useOutbox = endpoint({
  method: "POST",
  path: "/api/providers/use-outbox",
  tag,
  access: writeSettings,
  summary: "Keep messages of a channel in the built-in outbox: nothing leaves",
  body: z.strictObject({ channel }),
  response: providerRow,
});

/** The key that signs mail of one domain, without its private half, and the DNS record the domain must publish. */
export const senderKey = z.object({
  id,
  domain: z.string(),
  selector: z.string(),
  record: z.object({ name: z.string(), type: z.literal("TXT"), value: z.string() }),
  createdAt: instant,
});
export type SenderKey = z.infer<typeof senderKey>;
export const listSenderKeys = endpoint({
  method: "GET",
  path: "/api/sender-keys",
  tag,
  access: readSettings,
  summary: "Keys that sign mail (DKIM), with the DNS record of each",
  response: z.object({ items: z.array(senderKey) }),
});
export const createSenderKey = endpoint({
  method: "POST",
  path: "/api/sender-keys",
  tag,
  access: writeSettings,
  summary: "Make the key that signs mail of a domain; its private half never leaves the server",
  body: z.strictObject({
    domain: z
      .string()
      .trim()
      .toLowerCase()
      .max(253)
      .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/, "must be a domain such as shop.example"),
  }),
  response: senderKey,
  status: 201,
});
export const removeSenderKey = endpoint({
  method: "DELETE",
  path: "/api/sender-keys/:id",
  tag,
  access: writeSettings,
  summary: "Forget a signing key; providers that sign hold mail of its domain until it has another",
  params: idParams,
  response: NONE,
});

export const outboxRow = z.object({
  send: id,
  /** Null: a test rendered with sample values. */ contact: id.nullable(),
  channel,
  address: z.string(),
  subject: z.string().nullable(),
  arrivedAt: instant,
});
export const outboxMessage = outboxRow.extend({ html: z.string().nullable(), text: z.string(), headers: z.record(z.string(), z.string()) });
export const listOutbox = endpoint({
  method: "GET",
  path: "/api/outbox",
  tag,
  access: read,
  summary: "Messages kept by the built-in outbox, newest first",
  query: pageQuery.extend({ channel: channel.optional(), contact: id.optional() }),
  response: page(outboxRow),
});
export const getOutboxMessage = endpoint({
  method: "GET",
  path: "/api/outbox/:id",
  tag,
  access: read,
  summary: "One message of the outbox as it would have arrived; the id is the send's",
  params: idParams,
  response: outboxMessage,
});

/** The switch that stops every send of the workspace; null while sending is on. */
export const sendingBody = z.object({ stopped: z.object({ at: instant, by: z.string(), reason: z.string() }).nullable() });
export const getSending = endpoint({
  method: "GET",
  path: "/api/sending",
  tag,
  access: read,
  summary: "Whether sending is stopped",
  response: sendingBody,
});
export const stopSending = endpoint({
  method: "POST",
  path: "/api/sending/stop",
  tag,
  access: { role: "editor", scope: "delivery:write" },
  summary: "Stop every send of the workspace now; what is on the wire ends, the rest waits",
  body: z.strictObject({ reason: z.string().max(500).default("") }),
  response: sendingBody,
});
export const resumeSending = endpoint({
  method: "POST",
  path: "/api/sending/resume",
  tag,
  access: { role: "approver", scope: "delivery:write" },
  summary: "Let waiting sends go again",
  response: sendingBody,
});
