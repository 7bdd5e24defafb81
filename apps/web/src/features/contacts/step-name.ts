import { getJourney } from "@relance/contract/journeys";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useNames, useStepWords } from "../journeys/names.ts";

/** What a step is called in its journey: its name, or what it does; its id once no version in sight knows it. */
export function useStepName(journey: string | null, step: string): string {
  const { data } = useQuery({ ...ask(getJourney, { params: { id: journey ?? "" } }), enabled: journey !== null });
  const words = useStepWords(useNames());
  const found = [...(data?.live?.steps ?? []), ...(data?.draft.steps ?? [])].find((one) => one.id === step);
  return found ? words(found).name : step;
}
