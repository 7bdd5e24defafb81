import { SCOPES } from "@relance/contract";
import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Auth } from "./auth.ts";
import { makeInvitation } from "./invitations.ts";
import { addKey } from "./keys.ts";
import { closeSetupLinks, countUsers, selectMembers, selectWorkspaces, upsertMember } from "./queries.ts";
import { createFirstWorkspace } from "./workspaces.ts";

/**
 * Makes what a first start needs: an empty workspace, the first administrator or a one-time link to become it, and the keys of the
 * settings. Safe to repeat: later starts find everything there.
 * @returns the link to print, while nobody administers the installation
 */
export async function ensureFirstRun(deps: Deps, auth: Auth): Promise<{ workspace: Id; setupUrl: string | null }> {
  const { sql, clock, chance } = deps.ports;
  const { config } = deps;
  const workspace = await sql.transaction(async (tx) => {
    const known = (await selectWorkspaces(tx)).find((row) => row.kind === "regular");
    if (known) return known.id;
    const made = await createFirstWorkspace(tx, { chance, now: clock.now() });
    return made.id;
  });
  for (const [kind, key] of [
    ["api", config.apiKey],
    ["write", config.writeKey],
  ] as const) {
    if (key === null) continue;
    const now = clock.now();
    await addKey(sql, {
      id: chance.id(now),
      workspace,
      kind,
      name: kind === "api" ? "RELANCE_API_KEY" : "RELANCE_WRITE_KEY",
      key,
      scopes: kind === "api" ? SCOPES : [],
      by: null,
      now,
    });
  }
  if ((await countUsers(sql)) > 0) return { workspace, setupUrl: null };
  if (config.adminEmail && config.adminPassword) {
    const { userId } = await auth.createUser({
      email: config.adminEmail.toLowerCase(),
      name: nameOf(config.adminEmail),
      password: config.adminPassword,
      locale: "fr",
    });
    await sql.transaction(async (tx) => {
      for (const row of await selectWorkspaces(tx))
        await upsertMember(tx, { workspace: row.id, userId, role: "admin", by: null, now: clock.now() });
    });
    return { workspace, setupUrl: null };
  }
  const now = clock.now();
  await closeSetupLinks(sql, { now });
  return { workspace, setupUrl: (await makeInvitation(sql, deps, { workspace: null, role: "admin", by: null, now })).url };
}

/** How to call someone of whom only the address is known: `camille.durand@…` is Camille Durand, until they say otherwise on their profile. */
function nameOf(address: string): string {
  const local = address.split("@")[0]!;
  const words = local
    .replace(/\+.*/, "")
    .split(/[._-]+/)
    .map((word) => word.replace(/\d+$/, ""))
    .filter((word) => /\p{L}/u.test(word));
  return words.map((word) => word[0]!.toLocaleUpperCase("fr") + word.slice(1)).join(" ") || local;
}

/** Makes every administrator of the installation a member of a workspace made after them (the demo shop). */
export async function addAdministrators(deps: Deps, input: { from: Id; to: Id }): Promise<void> {
  await deps.ports.sql.transaction(async (tx) => {
    for (const member of await selectMembers(tx, { workspace: input.from })) {
      if (member.role === "admin")
        await upsertMember(tx, { workspace: input.to, userId: member.user_id, role: "admin", by: null, now: deps.ports.clock.now() });
    }
  });
}
