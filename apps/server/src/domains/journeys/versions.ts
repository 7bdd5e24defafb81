import { toIso, type Id, type Instant } from "@relance/model/base";
import { diffGraphs, EMPTY_GRAPH, upgradeGraph } from "@relance/model/journeys";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import { absent } from "../../platform/errors.ts";
import { namesOfActors } from "../team/index.ts";
import { findJourney } from "./journeys.ts";

const SHOWN = 100;

/** The versions of a journey, newest first: what each changed against the one before. */
export async function listVersions(db: Db, input: { workspace: Id; id: Id }) {
  await findJourney(db, input);
  const rows = await db.query<{ version: number; graph: unknown; published_at: Instant; published_by: string | null }>(sql`
    select version, graph, published_at, published_by from journey_versions where workspace_id = ${input.workspace} and journey_id = ${input.id} order by version desc limit ${SHOWN + 1}`);
  const names = await namesOfActors(db, { workspace: input.workspace, ids: rows.flatMap((row) => row.published_by ?? []) });
  const graphs = rows.map((row) => upgradeGraph(row.graph));
  return {
    items: rows.slice(0, SHOWN).map((row, at) => {
      const diff = diffGraphs(graphs[at + 1] ?? EMPTY_GRAPH, graphs[at]!);
      const of = (change: string): number => diff.filter((one) => one.change === change).length;
      return {
        version: row.version,
        publishedAt: toIso(row.published_at),
        publishedBy: names.get(row.published_by ?? "") ?? null,
        steps: graphs[at]!.steps.length,
        added: of("added"),
        changed: of("changed"),
        removed: of("removed"),
      };
    }),
  };
}

/** @throws absent */
export async function findVersion(db: Db, input: { workspace: Id; id: Id; version: number }) {
  const [row] = await db.query<{ graph: unknown; published_at: Instant }>(
    sql`select graph, published_at from journey_versions where workspace_id = ${input.workspace} and journey_id = ${input.id} and version = ${input.version}::integer`,
  );
  if (!row) throw absent({ what: "version" });
  return { version: input.version, publishedAt: toIso(row.published_at), graph: upgradeGraph(row.graph) };
}
