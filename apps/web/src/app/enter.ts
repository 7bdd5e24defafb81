import { useNavigate } from "@tanstack/react-router";
import { chooseWorkspace } from "../api/workspace.ts";
import { queries } from "./queries.ts";

/** Goes to the home page of a workspace (null: the server's first), forgetting everything read of the one before. */
export function useEnter(): (id: string | null) => Promise<void> {
  const navigate = useNavigate();
  return async (id) => {
    chooseWorkspace(id);
    await navigate({ to: "/home" });
    await queries.resetQueries();
  };
}
