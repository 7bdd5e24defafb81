import type { RightsRequest } from "@relance/contract/rights";
import type { Deps } from "../../deps.ts";
import { leftOf, sweepErased } from "../contacts/index.ts";
import { dropShortLinks } from "../delivery/index.ts";
import { expireExportsBefore } from "../exports/index.ts";
import { endOldImports } from "../imports/index.ts";
import { wantedContext, type Wanted } from "./erase.ts";
import { moveRequest, selectRunning, type RequestRow } from "./queries.ts";
import { dropTraces } from "./traces.ts";

type Waits = NonNullable<RightsRequest["report"]["waits"]>;

/** Takes the traces of erased people away, and closes the requests of whom nothing is left. Done again, it goes on. */
export async function tendRights(deps: Deps): Promise<void> {
  for (const request of await selectRunning(deps.ports.sql)) if (request.person_id !== null) await sweep(deps, request);
}

async function sweep(deps: Deps, request: RequestRow): Promise<void> {
  const { sql, clock } = deps.ports;
  const person = { workspace: request.workspace_id, contact: request.person_id! };
  const wanted = JSON.parse(deps.secrets.open(request.wanted!, wantedContext(request))) as Wanted;
  await sql.transaction((tx) => sweepErased(tx, person));
  const waits = new Set<Waits[number]>((await leftOf(sql, person)).map((table) => (table.startsWith("audience") ? "audiences" : "news")));
  if (await expireExportsBefore(deps, { workspace: person.workspace, before: request.asked_at })) waits.add("exports");
  if (await endOldImports(deps, { workspace: person.workspace, before: request.asked_at })) waits.add("imports");
  // Once at the beginning, and again when nobody can write more of the person.
  const first = request.report.traces === undefined;
  const traces =
    first || waits.size === 0
      ? (request.report.traces ?? 0) + (await dropTraces(sql, { workspace: person.workspace, wanted }))
      : request.report.traces;
  if (first) await dropShortLinks(sql, { workspace: person.workspace, sends: wanted.sends });
  const { waits: _before, ...report } = request.report;
  await moveRequest(sql, {
    workspace: person.workspace,
    id: request.id,
    from: "running",
    to: waits.size === 0 ? "done" : "running",
    now: clock.now(),
    report: { ...report, traces, ...(waits.size > 0 && { waits: [...waits].sort() }) },
  });
}
