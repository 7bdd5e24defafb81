import { Button } from "@mantine/core";
import type { Journey } from "@relance/contract/journeys";
import type { WalkMoment } from "@relance/contract/rehearsals";
import { eventTitle } from "@relance/model/rules";
import { useEffect, useMemo, useState } from "react";
import { useReason } from "../../app/send-moment.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Moment, type Sign } from "../../ui/thread.tsx";
import { useStepNames, useWays } from "./people.tsx";
import { rehearsalWords } from "./words.ts";

const HOUR = 3_600_000;

const SIGNS: Readonly<Record<WalkMoment["kind"], Sign>> = {
  did: "now",
  entered: "fact",
  arrived: "past",
  waits: "past",
  left: "past",
  ended: "fact",
  planned: "past",
  held: "not",
  sent: "good",
  skipped: "not",
  failed: "bad",
  refused: "bad",
};

/** The story told with its clock: an hour a second, to the end at once when asked. */
export function WalkStory({
  journey,
  from,
  moments: all,
  waiting,
}: {
  readonly journey: Journey;
  readonly from: string;
  readonly moments: readonly WalkMoment[];
  readonly waiting: { step: string; until: string | null; listens: string[] } | null;
}) {
  const say = useWords(rehearsalWords);
  const { language } = useLanguage();
  const reason = useReason();
  const { moment, dayKey } = useFormats();
  const name = useStepNames(journey.draft);
  const way = useWays(journey.draft);
  const start = Date.parse(from);
  // A message step is told by its message.
  const moments = useMemo(
    () =>
      all.filter(
        (one) =>
          one.kind !== "left" ||
          !all.some((other) => other.step === one.step && ["planned", "held", "sent", "skipped", "failed"].includes(other.kind)),
      ),
    [all],
  );
  const last = moments.length === 0 ? start : Date.parse(moments.at(-1)!.at);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const [clock, setClock] = useState(calm ? last : start);
  const [playing, setPlaying] = useState(!calm);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(
      () =>
        setClock((at) => {
          // Empty hours pass at once: the clock goes to the next moment, an hour a second until then at most three.
          const next = moments.map((one) => Date.parse(one.at)).find((one) => one > at) ?? last;
          return Math.min(last, Math.max(at + HOUR / 4, next - 3 * HOUR));
        }),
      250,
    );
    return () => clearInterval(timer);
  }, [playing, moments, last]);
  const shown = moments.filter((one) => Date.parse(one.at) <= clock);
  const done = shown.length === moments.length;
  const told = (one: WalkMoment): string | null => {
    const { facts } = one;
    const code = typeof facts["reason"] === "string" ? reason(facts["reason"]) : null;
    const until = typeof facts["until"] === "string" ? say.until(moment(facts["until"], Date.parse(one.at))) : null;
    if (one.kind === "refused") return (facts["message"] as { fr: string; en: string } | null)?.[language] ?? String(facts["code"]);
    if (one.kind === "sent")
      return say.checksPassed(
        String((facts["checks"] as { result: string }[] | null)?.filter((check) => check.result === "pass").length ?? 0),
      );
    if (one.kind === "left") return way(one.step ?? "", String(facts["exit"]));
    if (one.kind === "ended") return (say.endOne as Readonly<Record<string, string>>)[String(facts["outcome"])] ?? String(facts["outcome"]);
    return [code, until].filter((part) => part !== null).join(", ") || null;
  };
  const title = (one: WalkMoment): string =>
    one.kind === "did"
      ? ((one.facts["does"] === "event"
          ? say.did.event(eventTitle(String(one.facts["event"]), language))
          : one.facts["does"] === "sets"
            ? say.did.sets(String(one.facts["field"]))
            : say.did[one.facts["does"] as "opens"]()) ?? "")
      : one.step === null || one.kind === "ended"
        ? say.kinds[one.kind]
        : `${say.kinds[one.kind]}${say.colon}${name(one.step)}`;
  const when = (at: string): string =>
    `${say.dayN(String(Math.round((Date.parse(dayKey(at)) - Date.parse(dayKey(start))) / (24 * HOUR))))}, ${moment(at, start)}`;
  if (moments.length === 0) return <p className="soft">{say.nothingYet}</p>;
  return (
    <div>
      <div className="row wrap" style={{ marginBottom: 12 }}>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            if (done) setClock(start);
            setPlaying(!playing || done);
          }}
        >
          {playing && !done ? say.stop : done ? say.replay : say.play}
        </Button>
        <Button size="xs" variant="subtle" onClick={() => setClock(last)}>
          {say.jump}
        </Button>
        <span className="small soft">{when(new Date(clock).toISOString())}</span>
        <span className="tiny faint">{say.speed}</span>
      </div>
      <ol className="thread" aria-live="polite">
        {shown.map((one, at) => (
          <Moment key={at} sign={SIGNS[one.kind]} title={title(one)} at={when(one.at)}>
            {told(one) ?? undefined}
          </Moment>
        ))}
      </ol>
      {done && waiting && (
        <p className="small soft">
          {waiting.until === null
            ? say.waitingOn(name(waiting.step), waiting.listens.map((event) => eventTitle(event, language)).join(", "))
            : say.waitingAt(name(waiting.step), moment(waiting.until, last))}
        </p>
      )}
    </div>
  );
}
