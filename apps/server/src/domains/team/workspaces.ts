import { workspaceSettings, type Workspace, type WorkspaceSettings } from "@relance/contract/team";
import type { Role } from "@relance/contract";
import { toIso, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { absent } from "../../platform/errors.ts";
import type { Chance } from "../../platform/ports.ts";
import { insertWorkspace, selectWorkspace, selectWorkspaces, type WorkspaceRow } from "./queries.ts";

/** A workspace as the rest of the server knows it, its settings complete. */
export interface WorkspaceRecord extends Omit<WorkspaceRow, "settings"> {
  readonly settings: WorkspaceSettings;
}

export async function createWorkspace(tx: Tx, input: { chance: Chance; now: Instant; name: string; kind: "regular" | "demo"; locale: "fr" | "en"; timeZone: string; currency: string; settings?: Partial<WorkspaceSettings> }): Promise<WorkspaceRecord> {
  const settings = workspaceSettings.parse(input.settings ?? {});
  return complete(await insertWorkspace(tx, { ...input, id: input.chance.id(input.now), settings }));
}

/** @throws absent when there is no such workspace */
export async function findWorkspace(db: Db, input: { id: Id }): Promise<WorkspaceRecord> {
  const row = await selectWorkspace(db, input);
  if (!row) throw absent({ what: "workspace" });
  return complete(row);
}

export async function listWorkspaces(db: Db): Promise<WorkspaceRecord[]> {
  return (await selectWorkspaces(db)).map(complete);
}

export function complete(row: WorkspaceRow): WorkspaceRecord {
  return { ...row, settings: workspaceSettings.parse(row.settings) };
}

export function viewOfWorkspace(row: WorkspaceRow, role: Role): Workspace {
  const { id, name, kind, locale, time_zone: timeZone, currency, settings, created_at: at } = complete(row);
  return { id, name, kind, locale, timeZone, currency, settings, createdAt: toIso(at), role };
}
