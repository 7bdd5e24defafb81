import { toIso, type Id, type Instant } from "@relance/model/base";
import { wordIn, type FormContent } from "@relance/model/forms";
import type { Deps } from "../../deps.ts";
import { addToCounters } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import { allowAgain, recordConsents, type ConsentRecord } from "../compliance/index.ts";
import { loadContacts } from "../contacts/index.ts";
import type { FoundSend } from "../delivery/index.ts";
import { ensureEventPartitions, ingestWithin } from "../ingest/index.ts";
import { findWorkspace, type WorkspaceRecord } from "../team/index.ts";
import { counterOf, findForm } from "./forms.ts";
import { selectVersion, type FormRecord } from "./queries.ts";
import { findSubmission, lockSubmission, markConfirmed, type Submission } from "./submission-queries.ts";
import { intoOf, visitorOf } from "./visitor.ts";

/** Which sending of which form a message asked to confirm; null when it is no such message. */
export function askedBy(send: FoundSend): { form: Id; id: Id } | null {
  const asked = send.data["form"] as { id?: unknown; submission?: unknown } | undefined;
  return typeof asked?.id === "string" && typeof asked.submission === "string" ? { form: asked.id, id: asked.submission } : null;
}

export interface Asked {
  readonly workspace: WorkspaceRecord;
  readonly form: FormRecord;
  /** As the person saw it. */
  readonly content: FormContent;
  readonly submission: Submission;
}

/** What the message of a confirmation link asked; null when it asked nothing that is still there. */
export async function askedOf(deps: Deps, send: FoundSend): Promise<Asked | null> {
  const db = deps.ports.sql;
  const asked = askedBy(send);
  const submission = asked && (await findSubmission(db, { workspace: send.workspace, ...asked }));
  const content =
    submission && (await selectVersion(db, { workspace: send.workspace, id: submission.form_id, version: submission.form_version }));
  if (!submission || !content) return null;
  return {
    workspace: await findWorkspace(db, { id: send.workspace }),
    form: await findForm(db, { workspace: send.workspace, id: submission.form_id }),
    content,
    submission,
  };
}

/** The button of the confirmation page was pressed. Pressed again, nothing changes. */
export async function confirmSubmission(deps: Deps, asked: Asked, send: Id): Promise<"confirmed" | "expired"> {
  const { sql, clock } = deps.ports;
  const { workspace, submission } = asked;
  await ensureEventPartitions(sql, [clock.now()]);
  const outcome = await sql.transaction(async (tx) => {
    const now = clock.now();
    const current = await lockSubmission(tx, { workspace: workspace.id, contact: submission.contact_id, id: submission.id });
    if (current?.state === "confirmed") return "confirmed" as const;
    if (current === null || current.state === "expired" || current.expires_at <= now) return "expired" as const;
    await confirmWithin(tx, deps, { ...asked, submission: current, by: send, now });
    return "confirmed" as const;
  });
  deps.poke();
  return outcome;
}

/**
 * What was sent counts from now on: the answers are written to the contact who holds the address, the boxes become consents with
 * their proofs, and `Subscription Confirmed` is told. An answer that belongs to another contact (its phone) is left out.
 * @param input.by the message whose link was followed; null: nothing was asked
 */
export async function confirmWithin(tx: Tx, deps: Deps, input: Asked & { by: Id | null; now: Instant }): Promise<void> {
  const { chance, clock } = deps.ports;
  const { workspace, form, submission, now } = input;
  const anonymousId = visitorOf(deps, workspace.id, submission.address!);
  const { phone, ...answers } = submission.answers;
  const traits = Object.fromEntries(Object.entries(answers).map(([field, value]) => [field.replace(/^attributes\./, ""), value]));
  const [[met] = []] = await ingestWithin(tx, { chance, clock }, intoOf(workspace), [
    {
      receivedAt: now,
      source: null,
      live: true,
      messages: [
        {
          type: "identify",
          messageId: `form:${submission.id}:answers`,
          anonymousId,
          traits: { ...traits, email: submission.address, ...(phone !== undefined && { phone }) },
        },
        {
          type: "track",
          event: "Subscription Confirmed",
          messageId: `form:${submission.id}:confirmed`,
          anonymousId,
          properties: {
            form_id: form.id,
            form: form.key,
            form_name: form.name,
            form_version: submission.form_version,
            language: submission.language,
          },
        },
      ],
    },
  ]);
  if (met?.is !== "stored") return;
  await markConfirmed(tx, { ...submission, now });
  await addToCounters(tx, Math.floor(chance.float() * 8), [{ workspace: workspace.id, name: counterOf(form.id, "confirmed"), n: 1 }]);
  const contact = (await loadContacts(tx, { workspace: workspace.id, ids: [met.contact] })).get(met.contact);
  const records = proofsOf(input, met.contact).filter(
    (one) => one.channel !== "sms" || (phone !== undefined && contact?.columns["phone"] === phone),
  );
  await recordConsents(tx, { now, chance, records });
  // A message to the address was answered: its owner asks for what they had put an end to.
  if (input.by !== null && records.some((one) => one.channel === "email"))
    await allowAgain(tx, { now, secrets: deps.secrets, workspace: workspace.id, channel: "email", address: submission.address! });
}

/** The address is proved by the answer to the message; a number given beside it is the word of the same person. */
function proofsOf(
  { workspace, form, content, submission, by, now }: Asked & { by: Id | null; now: Instant },
  contact: Id,
): ConsentRecord[] {
  return submission.consents.map((index): ConsentRecord => {
    const consent = content.consents[index]!;
    return {
      workspace: workspace.id,
      contact,
      channel: consent.channel,
      topic: consent.topic,
      state: "granted",
      basis: by !== null && consent.channel === "email" ? "express_confirmed" : "express",
      occurredAt: now,
      source: `form: ${form.name}`.slice(0, 200),
      wording: wordIn(consent.wording, submission.language, content.fallback),
      language: submission.language,
      ip: submission.ip_hash,
      userAgent: submission.user_agent,
      recordedBy: "recipient",
      evidence: {
        form: form.id,
        version: submission.form_version,
        submission: submission.id,
        page: submission.page,
        submittedAt: toIso(submission.submitted_at),
        ...(by !== null && { confirmedBy: by }),
        ...(content.minimumAge !== null && { minimumAge: content.minimumAge }),
      },
    };
  });
}
