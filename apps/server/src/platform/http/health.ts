import type { FastifyInstance } from "fastify";
import { register as metrics } from "prom-client";

export interface Health {
  /** What keeps this process from doing its work, as a short code and a sentence; null when it is ready. Asks the database. */
  problem(): Promise<{ readonly code: string; readonly message: string } | null>;
}

/**
 * `/healthz`: the process turns; never asks the database, so that a database outage does not restart the fleet.
 * `/readyz`: it can do its work now. `/metrics`: Prometheus text, from this machine only.
 */
export function healthRoutes(app: FastifyInstance, health: Health): void {
  const config = { raw: "health and metrics" };
  app.get("/healthz", { config }, (_request, reply) => reply.type("text/plain").send("ok\n"));
  app.get("/readyz", { config }, async (_request, reply) => {
    const problem = await health.problem();
    if (problem) reply.status(503);
    return reply.serializer(JSON.stringify).type("application/json").send(problem ? { ready: false, ...problem } : { ready: true });
  });
  app.get("/metrics", { config }, async (request, reply) => {
    if (!["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(request.socket.remoteAddress ?? "")) return reply.status(404).send();
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}
