import type { Id } from "@relance/model/base";
import { usableZone } from "@relance/model/consent";
import { chooseLanguage } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { loadContacts, type Contact } from "../contacts/index.ts";
import type { FoundSend } from "../delivery/index.ts";
import { linkHosts, loadCompiled, renderMessage, renderMessages, templateData, type MailLinks, type RenderedParts, type RenderRequest } from "../messages/index.ts";
import { findWorkspace, type WorkspaceRecord } from "../team/index.ts";

/** What rendering needs of a send, before it left and after. */
export type MailSend = Pick<FoundSend, "id" | "contact" | "template" | "templateVersion" | "language" | "data">;

const textOf = (value: unknown) => (typeof value === "string" ? value : null);

function requestFor(send: MailSend, contact: Contact, workspace: WorkspaceRecord, links: MailLinks): RenderRequest {
  return {
    data: templateData({ contact, workspace, data: send.data }), language: send.language ?? textOf(contact.columns["locale"]),
    zone: usableZone(textOf(contact.columns["time_zone"]), workspace.time_zone), currency: workspace.currency, links,
  };
}

/** Renders sends of one workspace, version by version. A send whose contact or version is no more is missing. */
export async function renderSends(db: Db, input: { readonly workspace: WorkspaceRecord; readonly sends: readonly MailSend[]; readonly linksOf: (send: MailSend) => MailLinks }): Promise<ReadonlyMap<Id, RenderedParts>> {
  const { workspace, sends, linksOf } = input;
  const contacts = await loadContacts(db, { workspace: workspace.id, ids: sends.map((one) => one.contact) });
  const versions = await loadCompiled(db, sends.map((one) => ({ workspace: workspace.id, template: one.template, version: one.templateVersion })));
  const rendered = new Map<Id, RenderedParts>();
  await Promise.all([...Map.groupBy(sends, (one) => `${one.template}:${one.templateVersion}`)].map(async ([key, of]) => {
    const version = versions.get(key);
    const there = of.filter((one) => contacts.has(one.contact));
    if (!version || there.length === 0) return;
    const results = await renderMessages({ key, compiled: version.compiled, hosts: linkHosts(workspace), requests: there.map((one) => requestFor(one, contacts.get(one.contact)!, workspace, linksOf(one))) });
    there.forEach((one, n) => rendered.set(one.id, results[n]!));
  }));
  return rendered;
}

/** One sent mail again, for its reader; null when it can no longer be made. */
export async function renderAgain(deps: Deps, send: FoundSend, links: MailLinks): Promise<(RenderedParts & { ok: true }) | null> {
  const db = deps.ports.sql;
  const workspace = await findWorkspace(db, { id: send.workspace });
  const contact = (await loadContacts(db, { workspace: send.workspace, ids: [send.contact] })).get(send.contact);
  const key = `${send.template}:${send.templateVersion}`;
  const version = (await loadCompiled(db, [{ workspace: send.workspace, template: send.template, version: send.templateVersion }])).get(key);
  if (!contact || !version) return null;
  const result = await renderMessage({ key, compiled: version.compiled, hosts: linkHosts(workspace), request: requestFor(send, contact, workspace, links) });
  return result.ok ? result : null;
}

/**
 * Where a link of a sent mail leads: stored at publishing for `<n>`, made again from the send's own data for `d<n>` and held against
 * the allowed hosts once more. Never from the request. Null when there is no such link.
 */
export async function destination(deps: Deps, send: FoundSend, link: string): Promise<{ url: string; number: number | null } | null> {
  if (/^\d{1,4}$/.test(link)) {
    const version = (await loadCompiled(deps.ports.sql, [{ workspace: send.workspace, template: send.template, version: send.templateVersion }])).values().next().value;
    if (!version) return null;
    const { compiled } = version;
    const language = chooseLanguage(Object.keys(compiled.variants), compiled.fallback, send.language);
    const url = language === null ? undefined : compiled.variants[language]?.links[Number(link)];
    return url === undefined ? null : { url, number: Number(link) };
  }
  if (!/^d\d{1,4}$/.test(link)) return null;
  const made = await renderAgain(deps, send, { click: null, open: null, unsubscribe: "#", view: "#" });
  const url = made?.dynamic[Number(link.slice(1))];
  // Numbers of links made from data go on after those of the version: apart, so that both can be told.
  return url === undefined ? null : { url, number: 10_000 + Number(link.slice(1)) };
}

