import type { CodePlanned, CodeProblem } from "@relance/contract/code";
import { IconAlertOctagon } from "@tabler/icons-react";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Say } from "../../ui/sentence.tsx";
import { Status } from "../../ui/status.tsx";
import { NO_CHOICE, type Chosen, type StepDiff } from "../journeys/publishing/choices.ts";
import "../journeys/journeys.css";
import { kindWords } from "../journeys/kind-words.ts";
import { PeopleChoices } from "../journeys/publishing/people-choices.tsx";
import type { Place } from "./use-files.ts";
import { codeWords } from "./words.ts";

/** What becomes of people inside, by journey. */
export type ChosenByJourney = Readonly<Record<string, Chosen>>;
interface Of {
  readonly chosen: ChosenByJourney;
  readonly choose: (chosen: ChosenByJourney) => void;
}
const CHANGES = ["added", "changed", "removed"] as const;

/** What the files would change, object by object, and whom it touches; what is wrong with them first. */
export function PlanView({
  objects,
  problems,
  lead,
  ...of
}: Of & { readonly objects: readonly CodePlanned[]; readonly problems: readonly CodeProblem[]; readonly lead: (place: Place) => void }) {
  const say = useWords(codeWords);
  const n = (change: CodePlanned["change"]): number => objects.filter((one) => one.change === change).length;
  const parts = CHANGES.filter((change) => n(change) > 0).map((change) => say.parts[change](n(change)));
  return (
    <>
      {problems.length > 0 && <ProblemsView problems={problems} lead={lead} />}
      {problems.length === 0 && parts.length === 0 && <Say small text={say.nothing} />}
      {parts.length > 0 && (
        <>
          <Say small text={say.summary(parts.join(", "))} />
          {n("same") > 0 && <p className="small soft">{say.same(n("same"))}</p>}
        </>
      )}
      {CHANGES.flatMap((change) => objects.filter((one) => one.change === change)).map((one) => (
        <PlannedView key={one.file} {...of} one={one} />
      ))}
    </>
  );
}

function ProblemsView({ problems, lead }: { readonly problems: readonly CodeProblem[]; readonly lead: (place: Place) => void }) {
  const say = useWords(codeWords);
  const { language } = useLanguage();
  return (
    <section className="call code-problems" role="alert">
      <b>{say.problems(problems.length)}</b>
      <ul>
        {problems.slice(0, MOST_PROBLEMS).map((one) => (
          <li key={`${one.file} ${one.line} ${one.field} ${one.code} ${one.message.en}`}>
            <button type="button" onClick={() => lead({ path: one.file, line: one.line ?? 1 })}>
              <IconAlertOctagon size={15} stroke={1.5} aria-hidden />
              <span>
                <span className="mono">
                  {one.file}
                  {one.line !== null && <>, {say.line(one.line)}</>}
                  {one.field !== "" && <> · {one.field}</>}
                </span>
                <br />
                {one.message[language]}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
const MOST_PROBLEMS = 100;

function PlannedView({ one, chosen, choose }: Of & { readonly one: CodePlanned }) {
  const say = useWords(codeWords);
  const { kinds } = useWords(kindWords);
  const { number } = useFormats();
  const nameOf = ({ step, kind, name }: Pick<StepDiff, "step" | "kind" | "name">): string =>
    name || `${kinds[kind as keyof typeof kinds] ?? kind} (${step.replace(/^stp_/, "")})`;
  const drafted = (one.kind === "journey" || one.kind === "template" || one.kind === "form") && one.change !== "removed";
  const here = one.steps.reduce((sum, step) => sum + step.here, 0);
  return (
    <article className="code-object" data-change={one.change} aria-label={one.file}>
      <header className="row wrap">
        <b>{one.kind === "settings" ? say.kinds.settings : one.name}</b>
        <span className="small soft">
          {one.kind === "settings" ? "" : `${say.kinds[one.kind]}, `}
          {say.change[one.change]}
        </span>
        {drafted && <Status kind={one.publishes ? "live" : "draft"} word={one.publishes ? say.publishes : say.draft} />}
        <span className="mono faint code-file">{one.file}</span>
      </header>
      {one.people && one.people.joining + one.people.leaving > 0 && (
        <p className="small">
          <b>
            {one.change === "removed"
              ? say.out(one.people.leaving, number(one.people.leaving))
              : say.people(one.people.joining, number(one.people.joining), number(one.people.leaving))}
          </b>
        </p>
      )}
      {one.change === "removed" && here > 0 && (
        <p className="small">
          <b>{say.waitHere(here, number(here))}</b>
        </p>
      )}
      <Differences one={one} />
      {one.version !== null && (
        <PeopleChoices
          steps={one.steps}
          version={one.version}
          nameOf={nameOf}
          chosen={chosen[one.slug] ?? NO_CHOICE}
          choose={(next) => choose({ ...chosen, [one.slug]: next })}
          places={one.steps
            .filter((step) => step.change !== "removed")
            .map((step) => ({ id: step.step, name: nameOf(step), wait: step.kind === "wait" }))}
        />
      )}
    </article>
  );
}

const FOLDED_FROM = 6;

function Differences({ one: { differences } }: { readonly one: CodePlanned }) {
  const say = useWords(codeWords);
  const { number } = useFormats();
  if (differences.length === 0) return null;
  const rows = (some: CodePlanned["differences"]) => (
    <dl className="code-diffs">
      {some.map(({ path, before, after }) => (
        <div key={path}>
          <dt className="mono">{path}</dt>
          <dd>
            <del aria-label={say.before}>{before ?? say.none}</del> <span aria-hidden>→</span>{" "}
            <ins aria-label={say.after}>{after ?? say.none}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
  if (differences.length <= FOLDED_FROM) return rows(differences);
  return (
    <>
      {rows(differences.slice(0, FOLDED_FROM - 1))}
      <details>
        <summary className="small">{say.more(number(differences.length - FOLDED_FROM + 1))}</summary>
        {rows(differences.slice(FOLDED_FROM - 1))}
      </details>
    </>
  );
}
