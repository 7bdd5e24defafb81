import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { findWorkspace, type KeyRing } from "../team/index.ts";
import { snippetNotBuilt, unknownSnippetKey } from "./errors.ts";
import { scriptPath } from "./sources.ts";

/** How long a browser runs what it has before it asks again; a changed setting reaches every page within it. */
const FRESH_SECONDS = 300;
/** While it asks, it may go on with what is a day old: no page waits for us. */
const STALE_SECONDS = 86_400;
const MOST_PACKED = 200;

interface Packed {
  readonly tag: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
}

/**
 * `/snippet/KEY.js`: the script for the pages of a shop, with what its workspace decided written in front.
 * @param built the script as it was built; null when it was not
 */
export function snippetRoutes(app: FastifyInstance, deps: Deps, keys: KeyRing, built: string | null): void {
  const packed = new Map<string, Packed>();
  const pack = (text: string): Packed => {
    const known = packed.get(text);
    if (known) return known;
    if (packed.size >= MOST_PACKED) packed.clear();
    const plain = Buffer.from(text);
    const made = {
      tag: `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
      plain,
      gzip: gzipSync(plain, { level: 9 }),
    };
    packed.set(text, made);
    return made;
  };
  app.get<{ Params: { key: string } }>(
    scriptPath(":key"),
    { config: { raw: "the snippet: public, names a public key" } },
    async (request, reply) => {
      reply.header("access-control-allow-origin", "*").header("cross-origin-resource-policy", "cross-origin");
      const { key } = request.params;
      const known = await keys.find(key);
      if (known?.kind !== "write") throw unknownSnippetKey({});
      if (built === null) throw snippetNotBuilt({});
      const { settings } = await findWorkspace(deps.ports.sql, { id: known.workspace });
      const { follow, signal, cookieDays, pages } = settings.snippet;
      const config = { key, host: deps.config.publicUrl, waits: follow === "with_consent", signal, days: cookieDays, pages };
      const { tag, plain, gzip } = pack(`(()=>{const RELANCE=${JSON.stringify(config)};\n${built}})()`);
      reply
        .header("cache-control", `public, max-age=${FRESH_SECONDS}, stale-while-revalidate=${STALE_SECONDS}`)
        .header("etag", tag)
        .header("vary", "accept-encoding")
        .type("text/javascript; charset=utf-8");
      if (request.headers["if-none-match"] === tag) return reply.status(304).send();
      const zipped = /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
      return reply.headers(zipped ? { "content-encoding": "gzip" } : {}).send(zipped ? gzip : plain);
    },
  );
}
