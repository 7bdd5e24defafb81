import type { TestSendBody } from "@relance/contract/messages";
import type { Id, Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { recentLimit } from "../../platform/http/limit.ts";
import { findTemplate, preview, problemsOf, templateHasErrors } from "../messages/index.ts";
import { memberAddress, writeAudit } from "../team/index.ts";
import { sendingStopped, testNotMember, testsTooMany } from "./errors.ts";
import { handToMember, writeToMember } from "./member-mail.ts";
import { readStop } from "./queries.ts";

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
  const message = await writeToMember(deps, { workspace, to, contact: input.contact ?? null, parts: { ...parts, subject: `[Test] ${parts.subject}` }, now });
  const handed = await handToMember(deps, message, now);
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
