import type { JourneyWord } from "@relance/model/arbiter";
import { toIso, type Id, type Instant } from "@relance/model/base";
import { mailWriter, parseAddress, type MailAddress, type MailSkeleton } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { decideSends, measurable } from "../compliance/index.ts";
import { loadContacts, type Contact } from "../contacts/index.ts";
import { objectsOf } from "../objects/index.ts";
import {
  linkHosts,
  loadCompiled,
  renderMessages,
  ROOM,
  showsObjects,
  templateData,
  writeMessages,
  type DkimKey,
  type OwnedObject,
  type WrittenMail,
} from "../messages/index.ts";
import { findWorkspace, type WorkspaceRecord } from "../team/index.ts";
import { takeForgotten } from "./journal/forgotten.ts";
import type { AddressedSend, DeliveryDoors, DueSend, GateDecision, Recipient, Rendered } from "./doors.ts";
import { linksOf, type SignedLinks } from "./links.ts";
import { signingKey } from "./providers/sender-keys.ts";
import { addressForWire } from "./smtp/wire.ts";
import { finishTexts, textSender, type Texting } from "./providers/texts.ts";
import { readWebhooks } from "./providers/webhook-queries.ts";

/** A set-up that misses something is looked at again after this; the messages wait. */
const SET_UP_MS = 15 * 60_000;
/** Who seems to write while no sender is set; only the outbox shows it, nothing leaves under this name. */
const NO_SENDER: MailAddress = { local: "sender-not-set", domain: "localhost" };

/** What the journeys of sends say when asked again, by send; filled in by `worker.ts`, since journeys lie above. */
export type Recheck = (
  tx: Tx,
  input: { readonly now: Instant; readonly sends: readonly DueSend[] },
) => Promise<ReadonlyMap<Id, JourneyWord>>;

/** Delivery's questions answered by the product's own domains: contacts know the addresses, compliance decides, messages render. */
export function productDoors(deps: Pick<Deps, "secrets" | "config"> & { readonly recheck?: Recheck }): DeliveryDoors {
  const workspacesOf = rememberWorkspaces();
  const keysOf = rememberKeys(deps.secrets);
  return {
    recipients: (tx, { sends }) => recipients(tx, sends),
    async decide(tx, { now, sends }) {
      const workspaces = await workspacesOf(tx, sends, now);
      const keys = await keysOf(tx, sends, workspaces, now);
      const unready = new Map(
        sends
          .filter((send) => send.outside && send.channel !== "webhook")
          .flatMap((send) => {
            const sender = senderOf(workspaces.get(send.workspace)!);
            const reason =
              send.channel === "sms"
                ? textSender(workspaces.get(send.workspace)!, send.address) === null
                  ? "sms_sender_missing"
                  : null
                : sender === null
                  ? "sender_missing"
                  : send.signed && !keys.get(send.workspace)
                    ? "sender_key_missing"
                    : null;
            return reason ? [[send.id, reason] as const] : [];
          }),
      );
      const candidates = sends.filter((send) => !unready.has(send.id));
      const words = (await deps.recheck?.(tx, { now, sends: candidates })) ?? new Map<Id, JourneyWord>();
      const decided: Map<Id, GateDecision> = new Map(await decideSends(tx, { now, secrets: deps.secrets, candidates, words }));
      const leaving = candidates.filter((send) => send.outside && decided.get(send.id)?.verdict.kind === "send");
      for (const [id, at] of await takeForgotten(tx, { secrets: deps.secrets, sends: leaving }))
        decided.set(id, {
          verdict: { kind: "skip", reason: "sent_before_restore" },
          checks: [{ check: "restore", result: "skip", facts: { left: toIso(at) } }],
        });
      for (const [id, reason] of unready)
        decided.set(id, {
          verdict: { kind: "hold", until: now + SET_UP_MS, reason },
          checks: [{ check: "sender", result: "hold", facts: { asked: toIso(now), missing: reason } }],
        });
      return decided;
    },
    async render(db, { now, sends }) {
      const workspaces = await workspacesOf(db, sends, now);
      return render(deps, db, now, sends, workspaces, await keysOf(db, sends, workspaces, now));
    },
  };
}

