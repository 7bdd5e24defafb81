import type { Endpoint } from "@relance/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from "fastify";
import type { z } from "zod";
import type { Actor } from "./actor.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Settled by the access hook for every endpoint that is not public. */
    actor?: Actor;
  }
  interface FastifyContextConfig {
    /** The contract line this route serves; the access hook refuses a route without one. */
    endpoint?: Endpoint;
  }
}

export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Who calls; throws on a public endpoint, which has none. */
  readonly actor: Actor;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Serves one endpoint of the contract: validated input in, the response shape out. */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  app: FastifyInstance,
  endpoint: Endpoint<P, Q, B, R>,
  handle: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<z.input<R>>,
): void {
  const schema: FastifySchema & { summary: string; tags: string[] } = {
    summary: endpoint.summary,
    tags: [endpoint.tag],
    ...(endpoint.params && { params: endpoint.params }),
    ...(endpoint.query && { querystring: endpoint.query }),
    ...(endpoint.body && { body: endpoint.body }),
    response: { [endpoint.status ?? 200]: endpoint.response },
  };
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { endpoint: endpoint as unknown as Endpoint },
    schema,
    ...(endpoint.mostBytes !== undefined && { bodyLimit: endpoint.mostBytes }),
    handler: async (request, reply) => {
      reply.status(endpoint.status ?? 200);
      return handle({
        params: request.params as z.output<P>,
        query: request.query as z.output<Q>,
        body: request.body as z.output<B>,
        get actor() {
          if (!request.actor) throw new Error(`${endpoint.path} is public and has no actor`);
          return request.actor;
        },
        request,
        reply,
      });
    },
  });
}
