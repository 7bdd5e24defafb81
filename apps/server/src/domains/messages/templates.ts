import type { PreviewBody, TemplateBody, TemplateRow } from "@relance/contract/messages";
import type { Channel } from "@relance/contract/delivery";
import { fromIso, toIso, type Id, type Instant } from "@relance/model/base";
import { formatsOf, type Content, type MessageClass, type MessageProblem } from "@relance/model/messages";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { activeTopics } from "../compliance/index.ts";
import { loadContacts } from "../contacts/index.ts";
import { articlesFor } from "../catalog/index.ts";
import { objectsOf } from "../objects/index.ts";
import { findWorkspace, writeAudit } from "../team/index.ts";
import { compileAside } from "./compile-pool.ts";
import type { Compiled } from "./compiled.ts";
import { linkHosts, sampleData, showsArticles, showsObjects, templateData } from "./data.ts";
import {
  contactNotFound,
  previewFailed,
  templateArchived,
  templateChanged,
  templateHasErrors,
  templateNotFound,
  topicUnknown,
  versionNotFound,
  wrongFormat,
} from "./errors.ts";
import {
  insertTemplate,
  insertVersion,
  lockTemplate,
  selectCompiled,
  selectTemplate,
  selectTemplates,
  selectVersion,
  selectVersions,
  updateArchived,
  updateDraft,
  type TemplateRecord,
} from "./queries.ts";
import { renderMessage } from "./render.ts";
import { PREVIEW_LINKS } from "./slots.ts";

const ALL = 1_000_000;

export interface TemplateInput {
  readonly name: string;
  readonly class: MessageClass;
  readonly topic: string;
  readonly content: Content;
}

/** @throws topic.unknown */
export async function createTemplate(deps: Deps, actor: Actor, input: TemplateInput & { readonly channel: Channel }): Promise<Id> {
  const { sql, clock, chance } = deps.ports;
  const now = clock.now();
  const id = chance.id(now);
  await needTopic(sql, actor.workspace, input.topic);
  needFormat(input.channel, input.content);
  await sql.transaction(async (tx) => {
    await insertTemplate(tx, {
      id,
      workspace: actor.workspace,
      name: input.name,
      channel: input.channel,
      class: classOn(input.channel, input.class),
      topic: input.topic,
      draft: input.content,
      by: `${actor.kind}:${actor.id}`,
      now,
    });
    await writeAudit(tx, { chance, now, actor, action: "template.created", object: { kind: "template", id } });
  });
  return id;
}

/** @throws template.not_found, template.archived, template.changed, topic.unknown */
export async function saveDraft(
  deps: Deps,
  actor: Actor,
  input: TemplateInput & { readonly id: Id; readonly expected: string | undefined },
): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { id } = input;
  await needTopic(sql, actor.workspace, input.topic);
  await sql.transaction(async (tx) => {
    await lockTemplate(tx, { workspace: actor.workspace, id });
    const before = await findTemplate(tx, { workspace: actor.workspace, id });
    if (before.archived_at !== null) throw templateArchived({});
    needFormat(before.channel, input.content);
    if (input.expected !== undefined && fromIso(input.expected) !== before.changed_at)
      throw templateChanged({ at: toIso(before.changed_at) }, { field: "expected" });
    const now = clock.now();
    await updateDraft(tx, {
      workspace: actor.workspace,
      id,
      name: input.name,
      class: classOn(before.channel, input.class),
      topic: input.topic,
      draft: input.content,
      now,
    });
    await writeAudit(tx, { chance, now, actor, action: "template.saved", object: { kind: "template", id } });
  });
}

/**
 * Freezes the draft as the next version, compiled once for ever.
 * @throws template.has_errors with all problems that stop it
 */
