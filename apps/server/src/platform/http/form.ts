import type { FastifyInstance, FastifyRequest } from "fastify";

const MOST_FORM = 32_768;

/** Makes the routes of a scope public pages: they read forms, not JSON, and nothing of them is kept or listed by others. */
export function readsForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MOST_FORM }, (_request, body, done) => done(null, body));
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", "no-store").header("referrer-policy", "no-referrer").header("x-robots-tag", "noindex");
  });
}

/** The fields of a form, urlencoded or multipart; null when it is neither. */
export async function formOf(request: FastifyRequest): Promise<FormData | null> {
  const type = request.headers["content-type"] ?? "";
  if (!(request.body instanceof Uint8Array) || !/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return null;
  return new Response(new Uint8Array(request.body), { headers: { "content-type": type } }).formData().catch(() => null);
}
