import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { Chance } from "../../platform/ports.ts";
import { insertAudit } from "./queries.ts";

/**
 * Writes one line of the audit log, in the transaction of the change it tells of.
 * @param input.detail ids, names of fields and counts; never personal data
 */
export async function writeAudit(
  db: Db,
  input: {
    chance: Chance;
    now: Instant;
    actor: Pick<Actor, "kind" | "id" | "workspace">;
    action: string;
    object: { kind: string; id: Id | string | null };
    detail?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  await insertAudit(db, {
    workspace: input.actor.workspace,
    id: input.chance.id(input.now),
    at: input.now,
    actorKind: input.actor.kind,
    actorId: input.actor.id,
    action: input.action,
    objectKind: input.object.kind,
    objectId: input.object.id,
    detail: input.detail ?? {},
  });
}
