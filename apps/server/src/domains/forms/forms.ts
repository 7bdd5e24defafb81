import type { FormBody, FormNumbers, FormRow } from "@relance/contract/forms";
import { fromIso, toIso, type Id } from "@relance/model/base";
import { slugOf } from "@relance/model/code";
import { confirmationOf, contactField, formProblems, newForm, type FormContent, type FormProblem } from "@relance/model/forms";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { activeTopics } from "../compliance/index.ts";
import { allTemplates, createTemplate, escapeAttribute, publishTemplate, STARTERS } from "../messages/index.ts";
import { findWorkspace, writeAudit } from "../team/index.ts";
import { formArchived, formChanged, formHasErrors, formKeyTaken, formNotFound } from "./errors.ts";
import {
  insertForm,
  insertVersion,
  lockForm,
  selectForm,
  selectForms,
  selectKeys,
  selectNumbers,
  selectVersions,
  updateArchived,
  updateForm,
  type Collects,
  type FormRecord,
} from "./queries.ts";

/** What is counted of a form; kept as counters of the workspace. */
export const NUMBERS = ["seen", "submitted", "confirmed", "expired", "robots"] as const satisfies readonly (keyof FormNumbers)[];
export const counterOf = (form: Id, number: (typeof NUMBERS)[number]) => `form:${form}:${number}`;

/** @throws form.not_found */
export async function findForm(db: Db, input: { workspace: Id; id: Id }): Promise<FormRecord> {
  const found = await selectForm(db, input);
  if (!found) throw formNotFound(input);
  return found;
}

/** What would keep this content from being published in this workspace. */
export async function problemsOf(db: Db, input: { workspace: Id; content: FormContent }): Promise<FormProblem[]> {
  const [{ settings }, topics, templates] = await Promise.all([
    findWorkspace(db, { id: input.workspace }),
    activeTopics(db, input),
    allTemplates(db, input),
  ]);
  const mails = templates.flatMap((one) => {
    const found = confirmationOf({ ...one, content: one.draft });
    return found ? [[one.id, found] as const] : [];
  });
  return formProblems(input.content, {
    topics: new Set(topics.map((one) => one.key)),
    templates: new Map(mails),
    postalAddress: settings.sender.postalAddress,
  });
}

/** Makes a form, and the e-mail that asks for its confirmation when none is named. @throws form.key_taken */
export async function createForm(
  deps: Deps,
  actor: Actor,
  input: { name: string; key?: string | undefined; content?: FormContent | undefined },
): Promise<Id> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = actor;
  const own = await findWorkspace(sql, { id: workspace });
  const taken = new Set(await selectKeys(sql, { workspace }));
  if (input.key !== undefined && taken.has(input.key)) throw formKeyTaken({ key: input.key }, { field: "key" });
  const key = input.key ?? slugOf(input.name, "form", taken);
  const given = input.content ?? newForm(own.settings.sender.name || own.name, null);
  const draft =
    given.confirmation.template === null
      ? { ...given, confirmation: { ...given.confirmation, template: await makeConfirmation(deps, actor, input.name, own.locale) } }
      : given;
  const now = clock.now();
  const id = chance.id(now);
  await sql.transaction(async (tx) => {
    if (!(await insertForm(tx, { id, workspace, key, name: input.name, draft, by: `${actor.kind}:${actor.id}`, now })))
      throw formKeyTaken({ key }, { field: "key" });
    await writeAudit(tx, { chance, now, actor, action: "form.created", object: { kind: "form", id } });
  });
  return id;
}

async function makeConfirmation(deps: Deps, actor: Actor, form: string, locale: string): Promise<Id> {
  const { content } = STARTERS.find((one) => one.key === "confirmation")!;
  return createTemplate(deps, actor, {
    name: `${form} · ${locale === "fr" ? "confirmation" : "confirmation e-mail"}`.slice(0, 120),
    channel: "email",
    class: "transactional",
    topic: "",
    content,
  });
}

/** @throws form.not_found, form.archived, form.changed */
export async function saveForm(
  deps: Deps,
  actor: Actor,
  input: { id: Id; name: string; content: FormContent; expected: string | undefined },
): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const key = { workspace: actor.workspace, id: input.id };
  await sql.transaction(async (tx) => {
    await lockForm(tx, key);
    const before = await findForm(tx, key);
    if (before.archived_at !== null) throw formArchived({});
    if (input.expected !== undefined && fromIso(input.expected) !== before.changed_at)
      throw formChanged({ at: toIso(before.changed_at) }, { field: "expected" });
    const now = clock.now();
    await updateForm(tx, { ...key, name: input.name, draft: input.content, now });
    await writeAudit(tx, { chance, now, actor, action: "form.saved", object: { kind: "form", id: input.id } });
  });
}

