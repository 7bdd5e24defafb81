import {
  archiveTemplate,
  checkContent,
  createTemplate as createEndpoint,
  duplicateTemplate,
  getTemplate,
  getTemplateVersion,
  listStarters,
  listTemplates,
  listVariables,
  previewContent,
  publishTemplate as publishEndpoint,
  restoreTemplate,
  saveTemplate,
} from "@relance/contract/messages";
import { isId } from "@relance/model/base";
import type { Content } from "@relance/model/messages";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { closeCompilePool } from "./compile-pool.ts";
import { VARIABLES } from "./data.ts";
import { badCursor, starterUnknown } from "./errors.ts";
import { FILTER_NAMES } from "./liquid.ts";
import { selectTemplates } from "./queries.ts";
import { closeRenderPool } from "./render.ts";
import { STARTERS } from "./starters/index.ts";
import {
  createTemplate,
  findTemplate,
  preview,
  problemsOf,
  publishTemplate,
  saveDraft,
  setArchived,
  viewRow,
  viewTemplate,
  viewVersion,
} from "./templates.ts";

const EMPTY: Content = { version: 1, fallback: "fr", variants: {} };

/** Templates: drafts, versions, previews, starter designs. */
export function messageRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql } = deps.ports;
  app.addHook("onClose", async () => {
    await Promise.all([closeRenderPool(), closeCompilePool()]);
  });

  route(app, listTemplates, async ({ actor: { workspace }, query }) => {
    const after = query.after === undefined ? null : readCursor(query.after);
    const rows = await selectTemplates(sql, {
      workspace,
      archived: query.archived === "true",
      search: query.search ?? null,
      texts: query.texts === "true",
      ids: query.ids?.split(",") ?? null,
      after,
      limit: query.limit + 1,
    });
    const last = rows[query.limit - 1];
    return { items: rows.slice(0, query.limit).map(viewRow), next: rows.length > query.limit && last ? `${last.id}${last.name}` : null };
  });
  route(app, getTemplate, async ({ actor: { workspace }, params: { id } }) => viewTemplate(sql, { workspace, id }));
  route(app, getTemplateVersion, async ({ actor: { workspace }, params: { id, version } }) => viewVersion(sql, { workspace, id, version }));
  route(app, createEndpoint, async ({ actor, body }) => {
    const starter = body.starter === undefined ? null : STARTERS.find((one) => one.key === body.starter);
    if (starter === undefined) throw starterUnknown({ key: body.starter! }, { field: "starter" });
    const id = await createTemplate(deps, actor, {
      name: body.name,
      channel: body.channel,
      class: body.class,
      topic: body.topic,
      content: body.content ?? starter?.content ?? EMPTY,
    });
    return viewTemplate(sql, { workspace: actor.workspace, id });
  });
  route(app, saveTemplate, async ({ actor, params: { id }, body }) => {
    await saveDraft(deps, actor, {
      id,
      name: body.name,
      class: body.class,
      topic: body.topic,
      content: body.content,
      expected: body.expected,
    });
    return viewTemplate(sql, { workspace: actor.workspace, id });
  });
  route(app, publishEndpoint, async ({ actor, params: { id } }) => {
    await publishTemplate(deps, actor, id);
    return viewTemplate(sql, { workspace: actor.workspace, id });
  });
  route(app, duplicateTemplate, async ({ actor, params, body }) => {
    const from = await findTemplate(sql, { workspace: actor.workspace, id: params.id });
    const id = await createTemplate(deps, actor, {
      name: body.name,
      channel: from.channel,
      class: from.class,
      topic: from.topic,
      content: from.draft,
    });
    return viewTemplate(sql, { workspace: actor.workspace, id });
  });
  for (const [endpoint, archived] of [
    [archiveTemplate, true],
    [restoreTemplate, false],
  ] as const) {
    route(app, endpoint, async ({ actor, params: { id } }) => {
      await setArchived(deps, actor, { id, archived });
      return viewRow(await findTemplate(sql, { workspace: actor.workspace, id }));
    });
  }
  route(app, checkContent, async ({ actor: { workspace }, body }) => ({
    problems: await problemsOf(sql, { workspace, content: body.content, class: body.class }),
  }));
  route(app, previewContent, async ({ actor: { workspace }, body }) =>
    preview(sql, {
      workspace,
      content: body.content,
      class: body.class,
      contact: body.contact,
      language: body.language,
      data: body.data,
      now: deps.ports.clock.now(),
    }),
  );
  route(app, listStarters, async () => ({ items: STARTERS.map((one) => ({ ...one })) }));
  route(app, listVariables, async () => ({
    variables: VARIABLES.map((one) => ({ path: one.path, names: { ...one.names }, sample: one.sample })),
    filters: FILTER_NAMES,
  }));
}

function readCursor(text: string): { id: string; name: string } {
  const [id, name] = [text.slice(0, 36), text.slice(36)];
  if (!isId(id) || name === "") throw badCursor({}, { field: "after" });
  return { id, name };
}
