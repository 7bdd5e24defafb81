/** A workspace as files, and files as a workspace: export, plan, apply. */
export { codeRoutes } from "./routes.ts";