/**
 * Freezes the draft as the version people see from now on; a page opened before still sends what it showed.
 * @throws form.has_errors with all problems that stop it, template.has_errors
 */
export async function publishForm(deps: Deps, actor: Actor, id: Id): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = actor;
  const { draft, archived_at } = await findForm(sql, { workspace, id });
  if (archived_at !== null) throw formArchived({});
  const errors = (await problemsOf(sql, { workspace, content: draft })).filter((one) => one.level === "error");
  if (errors.length > 0)
    throw formHasErrors(
      { n: errors.length },
      { field: errors[0]!.field, problems: errors.map(({ field, code, message }) => ({ field, code, message: message.en })) },
    );
  const mail = (await allTemplates(sql, { workspace })).find((one) => one.id === draft.confirmation.template);
  if (mail?.live_version === null) await publishTemplate(deps, actor, mail.id);
  await sql.transaction(async (tx) => {
    await lockForm(tx, { workspace, id });
    const current = await findForm(tx, { workspace, id });
    if (JSON.stringify(current.draft) !== JSON.stringify(draft)) throw formChanged({ at: toIso(current.changed_at) });
    const version = ((await selectVersions(tx, { workspace, id }))[0]?.version ?? 0) + 1;
    const now = clock.now();
    await insertVersion(tx, { workspace, id, version, content: draft, collects: collectsOf(draft), by: `${actor.kind}:${actor.id}`, now });
    await writeAudit(tx, { chance, now, actor, action: "form.published", object: { kind: "form", id }, detail: { version } });
  });
}

const collectsOf = ({ fields, consents }: FormContent): Collects[] => [
  ...fields.map((field): Collects => ({ kind: "question", what: contactField(field), required: field.required })),
  ...consents.map(({ channel, topic }): Collects => ({
    kind: "consent",
    what: topic === "" ? channel : `${channel}:${topic}`,
    required: false,
  })),
];

/** @throws form.not_found */
export async function setFormArchived(deps: Deps, actor: Actor, input: { id: Id; archived: boolean }): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const key = { workspace: actor.workspace, id: input.id };
  const now = clock.now();
  await sql.transaction(async (tx) => {
    await findForm(tx, key);
    await updateArchived(tx, { ...key, archivedAt: input.archived ? now : null });
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: input.archived ? "form.archived" : "form.restored",
      object: { kind: "form", id: input.id },
    });
  });
}

/** Forms with their numbers, by name. */
export async function listForms(db: Db, input: { workspace: Id; archived: boolean }): Promise<FormRow[]> {
  return withNumbers(db, input.workspace, await selectForms(db, input));
}

async function withNumbers(db: Db, workspace: Id, rows: readonly FormRecord[]): Promise<FormRow[]> {
  const counts = await selectNumbers(db, { workspace, names: rows.flatMap((row) => NUMBERS.map((number) => counterOf(row.id, number))) });
  return rows.map((row) => ({
    id: row.id,
    key: row.key,
    name: row.name,
    liveVersion: row.live_version,
    changedSincePublished: row.published_at !== null && row.changed_at > row.published_at,
    createdAt: toIso(row.created_at),
    changedAt: toIso(row.changed_at),
    archivedAt: row.archived_at === null ? null : toIso(row.archived_at),
    numbers: Object.fromEntries(NUMBERS.map((number) => [number, counts.get(counterOf(row.id, number)) ?? 0])) as FormNumbers,
  }));
}

/** @throws form.not_found */
export async function viewRow(db: Db, input: { workspace: Id; id: Id }): Promise<FormRow> {
  return (await withNumbers(db, input.workspace, [await findForm(db, input)]))[0]!;
}

/** @throws form.not_found */
export async function viewForm(deps: Deps, input: { workspace: Id; id: Id }): Promise<FormBody> {
  const { sql } = deps.ports;
  const row = await findForm(sql, input);
  const address = `${deps.config.publicUrl}/f/${row.id}`;
  return {
    ...(await viewRow(sql, input)),
    draft: row.draft,
    problems: (await problemsOf(sql, { workspace: input.workspace, content: row.draft })).map((one) => ({ ...one })),
    address,
    embed: embedCode(address, row.draft),
    versions: (await selectVersions(sql, input)).map((one) => ({
      version: one.version,
      publishedAt: toIso(one.published_at),
      publishedBy: one.published_by,
    })),
  };
}

/** A frame as high as the form is on a phone: it works without a script on either side. */
function embedCode(address: string, { words, fallback, fields, consents, minimumAge }: FormContent): string {
  const height = 330 + fields.length * 96 + (consents.length + (minimumAge === null ? 0 : 1)) * 92;
  const title = escapeAttribute(words[fallback]?.title ?? "");
  return `<iframe src="${address}?embed=1" title="${title}" style="border:0;width:100%;max-width:520px;height:${height}px" loading="lazy"></iframe>`;
}
