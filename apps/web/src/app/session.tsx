import { getMe, type Me, type Workspace } from "@relance/contract/team";
import { useSuspenseQuery } from "@tanstack/react-query";
import { api } from "../api/client.ts";
import { chosenWorkspace } from "../api/workspace.ts";

/** Who is signed in; asked once, before any page inside is shown. */
export const meQuery = { queryKey: ["me"], queryFn: () => api.call(getMe, {}), staleTime: 60_000 } as const;

export interface Session {
  readonly me: Me;
  /** The workspace shown; null when one belongs to none. */
  readonly workspace: Workspace | null;
}

export function useSession(): Session {
  const { data: me } = useSuspenseQuery(meQuery);
  return { me, workspace: workspaceOf(me) };
}

function workspaceOf(me: Me): Workspace | null {
  return me.workspaces.find((one) => one.id === chosenWorkspace()) ?? me.workspaces[0] ?? null;
}
