import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import staticFiles from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "./deps.ts";
import { audienceRoutes } from "./domains/audiences/index.ts";
import { catalogRoutes, findOrder } from "./domains/catalog/index.ts";
import { codeRoutes } from "./domains/code/index.ts";
import { computedRoutes } from "./domains/computed/index.ts";
import { complianceRoutes } from "./domains/compliance/index.ts";
import { connectionRoutes, hookRoutes } from "./domains/connectors/index.ts";
import { conflictRoutes, contactRoutes, mergeRoutes } from "./domains/contacts/index.ts";
import { demoRoutes } from "./domains/demo/index.ts";
import { deliveryRoutes } from "./domains/delivery/index.ts";
import { exportRoutes } from "./domains/exports/index.ts";
import { formRoutes } from "./domains/forms/index.ts";
import { eventRoutes, ingestRoutes, orderNewsRoutes, snippetRoutes, openTeller } from "./domains/ingest/index.ts";
import { importRoutes } from "./domains/imports/index.ts";
import { journeyRoutes } from "./domains/journeys/index.ts";
import { libraryRoutes } from "./domains/library/index.ts";
import { objectRoutes } from "./domains/objects/index.ts";
import { predictionRoutes } from "./domains/predictions/index.ts";
import { readinessRoutes } from "./domains/readiness/index.ts";
import { rehearsalRoutes } from "./domains/rehearsals/index.ts";
import { queryRoutes, segmentRoutes } from "./domains/segments/index.ts";
import { messageRoutes } from "./domains/messages/index.ts";
import { rightsRoutes } from "./domains/rights/index.ts";
import { timelineRoutes } from "./domains/reports/index.ts";
import { trackingRoutes } from "./domains/tracking/index.ts";
import { syncRoutes } from "./domains/syncs/index.ts";
import { accessControl, teamRoutes, type Auth, type KeyRing } from "./domains/team/index.ts";
import { healthRoutes, type Health } from "./platform/http/health.ts";
import { openApiRoutes } from "./platform/http/openapi.ts";
import { createHttp } from "./platform/http/server.ts";
import { listeners } from "./worker.ts";

const SNIPPET = fileURLToPath(new URL("../../../packages/snippet/dist/snippet.js", import.meta.url));
const WEB = fileURLToPath(new URL("../../web/dist/", import.meta.url));

export interface AppOptions {
  readonly auth: Auth;
  readonly keys: KeyRing;
  readonly health: Health;
}

/** The whole HTTP side, without listening: every domain's routes behind the same edges. */
export async function buildApp(deps: Deps, options: AppOptions): Promise<FastifyInstance> {
  const { auth, keys } = options;
  const app = await createHttp({
    config: deps.config,
    log: deps.log,
    chance: deps.ports.chance,
    control: accessControl(deps, auth, keys),
    missingPage: existsSync(WEB) ? missingPage : null,
  });
  await openApiRoutes(app, deps.config);
  healthRoutes(app, options.health);
  const domains: readonly ((app: FastifyInstance) => void)[] = [
    (scope) => teamRoutes(scope, deps, auth, keys),
    (scope) => contactRoutes(scope, deps, { byOrder: async (db, input) => (await findOrder(db, input))?.contact_id ?? null }),
    (scope) => conflictRoutes(scope, deps),
    (scope) => mergeRoutes(scope, deps),
    (scope) => catalogRoutes(scope, deps),
    (scope) => objectRoutes(scope, deps, openTeller(deps)),
    (scope) => eventRoutes(scope, deps),
    (scope) => orderNewsRoutes(scope, deps),
    (scope) => timelineRoutes(scope, deps),
    (scope) => ingestRoutes(scope, deps, keys),
    (scope) => snippetRoutes(scope, deps, keys, existsSync(SNIPPET) ? readFileSync(SNIPPET, "utf8") : null),
    (scope) => importRoutes(scope, deps),
    (scope) => exportRoutes(scope, deps),
    (scope) => rightsRoutes(scope, deps),
    (scope) => connectionRoutes(scope, deps),
    (scope) => hookRoutes(scope, deps),
    (scope) => syncRoutes(scope, deps),
    (scope) => predictionRoutes(scope, deps),
    (scope) => deliveryRoutes(scope, deps),
    (scope) => complianceRoutes(scope, deps),
    (scope) => segmentRoutes(scope, deps),
    (scope) => queryRoutes(scope, deps),
    (scope) => computedRoutes(scope, deps),
    (scope) => audienceRoutes(scope, deps),
    (scope) => messageRoutes(scope, deps),
    (scope) => trackingRoutes(scope, deps),
    (scope) => formRoutes(scope, deps),
    (scope) => journeyRoutes(scope, deps),
    (scope) => codeRoutes(scope, deps),
    (scope) => rehearsalRoutes(scope, deps, { listeners: listeners(deps) }),
    (scope) => libraryRoutes(scope, deps),
    (scope) => readinessRoutes(scope, deps),
    (scope) => demoRoutes(scope, deps, keys),
  ];
  for (const domain of domains) await app.register(async (scope) => domain(scope));
  if (existsSync(WEB)) await serveWeb(app);
  return app;
}

/** A mistyped page says so in the app's own words. */
const missingPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply | null =>
  request.headers.accept?.includes("text/html") && !/^\/(api|v1)\//.test(request.url)
    ? reply.status(404).header("cache-control", "no-cache").sendFile("index.html", { cacheControl: false })
    : null;

// Every page of the web app is index.html; files with a hash in their name never change.
async function serveWeb(app: FastifyInstance): Promise<void> {
  const config = { raw: "the web app's own files" };
  await app.register(staticFiles, { root: WEB, serve: false, preCompressed: true });
  app.get("/assets/*", { config }, (request, reply) =>
    reply
      .header("cache-control", "public, max-age=31536000, immutable")
      .sendFile(`assets/${(request.params as { "*": string })["*"]}`, { immutable: true, maxAge: "365d" }),
  );
  const page = {
    method: "GET" as const,
    config,
    handler: (_request: unknown, reply: FastifyReply) =>
      reply.header("cache-control", "no-cache").sendFile("index.html", { cacheControl: false }),
  };
  for (const url of [
    "/",
    "/sign-in",
    "/setup",
    "/home",
    "/contacts",
    "/contacts/*",
    "/conflicts",
    "/imports",
    "/imports/*",
    "/exports",
    "/sources",
    "/sources/*",
    "/segments",
    "/segments/*",
    "/value",
    "/catalog",
    "/catalog/*",
    "/journeys",
    "/journeys/*",
    "/templates",
    "/templates/*",
    "/forms",
    "/forms/*",
    "/outbox",
    "/outbox/*",
    "/sends",
    "/sends/*",
    "/readiness",
    "/readiness/*",
    "/settings",
    "/settings/*",
  ])
    app.route({ ...page, url });
}
