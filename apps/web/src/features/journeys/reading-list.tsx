import type { Graph } from "@relance/model/journeys";
import { IconArrowForwardUp, IconBolt, IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { START } from "./canvas/layout.ts";
import { useStepWords, type Names } from "./names.ts";
import { outline } from "./canvas/outline.ts";
import { STEP_SIGNS } from "./canvas/signs.ts";
import { useExitWord } from "./canvas/ways.ts";
import { journeyWords } from "./words.ts";

/** A journey to read on a small screen: its steps in order, who is at each; touching one tells more. */
export function ReadingList({
  graph,
  names,
  numbers,
  entered,
  startLine,
  choose,
}: {
  readonly graph: Graph;
  readonly names: Names;
  readonly numbers: ReadonlyMap<string, { readonly here: number; readonly passed: number }>;
  readonly entered: number;
  readonly startLine: string;
  readonly choose: (id: string) => void;
}) {
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const words = useStepWords(names);
  const exitWord = useExitWord();
  const line = (
    key: string,
    kind: string,
    sign: ReactNode,
    depth: number,
    said: { name: string; line: string },
    counts: ReactNode,
  ): ReactNode => (
    <li key={key} style={{ marginLeft: depth * 18 }}>
      <button type="button" className="read-step" data-kind={kind} onClick={() => choose(key)}>
        <span className="step-tile">{sign}</span>
        <span className="grow">
          <span className="step-name">{said.name}</span>
          {said.line !== "" && <span className="step-line">{said.line}</span>}
        </span>
        <span className="read-counts">{counts}</span>
        <IconChevronRight size={16} stroke={1.5} aria-hidden />
      </button>
    </li>
  );
  return (
    <ol className="read-list" aria-label={say.steps}>
      {line(
        START,
        "start",
        <IconBolt size={15} stroke={1.5} aria-hidden />,
        0,
        { name: say.start, line: startLine },
        entered > 0 ? <b>{say.enteredCount(entered, number(entered))}</b> : null,
      )}
      {outline(graph).map((one, at) => {
        switch (one.kind) {
          case "step": {
            const Sign = STEP_SIGNS[one.step.kind];
            const counted = numbers.get(one.step.id);
            return line(
              one.step.id,
              one.step.kind,
              <Sign size={15} stroke={1.5} aria-hidden />,
              one.depth,
              words(one.step),
              <>
                {counted && counted.here > 0 && <b>{say.hereNow(number(counted.here))}</b>}
                {counted && counted.passed > 0 && <span>{say.passed(counted.passed, number(counted.passed))}</span>}
              </>,
            );
          }
          case "way":
            return (
              <li key={`way ${at}`} className="read-way" style={{ marginLeft: one.depth * 18 }}>
                {exitWord(one.of, one.exit)}
              </li>
            );
          case "again":
            return (
              <li key={`again ${at}`} className="read-note" style={{ marginLeft: one.depth * 18 }}>
                <IconArrowForwardUp size={14} stroke={1.5} aria-hidden />
                {words(one.step).name}
              </li>
            );
          case "end":
            return (
              <li key={`end ${at}`} className="read-note" style={{ marginLeft: one.depth * 18 }}>
                {say.end}
              </li>
            );
        }
      })}
    </ol>
  );
}
