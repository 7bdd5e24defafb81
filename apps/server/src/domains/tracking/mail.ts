import { usableZone } from "@relance/model/consent";
import { chooseLanguage } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import { loadContacts, type Contact } from "../contacts/index.ts";
import type { FoundSend } from "../delivery/index.ts";
import {
  linkHosts,
  loadCompiled,
  renderMessage,
  showsObjects,
  templateData,
  type MailLinks,
  type OwnedObject,
  type RenderedParts,
  type RenderRequest,
} from "../messages/index.ts";
import { objectsOf } from "../objects/index.ts";
import { findWorkspace, type WorkspaceRecord } from "../team/index.ts";

const textOf = (value: unknown) => (typeof value === "string" ? value : null);

function requestFor(
  send: FoundSend,
  contact: Contact,
  workspace: WorkspaceRecord,
  links: MailLinks,
  objects: readonly OwnedObject[],
): RenderRequest {
  return {
    data: templateData({ contact, workspace, data: send.data, objects }),
    language: send.language ?? workspace.locale,
    zone: usableZone(textOf(contact.columns["time_zone"]), workspace.time_zone),
    currency: workspace.currency,
    links,
  };
}

/** One sent mail again, for its reader; null when it can no longer be made. */
export async function renderAgain(deps: Deps, send: FoundSend, links: MailLinks): Promise<(RenderedParts & { ok: true }) | null> {
  const db = deps.ports.sql;
  const workspace = await findWorkspace(db, { id: send.workspace });
  const contact = (await loadContacts(db, { workspace: send.workspace, ids: [send.contact] })).get(send.contact);
  const key = `${send.template}:${send.templateVersion}`;
  const version = (await loadCompiled(db, [{ workspace: send.workspace, template: send.template, version: send.templateVersion }])).get(
    key,
  );
  if (!contact || !version) return null;
  const objects = showsObjects(version.compiled) ? await objectsOf(db, { workspace: send.workspace, contacts: [send.contact] }) : [];
  const result = await renderMessage({
    key,
    compiled: version.compiled,
    hosts: linkHosts(workspace, [send.data]),
    request: requestFor(send, contact, workspace, links, objects),
  });
  return result.ok ? result : null;
}

/**
 * Where a link of a sent mail leads: stored at publishing for `<n>`, made again from the send's own data for `d<n>` and held against
 * the allowed hosts once more. Never from the request. Null when there is no such link.
 */
export async function destination(deps: Deps, send: FoundSend, link: string): Promise<{ url: string; number: number | null } | null> {
  if (/^\d{1,4}$/.test(link)) {
    const version = (
      await loadCompiled(deps.ports.sql, [{ workspace: send.workspace, template: send.template, version: send.templateVersion }])
    )
      .values()
      .next().value;
    if (!version) return null;
    const { compiled } = version;
    const language = chooseLanguage(Object.keys(compiled.variants), compiled.fallback, send.language);
    const url = language === null ? undefined : compiled.variants[language]?.links[Number(link)];
    return url === undefined ? null : { url, number: Number(link) };
  }
  if (!/^d\d{1,4}$/.test(link)) return null;
  const made = await renderAgain(deps, send, { click: null, open: null, unsubscribe: "#", view: "#", confirm: "#", renew: "#" });
  const url = made?.dynamic[Number(link.slice(1))];
  // Numbers of links made from data go on after those of the version: apart, so that both can be told.
  return url === undefined ? null : { url, number: 10_000 + Number(link.slice(1)) };
}