export async function publishTemplate(deps: Deps, actor: Actor, id: Id): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = actor;
  // Compiled outside the transaction: it takes up to 150 ms a language. What was saved meanwhile is caught below.
  const draft = await findTemplate(sql, { workspace, id });
  if (draft.archived_at !== null) throw templateArchived({});
  const { compiled, problems } = await compileFor(sql, workspace, draft.draft, draft.class);
  const errors = problems.filter((one) => one.level === "error");
  if (errors.length > 0)
    throw templateHasErrors(
      { n: errors.length },
      { field: errors[0]!.field, problems: errors.map(({ field, code, message }) => ({ field, code, message })) },
    );
  await sql.transaction(async (tx) => {
    await lockTemplate(tx, { workspace, id });
    const current = await findTemplate(tx, { workspace, id });
    if (current.changed_at !== draft.changed_at) throw templateChanged({ at: toIso(current.changed_at) });
    const [last] = await selectVersions(tx, { workspace, id });
    const now = clock.now();
    await insertVersion(tx, {
      workspace,
      id,
      version: (last?.version ?? 0) + 1,
      content: draft.draft,
      compiled,
      by: `${actor.kind}:${actor.id}`,
      now,
    });
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: "template.published",
      object: { kind: "template", id },
      detail: { version: (last?.version ?? 0) + 1 },
    });
  });
}

export async function setArchived(deps: Deps, actor: Actor, input: { readonly id: Id; readonly archived: boolean }): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const now = clock.now();
  await sql.transaction(async (tx) => {
    await findTemplate(tx, { workspace: actor.workspace, id: input.id });
    await updateArchived(tx, { workspace: actor.workspace, id: input.id, archivedAt: input.archived ? now : null });
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: input.archived ? "template.archived" : "template.restored",
      object: { kind: "template", id: input.id },
    });
  });
}

/** @throws template.not_found */
export async function findTemplate(db: Db, input: { readonly workspace: Id; readonly id: Id }): Promise<TemplateRecord> {
  const found = await selectTemplate(db, input);
  if (!found) throw templateNotFound({ id: input.id });
  return found;
}

/** @param input.postalAddress in place of the workspace's own */
export async function problemsOf(
  db: Db,
  input: { readonly workspace: Id; readonly content: Content; readonly class: MessageClass; readonly postalAddress?: string | undefined },
): Promise<MessageProblem[]> {
  if (input.postalAddress !== undefined)
    return (await compileAside(input.content, { class: input.class, postalAddress: input.postalAddress })).problems;
  return (await compileFor(db, input.workspace, input.content, input.class)).problems;
}

/** Every template that is not archived, by name. */
export async function allTemplates(db: Db, input: { readonly workspace: Id }): Promise<TemplateRecord[]> {
  return selectTemplates(db, { ...input, archived: false, search: null, after: null, limit: ALL });
}

async function compileFor(db: Db, workspace: Id, content: Content, of: MessageClass) {
  const { settings } = await findWorkspace(db, { id: workspace });
  return compileAside(content, { class: of, postalAddress: settings.sender.postalAddress });
}

/** A webhook says nothing to the contact: neither consent nor quiet hours are asked. */
const classOn = (channel: Channel, asked: MessageClass): MessageClass => (channel === "webhook" ? "transactional" : asked);

function needFormat(channel: Channel, content: Content): void {
  for (const [language, variant] of Object.entries(content.variants))
    if (!formatsOf(channel).includes(variant.format)) throw wrongFormat({ channel }, { field: `content.variants.${language}.format` });
}

async function needTopic(db: Db, workspace: Id, topic: string): Promise<void> {
  if (topic !== "" && !(await activeTopics(db, { workspace })).some((one) => one.key === topic))
    throw topicUnknown({ key: topic }, { field: "topic" });
}

