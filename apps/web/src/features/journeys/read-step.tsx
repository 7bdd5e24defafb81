import { kindOf, stepOf, type Graph, type Step } from "@relance/model/journeys";
import { describeText } from "@relance/model/rules";
import { Link } from "@tanstack/react-router";
import { useSession } from "../../app/session.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useStepWords, type Names } from "./names.ts";
import { panelWords } from "./panels/panel-words.ts";
import { useExitWord } from "./canvas/ways.ts";

/** What a step does and where it leads, to be read. */
export function ReadStep({ graph, step, names }: { readonly graph: Graph; readonly step: Step; readonly names: Names }) {
  const say = useWords(panelWords);
  const { language } = useLanguage();
  const { workspace } = useSession();
  const words = useStepWords(names);
  const exitWord = useExitWord();
  const nameOf = (id: string | null | undefined): string => {
    const to = id ? stepOf(graph, id) : undefined;
    return to ? words(to).name : say.toEnd;
  };
  const { line } = words(step);
  return (
    <>
      {line !== "" && <p>{line}</p>}
      {step.kind === "email" && step.template !== null && (
        <Link to="/templates/$template" params={{ template: step.template }}>
          {say.openTemplate}
        </Link>
      )}
      {step.kind === "branch" &&
        step.paths.map((path) => (
          <p key={path.exit} className="small">
            <b>{path.name || exitWord(step, path.exit)}</b>
            <br />
            <span className="soft">{describeText(path.rule, language, { ...names, currency: workspace?.currency ?? "EUR" })}</span>
          </p>
        ))}
      {kindOf(step).exits(step).length > 0 && (
        <dl className="facts">
          {kindOf(step)
            .exits(step)
            .map((exit) => [<dt key={`${exit} t`}>{exitWord(step, exit)}</dt>, <dd key={`${exit} d`}>{nameOf(step.exits[exit])}</dd>])}
        </dl>
      )}
    </>
  );
}
