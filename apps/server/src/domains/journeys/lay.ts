import type { Id, Instant } from "@relance/model/base";
import type { Graph } from "@relance/model/journeys";
import type { Tx } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import { askDateBuild } from "./queries.ts";
import { insertJourney, insertVersion, noteListens, replaceStarts } from "./runs/store.ts";

// Far from what publishing counts: the engine remembers graphs by journey and version, and a rehearsed draft must never be taken for one.
let lastRehearsed = 1_000_000_000;

/** Puts a graph, live, where a rehearsal runs: as publishing would, under a version of its own. @returns that version */
export async function layJourney(tx: Tx, input: { workspace: Id; journey: Id; name: string; graph: Graph; now: Instant }): Promise<number> {
  const { workspace, journey, graph, now } = input;
  const version = (lastRehearsed += 1);
  await insertJourney(tx, { id: journey, workspace, name: input.name, description: "", draft: graph, by: "rehearsal", now });
  await tx.query(sql`update journeys set live_version = ${version - 1}::integer where workspace_id = ${workspace} and id = ${journey}`);
  await insertVersion(tx, { workspace, id: journey, revision: 1, by: "rehearsal", now });
  await replaceStarts(tx, { workspace, journey, starts: graph.starts });
  if (graph.steps.some((step) => step.kind === "wait" && step.until.of === "message")) await noteListens(tx, { workspace, journey });
  if (graph.starts.some((start) => start.kind === "date")) await askDateBuild(tx, { workspace, journey, now });
  return version;
}
