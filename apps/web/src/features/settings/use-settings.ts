import { changeWorkspace, type Workspace } from "@relance/contract/team";
import { useState } from "react";
import { useChange } from "../../api/client.ts";

export type Settings = Workspace["settings"];

/** A part of the workspace's settings being edited, and how to save it. */
export function useSettings(workspace: Workspace) {
  const [settings, setSettings] = useState(workspace.settings);
  const change = useChange(changeWorkspace);
  return {
    settings,
    change,
    may: workspace.role === "admin",
    set: (part: Partial<Settings>): void => setSettings({ ...settings, ...part }),
    save: (): void => change.mutate({ body: { settings } }),
  };
}
