import { Textarea } from "@mantine/core";
import type { Journey } from "@relance/contract/journeys";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import type { Draft } from "./draft.ts";
import { gestureWords } from "./canvas/gesture-words.ts";
import type { Names } from "./names.ts";
import { ProblemList } from "./publishing/problem-list.tsx";
import { ReviewBox } from "./publishing/review.tsx";
import type { Rights } from "./rights.ts";
import { WhyBox } from "./why.tsx";
import { journeyWords } from "./words.ts";

/** The margin when no step is chosen: how many, what is to mend, and anyone's why. */
export function Overview({
  journey,
  draft,
  totals,
  names,
  rights,
  message,
  choose,
  entries,
}: {
  readonly journey: Journey;
  readonly draft: Draft;
  readonly totals: Journey["totals"];
  readonly names: Names;
  readonly rights: Rights;
  readonly message: string | null;
  readonly choose: (step: string | null) => void;
  readonly entries: () => void;
}) {
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const { problems } = draft;
  return (
    <>
      {message !== null && (
        <div className="call" data-kind="good" role="status">
          {message}
        </div>
      )}
      <ReviewBox journey={journey} draft={draft} names={names} rights={rights} />
      {journey.pause && <Paused pause={journey.pause} />}
      <div>
        <div className="small soft">{say.here}</div>
        <div className="big-number">{number(totals.here)}</div>
      </div>
      <dl className="facts">
        <dt>{say.entered}</dt>
        <dd>
          {totals.entered > 0 ? (
            <button type="button" className="num-button" onClick={entries}>
              {number(totals.entered)}
            </button>
          ) : (
            number(0)
          )}
        </dd>
        <dt>{say.completed}</dt>
        <dd>{number(totals.completed)}</dd>
        <dt>{say.leftEarly}</dt>
        <dd>{number(totals.leftEarly)}</dd>
        {totals.failed > 0 && (
          <>
            <dt>{say.failed}</dt>
            <dd>{number(totals.failed)}</dd>
          </>
        )}
        {(journey.hasGoal || totals.reachedGoal > 0) && (
          <>
            <dt>{say.goal}</dt>
            <dd>{number(totals.reachedGoal)}</dd>
          </>
        )}
      </dl>
      {rights.edit && problems.length > 0 && (
        <section className="panel-part">
          <h3>{say.problems(problems.length)}</h3>
          <ProblemList problems={problems} graph={draft.graph} names={names} choose={choose} />
        </section>
      )}
      {journey.liveVersion !== null && <WhyBox journey={journey} names={names} mayStart={rights.edit} />}
      <section className="panel-part">
        <Textarea
          label={say.description}
          placeholder={say.descriptionHelp}
          autosize
          minRows={2}
          maxLength={2_000}
          disabled={!rights.edit}
          value={draft.description}
          onChange={(event) => draft.describe(event.currentTarget.value)}
        />
      </section>
      <p className="small soft">{journey.state === "archived" ? say.readOnly : say.safe}</p>
    </>
  );
}

function Paused({ pause }: { readonly pause: NonNullable<Journey["pause"]> }) {
  const say = useWords(journeyWords);
  const quoted = useWords(gestureWords).quoted;
  const { ago } = useFormats();
  const now = useNow();
  return (
    <div className="call" data-kind="info">
      {say.pausedSince(ago(pause.since, now), pause.by)}
      {pause.reason !== "" && <div className="soft">{quoted(pause.reason)}</div>}
    </div>
  );
}
