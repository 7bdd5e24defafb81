import * as contract from "@relance/contract/contacts";
import type { Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { route } from "../../platform/http/route.ts";
import { identityRulesOf, writeAudit } from "../team/index.ts";
import { currentContact } from "./change.ts";
import { isKnown, type Draft } from "./columns.ts";
import { countDivision, divide } from "./divide.ts";
import { decisionUnfit } from "./errors.ts";
import { selectParts } from "./parts.ts";
import { identitiesOf } from "./queries.ts";
import { evidenceBetween, mergesOf } from "./reading.ts";
import { joinContacts } from "./record.ts";
import { inTransaction } from "./routes.ts";
import { separateContact } from "./separate.ts";

/** Taking merges apart, with a look before; and joining two on a person's word. */
export function mergeRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, contract.previewSeparation, async ({ actor: { workspace }, params }) =>
    previewOf(db, { workspace, contact: (await currentContact(db, { workspace, id: params.id })).id, merge: params.merge }),
  );
  route(app, contract.separateContact, async ({ actor, params }) => {
    const { workspace } = actor;
    const { id: contact } = await currentContact(db, { workspace, id: params.id });
    return inTransaction(deps, async (tx, by) => {
      const done = await separateContact(tx, { ...by, workspace, contact, merge: params.merge, by: actor.id, source: `api:${actor.id}` });
      await writeAudit(tx, {
        ...by,
        actor,
        action: "contact.separated",
        object: { kind: "contact", id: contact },
        detail: { contact: done.contact, merge: params.merge },
      });
      return { result: { contact: done.contact }, facts: done.facts };
    });
  });
  route(app, contract.joinContact, async ({ actor, params, body }) => {
    const { workspace } = actor;
    const [a, b] = [
      (await currentContact(db, { workspace, id: params.id })).id,
      (await currentContact(db, { workspace, id: body.contact })).id,
    ];
    if (a === b) throw decisionUnfit({ decision: "join" }, { field: "contact" });
    return inTransaction(deps, async (tx, by) => {
      const evidence = { ...(await evidenceBetween(tx, { workspace, a, b })), at: by.now };
      const { contact, facts } = await joinContacts(tx, { ...by, workspace, source: `api:${actor.id}`, a, b, evidence });
      await writeAudit(tx, {
        ...by,
        actor,
        action: "contact.joined",
        object: { kind: "contact", id: contact },
        detail: { contact: contact === a ? b : a },
      });
      return { result: { contact }, facts };
    });
  });
}

async function previewOf(db: Db, input: { workspace: Id; contact: Id; merge: Id }): Promise<contract.Separation> {
  const { workspace, contact } = input;
  const [parts, merges, rules, identities] = await Promise.all([
    selectParts(db, { workspace, ids: [contact] }),
    mergesOf(db, input),
    identityRulesOf(db, input),
    identitiesOf(db, { workspace, contacts: [contact] }),
  ]);
  const { going, stays, goes } = divide(
    contact,
    parts.map((one) => one.part),
    { merges, merge: input.merge, rules },
  );
  const [theirs, own] = [
    identities.filter((one) => one.part_id !== null && going.includes(one.part_id)),
    identities.filter((one) => one.part_id === null || !going.includes(one.part_id)),
  ];
  return { stays: sideOf(stays, own), goes: sideOf(goes, theirs), counts: await countDivision(db, { workspace, contact, going }) };
}

function sideOf(draft: Draft, identities: readonly { kind: string; value: string }[]): contract.Separation["stays"] {
  const text = (column: string): string | null => (draft.columns[column] as string | undefined) ?? null;
  return {
    known: isKnown(draft),
    externalId: text("external_id"),
    email: text("email"),
    phone: text("phone"),
    firstName: text("first_name"),
    lastName: text("last_name"),
    city: text("city"),
    identities: identities.map(({ kind, value }) => ({ kind, value })),
  };
}
