import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { mailWriter, parseAddress } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import { signMail } from "../messages/index.ts";
import { administratorAddresses, findWorkspace } from "../team/index.ts";
import { senderKeyMissing, senderMissing, smsSenderMissing } from "./errors.ts";
import type { Outcome, OutgoingMessage } from "./providers/provider.ts";
import { openRoutes, pairKey } from "./providers/providers.ts";
import { readStop } from "./queries.ts";
import { signingKey } from "./providers/sender-keys.ts";
import { addressForWire } from "./smtp/wire.ts";

/**
 * Mails the administrators of a workspace what they should know of it; not when sending is stopped.
 * @throws Error when the provider took none of them: whoever asked tries again; sender.missing, sender_key.missing
 */
export async function mailAdministrators(
  deps: Deps,
  notice: { readonly workspace: Id; readonly subject: string; readonly lines: readonly string[] },
): Promise<void> {
  const { sql, clock } = deps.ports;
  const text = `${notice.lines.join("\n\n")}\n`;
  const html = notice.lines
    .map(
      (line) =>
        `<p>${escaped(line)
          .replace(/https?:\/\/\S+/, (url) => `<a href="${url}">${url}</a>`)
          .replaceAll("\n", "<br>")}</p>`,
    )
    .join("\n");
  const { workspace } = notice;
  if (await readStop(sql, { workspace })) return;
  let taken = 0;
  let refusal = "";
  for (const to of await administratorAddresses(sql, { workspace })) {
    const now = clock.now();
    const { outcome } = await handToMember(
      deps,
      await writeToMember(deps, { workspace, to, contact: null, parts: { subject: notice.subject, html, text }, now }),
      now,
    );
    if (outcome.kind === "accepted") taken += 1;
    else refusal = outcome.answer;
  }
  // Tried again only where nobody has it: once is said once.
  if (taken === 0 && refusal !== "") throw new Error(`The notice was not taken: ${refusal}`);
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/** A mail to a member of the workspace: it is no send, and nothing it does is counted. */
export async function writeToMember(
  deps: Deps,
  input: {
    readonly workspace: Id;
    readonly to: string;
    readonly contact: Id | null;
    readonly parts: { readonly subject: string; readonly html: string; readonly text: string };
    readonly now: Instant;
  },
): Promise<OutgoingMessage> {
  const { workspace: id, to, contact, parts, now } = input;
  const workspace = await findWorkspace(deps.ports.sql, { id });
  const { sender } = workspace.settings;
  const from = (sender.email ? parseAddress(sender.email) : null) ?? { local: "sender-not-set", domain: "localhost" };
  const send = deps.ports.chance.id(now);
  const own = { messageId: `member.${send}@${from.domain}`, unsubscribeUrl: null, unsubscribeMail: null };
  const { subject } = parts;
  const writer = mailWriter({
    from: { name: sender.name || workspace.name, address: from },
    replyTo: sender.replyTo ? parseAddress(sender.replyTo) : null,
    feedbackId: "",
    list: null,
    automatic: true,
  });
  return {
    send,
    bucket: bucketOf(contact ?? send),
    workspace: id,
    contact,
    channel: "email",
    class: "transactional",
    address: to,
    from: `${from.local}@${from.domain}`,
    messageId: own.messageId,
    subject,
    html: parts.html,
    text: parts.text,
    headers: writer.headers(own),
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

// A connection of its own, ended after the one message: these are rare, and must not wait behind a campaign.
/** Hands it to the workspace's own provider of its channel. @throws sender.missing, sms_sender.missing, sender_key.missing */
export async function handToMember(
  deps: Deps,
  message: OutgoingMessage,
  now: Instant,
): Promise<{ provider: "outbox" | "smtp" | "twilio"; outcome: Outcome }> {
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
    if (message.from === "") throw smsSenderMissing({}, { field: "to" });
    const provider = message.channel === "sms" ? "twilio" : "smtp";
    if (inside?.provider.reach !== "outside")
      return {
        provider,
        outcome: { kind: "lost", reason: "provider_unusable", answer: "The provider cannot be used: its password does not open." },
      };
    let outcome: Outcome = { kind: "lost", reason: "no_answer", answer: "" };
    await inside.provider.send([inside.signs ? await signed(deps, message) : message], (_message, told) => {
      outcome = told;
    });
    return { provider, outcome };
  } finally {
    await routes.close();
  }
}
