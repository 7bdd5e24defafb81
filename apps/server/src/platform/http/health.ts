import type { FastifyInstance } from "fastify";
import { metricsText } from "../metrics.ts";

export interface Health {
  /** What keeps this process from doing its work, as a short code and a sentence; null when it is ready. Asks the database. */
  problem(): Promise<{ readonly code: string; readonly message: string } | null>;
  /** Brings the metrics that all processes share up to date. */
  measure?(): Promise<void>;
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
    return reply
      .serializer(JSON.stringify)
      .type("application/json")
      .send(problem ? { ready: false, ...problem } : { ready: true });
  });
  app.get("/metrics", { config }, async (request, reply) => {
    // A reverse proxy on this machine calls from here on behalf of anyone; it says so.
    const here =
      ["127.0.0.1", "::1", "::ffff:127.0.0.1"].includes(request.socket.remoteAddress ?? "") &&
      request.headers["x-forwarded-for"] === undefined &&
      request.headers.forwarded === undefined;
    if (!here) return reply.status(404).send();
    // Without a database the process's own metrics are still worth having.
    await health.measure?.().catch(() => undefined);
    const { type, text } = await metricsText();
    return reply.type(type).send(text);
  });
}
