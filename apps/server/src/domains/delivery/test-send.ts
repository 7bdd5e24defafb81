import type { TestSendBody } from "@relance/contract/messages";
import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { mailWriter, parseAddress } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { recentLimit } from "../../platform/http/limit.ts";
import { findTemplate, preview, problemsOf, signMail, templateHasErrors } from "../messages/index.ts";
import { findWorkspace, memberAddress, writeAudit } from "../team/index.ts";
import { senderKeyMissing, sendingStopped, senderMissing, testNotMember, testsTooMany } from "./errors.ts";
import type { Outcome, OutgoingMessage } from "./provider.ts";
import { openRoutes, pairKey } from "./providers.ts";
import { readStop } from "./queries.ts";
import { signingKey } from "./sender-keys.ts";
import { addressForWire } from "./smtp/wire.ts";

const MOST = 10;
const WINDOW_MS = 5 * 60_000;

/** How many tests one person may ask for: ten in five minutes, counted by this process. */
export function testLimit(): (actor: Actor, now: Instant) => boolean {
  const allow = recentLimit(MOST, WINDOW_MS);
  return (actor, now) => allow(`${actor.workspace}:${actor.kind}:${actor.id}`, now);
}

/**
 * Hands a draft to the workspace's provider for a member to read. It is no send: no row in the ledger, no signed link, no pixel, no
 * List-Unsubscribe, so nothing it does can be counted or change anybody's consent; the gate is not asked because it reaches members only.
 * @throws template.not_found, template.has_errors, contact.not_found, template.preview_failed, test.not_member, test.too_many, sending.stopped, sender.missing, sender_key.missing
 */
export async function sendTestMessage(deps: Deps, actor: Actor, input: { readonly id: Id; readonly contact: Id | undefined; readonly language: string | undefined; readonly to: string | undefined; readonly allow: (actor: Actor, now: Instant) => boolean }): Promise<TestSendBody> {
  const { sql: db, clock, chance } = deps.ports;
  const { workspace } = actor;
  const template = await findTemplate(db, { workspace, id: input.id });
  const to = await recipient(deps, actor, input.to);
  const problems = (await problemsOf(db, { workspace, content: template.draft, class: template.class })).filter((one) => one.level === "error");
  if (problems.length > 0) throw templateHasErrors({ n: problems.length }, { field: problems[0]!.field, problems: problems.map(({ field, code, message }) => ({ field, code, message })) });
  if (await readStop(db, { workspace })) throw sendingStopped({});
  const parts = await preview(db, { workspace, content: template.draft, class: template.class, contact: input.contact, language: input.language, data: undefined });
  const now = clock.now();
  if (!input.allow(actor, now)) throw testsTooMany({});
  const message = await writeTest(deps, { workspace, to, contact: input.contact ?? null, parts, now });
  const handed = await hand(deps, message, now);
  await db.transaction((tx) => writeAudit(tx, { chance, now, actor, action: "template.test_sent", object: { kind: "template", id: input.id }, detail: { outcome: handed.outcome.kind } }));
  return { to, subject: message.subject!, provider: handed.provider, outcome: handed.outcome.kind, answer: handed.outcome.answer, outbox: handed.provider === "outbox" ? message.send : null };
}

async function recipient(deps: Deps, actor: Actor, given: string | undefined): Promise<string> {
  const { workspace } = actor;
  const of = given !== undefined ? { email: given } : actor.kind === "user" ? { userId: actor.id } : null;
  const found = of && (await memberAddress(deps.ports.sql, { workspace, ...of }));
  if (!found) throw testNotMember({}, { field: "to" });
  return found;
}

async function writeTest(deps: Deps, input: { readonly workspace: Id; readonly to: string; readonly contact: Id | null; readonly parts: { readonly subject: string; readonly html: string; readonly text: string }; readonly now: Instant }): Promise<OutgoingMessage> {
  const { workspace: id, to, contact, parts, now } = input;
  const workspace = await findWorkspace(deps.ports.sql, { id });
  const { sender } = workspace.settings;
  const from = (sender.email ? parseAddress(sender.email) : null) ?? { local: "sender-not-set", domain: "localhost" };
  const send = deps.ports.chance.id(now);
  const own = { messageId: `test.${send}@${from.domain}`, unsubscribeUrl: null, unsubscribeMail: null };
  const subject = `[Test] ${parts.subject}`;
  const writer = mailWriter({ from: { name: sender.name || workspace.name, address: from }, replyTo: sender.replyTo ? parseAddress(sender.replyTo) : null, feedbackId: "", list: null, automatic: true });
  return {
    send, bucket: bucketOf(contact ?? send), workspace: id, contact, channel: "email", class: "transactional", address: to, from: `${from.local}@${from.domain}`,
    messageId: own.messageId, subject, html: parts.html, text: parts.text, headers: writer.headers(own),
    mime() {
      const wire = parseAddress(addressForWire(to) ?? "");
      if (!wire) throw new Error("The address cannot be written");
      return writer.write({ ...own, to: wire, subject, date: now, text: parts.text, html: parts.html });
    },
  };
}

/** @throws sender_key.missing */
async function signed(deps: Deps, message: OutgoingMessage): Promise<OutgoingMessage> {
  const domain = message.from.slice(message.from.lastIndexOf("@") + 1);
  const key = await signingKey(deps.ports.sql, deps.secrets, { workspace: message.workspace, domain });
  if (!key) throw senderKeyMissing({ domain });
  return { ...message, mime: () => signMail(message.mime(), key) };
}

// A connection of its own, ended after the one message: tests are rare, and must not wait behind a campaign.
async function hand(deps: Deps, message: OutgoingMessage, now: Instant): Promise<{ provider: "outbox" | "smtp"; outcome: Outcome }> {
  const { sql: db } = deps.ports;
  const pair = { workspace: message.workspace, channel: message.channel };
  const routes = openRoutes(deps);
  try {
    const inside = await db.transaction(async (tx) => {
      const route = (await routes.of(tx, [pair])).get(pairKey(pair));
      if (route?.provider.reach !== "inside") return route ?? null;
      await route.provider.store(tx, [message], now);
      return "stored" as const;
    });
    if (inside === "stored") return { provider: "outbox", outcome: { kind: "accepted", reference: null, answer: "" } };
    if (message.from === "sender-not-set@localhost") throw senderMissing({});
    if (inside?.provider.reach !== "outside") return { provider: "smtp", outcome: { kind: "lost", reason: "provider_unusable", answer: "The provider cannot be used: its password does not open." } };
    let outcome: Outcome = { kind: "lost", reason: "no_answer", answer: "" };
    await inside.provider.send([inside.signs ? await signed(deps, message) : message], (_message, told) => { outcome = told; });
    return { provider: "smtp", outcome };
  } finally {
    await routes.close();
  }
}
