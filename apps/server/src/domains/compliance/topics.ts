import type { Id } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { selectTopics, type TopicRow } from "./queries.ts";

/** Topics that contacts can agree to and leave, by key. */
export async function activeTopics(db: Db, input: { readonly workspace: Id }): Promise<TopicRow[]> {
  return (await selectTopics(db, input)).filter((topic) => topic.archived_at === null);
}
