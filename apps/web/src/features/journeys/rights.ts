import type { Journey } from "@relance/contract/journeys";
import { useSession } from "../../app/session.tsx";

/** What the reader may do to a journey: the server refuses the rest, the page does not offer it. */
export interface Rights {
  /** Anything that writes: duplicating even what is archived. */
  readonly write: boolean;
  /** Draw, pause. */
  readonly edit: boolean;
  /** Publish, resume, archive. */
  readonly decide: boolean;
}

export function useRights(journey: Journey): Rights {
  const role = useSession().workspace?.role ?? "viewer";
  const write = role !== "viewer";
  const open = journey.state !== "archived";
  return { write, edit: write && open, decide: open && (role === "approver" || role === "admin") };
}
