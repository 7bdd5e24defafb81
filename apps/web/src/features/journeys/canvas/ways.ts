import type { Step } from "@relance/model/journeys";
import { useWords } from "../../../i18n/words.ts";
import { kindWords } from "../kind-words.ts";
import { journeyWords } from "../words.ts";

/** What a way out of a step is called; a path by its own name. */
export function useExitWord(): (step: Step, exit: string) => string {
  const say = useWords(journeyWords);
  const words = useWords(kindWords);
  return (step, exit) => {
    const path =
      step.kind === "branch"
        ? step.paths.find((one) => one.exit === exit)
        : step.kind === "split"
          ? step.arms.find((one) => one.exit === exit)
          : undefined;
    return path?.name || ((words.exits as Readonly<Record<string, string>>)[exit] ?? say.wayNumber(exit.slice(1)));
  };
}
