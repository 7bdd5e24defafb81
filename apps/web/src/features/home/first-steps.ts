import type { ProviderRow } from "@relance/contract/delivery";
import type { ImportView } from "@relance/contract/imports";
import type { JourneySummary } from "@relance/contract/journeys";
import type { WorkspaceSettings } from "@relance/contract/team";

export const FIRST_STEPS = ["source", "contacts", "segment", "template", "journey", "sender", "door"] as const;
export type FirstStepKey = (typeof FIRST_STEPS)[number];

export interface FirstStep {
  readonly key: FirstStepKey;
  readonly done: boolean;
  /** Begun: a key that nothing used yet, a file under way, a journey that is not published. */
  readonly half: boolean;
}

/** What the workspace really holds; nothing is remembered of what was clicked. */
export interface Held {
  readonly contacts: number;
  readonly keys: readonly { readonly kind: "api" | "write"; readonly revokedAt: string | null }[];
  readonly imports: readonly Pick<ImportView, "state">[];
  readonly segments: number;
  readonly templates: number;
  readonly journeys: readonly Pick<JourneySummary, "state">[];
  readonly sender: WorkspaceSettings["sender"];
  readonly providers: readonly Pick<ProviderRow, "active" | "kind" | "channel">[];
}

/** The first real steps of a workspace, in order, each settled by its data alone: undone again when what made it true is removed. */
export function firstSteps(held: Held): FirstStep[] {
  const connected = held.keys.some((one) => one.kind === "write" && one.revokedAt === null);
  const imported = held.imports.some((one) => one.state === "done");
  const published = held.journeys.some((one) => one.state === "live" || one.state === "paused");
  const step = (key: FirstStepKey, done: boolean, half = false): FirstStep => ({ key, done, half: half && !done });
  return [
    // Contacts without a key of ours in sight came by one all the same: only administrators see keys.
    step("source", imported || held.contacts > 0, connected || held.imports.length > 0),
    step("contacts", held.contacts > 0),
    step("segment", held.segments > 0),
    step("template", held.templates > 0),
    step("journey", published, held.journeys.length > 0),
    step(
      "sender",
      held.sender.email !== "" && held.sender.postalAddress !== "",
      held.sender.email !== "" || held.sender.postalAddress !== "",
    ),
    step(
      "door",
      held.providers.some((one) => one.active && one.channel === "email" && one.kind !== "outbox"),
      held.providers.some((one) => !one.active && one.kind !== "outbox"),
    ),
  ];
}
