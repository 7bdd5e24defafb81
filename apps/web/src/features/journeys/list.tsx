import type { JourneySummary } from "@relance/contract/journeys";
import type { JudgedJourney } from "@relance/contract/readiness";
import { Link } from "@tanstack/react-router";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useVerdicts, Verdict } from "../readiness/verdict.tsx";
import { JourneyState } from "./state.tsx";
import { journeyWords } from "./words.ts";

/** Journeys with their live numbers. */
export function JourneyTable({
  journeys,
  described = false,
}: {
  readonly journeys: readonly JourneySummary[];
  /** Whether each says what it is for. */ readonly described?: boolean;
}) {
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const verdict = useVerdicts();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{say.name}</th>
          <th>{say.state}</th>
          <th className="right">{say.here}</th>
          <th className="right wide">{say.entered}</th>
          <th className="right wide">{say.goal}</th>
        </tr>
      </thead>
      <tbody>
        {journeys.map((one) => (
          <tr key={one.id}>
            <td>
              <Name journey={one} described={described} judged={described ? verdict("journey", one.id) : undefined} />
            </td>
            <td>
              <JourneyState state={one.state} />
            </td>
            <td className="right">{number(one.totals.here)}</td>
            <td className="right wide">{number(one.totals.entered)}</td>
            <td className="right wide">
              {one.hasGoal || one.totals.reachedGoal > 0 ? (
                number(one.totals.reachedGoal)
              ) : (
                <span className="faint" title={say.noGoal}>
                  —
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({
  journey,
  described,
  judged,
}: {
  readonly journey: JourneySummary;
  readonly described: boolean;
  readonly judged: JudgedJourney | undefined;
}) {
  const say = useWords(journeyWords);
  return (
    <>
      <b>
        <Link to="/journeys/$journey" params={{ journey: journey.id }} style={{ color: "inherit" }}>
          {journey.name}
        </Link>
      </b>
      {described && journey.description !== "" && <div className="small soft journey-about">{journey.description}</div>}
      {journey.state !== "draft" && journey.changed && <div className="tiny faint">{say.changed}</div>}
      {judged && <Verdict journey={judged} />}
    </>
  );
}
