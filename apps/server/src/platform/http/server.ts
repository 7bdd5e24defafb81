import { STATUS_CODES } from "node:http";
import rateLimit from "@fastify/rate-limit";
import type { Access, Endpoint } from "@relance/contract";
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Config } from "../../config.ts";
import { CodedError } from "../errors.ts";
import { httpSeconds } from "../metrics.ts";
import type { Logger } from "../log/index.ts";
import type { Chance } from "../ports.ts";
import { securityHeaders } from "./headers.ts";

export interface HttpOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly chance: Chance;
  /** Settles the actor of a request, or throws a coded 401/403/404. */
  readonly control: (request: FastifyRequest, access: Access) => Promise<void>;
  /** What a person's browser is shown where nothing answers; null: the coded answer that programs get. */
  readonly missingPage: ((request: FastifyRequest, reply: FastifyReply) => FastifyReply | null) | null;
}

/** Routes that speak another protocol than our API (events, tracking, health, files) say so; they check what they need themselves. */
declare module "fastify" {
  interface FastifyContextConfig {
    /** A route outside the contract, with the reason why. */
    raw?: string;
  }
  interface FastifyInstance {
    /** Every route this instance answers, as declared: what the authorization and fuzz tests go through. */
    readonly routeTable: readonly DeclaredRoute[];
  }
}

export interface DeclaredRoute {
  readonly method: string;
  readonly url: string;
  readonly endpoint: Endpoint | null;
  /** Why it is outside the contract. */
  readonly raw: string | null;
}

const MOST_BODY = 1_000_000;
const FORBIDDEN_KEYS = ["__proto__", "constructor", "prototype"];

/** A Fastify instance with our edges: strict input, coded errors, access declared or refused, security headers. Does not listen. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: MOST_BODY,
    trustProxy: options.config.trustedProxies.length > 0 ? [...options.config.trustedProxies] : false,
    genReqId: () => Buffer.from(options.chance.bytes(9)).toString("base64url"),
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
    routerOptions: { maxParamLength: 500 },
    // The router's own refusals: an address that is no UTF-8, or holds a piece that is too long.
    frameworkErrors: (error, request, plain) => {
      const reply = plain as FastifyReply;
      securityHeaders(request, reply);
      const long = error.code === "FST_ERR_MAX_PARAM_LENGTH";
      const answer = long
        ? { code: "address.too_long", message: "A part of the address is too long." }
        : { code: "address.malformed", message: "The address is not written as addresses are." };
      reply
        .status(long ? 414 : 400)
        .serializer(JSON.stringify)
        .type("application/json; charset=utf-8");
      void reply.send({ error: { ...answer, requestId: request.id } });
    },
    forceCloseConnections: "idle",
    requestTimeout: 120_000,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser("text/plain");
  const routeTable: DeclaredRoute[] = [];
  app.decorate("routeTable", routeTable);
  app.addHook("onRoute", (route) => {
    if (!route.config?.endpoint && !route.config?.raw)
      throw new Error(`${String(route.method)} ${route.url} declares neither an endpoint of the contract nor why it is raw`);
    for (const method of [route.method].flat())
      routeTable.push({ method, url: route.url, endpoint: route.config.endpoint ?? null, raw: route.config.raw ?? null });
    // Guessing passwords or links: a few tries a minute per address, whatever else is asked.
    if (route.config.endpoint?.access === "public" && route.config.endpoint.method === "POST")
      route.config.rateLimit = { max: 20, timeWindow: 60_000, keyGenerator: networkOf };
  });
  // After the hook above: the plug-in reads a route's own limit when the route is declared.
  await app.register(rateLimit, {
    global: true,
    max: 1_200,
    timeWindow: 60_000,
    keyGenerator: (request) => request.headers.authorization ?? request.ip,
    allowList: (request) => request.routeOptions.config.raw !== undefined,
  });
  app.addHook("onRequest", async (request, reply) => {
    securityHeaders(request, reply);
  });
  app.addHook("onResponse", async (request, reply) => {
    httpSeconds.observe(
      { method: request.method, route: request.routeOptions.url ?? "none", status: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
  });
  app.addHook("preValidation", async (request) => {
    const endpoint = request.routeOptions.config.endpoint as Endpoint | undefined;
    if (!endpoint) return;
    await options.control(request, endpoint.access);
    refuseUnfit(request.body, "body");
    refuseUnfit(request.query, "query");
    refuseUnfit(request.params, "params");
    if (endpoint.body && request.body === undefined) request.body = {};
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = answerFor(error, request);
    if (answer.status >= 500) options.log.error({ err: error, requestId: request.id, route: request.routeOptions.url }, "http.failed");
    reply.status(answer.status).header("cache-control", "no-store").serializer(JSON.stringify).type("application/json; charset=utf-8");
    return reply.send({ error: { ...answer.error, requestId: request.id } });
  });
  app.setNotFoundHandler({}, (request, reply) => {
    const page = request.method === "GET" ? options.missingPage?.(request, reply) : null;
    if (page) return page;
    reply.status(404).serializer(JSON.stringify).type("application/json; charset=utf-8");
    return reply.send({ error: { code: "route.absent", message: `Nothing answers ${request.method} here.`, requestId: request.id } });
  });
  return app;
}

/** IPv4 address, or the /64 of an IPv6 one: a household or a server has a whole /64 to itself. */
export function networkOf(request: FastifyRequest): string {
  return request.ip.includes(":") && !request.ip.startsWith("::ffff:") ? request.ip.split(":").slice(0, 4).join(":") : request.ip;
}

