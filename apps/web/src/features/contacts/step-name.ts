import { getJourney } from "@relance/contract/journeys";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";

/** What a step is called in its journey; its id while that is not known. */
export function useStepName(journey: string | null, step: string): string {
  const { data } = useQuery({ ...ask(getJourney, { params: { id: journey ?? "" } }), enabled: journey !== null });
  const named = [...(data?.live?.steps ?? []), ...(data?.draft.steps ?? [])].find((one) => one.id === step && one.name !== "");
  return named?.name ?? step;
}
