import * as contract from "@relance/contract/computed";
import type { ComputedAttribute } from "@relance/contract/computed";
import { toIso, type Id } from "@relance/model/base";
import { describeComputation, sortOf, type Computation } from "@relance/model/computed";
import type { RuleNames } from "@relance/model/rules";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { currentContact, loadContacts, seenLast } from "../contacts/index.ts";
import { askComputed, namesOf } from "../segments/index.ts";
import { changeComputed, createComputed, findComputed, removeComputed } from "./computed.ts";
import { selectComputed, type ComputedRow } from "./queries.ts";

const SHOWN = 8;

export function computedRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock } = deps.ports;
  const show = async (workspace: Id, id: Id) => viewOf(await findComputed(sql, { workspace, id }), await namesOf(sql, workspace));

  route(app, contract.listComputed, async ({ actor: { workspace } }) => {
    const names = await namesOf(sql, workspace);
    return { items: (await selectComputed(sql, { workspaces: [workspace] })).map((row) => viewOf(row, names)) };
  });
  route(app, contract.createComputed, async ({ actor, body }) => show(actor.workspace, await createComputed(deps, { actor, ...body })));
  route(app, contract.changeComputed, async ({ actor, params, body }) => {
    await changeComputed(deps, { actor, id: params.id, ...body });
    return show(actor.workspace, params.id);
  });
  route(app, contract.removeComputed, async ({ actor, params }) => {
    await removeComputed(deps, { actor, id: params.id });
    return { ok: true as const };
  });
  route(app, contract.previewComputed, async ({ actor: { workspace }, body }) => {
    const contacts =
      body.contact === undefined
        ? await seenLast(sql, { workspace, limit: SHOWN })
        : [(await currentContact(sql, { workspace, id: body.contact })).id];
    const [people, answers, names] = await Promise.all([
      loadContacts(sql, { workspace, ids: contacts }),
      askComputed(sql, { workspace, of: body.computation, at: clock.now(), contacts }),
      namesOf(sql, workspace),
    ]);
    const sample = contacts.flatMap((id) => {
      const { columns } = people.get(id) ?? {};
      const said = (["first_name", "last_name", "email", "external_id"] as const)
        .map((column) => columns?.[column])
        .map((text) => (typeof text === "string" ? text : ""));
      return columns
        ? [
            {
              id,
              name: [said[0], said[1]].filter(Boolean).join(" ") || said[2] || said[3] || "",
              value: (answers.get(id)?.value ?? null) as string | number | boolean | null,
            },
          ]
        : [];
    });
    return { sentence: sentenceOf(body.computation, names), sample };
  });
}

function viewOf(row: ComputedRow, names: RuleNames): ComputedAttribute {
  return {
    id: row.id,
    key: row.key,
    attribute: `attributes.${row.key}`,
    name: row.name,
    computation: row.computation,
    sentence: sentenceOf(row.computation, names),
    sort: sortOf(row.computation),
    state: row.state,
    toBuild: row.to_build,
    createdAt: toIso(row.created_at),
    changedAt: toIso(row.changed_at),
  };
}

function sentenceOf(of: Computation, names: RuleNames) {
  return { fr: describeComputation(of, "fr", names), en: describeComputation(of, "en", names) };
}
