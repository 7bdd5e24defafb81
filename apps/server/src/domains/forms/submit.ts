import { DAY, MINUTE, bucketOf, type Id, type Instant } from "@relance/model/base";
import { placeOfZone } from "@relance/model/calendar";
import type { Answers, FormContent } from "@relance/model/forms";
import type { Deps } from "../../deps.ts";
import { addToCounters } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import { suppressionOf } from "../compliance/index.ts";
import { loadContacts } from "../contacts/index.ts";
import { planSends } from "../delivery/index.ts";
import { ensureEventPartitions, ingestWithin } from "../ingest/index.ts";
import { liveTemplates } from "../messages/index.ts";
import { findWorkspace, type WorkspaceRecord } from "../team/index.ts";
import { confirmWithin } from "./confirm.ts";
import { counterOf } from "./forms.ts";
import type { FormRecord } from "./queries.ts";
import { findSubmission, insertSubmission, lockSubmission, mailsSince, noteMail, type Submission } from "./submission-queries.ts";
import { ipHash, type Shown } from "./tokens.ts";
import { intoOf, visitorOf, type Visitor } from "./visitor.ts";

/** A form is a mailer that strangers can start: so many messages may go to one address that never answered. */
const MOST_MAILS = 3;
const MAILS_WITHIN = 7 * DAY;
/** Between two sendings of a form, and between two requests for the same message. */
const BETWEEN_FORMS = DAY;
const BETWEEN_AGAIN = 5 * MINUTE;

/**
 * Takes what a form sent, in one transaction: the contact (a stranger's word changes nothing of a known one), the event
 * `Form Submitted`, the answers set aside, and the message that asks to confirm. Where no confirmation is needed, they count at once.
 * The same page sent again changes nothing. @returns whether a confirmation is asked
 */
export async function submitForm(
  deps: Deps,
  input: { form: FormRecord; content: FormContent; shown: Shown; answers: Answers; visitor: Visitor },
): Promise<{ readonly asks: boolean }> {
  const { sql, clock, chance } = deps.ports;
  const { form, content, shown, answers } = input;
  const workspace = await findWorkspace(sql, { id: form.workspace_id });
  const now = clock.now();
  await ensureEventPartitions(sql, [now]);
  const asks = await sql.transaction(async (tx) => {
    const contact = await meet(tx, deps, workspace, { ...input, now });
    // Sent before, by the same page.
    if (contact === null)
      return (await findSubmission(tx, { workspace: workspace.id, form: form.id, id: shown.id }))?.confirmed_at === null;
    const submission = {
      contact_id: contact.id,
      id: shown.id,
      workspace_id: workspace.id,
      form_id: form.id,
      form_version: shown.version,
      language: shown.language,
      address: answers.email,
      answers: answers.values,
      consents: answers.consents.map((one) => content.consents.indexOf(one)),
      page: shown.page || null,
      ip_hash: ipHash(deps.secrets, workspace.id, input.visitor.ip),
      user_agent: input.visitor.agent?.slice(0, 300) ?? null,
      submitted_at: now,
      expires_at: now + content.confirmation.days * DAY,
    };
    await insertSubmission(tx, submission);
    await addToCounters(tx, slotOf(chance.float()), [{ workspace: workspace.id, name: counterOf(form.id, "submitted"), n: 1 }]);
    const stored: Submission = {
      ...submission,
      bucket: bucketOf(contact.id),
      state: "pending",
      confirmed_at: null,
      mails: 0,
      mailed_at: null,
    };
    if (needsConfirmation(content, answers, workspace, contact.isNew) || (await isStopped(tx, deps, workspace.id, answers.email))) {
      await askConfirmation(tx, deps, { form, content, submission: stored, between: BETWEEN_FORMS, now });
      return true;
    }
    await confirmWithin(tx, deps, { workspace, form, content, submission: stored, by: null, now });
    return false;
  });
  deps.poke();
  return { asks };
}

const slotOf = (drawn: number) => Math.floor(drawn * 8);

/** Nobody changes what we know of others, or signs them up, by typing their address; German courts want the proof from everybody. */
function needsConfirmation({ confirmation }: FormContent, { values }: Answers, workspace: WorkspaceRecord, isNew: boolean): boolean {
  return confirmation.required || !isNew || values["country"] === "DE" || placeOfZone(workspace.time_zone).startsWith("DE");
}

