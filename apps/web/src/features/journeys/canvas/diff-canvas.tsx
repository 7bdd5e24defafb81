import "@xyflow/react/dist/style.css";
import { diffGraphs, samePart, stepOf, type Graph } from "@relance/model/journeys";
import { Background, Controls, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { useMemo, useState } from "react";
import { useWords } from "../../../i18n/words.ts";
import { BoxesContext, MANY, useBoxes } from "./boxes.ts";
import { diffWords } from "../publishing/diff-words.ts";
import { FirstPublish } from "../publishing/first-publish.tsx";
import { GesturesContext, type CanvasProps, type Gestures } from "../held.ts";
import { drawnOver, START } from "./layout.ts";
import { useStartWords, useStepWords, type Names } from "../names.ts";
import { ReadStep } from "../read-step.tsx";
import { EndBox, StepBox } from "./step-box.tsx";
import { WayLine } from "./way-line.tsx";
import { journeyWords } from "../words.ts";

const NODE_TYPES = { step: StepBox, end: EndBox };
const EDGE_TYPES = { way: WayLine };
const NONE: ReadonlySet<string> = new Set();
const QUIET = {
  numbers: new Map(),
  entered: 0,
  faulty: NONE,
  marked: NONE,
  found: NONE,
  looked: null,
  notes: new Map(),
  readOnly: true,
  mark: () => undefined,
  add: () => "",
  connect: () => undefined,
  remove: () => undefined,
  menu: () => null,
} as const;

/** Two versions in one drawing: what is new, what is different, and, drawn as ghosts where they were, the steps that are gone; what the chosen one said before and says now. */
export function DiffCanvas({
  before,
  after,
  names,
  title,
}: {
  readonly before: Graph;
  readonly after: Graph;
  readonly names: Names;
  /** What the earlier and the later one are called. */ readonly title: readonly [string, string];
}) {
  const changed = useMemo(() => changedIn(before, after), [before, after]);
  const [picked, choose] = useState<string | null>(null);
  const chosen = picked ?? changed[0] ?? null;
  return (
    <div className="diff">
      <ReactFlowProvider>
        <Drawing before={before} after={after} names={names} chosen={chosen} changed={changed} choose={choose} />
      </ReactFlowProvider>
      <Legend />
      {chosen !== null && <BeforeAndAfter before={before} after={after} names={names} title={title} chosen={chosen} />}
    </div>
  );
}

function changedIn(before: Graph, after: Graph): readonly string[] {
  const start = samePart(before.starts, after.starts) && samePart(before.settings, after.settings) ? [] : [START];
  return [
    ...start,
    ...diffGraphs(before, after)
      .filter((one) => one.change !== "same")
      .map((one) => one.step),
  ];
}

function Drawing({
  before,
  after,
  names,
  chosen,
  changed,
  choose,
}: {
  readonly before: Graph;
  readonly after: Graph;
  readonly names: Names;
  readonly chosen: string | null;
  readonly changed: readonly string[];
  readonly choose: (id: string) => void;
}) {
  const say = useWords(journeyWords);
  const words = useWords(diffWords);
  const startWords = useStartWords(names);
  const picture = useMemo(() => drawnOver(before, after), [before, after]);
  const gestures = useMemo(
    (): Gestures => ({
      choose: (id) => {
        if (id !== null) choose(id);
      },
      mark: () => undefined,
      offer: () => undefined,
    }),
    [choose],
  );
  const props: CanvasProps = {
    ...QUIET,
    graph: after,
    live: before,
    names,
    chosen,
    startLine: after.starts.map(startWords).join(" / "),
    choose: gestures.choose,
  };
  const { nodes, edges, boxes } = useBoxes(props, picture, null);
  const labels = {
    "controls.ariaLabel": say.view,
    "controls.zoomIn.ariaLabel": say.zoomIn,
    "controls.zoomOut.ariaLabel": say.zoomOut,
    "controls.fitView.ariaLabel": say.fit,
  };
  const inSight = changed.length === 0 ? [] : changed.slice(0, 12).map((id) => ({ id }));
  return (
    <GesturesContext value={gestures}>
      <div className="diff-drawing journey-canvas" role="group" aria-label={words.drawing}>
        <BoxesContext value={boxes}>
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            disableKeyboardA11y
            deleteKeyCode={null}
            ariaLabelConfig={labels}
            fitView
            fitViewOptions={{ padding: 0.2, maxZoom: 1, minZoom: 0.45, ...(inSight.length > 0 && { nodes: inSight }) }}
            minZoom={0.2}
            maxZoom={1.5}
            onlyRenderVisibleElements={nodes.length > MANY}
            preventScrolling={false}
          >
            <Background gap={20} size={1} color="var(--r-filet2)" />
            <Controls showInteractive={false} position="bottom-left" />
          </ReactFlow>
        </BoxesContext>
      </div>
    </GesturesContext>
  );
}

function Legend() {
  const say = useWords(journeyWords);
  const words = useWords(diffWords);
  return (
    <div className="diff-legend tiny faint" aria-hidden>
      <span data-change="modified">{say.modified}</span>
      <span data-change="added">{say.added}</span>
      <span data-change="removed">{say.removed}</span>
      {words.pick}
    </div>
  );
}

/** What a step said, beside what it says. */
function BeforeAndAfter({
  before,
  after,
  names,
  title,
  chosen,
}: {
  readonly before: Graph;
  readonly after: Graph;
  readonly names: Names;
  readonly title: readonly [string, string];
  readonly chosen: string;
}) {
  const say = useWords(diffWords);
  return (
    <div className="diff-sides" aria-live="polite">
      {([before, after] as const).map((graph, side) => (
        <section key={side} data-side={side === 0 ? "before" : "after"}>
          <div className="tiny faint">{title[side]}</div>
          {chosen === START ? (
            <FirstPublish graph={graph} names={names} said={false} />
          ) : (
            <Side graph={graph} names={names} chosen={chosen} absent={side === 0 ? say.notYet : say.gone} />
          )}
        </section>
      ))}
    </div>
  );
}

function Side({
  graph,
  names,
  chosen,
  absent,
}: {
  readonly graph: Graph;
  readonly names: Names;
  readonly chosen: string;
  readonly absent: string;
}) {
  const words = useStepWords(names);
  const step = stepOf(graph, chosen);
  if (!step) return <p className="small soft">{absent}</p>;
  return (
    <>
      <h3>{words(step).name}</h3>
      <ReadStep graph={graph} step={step} names={names} />
    </>
  );
}
