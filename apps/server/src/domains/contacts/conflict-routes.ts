import * as contract from "@relance/contract/contacts";
import { toIso } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { route } from "../../platform/http/route.ts";
import { writeAudit } from "../team/index.ts";
import type { Contact } from "./columns.ts";
import { countOpen, decide, openConflicts, reopen, type OpenConflict } from "./conflicts.ts";
import { inTransaction, rowOf } from "./routes.ts";

/** The queue of conflicts, and what a person decides of them. */
export function conflictRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, contract.listConflicts, async ({ actor: { workspace }, query }) => {
    const [items, open] = await Promise.all([openConflicts(db, { workspace, limit: query.limit }), countOpen(db, { workspace })]);
    return { items: items.map(view), open };
  });
  route(app, contract.decideConflict, async ({ actor, body }) =>
    inTransaction(deps, async (tx, by) => {
      const { contact, facts } = await decide(tx, { ...body, ...by, workspace: actor.workspace, by: actor.id });
      if (body.decision !== "take") await writeAudit(tx, { ...by, actor, action: body.decision === "join" ? "contact.joined" : "contact.kept_apart", object: { kind: "contact", id: contact }, detail: { contact: body.contact, by: body.kind } });
      return { result: { contact }, facts };
    }));
  route(app, contract.reopenConflict, async ({ actor, body }) => {
    await db.transaction((tx) => reopen(tx, { ...body, workspace: actor.workspace }));
    return {};
  });
}

function view(one: OpenConflict): contract.IdentityConflict {
  return { contact: rowOf(one.contact), holder: one.holder && rowOf(one.holder), kind: one.kind, value: one.value, source: one.source, at: toIso(one.at), ...advice(one) };
}

/** What the rules would propose, and why. Names decide where nothing stronger does: people of one household share phones, not first names. */
export function advice({ contact, holder, kind }: Pick<OpenConflict, "contact" | "holder" | "kind">): Pick<contract.IdentityConflict, "suggestion" | "why"> {
  if (holder === null) return kind === "email" || kind === "phone" ? { suggestion: "take", why: "unsigned" } : { suggestion: "apart", why: "unclear" };
  if (contact.columns["external_id"] !== undefined && holder.columns["external_id"] !== undefined) return { suggestion: "apart", why: "two_accounts" };
  const [one, two] = [nameIn(contact), nameIn(holder)];
  if (one !== "" && two !== "") return one === two ? { suggestion: "join", why: "same_name" } : { suggestion: "apart", why: "other_name" };
  if (kind === "likeness") return { suggestion: "join", why: "alike" };
  if (!contact.known || !holder.known) return { suggestion: "apart", why: "too_many" };
  return { suggestion: "apart", why: kind === "anonymous_id" ? "shared_device" : "unclear" };
}

const nameIn = (contact: Contact) => {
  const parts = [contact.columns["first_name"], contact.columns["last_name"]].filter((part) => typeof part === "string");
  return parts.length < 2 ? "" : parts.map((part) => part.normalize("NFD").replace(/[^\p{L}\p{N}]/gu, "").toLowerCase()).join(" ");
};
