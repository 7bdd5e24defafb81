import * as contract from "@relance/contract/code";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { absent } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";
import { applyPlan } from "./apply.ts";
import { codeIdMissing } from "./errors.ts";
import { readHoldings } from "./held.ts";
import { planFiles } from "./plan.ts";
import { writeNames } from "./queries.ts";
import { viewPlanned } from "./view.ts";
import { filesOf } from "./write.ts";

/** The workspace as files: written, compared, applied. */
export function codeRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql } = deps.ports;
  route(app, contract.exportCode, async ({ actor: { workspace }, query: { kind, id } }) => {
    if (kind !== undefined && kind !== "settings" && id === undefined) throw codeIdMissing({}, { field: "id" });
    const { objects, slugFor } = await readHoldings(sql, workspace);
    const wanted = objects.filter((one) => kind === undefined || (one.kind === kind && (kind === "settings" || one.id === id)));
    if (kind !== undefined && wanted.length === 0) throw absent({ what: kind }, { field: "id" });
    // From now on these are their names, whatever the objects are called later.
    if (kind === undefined)
      await sql.transaction((tx) =>
        writeNames(tx, { workspace, names: objects.filter((one) => ["group", "template", "segment", "journey"].includes(one.kind)) }),
      );
    return { files: wanted.flatMap((one) => filesOf(one, slugFor)) };
  });
  route(app, contract.planCode, async ({ actor: { workspace }, body }) => {
    const plan = await planFiles(deps, { workspace, ...body });
    const objects = [];
    // One after the other: a plan is no reason to take every connection.
    for (const planned of plan.objects) objects.push(await viewPlanned(deps, { workspace, plan, planned }));
    return { objects, problems: [...plan.problems] };
  });
  route(app, contract.applyCode, async ({ actor, body: { inside, journeys, ...files } }) => {
    const plan = await planFiles(deps, { workspace: actor.workspace, ...files });
    const objects = await applyPlan(deps, { actor, plan, choices: { inside, journeys } });
    return { objects, failed: objects.filter((one) => one.error !== null).length };
  });
}
