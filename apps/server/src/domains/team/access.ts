import { ROLES, type Access, type Role } from "@relance/contract";
import type { FastifyRequest } from "fastify";
import { coded } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { Deps } from "../../deps.ts";
import type { Auth } from "./auth.ts";
import type { KeyRing } from "./keys.ts";
import { selectMember, selectMemberships } from "./queries.ts";

const notSignedIn = coded("access.not_signed_in", 401, () => "Sign in, or send an API key as Authorization: Bearer rlk_….");
const notAllowed = coded("access.not_allowed", 403, (input: { needs: string }) => `This needs ${input.needs}.`);
const noWorkspace = coded("access.no_workspace", 404, () => "No such workspace for this account.");
const foreignOrigin = coded("access.foreign_origin", 403, () => "The request comes from another site.");

/** Settles who calls before any handler runs, and refuses what is not declared. Never throws for a public endpoint. */
export function accessControl(deps: Deps, auth: Auth, keys: KeyRing) {
  return async (request: FastifyRequest, access: Access): Promise<void> => {
    if (access === "public") {
      refuseForeignOrigin(request, deps);
      return;
    }
    const presented = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (presented !== undefined) {
      request.actor = await keyActor(keys, presented, access);
      return;
    }
    refuseForeignOrigin(request, deps);
    const session = await auth.session(headersOf(request));
    if (!session) throw notSignedIn({});
    request.actor = await userActor(deps, request, session.userId, access);
  };
}

async function keyActor(keys: KeyRing, presented: string, access: Exclude<Access, "public">): Promise<Actor> {
  const key = await keys.find(presented);
  if (!key || key.kind !== "api") throw notSignedIn({});
  if (access === "signedIn") throw notAllowed({ needs: "a person signed in, not a key" });
  if (!key.scopes.includes(access.scope)) throw notAllowed({ needs: `the scope ${access.scope}` });
  // What a key may do is its scopes; the role only fills the actor's shape.
  return { kind: "key", id: key.id, name: key.name, workspace: key.workspace, role: "viewer", scopes: key.scopes };
}

async function userActor(deps: Deps, request: FastifyRequest, userId: string, access: Exclude<Access, "public">): Promise<Actor> {
  const wanted = request.headers["relance-workspace"];
  if (access === "signedIn") return { kind: "user", id: userId, name: "", workspace: "", role: "viewer", scopes: [] };
  const workspace = typeof wanted === "string" ? wanted : (await selectMemberships(deps.ports.sql, { userId }))[0]?.id;
  const member = workspace && /^[0-9a-f-]{36}$/.test(workspace) ? await selectMember(deps.ports.sql, { workspace, userId }) : undefined;
  if (!workspace || !member) throw noWorkspace({});
  if (!includesRole(member.role, access.role)) throw notAllowed({ needs: `the role ${access.role}` });
  return { kind: "user", id: userId, name: member.name, workspace, role: member.role, scopes: [] };
}

/** Whether `held` may do what `needed` may. */
export function includesRole(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(needed);
}

// A browser sends Origin (or Sec-Fetch-Site) with every unsafe request; another site's is refused even before the cookie is read.
function refuseForeignOrigin(request: FastifyRequest, deps: Deps): void {
  if (["GET", "HEAD", "OPTIONS"].includes(request.method)) return;
  const origin = request.headers.origin;
  const site = request.headers["sec-fetch-site"];
  const own = new URL(deps.config.publicUrl).origin;
  const foreign =
    origin !== undefined ? origin !== own && !isSameLoopback(origin, own) : site !== undefined && site !== "same-origin" && site !== "none";
  if (foreign) throw foreignOrigin({});
}

// On one's own machine people type localhost or 127.0.0.1; both are this server when the port agrees.
function isSameLoopback(origin: string, own: string): boolean {
  const names = ["localhost", "127.0.0.1", "[::1]"];
  if (!URL.canParse(origin)) return false;
  const [a, b] = [new URL(origin), new URL(own)];
  return names.includes(a.hostname) && names.includes(b.hostname) && a.port === b.port;
}

export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const name of ["cookie", "user-agent"] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  headers.set("x-forwarded-for", request.ip);
  return headers;
}
