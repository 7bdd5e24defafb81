import * as contract from "@relance/contract/team";
import { toIso } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { absent } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";
import { headersOf, includesRole } from "./access.ts";
import { writeAudit } from "./audit.ts";
import type { Auth } from "./auth.ts";
import { beyondOwnRights, lastAdmin, passwordWrong, signInRefused } from "./errors.ts";
import { acceptInvitation, makeInvitation } from "./invitations.ts";
import { addKey, makeKey, type KeyRing } from "./keys.ts";
import * as queries from "./queries.ts";
import { changeWorkspace, createWorkspace, viewOfWorkspace } from "./workspaces.ts";

const done = { ok: true } as const;

/** Signing in, one's own account, the workspace, its members, keys and audit log. */
export function teamRoutes(app: FastifyInstance, deps: Deps, auth: Auth, keys: KeyRing): void {
  sessionRoutes(app, deps, auth);
  workspaceRoutes(app, deps);
  memberRoutes(app, deps, auth);
  keyRoutes(app, deps, keys);
}

function sessionRoutes(app: FastifyInstance, deps: Deps, auth: Auth): void {
  const { sql, clock } = deps.ports;
  const meOf = async (userId: string) => {
    const user = await queries.selectUser(sql, { userId });
    if (!user) throw absent({ what: "account" });
    const rows = await queries.selectMemberships(sql, { userId });
    return { ...user, workspaces: rows.map((row) => viewOfWorkspace(row, row.role)) };
  };
  route(app, contract.signIn, async ({ body, request, reply }) => {
    const cookies = await auth.signIn({ ...body, headers: headersOf(request) });
    if (!cookies) throw signInRefused({}, { field: "password" });
    reply.header("set-cookie", cookies);
    return done;
  });
  route(app, contract.signOut, async ({ request, reply }) => {
    reply.header("set-cookie", await auth.signOut(headersOf(request)));
    return done;
  });
  route(app, contract.acceptInvitation, async ({ body, request, reply }) => {
    await acceptInvitation(deps, auth, body);
    reply.header("set-cookie", (await auth.signIn({ email: body.email, password: body.password, headers: headersOf(request) })) ?? []);
    return done;
  });
  route(app, contract.getMe, ({ actor }) => meOf(actor.id));
  route(app, contract.changeMe, async ({ actor, body }) => {
    await queries.updateUser(sql, { userId: actor.id, ...body, now: clock.now() });
    return meOf(actor.id);
  });
  route(app, contract.changePassword, async ({ actor, body, request, reply }) => {
    const user = await queries.selectUser(sql, { userId: actor.id });
    if (!user || (await auth.verify({ email: user.email, password: body.current })) === null) throw passwordWrong({}, { field: "current" });
    await auth.setPassword({ userId: actor.id, password: body.next });
    reply.header("set-cookie", (await auth.signIn({ email: user.email, password: body.next, headers: headersOf(request) })) ?? []);
    return done;
  });
}

function workspaceRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql, clock, chance } = deps.ports;
  route(app, contract.createWorkspace, ({ actor, body }) =>
    sql.transaction(async (tx) => {
      const now = clock.now();
      const made = await createWorkspace(tx, { chance, now, kind: "regular", ...body });
      await queries.upsertMember(tx, { workspace: made.id, userId: actor.id, role: "admin", by: actor.id, now });
      await writeAudit(tx, {
        chance,
        now,
        actor: { ...actor, workspace: made.id },
        action: "workspace.created",
        object: { kind: "workspace", id: made.id },
      });
      return viewOfWorkspace(made, "admin");
    }),
  );
  route(app, contract.getWorkspace, async ({ actor }) => {
    const row = await queries.selectWorkspace(sql, { id: actor.workspace });
    if (!row) throw absent({ what: "workspace" });
    return viewOfWorkspace(row, actor.role);
  });
  route(app, contract.changeWorkspace, async ({ actor, body }) =>
    viewOfWorkspace(await changeWorkspace(deps, { actor, change: body }), actor.role),
  );
  route(app, contract.listAudit, async ({ actor, query }) => {
    const rows = await queries.selectAudit(sql, {
      workspace: actor.workspace,
      before: query.after && /^[0-9a-f-]{36}$/.test(query.after) ? query.after : null,
      limit: query.limit + 1,
    });
    const items = rows.slice(0, query.limit).map((row) => ({
      id: row.id,
      at: toIso(row.at),
      actorKind: row.actor_kind,
      actorName: row.actor_name ?? row.actor_id,
      action: row.action,
      objectKind: row.object_kind,
      objectId: row.object_id,
      detail: row.detail,
    }));
    return { items, next: rows.length > query.limit ? items.at(-1)!.id : null };
  });
}

