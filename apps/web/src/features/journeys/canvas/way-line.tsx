import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, Position, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import type { WayEdge } from "./boxes.ts";
import { Plus } from "./plus.tsx";

const LINE = { stroke: "var(--r-trait)", strokeWidth: 1.4 } as const;
const GONE = { stroke: "var(--r-garance)", strokeWidth: 1.4, strokeDasharray: "5 4" } as const;
const AIMED = { stroke: "var(--r-petrole)", strokeWidth: 2.6 } as const;

/** A line from a step to the next, with the word of its way out and a place to put a step between. */
export const WayLine = memo(function WayLine({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<WayEdge>) {
  const { from, word, plus, aimed, gone } = data!;
  const [path, x, y] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition: Position.Bottom,
    targetPosition: Position.Top,
    borderRadius: 9,
  });
  // The word stands near the arrival, where ways are apart.
  const [wordX, wordY] = sourceX === targetX ? [x, y] : [targetX, targetY - 22];
  return (
    <>
      <BaseEdge path={path} style={aimed ? AIMED : gone ? GONE : LINE} />
      {(word !== "" || plus) && (
        <EdgeLabelRenderer>
          <div
            className="way-word nodrag nopan"
            data-target={aimed || undefined}
            data-gone={gone || undefined}
            style={{ transform: `translate(-50%, -50%) translate(${wordX}px, ${wordY}px)` }}
          >
            {word}
            {plus && <Plus after={from} word={null} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
