import * as contract from "@relance/contract/forms";
import { isId, toIso, type Id, type Instant } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { badCursor } from "./errors.ts";
import { createForm, findForm, listForms, problemsOf, publishForm, saveForm, setFormArchived, viewForm, viewRow } from "./forms.ts";
import { previewPage } from "./preview.ts";
import { publicForms } from "./public.ts";
import { selectCollects, selectVersion } from "./queries.ts";
import { selectSubmissions, type Submission } from "./submission-queries.ts";
import type { FormContent } from "@relance/model/forms";

/** Sign-up forms: drafts, versions, preview, what people sent; and their public pages. */
export function formRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql } = deps.ports;
  // Apart: these pages read forms, the API reads JSON.
  void app.register(async (scope) => publicForms(scope, deps));

  route(app, contract.listForms, async ({ actor: { workspace }, query }) => ({
    items: await listForms(sql, { workspace, archived: query.archived === "true" }),
  }));
  route(app, contract.getForm, async ({ actor: { workspace }, params: { id } }) => viewForm(deps, { workspace, id }));
  route(app, contract.createForm, async ({ actor, body }) =>
    viewForm(deps, { workspace: actor.workspace, id: await createForm(deps, actor, body) }),
  );
  route(app, contract.saveForm, async ({ actor, params: { id }, body }) => {
    await saveForm(deps, actor, { id, name: body.name, content: body.content, expected: body.expected });
    return viewForm(deps, { workspace: actor.workspace, id });
  });
  route(app, contract.publishForm, async ({ actor, params: { id } }) => {
    await publishForm(deps, actor, id);
    return viewForm(deps, { workspace: actor.workspace, id });
  });
  for (const [endpoint, archived] of [
    [contract.archiveForm, true],
    [contract.restoreForm, false],
  ] as const) {
    route(app, endpoint, async ({ actor, params: { id } }) => {
      await setFormArchived(deps, actor, { id, archived });
      return viewRow(sql, { workspace: actor.workspace, id });
    });
  }
  route(app, contract.previewForm, async ({ actor: { workspace }, body }) => ({
    html: await previewPage(deps, { workspace, ...body }),
    problems: (await problemsOf(sql, { workspace, content: body.content })).map((one) => ({ ...one })),
  }));
  route(app, contract.listSubmissions, async ({ actor: { workspace }, params: { id }, query }) => {
    await findForm(sql, { workspace, id });
    const rows = await selectSubmissions(sql, {
      workspace,
      form: id,
      after: query.after === undefined ? null : readCursor(query.after),
      limit: query.limit + 1,
    });
    const last = rows[query.limit - 1];
    const contents = new Map<number, FormContent | null>();
    for (const version of new Set(rows.map((row) => row.form_version)))
      contents.set(version, await selectVersion(sql, { workspace, id, version }));
    return {
      items: rows.slice(0, query.limit).map((row) => viewSubmission(row, contents.get(row.form_version) ?? null)),
      next: rows.length > query.limit && last ? `${last.submitted_at}.${last.id}` : null,
    };
  });
  route(app, contract.listSignUpPoints, async ({ actor: { workspace } }) => {
    const forms = Map.groupBy(await selectCollects(sql, { workspace }), (row) => row.form_id);
    return {
      items: [...forms].map(([form, rows]) => ({
        form,
        name: rows[0]!.name,
        version: rows[0]!.live_version,
        questions: rows.filter((row) => row.kind === "question").map(({ what, required }) => ({ what, required })),
        consents: rows
          .filter((row) => row.kind === "consent")
          .map(({ what }) => {
            const [channel = "", topic = ""] = what.split(":");
            return { channel, topic };
          }),
      })),
    };
  });
}

function viewSubmission(row: Submission, content: FormContent | null) {
  return {
    id: row.id,
    contact: row.contact_id,
    version: row.form_version,
    state: row.state,
    language: row.language,
    address: row.address,
    page: row.page,
    consents: row.consents.flatMap((index) => {
      const consent = content?.consents[index];
      return consent ? [{ channel: consent.channel, topic: consent.topic }] : [];
    }),
    submittedAt: toIso(row.submitted_at),
    confirmedAt: row.confirmed_at === null ? null : toIso(row.confirmed_at),
    expiresAt: toIso(row.expires_at),
    mails: row.mails,
  };
}

function readCursor(after: string): { at: Instant; id: Id } {
  const [at = "", id = ""] = after.split(".");
  if (!/^\d{1,15}$/.test(at) || !isId(id)) throw badCursor({}, { field: "after" });
  return { at: Number(at), id };
}
