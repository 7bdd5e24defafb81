import type { Sync } from "@relance/contract/syncs";
import { proposeMapping, type Mapping } from "@relance/model/imports";
import type { Deps } from "../../deps.ts";
import { selectStores } from "../catalog/index.ts";
import type { ImportRecord } from "../imports/index.ts";
import { findWorkspace } from "../team/index.ts";
import { notAFeed } from "./errors.ts";
import type { SyncRecord } from "./queries.ts";

/** What tells that a table is a feed of its kind. */
const NEEDS = { products: "product.id", articles: "article.title" } as const;
type FeedKind = keyof typeof NEEDS;

/** Whether a source says itself what its columns are, so that no person has to. */
export const isFeed = (kind: Sync["kind"]): kind is FeedKind => Object.hasOwn(NEEDS, kind);

/**
 * How the file of a feed is read, found anew each time: which of its columns are there changes with what is on sale. Null for other kinds.
 * @throws sync.not_a_feed
 */
export async function feedMapping(deps: Deps, sync: SyncRecord, record: ImportRecord): Promise<Mapping | null> {
  if (!isFeed(sync.kind)) return null;
  const { sql } = deps.ports;
  const { language, store: code } = sync.settings as { language: string; store?: string };
  const workspace = await findWorkspace(sql, { id: sync.workspace_id });
  const store = code === undefined ? undefined : (await selectStores(sql, { workspace: workspace.id })).find((one) => one.code === code);
  const { mapping } = proposeMapping(record.shape.tables, {
    timeZone: store?.time_zone ?? workspace.time_zone,
    currency: store?.currency ?? workspace.currency,
    language,
  });
  if (!mapping.columns.some(({ to }) => to === NEEDS[sync.kind as FeedKind])) throw notAFeed({ kind: sync.kind });
  return { ...mapping, options: { ...mapping.options, language, ...(code !== undefined && { store: code }) } };
}
