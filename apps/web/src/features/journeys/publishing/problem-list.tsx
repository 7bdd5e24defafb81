import type { Journey } from "@relance/contract/journeys";
import { stepOf, type Graph } from "@relance/model/journeys";
import { IconAlertOctagon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useLanguage } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { kindWords } from "../kind-words.ts";
import { useStepWords, type Names } from "../names.ts";
import { publishWords } from "./publish-words.ts";

/** What keeps a journey from being published; each line leads to the step or the start it is about. */
export function ProblemList({
  problems,
  graph,
  names,
  choose,
}: {
  readonly problems: Journey["problems"];
  readonly graph: Graph;
  readonly names: Names;
  readonly choose: (step: string | null) => void;
}) {
  const say = useWords(publishWords);
  const { language } = useLanguage();
  const words = useStepWords(names);
  const { kinds } = useWords(kindWords);
  /** With its kind where that is not its name: steps without a template are all called the same. */
  const nameOf = (id: string | null): ReactNode => {
    const step = id === null ? undefined : stepOf(graph, id);
    if (!step) return <b>{say.whole}</b>;
    const { name } = words(step);
    return (
      <>
        <b>{name}</b>
        {name !== kinds[step.kind] && <span className="faint"> ({kinds[step.kind]})</span>}
      </>
    );
  };
  return (
    <ul className="problem-list">
      {problems.map((one, at) => (
        <li key={at}>
          <button type="button" onClick={() => choose(one.step)}>
            <IconAlertOctagon size={16} stroke={1.5} color="var(--r-garance)" aria-hidden />
            <span>
              {nameOf(one.step)}
              <br />
              <span className="soft">{one.message[language]}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
