import type { TestSendBody } from "@relance/contract/messages";
import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { stopLine, withStop } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { recentLimit } from "../../platform/http/limit.ts";
import { suppressionOf } from "../compliance/index.ts";
import { phoneReader } from "../contacts/index.ts";
import { findTemplate, preview, problemsOf, templateHasErrors } from "../messages/index.ts";
import { findWorkspace, memberAddress, writeAudit, type WorkspaceRecord } from "../team/index.ts";
import { sendingStopped, testNeedsNumber, testNotMember, testNumberLeft, testsTooMany } from "./errors.ts";
import { handToMember, writeToMember } from "./member-mail.ts";
import type { OutgoingMessage } from "./providers/provider.ts";
import { readStop } from "./queries.ts";
import { textSender } from "./providers/texts.ts";

const MOST = 10;
const WINDOW_MS = 5 * 60_000;

/** How many tests one person may ask for: ten in five minutes, counted by this process. */
export function testLimit(): (actor: Actor, now: Instant) => boolean {
  const allow = recentLimit(MOST, WINDOW_MS);
  return (actor, now) => allow(`${actor.workspace}:${actor.kind}:${actor.id}`, now);
}

/**
 * Hands a draft to the workspace's provider to be read: an e-mail by a member, a text on a phone whose number is given. It is no send: no
 * row in the ledger, no signed link, no pixel, no List-Unsubscribe, so nothing it does can be counted or change anybody's consent. The
 * gate is not asked; a number that left gets none all the same.
 * @throws template.not_found, template.has_errors, contact.not_found, template.preview_failed, test.not_member, test.needs_number, test.number_left, test.too_many, sending.stopped, sender.missing, sms_sender.missing, sender_key.missing
 */
export async function sendTestMessage(
  deps: Deps,
  actor: Actor,
  input: {
    readonly id: Id;
    readonly contact: Id | undefined;
    readonly language: string | undefined;
    readonly to: string | undefined;
    readonly allow: (actor: Actor, now: Instant) => boolean;
  },
): Promise<TestSendBody> {
  const { sql: db, clock, chance } = deps.ports;
  const { workspace: id } = actor;
  const template = await findTemplate(db, { workspace: id, id: input.id });
  const workspace = await findWorkspace(db, { id });
  const to = template.channel === "sms" ? await phoneOf(deps, workspace, input.to) : await member(deps, actor, input.to);
  const problems = (await problemsOf(db, { workspace: id, content: template.draft, class: template.class })).filter(
    (one) => one.level === "error",
  );
  if (problems.length > 0)
    throw templateHasErrors(
      { n: problems.length },
      { field: problems[0]!.field, problems: problems.map(({ field, code, message }) => ({ field, code, message })) },
    );
  if (await readStop(db, { workspace: id })) throw sendingStopped({});
  const now = clock.now();
  const parts = await preview(db, {
    workspace: id,
    content: template.draft,
    class: template.class,
    contact: input.contact,
    language: input.language,
    data: undefined,
    now,
  });
  if (!input.allow(actor, now)) throw testsTooMany({});
  const contact = input.contact ?? null;
  const message =
    template.channel === "email"
      ? await writeToMember(deps, { workspace: id, to, contact, parts: { ...parts, subject: `[Test] ${parts.subject}` }, now })
      : textTest(deps, workspace, { to, contact, now, channel: template.channel, marketing: template.class === "marketing", ...parts });
  const handed = await handToMember(deps, message, now);
  await db.transaction((tx) =>
    writeAudit(tx, {
      chance,
      now,
      actor,
      action: "template.test_sent",
      object: { kind: "template", id: input.id },
      detail: { outcome: handed.outcome.kind },
    }),
  );
  return {
    to,
    subject: message.subject ?? "",
    provider: handed.provider,
    outcome: handed.outcome.kind,
    answer: handed.outcome.answer,
    outbox: handed.provider === "outbox" ? message.send : null,
  };
}

async function member(deps: Deps, actor: Actor, given: string | undefined): Promise<string> {
  const { workspace } = actor;
  const of = given !== undefined ? { email: given } : actor.kind === "user" ? { userId: actor.id } : null;
  const found = of && (await memberAddress(deps.ports.sql, { workspace, ...of }));
  if (!found) throw testNotMember({}, { field: "to" });
  return found;
}

async function phoneOf(deps: Deps, workspace: WorkspaceRecord, given: string | undefined): Promise<string> {
  const number = given === undefined ? null : phoneReader(workspace.time_zone)(given, null);
  if (number === null) throw testNeedsNumber({}, { field: "to" });
  const left = await suppressionOf(deps.ports.sql, { secrets: deps.secrets, workspace: workspace.id, channel: "sms", address: number });
  if (left && left.lifted_at === null) throw testNumberLeft({}, { field: "to" });
  return number;
}

interface Texting {
  readonly to: string;
  readonly contact: Id | null;
  readonly now: Instant;
  readonly channel: Exclude<OutgoingMessage["channel"], "email">;
  readonly marketing: boolean;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly language: string;
}

/** A text, or a message of a channel that only the outbox keeps so far. Links stay long: short ones would count. */
function textTest(
  deps: Deps,
  workspace: WorkspaceRecord,
  { to, contact, now, channel, marketing, language, ...parts }: Texting,
): OutgoingMessage {
  const send = deps.ports.chance.id(now);
  const sender = channel === "sms" ? textSender(workspace, to) : null;
  const text = sender !== null && marketing ? withStop(parts.text, stopLine(sender, language, deps.config.publicUrl)) : parts.text;
  return {
    send,
    bucket: bucketOf(contact ?? send),
    workspace: workspace.id,
    contact,
    channel,
    class: "transactional",
    address: to,
    from: sender?.from ?? "",
    messageId: `member.${send}`,
    subject: parts.subject === "" ? null : `[Test] ${parts.subject}`,
    html: channel === "sms" ? null : parts.html,
    text: channel === "sms" ? `[Test] ${text}` : text,
    headers: {},
    mime() {
      throw new Error("A text is no mail");
    },
  };
}
