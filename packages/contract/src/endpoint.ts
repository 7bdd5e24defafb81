import type { z } from "zod";

/** What a person may do in a workspace, weakest first. Each role may do all that the ones before it may. */
export const ROLES = ["viewer", "editor", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** What an API key may do. A key holds the scopes it was given and nothing else. */
export const SCOPES = [
  "contacts:read",
  "contacts:write",
  "segments:read",
  "segments:write",
  "journeys:read",
  "journeys:write",
  "content:read",
  "content:write",
  "delivery:read",
  "delivery:write",
  "reports:read",
  "imports:read",
  "imports:write",
  "settings:read",
  "settings:write",
  "team:read",
  "team:write",
  "code:read",
  "code:write",
] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * Who may call an endpoint; declared on each one, denied when absent.
 * `public`: anyone, the handler checks a signed token if it needs one. `signedIn`: any person with a session, no workspace needed.
 * Otherwise: a member of the workspace with at least `role`, or an API key holding `scope`.
 */
export type Access = "public" | "signedIn" | { readonly role: Role; readonly scope: Scope };

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One line of the HTTP contract: shared by the server (validation, OpenAPI) and the web app and CLI (types). */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** Fastify form, e.g. `/api/segments/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  /** Most bytes a body may have; a million unless said. */
  readonly mostBytes?: number;
  /** Status of success; 200 unless said. */
  readonly status?: 200 | 201 | 202 | 204;
}

/** Declares an endpoint with its schemas' types kept. */
export function endpoint<
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Response extends z.ZodType = z.ZodType,
>(declared: Endpoint<Params, Query, Body, Response>): Endpoint<Params, Query, Body, Response> {
  return declared;
}
