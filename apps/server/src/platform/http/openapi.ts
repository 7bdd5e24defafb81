import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { Config } from "../../config.ts";
import { referencePage, REFERENCE_SCRIPT, REFERENCE_STYLE } from "./reference.ts";

/** The OpenAPI 3.1 document at `/api/openapi.json` and a readable reference at `/api/docs`, both from the contract. */
export async function openApiRoutes(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Relance",
        version: "1",
        description:
          "Send events to `/v1` with a write key; everything else takes an API key with the scope of the operation, or a session.",
      },
      servers: [{ url: config.publicUrl }],
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "An API key, `rlk_…`" },
          session: { type: "apiKey", in: "cookie", name: "relance.session_token" },
        },
      },
    },
    transform: (route) => {
      const endpoint = route.route.config?.endpoint;
      const transformed = jsonSchemaTransform(route as Parameters<typeof jsonSchemaTransform>[0]);
      if (!endpoint) return { ...transformed, schema: { ...transformed.schema, hide: !route.url.startsWith("/v1") } };
      const security: Record<string, string[]>[] =
        endpoint.access === "public"
          ? []
          : endpoint.access === "signedIn"
            ? [{ session: [] }]
            : [{ apiKey: [endpoint.access.scope] }, { session: [] }];
      const needs =
        typeof endpoint.access === "object"
          ? `Needs the scope \`${endpoint.access.scope}\` or the role \`${endpoint.access.role}\`.`
          : endpoint.access === "signedIn"
            ? "Needs a person signed in."
            : "Open to anyone.";
      return { ...transformed, schema: { ...transformed.schema, security, description: needs } };
    },
    transformObject: jsonSchemaTransformObject,
  });
  const raw = { config: { raw: "the API's own description" } };
  app.get("/api/openapi.json", raw, (_request, reply) => reply.serializer(JSON.stringify).type("application/json").send(app.swagger()));
  app.get("/api/docs", raw, (_request, reply) => reply.type("text/html; charset=utf-8").send(referencePage));
  app.get("/api/docs/reference.js", raw, (_request, reply) => reply.type("text/javascript; charset=utf-8").send(REFERENCE_SCRIPT));
  app.get("/api/docs/reference.css", raw, (_request, reply) => reply.type("text/css; charset=utf-8").send(REFERENCE_STYLE));
}
