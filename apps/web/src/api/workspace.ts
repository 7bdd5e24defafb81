const KEPT = "relance.workspace";

/** The workspace this browser works in; null: the server's first. */
export const chosenWorkspace = (): string | null => localStorage.getItem(KEPT);

export function chooseWorkspace(id: string | null): void {
  if (id === null) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, id);
}
