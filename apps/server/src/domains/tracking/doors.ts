import { domainToASCII } from "node:url";
import type { Id, Instant } from "@relance/model/base";
import { mailWriter, parseAddress, type MailAddress, type MailSkeleton, type MailWriter } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { decideSends, mayMeasure } from "../compliance/index.ts";
import { loadContacts } from "../contacts/index.ts";
import type { DeliveryDoors, DueSend, Rendered } from "../delivery/index.ts";
import type { RenderedParts } from "../messages/index.ts";
import { findWorkspace, type WorkspaceRecord } from "../team/index.ts";
import { renderSends } from "./mail.ts";
import { linkUrl, mailTokens } from "./tokens.ts";

type Due = DueSend & { readonly address: string; readonly language: string | null };

/** What delivery's worker asks of contacts, compliance and messages, each answered for a whole batch; for the table in `worker.ts`. */
export function deliveryDoors(deps: Deps): DeliveryDoors {
  return {
    async recipients(tx, { sends }) {
      const found = new Map<Id, { address: string | null; language: string | null }>();
      for (const [workspace, of] of Map.groupBy(sends, (one) => one.workspace)) {
        const contacts = await loadContacts(tx, { workspace, ids: of.map((one) => one.contact) });
        for (const send of of) {
          const columns = contacts.get(send.contact)?.columns;
          if (!columns) continue;
          const address = send.channel === "email" ? columns["email"] : send.channel === "sms" ? columns["phone"] : null;
          found.set(send.id, { address: typeof address === "string" ? address : null, language: typeof columns["locale"] === "string" ? columns["locale"] : null });
        }
      }
      return found;
    },
    decide: (tx, { now, sends }) => decideSends(tx, { now, secrets: deps.secrets, candidates: sends }),
    async render(db, { now, sends }) {
      const rendered = new Map<Id, Rendered | { readonly failed: string }>();
      for (const [workspace, of] of Map.groupBy(sends, (one) => one.workspace)) {
        for (const [send, one] of await renderWorkspace(deps, db, { now, workspace, sends: of })) rendered.set(send, one);
      }
      return rendered;
    },
  };
}

async function renderWorkspace(deps: Deps, db: Db, input: { now: Instant; workspace: Id; sends: readonly Due[] }): Promise<Map<Id, Rendered | { readonly failed: string }>> {
  const { now, sends } = input;
  const workspace = await findWorkspace(db, { id: input.workspace });
  const sender = senderOf(workspace, deps.config.publicUrl);
  if (!sender) return new Map(sends.map((one) => [one.id, { failed: "sender.address_invalid" }]));
  const measured = await mayMeasure(db, { workspace: workspace.id, contacts: sends.map((one) => one.contact), setting: workspace.settings.pixel, zone: workspace.time_zone, now });
  const urls = new Map(sends.map((one) => [one.id, linkUrl(deps.config.publicUrl, mailTokens(deps.secrets, { contact: one.contact, send: one.id }))]));
  const parts = await renderSends(db, { workspace, sends, linksOf: (send) => {
    const { click, open, unsubscribe, view } = urls.get(send.id)!;
    return { click: workspace.settings.trackClicks ? click : null, open: measured.has(send.contact) ? open : null, unsubscribe, view };
  } });
  const writers = new Map<string, MailWriter>();
  return new Map(sends.map((send) => {
    const made = parts.get(send.id);
    if (!made) return [send.id, { failed: "template.missing" }];
    if (!made.ok) return [send.id, { failed: made.reason }];
    const key = `${send.template} ${send.topic} ${send.class} ${send.journey ?? send.campaign ?? ""}`;
    let writer = writers.get(key);
    if (!writer) writers.set(key, (writer = mailWriter(skeletonOf(send, workspace, sender))));
    return [send.id, finished(send, made, writer, sender, { now, unsubscribe: urls.get(send.id)!.unsubscribe })];
  }));
}

function finished(send: Due, made: RenderedParts & { ok: true }, writer: MailWriter, sender: Sender, input: { now: Instant; unsubscribe: string }): Rendered | { readonly failed: string } {
  const at = send.address.lastIndexOf("@");
  const to = parseAddress(`${send.address.slice(0, at)}@${domainToASCII(send.address.slice(at + 1))}`);
  if (!to) return { failed: "address.invalid" };
  const messageId = send.messageId ?? `${send.id}@${sender.address.domain}`;
  const unsubscribeUrl = send.class === "marketing" ? input.unsubscribe : null;
  const fields = { messageId, unsubscribeUrl, unsubscribeMail: null };
  return {
    from: `${sender.address.local}@${sender.address.domain}`, messageId, subject: made.subject, html: made.html, text: made.text, headers: writer.headers(fields),
    mime: () => writer.write({ ...fields, to, subject: made.subject, date: input.now, text: made.text, html: made.html }),
  };
}

interface Sender {
  readonly address: MailAddress;
  readonly replyTo: MailAddress | null;
}

/** The workspace's sender; without one, an address of this server's own host, good for the outbox and for trying out. */
function senderOf({ settings: { sender } }: WorkspaceRecord, publicUrl: string): Sender | null {
  const host = new URL(publicUrl).hostname;
  const address = parseAddress(sender.email !== "" ? sender.email : `no-reply@${/^[\d.]+$|^\[/.test(host) ? "localhost" : host}`);
  return address ? { address, replyTo: sender.replyTo === "" ? null : parseAddress(sender.replyTo) } : null;
}

function skeletonOf(send: Due, workspace: WorkspaceRecord, { address, replyTo }: Sender): MailSkeleton {
  const list = send.class === "marketing" && send.topic !== "" ? { name: send.topic, id: `${send.topic}.${address.domain}` } : null;
  return {
    from: { name: workspace.settings.sender.name || workspace.name, address }, replyTo, list, automatic: send.class === "transactional",
    feedbackId: `${send.journey ?? send.campaign ?? send.template}:${send.topic || "all"}:${send.channel}:${workspace.id}`,
  };
}
