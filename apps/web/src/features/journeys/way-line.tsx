import { BaseEdge, EdgeLabelRenderer, getSmoothStepPath, Position, type Edge, type EdgeProps } from "@xyflow/react";
import { AddMenu } from "./add-menu.tsx";
import { useHeld } from "./held.ts";
import type { Way } from "./layout.ts";
import { useExitWord } from "./ways.ts";

export type WayEdge = Edge<{ readonly way: Way; readonly free: boolean }, "way">;

/** A line from a step to the next, with the word of its way out and a place to put a step between. */
export function WayLine({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<WayEdge>) {
  const { readOnly, target } = useHeld();
  const { way, free } = data!;
  const [path, x, y] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition: Position.Bottom, targetPosition: Position.Top, borderRadius: 9 });
  const word = useWayWord(way);
  const aimed = target === way.id;
  // The word stands near the arrival, where ways are apart.
  const [wordX, wordY] = sourceX === targetX ? [x, y] : [targetX, targetY - 22];
  return (
    <>
      <BaseEdge path={path} style={aimed ? { stroke: "var(--r-petrole)", strokeWidth: 2.6 } : { stroke: "var(--r-trait)", strokeWidth: 1.4 }} />
      <EdgeLabelRenderer>
        <div className="way-word nodrag nopan" data-target={aimed || undefined} style={{ transform: `translate(-50%, -50%) translate(${wordX}px, ${wordY}px)` }}>
          {word}{!readOnly && !free && <AddMenu after={way.from} word={null} />}
        </div>
      </EdgeLabelRenderer>
    </>
  );
}

function useWayWord({ from }: Way): string {
  const { graph } = useHeld();
  const exitWord = useExitWord();
  const step = from && graph.steps.find((one) => one.id === from.step);
  return step && from && from.exit !== "next" ? exitWord(step, from.exit) : "";
}
