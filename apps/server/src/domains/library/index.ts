/** Ready-made journeys: their content in both languages, and how one becomes a draft of a workspace. */
export { libraryRoutes } from "./routes.ts";
export { demands } from "./demands.ts";
