import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { topicKeyTaken, topicNotFound } from "./errors.ts";
import { insertTopic, selectTopics, updateTopic, type TopicRow } from "./queries.ts";

/** Topics that contacts can agree to and leave, by key. */
export async function activeTopics(db: Db, input: { readonly workspace: Id }): Promise<TopicRow[]> {
  return (await selectTopics(db, input)).filter((topic) => topic.archived_at === null);
}

/** @throws topic.key_taken */
export async function makeTopic(
  deps: Deps,
  input: { readonly workspace: Id; readonly key: string; readonly names: unknown },
): Promise<TopicRow> {
  const { sql, chance, clock } = deps.ports;
  const now = clock.now();
  const made = await insertTopic(sql, { ...input, id: chance.id(now), now });
  if (!made) throw topicKeyTaken({ key: input.key }, { field: "key" });
  return made;
}

/** @throws topic.not_found */
export async function renameTopic(
  deps: Deps,
  input: { readonly workspace: Id; readonly id: Id; readonly names: unknown },
): Promise<TopicRow> {
  const changed = await updateTopic(deps.ports.sql, input);
  if (!changed) throw topicNotFound({ id: input.id });
  return changed;
}

/** @throws topic.not_found */
export async function archiveTopic(deps: Deps, input: { readonly workspace: Id; readonly id: Id }): Promise<TopicRow> {
  const changed = await updateTopic(deps.ports.sql, { ...input, archivedAt: deps.ports.clock.now() });
  if (!changed) throw topicNotFound({ id: input.id });
  return changed;
}
