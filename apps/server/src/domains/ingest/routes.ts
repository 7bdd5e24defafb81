import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { inspectEvents, listEventNames, listEvents } from "@relance/contract/events";
import { INGEST_LIMITS } from "@relance/contract/ingest";
import { listSources } from "@relance/contract/sources";
import { fromIso, isId, MINUTE, toIso, type Id, type Instant } from "@relance/model/base";
import { isObject, type JsonObject } from "@relance/model/events";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { KeyRing } from "../team/index.ts";
import type { Deps } from "../../deps.ts";
import { CodedError, invalid } from "../../platform/errors.ts";
import { recentLimit } from "../../platform/http/limit.ts";
import { route } from "../../platform/http/route.ts";
import { batchMissing, batchTooLong, bodyMalformed, callTooLarge, unknownWriteKey } from "./errors.ts";
import { inspect, viewOf } from "./inspector.ts";
import { contactEvents, insertRefused, selectEventNames } from "./queries.ts";
import { readSources } from "./sources.ts";
import { createReceiver, withoutGiants, type Receiver } from "./receive.ts";

/** The Segment paths, and the one-letter forms that its browser library uses. */
const PATHS: Readonly<Record<string, string>> = {
  identify: "identify",
  track: "track",
  page: "page",
  screen: "screen",
  group: "group",
  alias: "alias",
  batch: "batch",
  import: "import",
  i: "identify",
  t: "track",
  p: "page",
  s: "screen",
  g: "group",
  a: "alias",
  b: "batch",
};

/** Calls refused whole that are kept of one key within a minute, and how much of each. */
const REFUSED_CALLS = 20;
const MOST_OF_CALL = 2_000;

const unpack = promisify(gunzip);

/** `/v1/*`: events from senders of the Segment spec. Another protocol than our API: keys of its own, any content type, CORS. */
export function ingestRoutes(app: FastifyInstance, deps: Deps, keys: KeyRing): void {
  const receiver = createReceiver(deps);
  app.addHook("onClose", () => receiver.close());
  // On refusals too: a page that may not read why takes it for a broken line, and sends the same again for ever.
  app.addHook("onRequest", async (_request, reply) => void allowAnyOrigin(reply));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: INGEST_LIMITS.batch + 1 }, (_request, body, done) => done(null, body));
  const may = recentLimit(REFUSED_CALLS, MINUTE);
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request) => {
    const refusal = error.statusCode === 413 ? callTooLarge({}) : error; // over the limit is a 400 in this protocol
    if (refusal instanceof CodedError && refusal.code !== "ingest.unknown_write_key") await keepRefused(deps, keys, may, request, refusal);
    throw refusal; // to the common handler
  });
  for (const [path, kind] of Object.entries(PATHS)) {
    app.options(`/v1/${path}`, { config: { raw: "CORS of the Segment protocol" } }, (_request, reply) =>
      reply.header("access-control-max-age", "86400").status(204).send(),
    );
    app.post(`/v1/${path}`, { config: { raw: "the Segment protocol" } }, (request) => take(deps, keys, receiver, kind, request));
  }
}

const allowAnyOrigin = (reply: FastifyReply) =>
  reply
    .header("access-control-allow-origin", "*")
    .header("access-control-allow-headers", "authorization, content-type, content-encoding")
    .header("access-control-allow-methods", "POST, OPTIONS")
    .header("cross-origin-resource-policy", "cross-origin");

async function take(deps: Deps, keys: KeyRing, receiver: Receiver, kind: string, request: FastifyRequest) {
  const receivedAt = deps.ports.clock.now();
  const { body, bytes } = await readBody(request);
  const key = await keys.find(presentedKey(request, body));
  if (!key || (key.kind === "api" && !key.scopes.includes("contacts:write"))) throw unknownWriteKey({});
  const whole = kind === "batch" || kind === "import";
  if (bytes > (whole ? INGEST_LIMITS.batch : INGEST_LIMITS.message)) throw callTooLarge({});
  const messages = whole ? body["batch"] : [{ ...body, type: kind }];
  if (!Array.isArray(messages)) throw batchMissing({}, { field: "batch" });
  if (messages.length > INGEST_LIMITS.messages) throw batchTooLong({ n: messages.length }, { field: "batch" });
  return receiver.receive(
    { workspace: key.workspace, trusted: key.kind === "api" },
    {
      messages: withoutGiants(messages, bytes),
      receivedAt,
      source: key.id,
      live: kind !== "import",
      ...(whole && { sentAt: body["sentAt"], context: body["context"] }),
    },
  );
}