/** Content as one contact would get it; nothing is sent, nothing is measured. */
export async function preview(
  db: Db,
  input: {
    readonly workspace: Id;
    readonly content: Content;
    readonly contact: Id | undefined;
    readonly class?: MessageClass | undefined;
    readonly language: string | undefined;
    readonly data: Readonly<Record<string, unknown>> | undefined;
    readonly now: Instant;
  },
): Promise<PreviewBody> {
  const workspace = await findWorkspace(db, { id: input.workspace });
  const contact =
    input.contact === undefined
      ? null
      : ((await loadContacts(db, { workspace: input.workspace, ids: [input.contact] })).get(input.contact) ?? null);
  if (input.contact !== undefined && !contact) throw contactNotFound({ id: input.contact }, { field: "contact" });
  const { compiled, hash } = await compileAside(input.content, {
    class: input.class ?? "transactional",
    postalAddress: workspace.settings.sender.postalAddress,
  });
  const objects = contact && showsObjects(compiled) ? await objectsOf(db, { workspace: input.workspace, contacts: [contact.id] }) : [];
  const articles =
    contact && showsArticles(compiled)
      ? { articles: (await articlesFor(db, { workspace: input.workspace, contacts: [contact.id], now: input.now })).get(contact.id) }
      : {};
  const given = { ...sampleData(), ...articles, ...input.data };
  const data = templateData({ contact, workspace, data: given, objects });
  const locale = contact?.columns["locale"];
  const language = input.language ?? (typeof locale === "string" ? locale : null);
  const zone = contact?.columns["time_zone"];
  const hosts = [...linkHosts(workspace, [articles]), ...(contact ? [] : ["shop.example"])];
  const result = await renderMessage({
    key: `preview:${hash}`,
    compiled,
    hosts,
    request: {
      data,
      language,
      zone: typeof zone === "string" ? zone : workspace.time_zone,
      currency: workspace.currency,
      links: PREVIEW_LINKS,
    },
  });
  if (!result.ok) throw previewFailed({ message: result.message });
  return {
    language: result.language,
    subject: result.subject,
    preheader: result.preheader,
    html: result.html,
    text: result.text,
    bytes: Buffer.byteLength(result.html),
  };
}

/** Compiled versions by `<template>:<version>`; those that are not there are missing. */
export async function loadCompiled(
  db: Db,
  versions: readonly { readonly workspace: Id; readonly template: Id; readonly version: number }[],
): Promise<ReadonlyMap<string, { readonly compiled: Compiled; readonly name: string }>> {
  const distinct = [...new Map(versions.map((one) => [`${one.template}:${one.version}`, one])).values()];
  if (distinct.length === 0) return new Map();
  const rows = await selectCompiled(db, { versions: distinct });
  return new Map(rows.map((row) => [`${row.template_id}:${row.version}`, { compiled: row.compiled, name: row.name }]));
}

export function viewRow(row: TemplateRecord): TemplateRow {
  return {
    id: row.id,
    name: row.name,
    channel: row.channel,
    class: row.class,
    topic: row.topic,
    languages: Object.keys(row.draft.variants).toSorted(),
    liveVersion: row.live_version,
    changedSincePublished: row.published_at !== null && row.changed_at > row.published_at,
    createdAt: toIso(row.created_at),
    changedAt: toIso(row.changed_at),
    archivedAt: row.archived_at === null ? null : toIso(row.archived_at),
  };
}

/** What one version held. @throws template.not_found, template.version_not_found */
export async function viewVersion(db: Db, input: { readonly workspace: Id; readonly id: Id; readonly version: number }) {
  await findTemplate(db, input);
  const found = await selectVersion(db, input);
  if (!found) throw versionNotFound({ version: input.version }, { field: "version" });
  return { version: found.version, publishedAt: toIso(found.published_at), publishedBy: found.published_by, content: found.content };
}

export async function viewTemplate(db: Db, input: { readonly workspace: Id; readonly id: Id }): Promise<TemplateBody> {
  const row = await findTemplate(db, input);
  const versions = await selectVersions(db, input);
  const problems = await problemsOf(db, { workspace: input.workspace, content: row.draft, class: row.class });
  return {
    ...viewRow(row),
    draft: row.draft,
    problems,
    versions: versions.map((one) => ({ version: one.version, publishedAt: toIso(one.published_at), publishedBy: one.published_by })),
  };
}