function memberRoutes(app: FastifyInstance, deps: Deps, auth: Auth): void {
  const { sql, clock, chance } = deps.ports;
  const view = (row: queries.MemberRow) => ({
    userId: row.user_id,
    name: row.name,
    email: row.email,
    role: row.role,
    addedAt: toIso(row.added_at),
  });
  route(app, contract.listMembers, async ({ actor }) => ({
    items: (await queries.selectMembers(sql, { workspace: actor.workspace })).map(view),
  }));
  route(app, contract.inviteMember, ({ actor, body }) =>
    sql.transaction(async (tx) => {
      if (actor.kind === "user" && !includesRole(actor.role, body.role)) throw beyondOwnRights({}, { field: "role" });
      const now = clock.now();
      const { url, expires } = await makeInvitation(tx, deps, { workspace: actor.workspace, role: body.role, by: actor.id, now });
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: "member.invited",
        object: { kind: "workspace", id: actor.workspace },
        detail: { role: body.role },
      });
      return { url, expiresAt: toIso(expires) };
    }),
  );
  route(app, contract.changeMember, ({ actor, params, body }) =>
    sql.transaction(async (tx) => {
      const now = clock.now();
      const admins = await queries.lockAdmins(tx, { workspace: actor.workspace });
      const before = await queries.selectMember(tx, { workspace: actor.workspace, userId: params.userId });
      if (!before) throw absent({ what: "member" });
      if (body.role !== "admin" && admins.length === 1 && admins[0] === params.userId) throw lastAdmin({}, { field: "role" });
      await queries.upsertMember(tx, { workspace: actor.workspace, ...params, role: body.role, by: actor.id, now });
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: "member.role_changed",
        object: { kind: "user", id: params.userId },
        detail: { from: before.role, to: body.role },
      });
      return view((await queries.selectMembers(tx, { workspace: actor.workspace })).find((row) => row.user_id === params.userId)!);
    }),
  );
  route(app, contract.removeMember, async ({ actor, params }) => {
    await sql.transaction(async (tx) => {
      const admins = await queries.lockAdmins(tx, { workspace: actor.workspace });
      if (!(await queries.selectMember(tx, { workspace: actor.workspace, userId: params.userId }))) throw absent({ what: "member" });
      if (admins.length === 1 && admins[0] === params.userId) throw lastAdmin({});
      await queries.deleteMember(tx, { workspace: actor.workspace, ...params });
      await writeAudit(tx, { chance, now: clock.now(), actor, action: "member.removed", object: { kind: "user", id: params.userId } });
    });
    await auth.endSessions(params.userId);
    return done;
  });
}

function keyRoutes(app: FastifyInstance, deps: Deps, keys: KeyRing): void {
  const { sql, clock, chance } = deps.ports;
  const view = (row: queries.KeyRow) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: toIso(row.created_at),
    revokedAt: row.revoked_at === null ? null : toIso(row.revoked_at),
  });
  route(app, contract.listKeys, async ({ actor }) => ({
    items: (await queries.selectKeys(sql, { workspace: actor.workspace })).map(view),
  }));
  route(app, contract.createKey, ({ actor, body }) =>
    sql.transaction(async (tx) => {
      const now = clock.now();
      const scopes = body.kind === "write" ? [] : [...new Set(body.scopes)];
      if (actor.kind === "key" && scopes.some((scope) => !actor.scopes.includes(scope))) throw beyondOwnRights({}, { field: "scopes" });
      const key = makeKey(body.kind, chance.bytes(32));
      const row = await addKey(tx, {
        id: chance.id(now),
        workspace: actor.workspace,
        kind: body.kind,
        name: body.name,
        key,
        scopes,
        by: actor.id,
        now,
      });
      await writeAudit(tx, {
        chance,
        now,
        actor,
        action: "key.created",
        object: { kind: "key", id: row!.id },
        detail: { kind: body.kind, scopes },
      });
      return { ...view(row!), key };
    }),
  );
  route(app, contract.revokeKey, async ({ actor, params }) => {
    await sql.transaction(async (tx) => {
      const now = clock.now();
      if (!(await queries.revokeKey(tx, { workspace: actor.workspace, id: params.id, by: actor.id, now }))) throw absent({ what: "key" });
      await writeAudit(tx, { chance, now, actor, action: "key.revoked", object: { kind: "key", id: params.id } });
    });
    keys.forget();
    return done;
  });
}
