import type { Id, Instant } from "@relance/model/base";
import type { Message } from "@relance/model/events";
import type { Db } from "../../platform/db/database.ts";
import type { Secrets } from "../../platform/secrets/index.ts";
import { erasedAmong } from "../contacts/index.ts";

interface Told {
  readonly message: Message;
  readonly batch: { readonly live: boolean };
}

/** Somebody was erased while a batch that tells of them was being stored; its transaction is tried again. */
class ErasedMeanwhile extends Error {
  readonly code = "40001";
}

/** What a batch may not say, by what it names. */
export interface Erased<T extends Told> {
  readonly refused: ReadonlyMap<T, string>;
  /** Call it once the identifiers of the batch are locked. @throws when somebody of it was erased since */
  verify(db: Db): Promise<void>;
}

/**
 * The messages that would bring somebody back who was erased: history, what others say of them, and what happened before. What they do
 * themselves afterwards is a new relation.
 */
export async function erasedIn<T extends Told>(
  db: Db,
  input: { readonly secrets: Secrets; readonly workspace: Id; readonly items: readonly T[] },
): Promise<Erased<T>> {
  const identities = input.items.flatMap(({ message }) => namesOf(message));
  const erased = await erasedAmong(db, { ...input, identities });
  const refused = new Map<T, string>();
  for (const item of erased.size === 0 ? [] : input.items) {
    for (const { kind, value, field } of namesOf(item.message)) {
      const found = erased.get(`${kind} ${value}`);
      if (found && !found.back && wouldRevive(item, found.at)) refused.set(item, field);
    }
  }
  return {
    refused,
    async verify(tx) {
      const now = await erasedAmong(tx, { ...input, identities });
      if ([...now].some(([name, { at }]) => erased.get(name)?.at !== at)) throw new ErasedMeanwhile("Somebody was erased meanwhile");
    },
  };
}

const wouldRevive = ({ message, batch }: Told, at: Instant): boolean =>
  !batch.live || message.type === "identify" || message.occurredAt <= at;

function namesOf({ userId, previousId, values }: Message): { kind: string; value: string; field: string }[] {
  const given = [
    ["user_id", userId, "userId"],
    ["user_id", previousId, "previousId"],
    ["email", values["email"], "email"],
    ["phone", values["phone"], "phone"],
  ] as const;
  return given.flatMap(([kind, value, field]) => (typeof value === "string" && value !== "" ? [{ kind, value, field }] : []));
}
