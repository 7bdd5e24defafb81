import { identityRules, workspaceSettings, type IdentityRules, type Workspace, type WorkspaceSettings } from "@relance/contract/team";
import type { Role } from "@relance/contract";
import { toIso, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { absent } from "../../platform/errors.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { Chance } from "../../platform/ports.ts";
import { writeAudit } from "./audit.ts";
import { insertWorkspace, selectSetting, selectWorkspace, selectWorkspaces, updateWorkspace, type WorkspaceRow } from "./queries.ts";

/** A workspace as the rest of the server knows it, its settings complete. */
export interface WorkspaceRecord extends Omit<WorkspaceRow, "settings"> {
  readonly settings: WorkspaceSettings;
}

/** How the workspace of the first start is called until its administrator names it. */
const FIRST = { fr: "Ma boutique", en: "My shop" };

/** The empty workspace of the first start: French until the first administrator says otherwise by the language they sign up in. */
export async function createFirstWorkspace(tx: Tx, input: { chance: Chance; now: Instant }): Promise<WorkspaceRecord> {
  return createWorkspace(tx, { ...input, name: FIRST.fr, kind: "regular", locale: "fr", timeZone: "Europe/Paris", currency: "EUR" });
}

/** Gives the workspace of the first start the language and the time zone of its first administrator, unless it was named already. */
export async function welcomeFirst(tx: Tx, input: { locale: "fr" | "en"; timeZone?: string | undefined }): Promise<void> {
  const first = (await selectWorkspaces(tx)).find((row) => row.kind === "regular");
  if (first?.name === FIRST.fr)
    await updateWorkspace(tx, { id: first.id, name: FIRST[input.locale], locale: input.locale, timeZone: input.timeZone });
}

export async function createWorkspace(
  tx: Tx,
  input: {
    chance: Chance;
    now: Instant;
    name: string;
    kind: "regular" | "demo";
    locale: "fr" | "en";
    timeZone: string;
    currency: string;
    settings?: Partial<WorkspaceSettings>;
  },
): Promise<WorkspaceRecord> {
  const settings = workspaceSettings.parse(input.settings ?? {});
  return complete(await insertWorkspace(tx, { ...input, id: input.chance.id(input.now), settings }));
}

/** Changes what is given of a workspace's own row. */
export async function changeWorkspace(
  deps: Deps,
  input: { actor: Actor; change: Omit<Parameters<typeof updateWorkspace>[1], "id"> },
): Promise<WorkspaceRow> {
  const { sql, clock, chance } = deps.ports;
  const { actor, change } = input;
  return sql.transaction(async (tx) => {
    const row = await updateWorkspace(tx, { id: actor.workspace, ...change });
    await writeAudit(tx, {
      chance,
      now: clock.now(),
      actor,
      action: "workspace.changed",
      object: { kind: "workspace", id: actor.workspace },
      detail: { fields: Object.keys(change) },
    });
    return row;
  });
}

/** @throws absent when there is no such workspace */
export async function findWorkspace(db: Db, input: { id: Id }): Promise<WorkspaceRecord> {
  const row = await selectWorkspace(db, input);
  if (!row) throw absent({ what: "workspace" });
  return complete(row);
}

/** How a workspace tells contacts apart. */
export async function identityRulesOf(db: Db, input: { workspace: Id }): Promise<IdentityRules> {
  return identityRules.parse((await selectSetting(db, { id: input.workspace, name: "identity" })) ?? {});
}

export async function listWorkspaces(db: Db): Promise<WorkspaceRecord[]> {
  return (await selectWorkspaces(db)).map(complete);
}

function complete(row: WorkspaceRow): WorkspaceRecord {
  return { ...row, settings: workspaceSettings.parse(row.settings) };
}

export function viewOfWorkspace(row: WorkspaceRow, role: Role): Workspace {
  const { id, name, kind, locale, time_zone: timeZone, currency, settings, created_at: at } = complete(row);
  return { id, name, kind, locale, timeZone, currency, settings, createdAt: toIso(at), role };
}
