import { getJourney } from "@relance/contract/journeys";
import type { Step } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useNames, useStepWords } from "../journeys/names.ts";

/** What a step is called in its journey: its name, or what it does; its id once no version in sight knows it. */
export function useStepName(journey: string | null, step: string): string {
  const found = useStep(journey, step);
  const words = useStepWords(useNames(found ? [found] : []));
  return found ? words(found).name : step;
}

/** A step of a journey as it is live, or as drafted once it is live no more. */
export function useStep(journey: string | null, step: string): Step | undefined {
  const { data } = useQuery({ ...ask(getJourney, { params: { id: journey ?? "" } }), enabled: journey !== null });
  return [...(data?.live?.steps ?? []), ...(data?.draft.steps ?? [])].find((one) => one.id === step);
}