/** Whether nothing may be sent to the address: only its owner, by an answer to a message, can ask for the contrary. */
async function isStopped(tx: Tx, { secrets }: Deps, workspace: Id, address: string): Promise<boolean> {
  return (await suppressionOf(tx, { secrets, workspace, channel: "email", address }))?.lifted_at === null;
}

/** The contact of an address, found or made, with what happened. Null when this page was sent before. */
async function meet(
  tx: Tx,
  deps: Deps,
  workspace: WorkspaceRecord,
  { form, shown, answers, now }: { form: FormRecord; shown: Shown; answers: Answers; now: Instant },
): Promise<{ id: Id; isNew: boolean } | null> {
  const { chance, clock } = deps.ports;
  const anonymousId = visitorOf(deps, workspace.id, answers.email);
  const say = (messages: readonly unknown[]) =>
    ingestWithin(tx, { chance, clock }, intoOf(workspace), [{ messages, receivedAt: now, source: null, live: true }]);
  const [[met] = []] = await say([{ type: "identify", messageId: `form:${shown.id}:who`, anonymousId, traits: { email: answers.email } }]);
  if (met?.is !== "stored") return null;
  const contact = (await loadContacts(tx, { workspace: workspace.id, ids: [met.contact] })).get(met.contact)!;
  const isNew = contact.createdAt >= now;
  const properties = {
    form_id: form.id,
    form: form.key,
    form_name: form.name,
    form_version: shown.version,
    language: shown.language,
    ...(shown.page !== "" && { page: shown.page }),
  };
  await say([
    // The language of the page is that of the message which asks to confirm; of a known contact, what it chose stands.
    ...(isNew ? [{ type: "identify", messageId: `form:${shown.id}:language`, anonymousId, traits: { locale: shown.language } }] : []),
    { type: "track", event: "Form Submitted", messageId: `form:${shown.id}:submitted`, anonymousId, properties },
  ]);
  return { id: contact.id, isNew };
}

/** Plans the message that asks, unless the address has had its share. @returns whether it was planned */
async function askConfirmation(
  tx: Tx,
  deps: Deps,
  input: { form: FormRecord; content: FormContent; submission: Submission; between: number; now: Instant },
): Promise<boolean> {
  const { form, content, submission, now } = input;
  const { contact_id: contact, workspace_id: workspace } = submission;
  const { mails, last } = await mailsSince(tx, { workspace, contact, since: now - MAILS_WITHIN });
  if (mails >= MOST_MAILS || (last !== null && now - last < input.between)) return false;
  const template = content.confirmation.template!;
  const live = (await liveTemplates(tx, { ids: [template] })).get(template);
  if (!live || live.workspace !== workspace) {
    deps.log.error({ form: form.id, template }, "form.confirmation_missing");
    return false;
  }
  await planSends(tx, { now, chance: deps.ports.chance, slot: slotOf(deps.ports.chance.float()) }, [
    {
      workspace,
      contact,
      channel: "email",
      class: "transactional",
      topic: "",
      template,
      templateVersion: live.version,
      dueAt: now,
      patienceUntil: submission.expires_at,
      origin: { kind: "request", key: `form:${submission.id}:${submission.mails + 1}` },
      data: { form: { id: form.id, name: form.name, submission: submission.id } },
    },
  ]);
  await noteMail(tx, { ...submission, now });
  return true;
}

/** Asks once more for one sending, when its page's button is pressed. Says nothing of whether it could. */
export async function askAgain(
  deps: Deps,
  input: { form: FormRecord; content: (version: number) => Promise<FormContent | null>; id: Id },
): Promise<string | null> {
  const { sql, clock } = deps.ports;
  const { form, id } = input;
  const found = await findSubmission(sql, { workspace: form.workspace_id, form: form.id, id });
  const content = found && (await input.content(found.form_version));
  if (!found || !content || found.state !== "pending") return found?.address ?? null;
  await sql.transaction(async (tx) => {
    const now = clock.now();
    const submission = await lockSubmission(tx, { workspace: form.workspace_id, contact: found.contact_id, id });
    if (submission?.state === "pending" && submission.expires_at > now)
      await askConfirmation(tx, deps, { form, content, submission, between: BETWEEN_AGAIN, now });
  });
  deps.poke();
  return found.address;
}
