import { VisuallyHidden } from "@mantine/core";
import type { Step } from "@relance/model/journeys";
import { IconBolt } from "@tabler/icons-react";
import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { AddMenu } from "./add-menu.tsx";
import { useHeld } from "./held.ts";
import { kindWords } from "./kind-words.ts";
import { START, wayId, type Way } from "./layout.ts";
import { useStepWords } from "./names.ts";
import { STEP_SIGNS } from "./signs.ts";
import { journeyWords } from "./words.ts";

export type StepNode = Node<{ readonly step: Step | null }, "step">;
export type EndNode = Node<{ readonly from: Way["from"] }, "end">;

/** A step: silhouette by kind, its name, what it does, who is here now. One of them is in the tab order; arrows lead to the others. */
export function StepBox({ id, data: { step } }: NodeProps<StepNode>) {
  const { names, numbers, entered, faulty, startLine, choose, chosen, changes } = useHeld();
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const words = useStepWords(names);
  const kindWord = useWords(kindWords);
  const Sign = step ? STEP_SIGNS[step.kind] : IconBolt;
  const counted = numbers.get(id);
  const { name, line } = step ? words(step) : { name: say.start, line: startLine };
  const change = changes.get(id);
  const here = step ? (counted && counted.here > 0 ? say.hereNow(number(counted.here)) : "") : entered > 0 ? say.enteredCount(entered, number(entered)) : "";
  const isChosen = chosen === id;
  return (
    <div className="step-box" data-kind={step?.kind ?? "start"} data-chosen={isChosen || undefined} data-faulty={faulty.has(id) || undefined} data-change={change}>
      {step && <Handle type="target" position={Position.Top} />}
      <button type="button" className="step-open nodrag nopan" data-step={id} tabIndex={id === (chosen ?? START) ? 0 : -1} aria-current={isChosen || undefined} aria-describedby="canvas-keys" onClick={() => choose(id)}>
        <span className="step-tile"><Sign size={15} stroke={1.5} aria-hidden /></span>
        <span className="grow"><VisuallyHidden>{step ? `${kindWord.kinds[step.kind]}, ` : ""}</VisuallyHidden><span className="step-name cut" title={name}>{name}</span>{line !== "" && step?.kind !== "wait" && <span className="step-line cut" title={line}>{line}</span>}{faulty.has(id) && <VisuallyHidden>, {say.faulty}</VisuallyHidden>}</span>
      </button>
      <div className="step-counts">
        <b>{here !== "" && <button type="button" tabIndex={isChosen ? 0 : -1} className="num-button nodrag nopan" onClick={() => choose(id, "people")}>{here}</button>}</b>
        <span>{change === undefined ? (counted && counted.passed > 0 ? say.passed(counted.passed, number(counted.passed)) : "") : <i>{say[change]}</i>}</span>
      </div>
      <Handle type="source" position={Position.Bottom} />
    </div>
  );
}

/** The free end of a way: the run ends there, and a step can be put there. */
export function EndBox({ data: { from } }: NodeProps<EndNode>) {
  const say = useWords(journeyWords);
  const { readOnly, target } = useHeld();
  return (
    <div className="step-end" data-target={target === wayId(from) || undefined}>
      <Handle type="target" position={Position.Top} />
      {readOnly ? say.end : <AddMenu after={from} word={say.addHere} />}
    </div>
  );
}
