import type { Endpoint } from "@relance/contract";
import type { Id } from "@relance/model/base";
import type { Generator } from "../../src/platform/chance/generator.ts";
import type { DeclaredRoute } from "../../src/platform/http/server.ts";
import type { TestApp } from "./app.ts";
import { jsonSchemaOf, sample, type JsonSchema } from "./sample.ts";

/** A workspace with one of everything that a path can name. */
export interface Furnished {
  readonly id: Id;
  readonly key: string;
  readonly writeKey: string;
  /** By the path before the parameter, e.g. `/api/segments/` → the id of a segment. */
  readonly examples: ReadonlyMap<string, string>;
}

/** Every endpoint that the server answers, once each, in a stable order. */
export function endpointsOf(table: readonly DeclaredRoute[]): Endpoint[] {
  const found = new Map(
    table.flatMap((route) =>
      route.endpoint && route.method !== "HEAD" ? [[`${route.endpoint.path} ${route.endpoint.method}`, route.endpoint] as const] : [],
    ),
  );
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
}

export const nameOf = (endpoint: Endpoint): string => `${endpoint.method} ${endpoint.path}`;

/** What stands before a path's parameter: the kind of thing that it names. Numbers (a version) name nothing by themselves. */
export const kindsOf = (endpoint: Endpoint): string[] =>
  [...endpoint.path.matchAll(/:([A-Za-z]+)/g)]
    .filter(([, name]) => !isNumber(endpoint, name!))
    .map((match) => endpoint.path.slice(0, match.index));

const isNumber = (endpoint: Endpoint, name: string) =>
  endpoint.params ? jsonSchemaOf(endpoint.params).properties?.[name]?.type !== "string" : false;

export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly payload?: unknown;
}

const NO_ID = "00000000-0000-7000-8000-000000000000";

/**
 * A request that the endpoint's schemas accept, about things of this workspace.
 * @param plain only what must be there; otherwise drawn
 */
export function requestFor(endpoint: Endpoint, about: Furnished, draw: Generator, plain = true): Request {
  const examples = new Map([...about.examples].map(([path, id]) => [path.replace("/api/", "").replace(/s?\/$/, ""), id]));
  const idFor = (name: string) => examples.get(name.replace(/s$/, "")) ?? null;
  const taste = { draw, plain, idFor };
  const url = endpoint.path.replace(/:([A-Za-z]+)/g, (_all, name: string, at: number) =>
    isNumber(endpoint, name) ? "1" : (about.examples.get(endpoint.path.slice(0, at)) ?? NO_ID),
  );
  const query = endpoint.query ? (sample(queryShape(jsonSchemaOf(endpoint.query)), taste) as Record<string, unknown>) : {};
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  ).toString();
  return {
    method: endpoint.method,
    url: search === "" ? url : `${url}?${search}`,
    ...(endpoint.body && { payload: sample(jsonSchemaOf(endpoint.body), taste) }),
  };
}

// Query values are text on the wire; a limit is read from it.
const queryShape = (schema: JsonSchema): JsonSchema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, one]) => [
      name,
      one.type === undefined && !one.enum && !one.anyOf && !one.$ref ? { type: "integer", minimum: 1, maximum: 20 } : one,
    ]),
  ),
});

let networks = 0;
/** An address nobody called from before: limits by address are not what these tests are about. */
export const newAddress = (): string => `10.${(++networks >> 16) & 255}.${(networks >> 8) & 255}.${networks & 255}`;

export async function send(shop: TestApp, request: Request, headers: Readonly<Record<string, string>>) {
  const answer = await shop.app.inject({
    method: request.method,
    url: request.url,
    headers,
    remoteAddress: newAddress(),
    ...(request.payload !== undefined && { payload: request.payload as Record<string, unknown> }),
  });
  const json = answer.headers["content-type"]?.toString().startsWith("application/json")
    ? (answer.json() as { error?: { code?: string; field?: string; message?: string } })
    : null;
  return { status: answer.statusCode, code: json?.error?.code ?? "", field: json?.error?.field, body: answer.body, json };
}
