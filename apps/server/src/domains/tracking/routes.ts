import { engagementTotals, listSendEngagements } from "@relance/contract/tracking";
import { toIso } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { absent } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";
import { publicPages } from "./public.ts";
import { selectTotals, selectSendBucket, selectEngagements } from "./queries.ts";

/** The public addresses in mails, and what the API tells about them. */
export function trackingRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql } = deps.ports;
  // Apart: these pages read forms, the API reads JSON.
  void app.register(async (scope) => publicPages(scope, deps));

  route(app, listSendEngagements, async ({ actor: { workspace }, params }) => {
    const bucket = await selectSendBucket(sql, { workspace, send: params.id });
    if (bucket === null) throw absent({ what: "send" });
    const rows = await selectEngagements(sql, { workspace, bucket, send: params.id });
    return { items: rows.map(({ kind, machine, link, url, at }) => ({ kind, machine, link, url, at: toIso(at) })) };
  });
  route(app, engagementTotals, async ({ actor: { workspace }, query: { template, journey, step } }) => {
    const subject = journey
      ? step === undefined
        ? `journey:${journey}`
        : `journey:${journey}:${step}`
      : template
        ? `template:${template}`
        : "all";
    return { items: await selectTotals(sql, { workspace, subject, prefix: journey !== undefined && step === undefined }) };
  });
}
