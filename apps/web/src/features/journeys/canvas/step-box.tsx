import { VisuallyHidden } from "@mantine/core";
import type { StepKind } from "@relance/model/journeys";
import { IconBolt, IconMessage } from "@tabler/icons-react";
import { Handle, Position, type NodeProps } from "@xyflow/react";
import { memo, useContext } from "react";
import { useWords } from "../../../i18n/words.ts";
import { BoxesContext, type EndNode, type StepData, type StepNode } from "./boxes.ts";
import { useGestures } from "../held.ts";
import { Plus } from "./plus.tsx";
import { STEP_SIGNS } from "./signs.ts";
import { journeyWords } from "../words.ts";

export const StepBox = memo(function StepBox({ id }: NodeProps<StepNode>) {
  const data = useContext(BoxesContext).get(id);
  return data && <Box id={id} data={data} />;
});

/** A step: silhouette by kind, its name, what it does, who is here now. One of them is in the tab order; arrows lead to the others. */
const Box = memo(
  function Box({ id, data }: { readonly id: string; readonly data: StepData }) {
    const { choose, mark } = useGestures();
    const say = useWords(journeyWords);
    const isStart = data.kind === "start";
    const Sign = isStart ? IconBolt : STEP_SIGNS[data.kind as StepKind];
    return (
      <div
        className="step-box"
        data-kind={data.kind}
        data-chosen={data.chosen || undefined}
        data-marked={data.marked || undefined}
        data-found={data.found || undefined}
        data-faulty={data.faulty || undefined}
        data-change={data.change}
      >
        {!isStart && <Handle type="target" position={Position.Top} />}
        <button
          type="button"
          className="step-open nodrag nopan"
          data-step={id}
          tabIndex={data.tabbed ? 0 : -1}
          aria-current={data.chosen || undefined}
          aria-describedby="canvas-keys"
          onClick={(event) => (event.shiftKey ? mark(id) : choose(id))}
        >
          <span className="step-tile">
            <Sign size={15} stroke={1.5} aria-hidden />
          </span>
          <span className="grow">
            <VisuallyHidden>{data.kindWord === "" ? "" : `${data.kindWord}, `}</VisuallyHidden>
            <span className="step-name cut" title={data.name}>
              {data.name}
            </span>
            {data.line !== "" && (
              <span className="step-line cut" title={data.line}>
                {data.line}
              </span>
            )}
            {data.faulty && <VisuallyHidden>, {say.faulty}</VisuallyHidden>}
            {data.marked && <VisuallyHidden>, {say.marked}</VisuallyHidden>}
          </span>
        </button>
        {data.notes !== "" && (
          <button
            type="button"
            className="step-notes nodrag nopan"
            tabIndex={data.chosen ? 0 : -1}
            aria-label={data.notes}
            title={data.notes}
            onClick={() => choose(id, "comments")}
          >
            <IconMessage size={13} stroke={1.7} aria-hidden />
          </button>
        )}
        <div className="step-counts">
          <b>
            {data.here !== "" && (
              <button
                type="button"
                tabIndex={data.chosen ? 0 : -1}
                className="num-button nodrag nopan"
                onClick={() => choose(id, "people")}
              >
                {data.here}
              </button>
            )}
          </b>
          <span>{data.change === undefined ? data.passed : <i>{say[data.change]}</i>}</span>
        </div>
        <Handle type="source" position={Position.Bottom} />
      </div>
    );
  },
  (before, after) => Object.keys(after.data).every((field) => before.data[field] === after.data[field]),
);

/** The free end of a way: the run ends there, and a step can be put there. */
export const EndBox = memo(function EndBox({ data: { from, readOnly, aimed } }: NodeProps<EndNode>) {
  const say = useWords(journeyWords);
  return (
    <div className="step-end" data-target={aimed || undefined}>
      <Handle type="target" position={Position.Top} />
      {readOnly ? say.end : <Plus after={from} word={say.addHere} />}
    </div>
  );
});
