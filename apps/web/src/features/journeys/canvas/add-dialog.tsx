import { NativeSelect } from "@mantine/core";
import { kindOf, stepOf, STEP_KINDS, type StepKind } from "@relance/model/journeys";
import { useState } from "react";
import { useWords } from "../../../i18n/words.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import type { CanvasProps } from "../held.ts";
import { kindWords } from "../kind-words.ts";
import { START, type Way } from "./layout.ts";
import { wayAfter } from "./moves.ts";
import { useStepWords } from "../names.ts";
import { STEP_SIGNS } from "./signs.ts";
import { useExitWord } from "./ways.ts";
import { journeyWords } from "../words.ts";

/** A step after the chosen one, by keyboard: by which way out when there are several, then which kind. */
export function AddDialog({
  graph,
  names,
  add,
  after,
  close,
  added,
}: Pick<CanvasProps, "graph" | "names" | "add"> & {
  readonly after: string;
  readonly close: () => void;
  readonly added: (id: string) => void;
}) {
  const say = useWords(journeyWords);
  const words = useStepWords(names);
  const kindWord = useWords(kindWords);
  const exitWord = useExitWord();
  const step = stepOf(graph, after);
  const exits = step ? kindOf(step).exits(step) : [];
  const way = wayAfter(graph, after);
  const [exit, setExit] = useState(way?.exit ?? "");
  const put = (kind: StepKind): void => {
    const from: Way["from"] | undefined = step && exits.includes(exit) ? { step: step.id, exit } : way;
    if (from === undefined) return;
    const id = add(kind, from);
    close();
    added(id);
  };
  return (
    <Dialog title={after === START ? say.addFirst : say.addAfter(step ? words(step).name : "")} close={close} closeWord={say.close}>
      {step && exits.length > 1 && (
        <NativeSelect
          label={say.byWay}
          value={exit}
          data={exits.map((one) => ({ value: one, label: exitWord(step, one) }))}
          onChange={(event) => setExit(event.currentTarget.value)}
        />
      )}
      <div className="kind-grid">
        {STEP_KINDS.map((kind, at) => {
          const Sign = STEP_SIGNS[kind];
          return (
            <button key={kind} type="button" data-autofocus={at === 0 || undefined} onClick={() => put(kind)}>
              <Sign size={17} stroke={1.5} aria-hidden />
              {kindWord.kinds[kind]}
            </button>
          );
        })}
      </div>
    </Dialog>
  );
}