/** What no schema need say: keys that reach an object's prototype, nesting without end, text that no database column can hold. */
function refuseUnfit(value: unknown, path: string, depth = 0): void {
  if (typeof value === "string") {
    if (value.includes("\0") || !value.isWellFormed())
      throw new CodedError({
        code: "text.unstorable",
        status: 422,
        field: path.slice(0, 500),
        message: "The text holds a NUL character or half of a surrogate pair.",
      });
    return;
  }
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || "pipe" in value) return;
  if (depth > 32)
    throw new CodedError({
      code: "body.too_deep",
      status: 422,
      field: path.slice(0, 500),
      message: "The body is nested more than 32 levels deep.",
    });
  for (const key of Object.keys(value)) {
    if (FORBIDDEN_KEYS.includes(key))
      throw new CodedError({
        code: "body.forbidden_key",
        status: 422,
        field: `${path}.${key}`.slice(0, 500),
        message: `The key ${key} is not accepted.`,
      });
    refuseUnfit(key, path);
    refuseUnfit((value as Record<string, unknown>)[key], `${path}.${key}`, depth + 1);
  }
}

interface Answer {
  readonly status: number;
  readonly error: {
    code: string;
    message: string;
    field?: string;
    problems?: readonly unknown[];
    params?: Readonly<Record<string, string | number>>;
  };
}

// SQLSTATEs that say "this value cannot be stored": the input's fault, whatever check let it through.
const INPUT_SQLSTATES = /^22|^23514$/;

/** What the sentence of an error speaks of, so that a page says it in the reader's language. */
function paramsOf({ params }: CodedError): { params?: Record<string, string | number> } {
  const said = Object.entries(params).filter(
    (one): one is [string, string | number] => typeof one[1] === "string" || typeof one[1] === "number",
  );
  return said.length === 0 ? {} : { params: Object.fromEntries(said) };
}

function answerFor(error: FastifyError, request: FastifyRequest): Answer {
  if (error instanceof CodedError)
    return {
      status: error.status,
      error: {
        code: error.code,
        message: error.message,
        ...(error.field && { field: error.field }),
        ...(error.problems && { problems: error.problems }),
        ...paramsOf(error),
      },
    };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems = error.validation.map((one) => ({
      field: fieldOf(error.validationContext, one.instancePath),
      code: one.keyword,
      message: one.message ?? "is not accepted",
    }));
    return {
      status: 422,
      error: {
        code: "invalid",
        message: problems
          .map((problem) => `${problem.field}: ${problem.message}`)
          .slice(0, 5)
          .join(" "),
        field: problems[0]!.field,
        problems: problems.slice(0, 50),
      },
    };
  }
  const status = error.statusCode ?? 500;
  if (status === 413) return { status, error: { code: "body.too_large", message: `The body is larger than this route accepts.` } };
  if (status === 415)
    return {
      status,
      error: { code: "body.wrong_type", message: `Send ${request.routeOptions.url === "/api/imports" ? "text/csv" : "application/json"}.` },
    };
  if (status === 429)
    return { status, error: { code: "rate.exceeded", message: "Too many requests; wait for the seconds of Retry-After." } };
  if (error.code === "FST_ERR_CTP_INVALID_JSON_BODY" || error.code === "FST_ERR_CTP_EMPTY_JSON_BODY" || error instanceof SyntaxError)
    return { status: 400, error: { code: "body.malformed", message: "The body is not valid JSON." } };
  if (status >= 400 && status < 500) return { status, error: { code: "request.refused", message: STATUS_CODES[status] ?? "Refused." } };
  if (INPUT_SQLSTATES.test((error as { code?: string }).code ?? ""))
    return { status: 422, error: { code: "invalid", message: "A value cannot be stored." } };
  return { status: 500, error: { code: "internal", message: "Something went wrong on our side; it is logged under the request's id." } };
}

function fieldOf(context: string | undefined, path: string): string {
  const dotted = path
    .split("/")
    .filter((part) => part !== "")
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
  return dotted === "" ? (context ?? "body") : context === "body" || context === undefined ? dotted : `${context}.${dotted}`;
}
