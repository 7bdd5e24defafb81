import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { readObject, typeOfEvent, type ObjectSeen } from "@relance/model/objects";
import type { Message } from "@relance/model/events";
import { addToCounters } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import { lockObjects, moveObjects, objectId, selectTypes, takeObjectKeys, writeObjects, type ObjectState } from "./queries.ts";

interface Told {
  readonly contact: Id;
  readonly message: Pick<Message, "name" | "properties" | "occurredAt">;
}

/**
 * Makes objects what events of their types tell, in order and in sets: each tells its object whole. Older news than stored changes
 * nothing. Costs nothing where no event is named like one of a type.
 */
export async function applyObjects(
  tx: Tx,
  input: { readonly workspace: Id; readonly slot: number; readonly source: string; readonly events: readonly Told[] },
): Promise<void> {
  const { workspace } = input;
  const named = input.events.flatMap((event) => {
    const key = typeOfEvent(event.message.name);
    return key === null ? [] : [{ ...event, key }];
  });
  if (named.length === 0) return;
  const types = new Map((await selectTypes(tx, { workspace })).map((type) => [type.key, type]));
  const seen = named.flatMap(({ contact, message, key }) => {
    const object = types.has(key) ? readObject(message, types.get(key)!) : null;
    return object === null ? [] : [{ ...object, contact, id: objectId(workspace, key, object.externalId) }];
  });
  if (seen.length === 0) return;
  const keys = new Map(seen.map((one) => [one.id, bucketOf(one.contact)]));
  await takeObjectKeys(tx, { workspace, keys: [...keys].map(([id, bucket]) => ({ id, bucket })) });
  const held = await lockObjects(tx, { workspace, ids: [...new Set(seen.map((one) => one.id))] });
  const states = new Map(held);
  for (const one of seen) {
    const before = states.get(one.id);
    if (before && one.at < before.updated_at) continue;
    states.set(one.id, stateAfter(before, one, input.source));
  }
  const changed = [...states.values()].filter((state) => held.get(state.id) !== state);
  if (changed.length === 0) return;
  const moves = changed.flatMap((state) => {
    const from = held.get(state.id)?.bucket ?? keys.get(state.id)!;
    return from === state.bucket ? [] : [{ id: state.id, from, to: state.bucket }];
  });
  if (moves.length > 0) await moveObjects(tx, { workspace, moves });
  await writeObjects(tx, { workspace, objects: changed });
  const there = (state: ObjectState | undefined): number => (state !== undefined && state.removed_at === null ? 1 : 0);
  await addToCounters(
    tx,
    input.slot,
    changed.map((state) => ({ workspace, name: `objects:${state.type}`, n: there(state) - there(held.get(state.id)) })),
  );
}

function stateAfter(
  before: ObjectState | undefined,
  seen: ObjectSeen & { readonly contact: Id; readonly id: Id },
  source: string,
): ObjectState {
  const begins: Instant = before && before.removed_at === null ? before.created_at : seen.at;
  return {
    bucket: bucketOf(seen.contact),
    id: seen.id,
    type: seen.type,
    external_id: seen.externalId,
    contact_id: seen.contact,
    created_at: begins,
    updated_at: seen.at,
    fields: seen.removed ? (before?.fields ?? {}) : seen.fields,
    removed_at: seen.removed ? seen.at : null,
    source,
  };
}
