import * as contract from "@relance/contract/contacts";
import { toIso, type Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import type { Db } from "../../platform/db/database.ts";
import { identityRulesOf, writeAudit } from "../team/index.ts";
import { formerAmong, isLimited } from "./claim.ts";
import type { Contact } from "./columns.ts";
import { countOpen, decide, openConflicts, reopen, type OpenConflict } from "./conflicts.ts";
import { identitiesOf } from "./queries.ts";
import { inTransaction, rowOf } from "./routes.ts";

/** The queue of conflicts, and what a person decides of them. */
export function conflictRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, contract.listConflicts, async ({ actor: { workspace }, query }) => {
    const [items, open] = await Promise.all([openConflicts(db, { workspace, limit: query.limit }), countOpen(db, { workspace })]);
    const former = await formerOf(db, { workspace, holders: items.flatMap(({ holder }) => (holder ? [holder.id] : [])) });
    return { items: items.map((one) => view(one, former)), open };
  });
  route(app, contract.decideConflict, async ({ actor, body }) =>
    inTransaction(deps, async (tx, by) => {
      const { contact, facts } = await decide(tx, { ...body, ...by, workspace: actor.workspace, by: actor.id });
      if (body.decision !== "take")
        await writeAudit(tx, {
          ...by,
          actor,
          action: body.decision === "join" ? "contact.joined" : "contact.kept_apart",
          object: { kind: "contact", id: contact },
          detail: { contact: body.contact, by: body.kind },
        });
      return { result: { contact }, facts };
    }),
  );
  route(app, contract.reopenConflict, async ({ actor, body }) => {
    await db.transaction((tx) => reopen(tx, { ...body, workspace: actor.workspace }));
    return {};
  });
}

/** Which identifiers are history of those who have them, by contact, kind and value. */
async function formerOf(db: Db, input: { readonly workspace: Id; readonly holders: readonly Id[] }): Promise<ReadonlySet<string>> {
  const rules = await identityRulesOf(db, input);
  if (!isLimited(rules) || input.holders.length === 0) return new Set();
  const held = Map.groupBy(await identitiesOf(db, { workspace: input.workspace, contacts: input.holders }), (one) => one.contact_id);
  return new Set(
    [...held.values()].flatMap((of) => [...formerAmong(of, rules)].map((one) => `${one.contact_id} ${one.kind} ${one.value}`)),
  );
}

function view(one: OpenConflict, former: ReadonlySet<string>): contract.IdentityConflict {
  return {
    contact: rowOf(one.contact),
    holder: one.holder && rowOf(one.holder),
    kind: one.kind,
    value: one.value,
    source: one.source,
    at: toIso(one.at),
    ...advice(one, one.holder !== null && former.has(`${one.holder.id} ${one.kind} ${one.value}`)),
  };
}

/** What the rules would propose, and why. Names decide where nothing stronger does: people of one household share phones, not first names. */
function advice(
  { contact, holder, kind }: Pick<OpenConflict, "contact" | "holder" | "kind">,
  former: boolean,
): Pick<contract.IdentityConflict, "suggestion" | "why"> {
  if (holder === null)
    return kind === "email" || kind === "phone" ? { suggestion: "take", why: "unsigned" } : { suggestion: "apart", why: "unclear" };
  if (contact.columns["external_id"] !== undefined && holder.columns["external_id"] !== undefined)
    return { suggestion: "apart", why: "two_accounts" };
  const [one, two] = [nameIn(contact), nameIn(holder)];
  if (one !== "" && two !== "") return one === two ? { suggestion: "join", why: "same_name" } : { suggestion: "apart", why: "other_name" };
  if (former) return { suggestion: "apart", why: "former" };
  if (kind === "likeness") return { suggestion: "join", why: "alike" };
  if (!contact.known || !holder.known) return { suggestion: "apart", why: "too_many" };
  return { suggestion: "apart", why: kind === "anonymous_id" ? "shared_device" : "unclear" };
}

const nameIn = (contact: Contact) => {
  const parts = [contact.columns["first_name"], contact.columns["last_name"]].filter((part) => typeof part === "string");
  return parts.length < 2
    ? ""
    : parts
        .map((part) =>
          part
            .normalize("NFD")
            .replace(/[^\p{L}\p{N}]/gu, "")
            .toLowerCase(),
        )
        .join(" ");
};
