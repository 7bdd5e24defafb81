import type { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import { errorBody, type ErrorBody } from "./error.ts";

type Problem = NonNullable<ErrorBody["error"]["problems"]>[number];

/** An answer that is not a success. `code` is stable; `status` is 0 when no answer came. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  readonly status: number;
  /** Path of the input at fault. */
  readonly field: string | undefined;
  readonly problems: readonly Problem[];
  readonly requestId: string | undefined;
  /** What the message speaks of; with the code it can be said in any language. */
  readonly params: Readonly<Record<string, unknown>>;

  constructor(status: number, error: ErrorBody["error"]) {
    super(error.message);
    this.code = error.code;
    this.status = status;
    this.field = error.field;
    this.problems = error.problems ?? [];
    this.requestId = error.requestId;
    this.params = error.params ?? {};
  }
}

type Part<Key extends string, Schema extends z.ZodType> = [z.input<Schema>] extends [undefined]
  ? { readonly [K in Key]?: undefined }
  : { readonly [K in Key]: z.input<Schema> };
type OptionalPart<Key extends string, Schema extends z.ZodType> = [z.input<Schema>] extends [undefined]
  ? { readonly [K in Key]?: undefined }
  : Partial<z.input<Schema>> extends z.input<Schema>
    ? { readonly [K in Key]?: z.input<Schema> }
    : { readonly [K in Key]: z.input<Schema> };

/** A schema of the contract whose values are `T`, and what it gives; so that callers need no zod of their own. */
export type Schema<T = unknown> = z.ZodType<T>;
export type Output<S extends Schema> = z.output<S>;

/** What an endpoint takes; parts whose fields are all optional may be left out. */
export type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = Part<"params", P> &
  OptionalPart<"query", Q> &
  OptionalPart<"body", B>;

export interface ClientOptions {
  /** Without a trailing slash; "" for the page's own host. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  /** Asked before each call: an API key, the workspace. */
  readonly headers?: () => Readonly<Record<string, string>>;
}

export interface Client {
  /** Calls one endpoint of the contract. Throws ApiError for every answer but a success, and for none at all (`network.unreachable`). */
  call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    endpoint: Endpoint<P, Q, B, R>,
    input: Input<P, Q, B>,
    signal?: AbortSignal,
  ): Promise<z.output<R>>;
}

/** A typed client of the whole HTTP contract, for the browser and for Node. */
export function createClient(options: ClientOptions): Client {
  return {
    async call(endpoint, input, signal) {
      const given = input as { params?: Values; query?: Values; body?: unknown };
      const response = await send(options, `${options.baseUrl}${addressOf(endpoint.path, given.params, given.query)}`, {
        method: endpoint.method,
        headers: {
          accept: "application/json",
          ...(given.body !== undefined && { "content-type": "application/json" }),
          ...options.headers?.(),
        },
        ...(given.body !== undefined && { body: JSON.stringify(given.body) }),
        ...(signal && { signal }),
      });
      const text = await response.text();
      if (!response.ok) throw refusalOf(response.status, text);
      return (response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text) as never;
    },
  };
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

/** Path with its parameters filled in and its query appended; undefined values are left out. */
export function addressOf(path: string, params: Values = {}, query: Values = {}): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_whole, name: string) => {
    if (params[name] === undefined) throw new Error(`${path} needs the parameter ${name}`);
    return encodeURIComponent(String(params[name]));
  });
  const search = new URLSearchParams(Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])));
  return search.size > 0 ? `${filled}?${search.toString()}` : filled;
}

async function send(options: ClientOptions, url: string, init: RequestInit): Promise<Response> {
  try {
    return await options.fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, { code: "network.unreachable", message: "The server did not answer." });
  }
}

/** The error an answer that is not a success carries. */
export function refusalOf(status: number, text: string): ApiError {
  try {
    return new ApiError(status, errorBody.parse(JSON.parse(text)).error);
  } catch {
    return new ApiError(status, {
      code: "answer.unreadable",
      message: `The server answered ${status} with something else than our errors.`,
    });
  }
}
