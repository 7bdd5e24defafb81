/** People, workspaces, rights and keys. */
export { accessControl, includesRole } from "./access.ts";
export { writeAudit } from "./audit.ts";
export { createAuth, type Auth } from "./auth.ts";
export { addAdministrators, ensureFirstRun } from "./first-run.ts";
export { KeyRing } from "./keys.ts";
export { administratorAddresses, memberAddress, namesOfActors, selectKeys, selectMembers as membersOf } from "./queries.ts";
export { teamRoutes } from "./routes.ts";
export { changeWorkspace, createWorkspace, findWorkspace, identityRulesOf, listWorkspaces, type WorkspaceRecord } from "./workspaces.ts";