/** Keeps the beginning of a call that was refused whole, for the inspector; nothing where its key cannot be told. */
async function keepRefused(
  { ports: { sql: db, clock, chance } }: Deps,
  keys: KeyRing,
  may: (who: string, now: Instant) => boolean,
  request: FastifyRequest,
  refusal: CodedError,
): Promise<void> {
  const { body } = await readBody(request).catch(() => ({ body: {} }));
  const key = await keys.find(presentedKey(request, body));
  const now = clock.now();
  if (!key || !may(key.id, now)) return;
  // Packed bytes tell nobody anything.
  const said =
    Buffer.isBuffer(request.body) && request.body[0] !== 0x1f
      ? request.body.toString("utf8", 0, MOST_OF_CALL).replaceAll("\u0000", "").toWellFormed()
      : "";
  await db.transaction((tx) =>
    insertRefused(tx, {
      workspace: key.workspace,
      rows: [{ id: chance.id(now), receivedAt: now, source: key.id, reason: refusal.code, field: refusal.field ?? "", body: said }],
    }),
  );
}

async function readBody(request: FastifyRequest): Promise<{ body: JsonObject; bytes: number }> {
  let raw = request.body as Buffer | undefined;
  if (!Buffer.isBuffer(raw) || raw.length === 0) throw bodyMalformed({});
  if (request.headers["content-encoding"] === "gzip" || (raw[0] === 0x1f && raw[1] === 0x8b)) {
    try {
      raw = await unpack(raw, { maxOutputLength: INGEST_LIMITS.batch + 1 });
    } catch (error) {
      throw (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE" ? callTooLarge({}) : bodyMalformed({});
    }
  }
  try {
    const body: unknown = JSON.parse(raw.toString("utf8"));
    if (isObject(body)) return { body, bytes: raw.length };
  } catch {
    // answered below
  }
  throw bodyMalformed({});
}

function presentedKey(request: FastifyRequest, body: JsonObject): string {
  const { authorization } = request.headers;
  const basic = /^Basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (basic !== undefined) return Buffer.from(basic, "base64").toString("utf8").split(":")[0]!;
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  const inBody = body["writeKey"];
  return bearer ?? (typeof inBody === "string" ? inBody : "");
}

/** Reading events back: names for the builders, the inspector, the events of a contact. */
export function eventRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, listEventNames, async ({ actor, query }) => ({
    items: (await selectEventNames(db, { workspace: actor.workspace, search: query.search ?? null })).map((row) => ({
      name: row.name,
      firstSeenAt: toIso(row.first_seen_at),
      lastSeenAt: toIso(row.last_seen_at),
      properties: row.properties,
    })),
  }));
  route(app, listSources, async ({ actor }) => ({ items: await readSources(deps, { workspace: actor.workspace }) }));
  route(app, inspectEvents, ({ actor, query }) => inspect(deps, { workspace: actor.workspace, name: query.name ?? null }));
  route(app, listEvents, async ({ actor, query }) => {
    const before = readCursor(query.after);
    const rows = await contactEvents(db, {
      workspace: actor.workspace,
      contact: query.contact,
      name: query.name ?? null,
      before,
      limit: query.limit + 1,
    });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return { items: shown.map(viewOf), next: rows.length > query.limit && last ? `${toIso(last.occurred_at)}~${last.id}` : null };
  });
}

function readCursor(after: string | undefined): { at: number; id: Id } | null {
  if (after === undefined) return null;
  const [at, id] = after.split("~");
  const instant = fromIso(at ?? "");
  if (instant === null || id === undefined || !isId(id)) throw invalid({ message: "after is not the next of a page" }, { field: "after" });
  return { at: instant, id };
}
