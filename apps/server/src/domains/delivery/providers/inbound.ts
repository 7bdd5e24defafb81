import type { Id } from "@relance/model/base";
import { readKeyword, type Keyword } from "@relance/model/messages";
import type { Deps } from "../../../deps.ts";
import type { Tx } from "../../../platform/db/database.ts";
import { allowAgain, recordConsents, suppress } from "../../compliance/index.ts";
import { findByIdentity, loadContacts, lookupBucket } from "../../contacts/index.ts";
import { takeIds } from "../../ingest/index.ts";
import { findWorkspace, identityRulesOf } from "../../team/index.ts";
import type { StoredTwilio } from "./provider-queries.ts";

/** One text that came in. */
export interface Incoming {
  readonly id: string;
  /** E.164 */
  readonly from: string;
  readonly body: string;
}

/**
 * Keeps what a text asks: STOP withdraws consent to texts, START gives it again, each once and with its proof; of a number nobody has,
 * STOP keeps the number from ever being texted. @returns what to answer, where we answer ourselves; null: nothing
 */
export async function takeText(deps: Deps, provider: StoredTwilio, incoming: Incoming): Promise<string | null> {
  const { sql, chance, clock } = deps.ports;
  const keyword = readKeyword(incoming.body);
  if (keyword === null) return null;
  const { workspace } = provider;
  const answer = await sql.transaction(async (tx) => {
    const now = clock.now();
    const fresh = await takeIds(tx, { workspace, now, ids: [`twilio:${incoming.id}`] });
    // A number that several people may share is nobody's: what it asks holds for the number.
    const { phone } = await identityRulesOf(tx, { workspace });
    const [contact = null] =
      phone === "shared"
        ? []
        : await findByIdentity(tx, {
            workspace,
            identities: [{ kind: "phone", value: incoming.from, lookupBucket: lookupBucket(workspace, "phone", incoming.from) }],
          });
    if (fresh.size > 0 && keyword.action !== "help") {
      if (contact !== null) {
        await recordConsents(tx, {
          now,
          chance,
          records: [
            {
              workspace,
              contact,
              channel: "sms",
              topic: "",
              state: keyword.action === "stop" ? "withdrawn" : "granted",
              basis: keyword.action === "stop" ? "none" : "express",
              occurredAt: now,
              source: `sms_${keyword.action}`,
              language: keyword.language,
              recordedBy: "recipient",
              evidence: { provider: provider.id, message: incoming.id, text: incoming.body.slice(0, 40) },
            },
          ],
        });
      } else if (keyword.action === "stop")
        await suppress(tx, {
          now,
          secrets: deps.secrets,
          rows: [{ workspace, channel: "sms", address: incoming.from, reason: "unsubscribed", detail: { message: incoming.id } }],
        });
      if (keyword.action === "start")
        await allowAgain(tx, { now, secrets: deps.secrets, workspace, channel: "sms", address: incoming.from });
    }
    return answerTo(tx, keyword, workspace, contact);
  });
  deps.poke();
  return provider.settings.answers === "relance" ? answer : null;
}

/** One text of at most 160 signs, in the language of the word; STOP, which is everybody's, in the contact's. */
async function answerTo(tx: Tx, { action, language }: Keyword, workspace: Id, contact: Id | null): Promise<string> {
  const own = await findWorkspace(tx, { id: workspace });
  const locale = contact === null ? null : (await loadContacts(tx, { workspace, ids: [contact] })).get(contact)?.columns["locale"];
  const french = language === "fr" || (typeof locale === "string" ? locale : own.locale).startsWith("fr");
  const name = (own.settings.sender.name || own.name).slice(0, 40);
  if (action === "stop")
    return french
      ? `${name} : vous ne recevrez plus nos SMS. Repondez START pour revenir.`
      : `${name}: you will get no more texts from us. Reply START to come back.`;
  if (action === "start")
    return french
      ? `${name} : vous recevrez de nouveau nos SMS. STOP pour arreter.`
      : `${name}: you will get our texts again. Reply STOP to end.`;
  const mail = (own.settings.sender.replyTo || own.settings.sender.email).slice(0, 60);
  return french
    ? `${name} : nos offres par SMS. Contact : ${mail}. STOP pour arreter.`
    : `${name}: our offers by text. Contact: ${mail}. Reply STOP to end.`;
}
