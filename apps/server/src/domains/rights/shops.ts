import { z } from "zod";
import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { contactsOfShop, dropConnection } from "../connectors/index.ts";
import { writeAudit } from "../team/index.ts";
import { erasePerson, MONTH, unlessGone } from "./erase.ts";
import { findRequest, insertRequest, moveRequest } from "./queries.ts";

/** The name of the job; stored, it never changes. */
export const ERASE_SHOP_JOB = "rights.erase_shop";

/** What a shop asked, found out by the connection that heard it. */
export const shopAsked = z.strictObject({
  workspace: z.string(),
  connection: z.string(),
  shop: z.string(),
  what: z.enum(["erase", "know", "erase_all"]),
  contacts: z.array(z.string()),
});

/**
 * Does what a shop asks by law: a customer is erased at once; a customer's wish to know waits for the team; and that everyone the shop
 * brought be erased waits for an administrator, for a shop that only moved elsewhere asks that too.
 */
export async function hearShop(deps: Deps, asked: z.infer<typeof shopAsked>): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const by = { kind: "key" as const, id: asked.connection, name: asked.shop };
  if (asked.what === "erase") {
    for (const contact of asked.contacts)
      await erasePerson(deps, { workspace: asked.workspace, contact, reason: "shop", by }).catch(unlessGone);
    return;
  }
  const now = clock.now();
  await sql.transaction(async (tx) => {
    for (const contact of asked.what === "know" ? asked.contacts : [null]) {
      const id = chance.id(now);
      await insertRequest(tx, {
        id,
        workspace_id: asked.workspace,
        kind: asked.what === "know" ? "access" : "erasure",
        state: "waiting",
        person_id: contact,
        connection_id: asked.connection,
        reason: "shop",
        asked_at: now,
        asked_by: asked.shop,
        due_at: now + MONTH,
        done_at: null,
        wanted: null,
        report: {},
      });
      await writeAudit(tx, {
        chance,
        now,
        actor: { ...by, workspace: asked.workspace },
        action: "rights.asked",
        object: { kind: "rights_request", id },
      });
    }
  });
}

/** Erases everyone a shop brought, one by one, then the connection with what it remembers. Begun again it goes on. */
export async function eraseShop(
  deps: Deps,
  input: { readonly workspace: Id; readonly id: Id; readonly signal: AbortSignal },
): Promise<void> {
  const { sql, clock } = deps.ports;
  const request = await findRequest(sql, input);
  if (request?.state !== "running" || request.connection_id === null) return;
  const of = { workspace: input.workspace, connection: request.connection_id };
  let people = request.report.people ?? 0;
  for (;;) {
    const contacts = await contactsOfShop(sql, { ...of, limit: 1_000 });
    if (contacts.length === 0) break;
    for (const contact of contacts) {
      input.signal.throwIfAborted();
      await erasePerson(deps, {
        workspace: input.workspace,
        contact,
        reason: "shop",
        by: { kind: "key", id: of.connection, name: request.asked_by },
      }).catch(unlessGone);
      people += 1;
    }
    await moveRequest(sql, {
      workspace: input.workspace,
      id: request.id,
      from: "running",
      to: "running",
      now: clock.now(),
      report: { people },
    });
  }
  await dropConnection(sql, of);
  await moveRequest(sql, { workspace: input.workspace, id: request.id, from: "running", to: "done", now: clock.now(), report: { people } });
}
