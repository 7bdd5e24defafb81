import * as contract from "@relance/contract/sql-segments";
import { toIso, type Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../../deps.ts";
import { route } from "../../../platform/http/route.ts";
import { selectPeople } from "../preview.ts";
import * as kept from "./queries.ts";
import { missingRole, unsafeServer } from "./role.ts";
import { QUERY_LIMITS, runQuery } from "./run.ts";
import { changeQuery, createQuery, findQuery, refreshQuery } from "./segments.ts";
import { personOf, showSegment } from "../views.ts";

export function queryRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock } = deps.ports;
  const show = async (workspace: Id, id: Id): Promise<contract.SqlSegment> => viewOf(await findQuery(deps, { workspace, id }));

  route(app, contract.sqlViews, async () => {
    const columns = await kept.selectViews(sql);
    const views = [...Map.groupBy(columns, (column) => column.view)].map(([name, of]) => ({
      name,
      columns: of.map((column) => ({ name: column.name, type: column.type })),
    }));
    return {
      views,
      limits: { seconds: QUERY_LIMITS.seconds, contacts: QUERY_LIMITS.most },
      missing: (await missingRole(sql))?.slice() ?? null,
      unsafe: await unsafeServer(sql),
    };
  });
  route(app, contract.previewSql, async ({ actor: { workspace }, body }) => {
    const begun = clock.monotonic();
    const { ids, cost, rows } = await runQuery(sql, { workspace, query: body.query });
    const tookMs = Math.round(clock.monotonic() - begun);
    const { count, sample } = await selectPeople(sql, { workspace, ids, limit: body.sample });
    return { count, sample: sample.map(personOf), cost, rows, tookMs };
  });
  route(app, contract.createSqlSegment, async ({ actor, body }) =>
    showSegment(sql, actor.workspace, await createQuery(deps, { actor, ...body })),
  );
  route(app, contract.getSqlSegment, ({ actor, params }) => show(actor.workspace, params.id));
  route(app, contract.changeSqlSegment, async ({ actor, params, body }) => {
    await changeQuery(deps, { actor, id: params.id, ...body });
    return show(actor.workspace, params.id);
  });
  route(app, contract.refreshSqlSegment, async ({ actor, params }) => {
    await refreshQuery(deps, { workspace: actor.workspace, id: params.id });
    return show(actor.workspace, params.id);
  });
}

function viewOf(row: kept.QueryRow): contract.SqlSegment {
  const query = row.rule.root.kind === "sql" ? row.rule.root.query : "";
  const problem = row.problem && { code: row.problem.code, message: row.problem.message, field: row.problem.field };
  return {
    id: row.segment_id,
    query,
    everyMinutes: row.every_minutes,
    nextAt: row.next_at === null ? null : toIso(row.next_at),
    ranAt: toIso(row.ran_at),
    tookMs: row.took_ms,
    cost: row.cost,
    named: row.named,
    problem,
  };
}
