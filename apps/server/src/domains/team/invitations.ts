import { createHash } from "node:crypto";
import type { Role } from "@relance/contract";
import { DAY, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import type { Auth } from "./auth.ts";
import { invitationUsed, signInRefused } from "./errors.ts";
import { closeSetupLinks, findOpenInvitation, insertInvitation, selectWorkspaces, upsertMember, useInvitation } from "./queries.ts";
import { welcomeFirst } from "./workspaces.ts";

/** Makes a one-time link for seven days. `workspace` null: for the first administrator, who gets every workspace. */
export async function makeInvitation(
  db: Db,
  deps: Deps,
  input: { workspace: Id | null; role: Role; by: string | null; now: Instant },
): Promise<{ url: string; expires: Instant }> {
  const token = Buffer.from(deps.ports.chance.bytes(32)).toString("base64url");
  const expires = input.now + 7 * DAY;
  await insertInvitation(db, {
    tokenHash: hashToken(token),
    workspace: input.workspace,
    role: input.role,
    by: input.by,
    now: input.now,
    expires,
  });
  return { url: `${deps.config.publicUrl}/setup?token=${token}`, expires };
}

/** Uses a link: makes the account, or takes the existing one when the password is its own. Of two calls at once, one wins. */
export async function acceptInvitation(
  deps: Deps,
  auth: Auth,
  input: { token: string; name: string; email: string; password: string; locale: "fr" | "en"; timeZone?: string | undefined },
): Promise<void> {
  const { sql, clock } = deps.ports;
  const tokenHash = hashToken(input.token);
  if (!(await findOpenInvitation(sql, { tokenHash, now: clock.now() }))) throw invitationUsed({}, { field: "token" });
  const userId = await accountFor(auth, input);
  await sql.transaction(async (tx) => {
    const now = clock.now();
    const invitation = await useInvitation(tx, { tokenHash, by: userId, now });
    if (!invitation) throw invitationUsed({}, { field: "token" });
    const workspaces = invitation.workspace_id ? [invitation.workspace_id] : (await selectWorkspaces(tx)).map((row) => row.id);
    for (const workspace of workspaces) await upsertMember(tx, { workspace, userId, role: invitation.role, by: null, now });
    if (invitation.workspace_id !== null) return;
    await closeSetupLinks(tx, { now });
    await welcomeFirst(tx, input);
  });
}

async function accountFor(auth: Auth, input: { name: string; email: string; password: string; locale: string }): Promise<string> {
  try {
    return (await auth.createUser(input)).userId;
  } catch (error) {
    // The address has an account already: it is theirs only if they know its password.
    const userId = await auth.verify(input);
    if (userId === null) throw signInRefused({}, { field: "password", cause: error });
    return userId;
  }
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
