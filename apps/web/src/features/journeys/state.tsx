import type { JourneySummary } from "@relance/contract/journeys";
import { useWords } from "../../i18n/words.ts";
import { Status } from "../../ui/status.tsx";
import { journeyWords } from "./words.ts";

const KINDS = { draft: "draft", live: "live", paused: "paused", archived: "done" } as const;

export function JourneyState({ state }: { readonly state: JourneySummary["state"] }) {
  return <Status kind={KINDS[state]} word={useWords(journeyWords).states[state]} />;
}