async function recipients(db: Db, sends: readonly DueSend[]): Promise<ReadonlyMap<Id, Recipient>> {
  const contacts = await contactsOf(db, sends);
  const webhooks = await webhookAddresses(db, sends);
  return new Map(
    sends.flatMap((send) => {
      const contact = contacts.get(send.contact);
      return contact
        ? [
            [
              send.id,
              {
                address: send.channel === "webhook" ? (webhooks.get(send.webhook ?? "") ?? null) : addressOn(send.channel, contact),
                language: text(contact.columns["locale"]),
                found: contact,
              },
            ] as const,
          ]
        : [];
    }),
  );
}

/** Where the webhooks of some sends are; without the query, which may hold a key. */
async function webhookAddresses(db: Db, sends: readonly DueSend[]): Promise<ReadonlyMap<string, string>> {
  const workspaces = [...new Set(sends.filter((send) => send.channel === "webhook").map((send) => send.workspace))];
  if (workspaces.length === 0) return new Map();
  return new Map((await readWebhooks(db, { workspaces })).map((one) => [one.id, one.url.replace(/[?#].*$/, "")]));
}

function addressOn(channel: DueSend["channel"], contact: Contact): string | null {
  if (channel === "email") return text(contact.columns["email"]);
  if (channel === "sms" || channel === "whatsapp") return text(contact.columns["phone"]);
  // Devices and browsers are not known yet: the outbox keeps what they would show, under the contact's id.
  return contact.id;
}

async function render(
  deps: Pick<Deps, "secrets" | "config">,
  db: Db,
  now: Instant,
  sends: readonly AddressedSend[],
  workspaces: ReadonlyMap<Id, WorkspaceRecord>,
  keys: ReadonlyMap<Id, DkimKey | null>,
): Promise<ReadonlyMap<Id, Rendered | { failed: string }>> {
  const versions = await loadCompiled(
    db,
    sends.map((send) => ({ workspace: send.workspace, template: send.template, version: send.templateVersion })),
  );
  const seen = new Set<Id>();
  for (const id of new Set(sends.map((send) => send.workspace))) {
    const workspace = workspaces.get(id)!;
    const asked = sends.filter((send) => send.workspace === id).map((send) => ({ bucket: send.bucket, contact: send.contact }));
    for (const contact of await measurable(db, {
      workspace: id,
      setting: workspace.settings.pixel,
      zone: workspace.time_zone,
      contacts: asked,
      now,
    }))
      seen.add(contact);
  }
  const made = new Map<Id, Rendered | { failed: string }>();
  const texts: Texting[] = [];
  // Mails of one group differ only in what the threads fill in.
  const groups = Map.groupBy(sends, (send) =>
    [
      send.outside,
      send.signed,
      send.channel,
      send.template,
      send.templateVersion,
      send.class,
      send.topic,
      send.journey,
      send.campaign,
    ].join(":"),
  );
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const [first] = group as [AddressedSend];
      const key = `${first.template}:${first.templateVersion}`;
      const version = versions.get(key);
      const workspace = workspaces.get(first.workspace)!;
      if (!version) return group.forEach((send) => made.set(send.id, { failed: "The template version is not there." }));
      const links = group.map((send) => linksOf(deps.secrets, deps.config.publicUrl, { bucket: send.bucket, send: send.id }));
      const owned = await ownedBy(db, group, version.compiled);
      const requests = group.map((send, i) =>
        requestOf(send, send.found as Contact, workspace, links[i]!, { pixel: seen.has(send.contact), objects: owned.get(send.contact) }),
      );
      const input: Making = {
        skeleton: skeletonOf(workspace, first),
        from: senderOf(workspace) ?? NO_SENDER,
        now,
        key: first.signed ? (keys.get(workspace.id) ?? null) : null,
      };
      // It was there when the gate decided, and nothing leaves unsigned that should be signed.
      if (first.signed && input.key === null)
        return group.forEach((send) => made.set(send.id, { failed: "The key that signs is not there." }));
      const shared = {
        key,
        compiled: version.compiled,
        hosts: linkHosts(
          workspace,
          group.map((send) => send.data),
        ),
      };
      const mails =
        first.outside && first.channel === "email"
          ? await writeAll(shared, input, group, requests)
          : await renderAll(shared, input, group, requests);
      group.forEach((send, i) => made.set(send.id, mails[i]!));
      if (first.channel === "sms")
        group.forEach((send, i) => {
          const rendered = mails[i]!;
          if (!("failed" in rendered))
            texts.push({
              send,
              workspace,
              rendered,
              hosts: [...shared.hosts, ...Object.values(version.compiled.variants).flatMap((one) => one.hosts)],
            });
        });
    }),
  );
  for (const [id, text] of await finishTexts(db, deps, texts, now)) made.set(id, text);
  return made;
}

interface Making {
  readonly skeleton: MailSkeleton;
  readonly from: MailAddress;
  readonly now: Instant;
  readonly key: DkimKey | null;
}

type Made = Rendered | { readonly failed: string };
type Shared = Pick<Parameters<typeof writeMessages>[0], "key" | "compiled" | "hosts">;
type Request = ReturnType<typeof requestOf>;

/** For the wire: the threads make the bytes, and nobody here wants the parts. */
async function writeAll(
  shared: Shared,
  { skeleton, from, now, key: dkim }: Making,
  sends: readonly AddressedSend[],
  requests: readonly Request[],
): Promise<Made[]> {
  const addresses = sends.map((send) => parseAddress(addressForWire(send.address) ?? ""));
  const heads = sends.map((send, i) => ({ to: addresses[i] ?? NO_SENDER, date: now, ...ownOf(send, from, requests[i]!) }));
  const mails = await writeMessages({
    ...shared,
    wire: { skeleton, dkim },
    requests: requests.map((request, i) => ({ ...request, head: heads[i]! })),
  });
  return sends.map((_send, i): Made =>
    addresses[i] ? writtenOf(mails[i]!, from, heads[i]!.messageId) : { failed: "The address cannot be written." },
  );
}

function writtenOf(mail: WrittenMail, from: MailAddress, messageId: string): Made {
  if (!mail.ok) return { failed: `${mail.reason}: ${mail.message}` };
  return {
    from: `${from.local}@${from.domain}`,
    messageId,
    subject: null,
    html: null,
    text: "",
    headers: {},
    mime: () => mail.mail,
    wire: { bytes: mail.mail, room: ROOM },
  };
}

/** For who keeps the parts (the outbox) or wants something other than a mail. */
async function renderAll(
  shared: Shared,
  { skeleton, from, now }: Making,
  sends: readonly AddressedSend[],
  requests: readonly Request[],
): Promise<Made[]> {
  const writer = mailWriter(skeleton);
  const parts = await renderMessages({ ...shared, requests });
  return sends.map((send, i): Made => {
    const part = parts[i]!;
    if (!part.ok) return { failed: `${part.reason}: ${part.message}` };
    const own = ownOf(send, from, requests[i]!);
    const { subject, html, text: plain } = part;
    return {
      from: `${from.local}@${from.domain}`,
      messageId: own.messageId,
      subject: subject === "" ? null : subject,
      html: send.channel === "email" || send.channel === "webhook" ? html : null,
      text: plain,
      headers: send.channel === "email" ? writer.headers(own) : {},
      mime() {
        const to = parseAddress(addressForWire(send.address) ?? "");
        if (!to) throw new Error("The address cannot be written");
        return writer.write({ ...own, to, subject, date: now, text: plain, html });
      },
    };
  });
}

function ownOf(send: AddressedSend, from: MailAddress, request: Request) {
  return {
    messageId: send.messageId ?? `${send.id}@${from.domain}`,
    unsubscribeUrl: send.class === "marketing" ? request.links.unsubscribe : null,
    unsubscribeMail: null,
  };
}

/** What the contacts of some sends have, where the template shows it. */
async function ownedBy(
  db: Db,
  sends: readonly AddressedSend[],
  compiled: Parameters<typeof showsObjects>[0],
): Promise<ReadonlyMap<Id, readonly OwnedObject[]>> {
  if (!showsObjects(compiled)) return new Map();
  return Map.groupBy(
    await objectsOf(db, { workspace: sends[0]!.workspace, contacts: [...new Set(sends.map((send) => send.contact))] }),
    (one) => one.contact_id,
  );
}

function requestOf(
  send: AddressedSend,
  contact: Contact,
  workspace: WorkspaceRecord,
  links: SignedLinks,
  { pixel, objects }: { readonly pixel: boolean; readonly objects: readonly OwnedObject[] | undefined },
) {
  return {
    data: templateData({ contact, workspace, data: send.data, objects }),
    language: send.language ?? workspace.locale,
    zone: text(contact.columns["time_zone"]) ?? workspace.time_zone,
    currency: workspace.currency,
    links: { ...links, click: workspace.settings.trackClicks ? links.click : null, open: pixel ? links.open : null },
  };
}

function skeletonOf(workspace: WorkspaceRecord, send: DueSend): MailSkeleton {
  const { sender } = workspace.settings;
  const from = senderOf(workspace) ?? NO_SENDER;
  return {
    from: { name: sender.name || workspace.name, address: from },
    replyTo: sender.replyTo ? parseAddress(sender.replyTo) : null,
    feedbackId: `${send.journey ?? send.campaign ?? send.template}:${send.template}:${send.channel}:${workspace.id}`,
    list: send.class === "marketing" ? { name: workspace.name, id: `${send.topic || "news"}.${from.domain}` } : null,
    automatic: send.class === "transactional",
  };
}

function senderOf(workspace: WorkspaceRecord): MailAddress | null {
  return workspace.settings.sender.email ? parseAddress(workspace.settings.sender.email) : null;
}

// Senders and colours may be this old; consent, caps and hours are compliance's own and never remembered.
const REMEMBER_MS = 2_000;

/** Settings of the workspaces of a batch, asked once in two seconds. */
function rememberWorkspaces(): (db: Db, sends: readonly DueSend[], now: Instant) => Promise<ReadonlyMap<Id, WorkspaceRecord>> {
  let known = new Map<Id, WorkspaceRecord>();
  let since = -Infinity;
  return async (db, sends, now) => {
    if (Math.abs(now - since) > REMEMBER_MS) {
      known = new Map();
      since = now;
    }
    for (const id of new Set(sends.map((send) => send.workspace))) if (!known.has(id)) known.set(id, await findWorkspace(db, { id }));
    return known;
  };
}

/** Signing keys of the senders of a batch, asked and opened once in two seconds; only for those whose mails are signed. */
function rememberKeys(
  secrets: Deps["secrets"],
): (
  db: Db,
  sends: readonly AddressedSend[],
  workspaces: ReadonlyMap<Id, WorkspaceRecord>,
  now: Instant,
) => Promise<ReadonlyMap<Id, DkimKey | null>> {
  let known = new Map<Id, DkimKey | null>();
  let since = -Infinity;
  return async (db, sends, workspaces, now) => {
    if (Math.abs(now - since) > REMEMBER_MS) {
      known = new Map();
      since = now;
    }
    for (const workspace of new Set(sends.filter((send) => send.signed).map((send) => send.workspace))) {
      const sender = senderOf(workspaces.get(workspace)!);
      if (sender && !known.has(workspace)) known.set(workspace, await signingKey(db, secrets, { workspace, domain: sender.domain }));
    }
    return known;
  };
}

async function contactsOf(db: Db, sends: readonly DueSend[]): Promise<ReadonlyMap<Id, Contact>> {
  const found = new Map<Id, Contact>();
  for (const [workspace, group] of Map.groupBy(sends, (send) => send.workspace)) {
    for (const [id, contact] of await loadContacts(db, { workspace, ids: group.map((send) => send.contact) })) found.set(id, contact);
  }
  return found;
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
