import "@xyflow/react/dist/style.css";
import { Menu } from "@mantine/core";
import { diffGraphs, STEP_KINDS, type Graph, type Step, type StepKind } from "@relance/model/journeys";
import { IconBolt, IconPlus } from "@tabler/icons-react";
import { Background, BaseEdge, Controls, EdgeLabelRenderer, getSmoothStepPath, Handle, Position, ReactFlow, type Edge, type EdgeProps, type Node, type NodeProps, useReactFlow } from "@xyflow/react";
import { createContext, useContext, useEffect, useMemo, type ReactNode } from "react";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { drawn, START, type Way } from "./layout.ts";
import { useStepWords, type Names } from "./names.ts";
import { STEP_SIGNS } from "./signs.ts";
import { useExitWord } from "./ways.ts";
import { journeyWords } from "./words.ts";

export interface CanvasProps {
  readonly graph: Graph;
  /** The published graph, against which changes are shown; null before there is one. */
  readonly live: Graph | null;
  readonly names: Names;
  readonly numbers: ReadonlyMap<string, { readonly here: number; readonly passed: number }>;
  readonly entered: number;
  readonly faulty: ReadonlySet<string>;
  readonly chosen: string | null;
  readonly startLine: string;
  readonly readOnly: boolean;
  readonly choose: (id: string | null, tab?: "setup" | "people") => void;
  readonly add: (kind: StepKind, after: Way["from"]) => void;
}
const Held = createContext<CanvasProps | null>(null);
const useHeld = (): CanvasProps => useContext(Held)!;

type Change = "modified" | "added";
const Changes = createContext<ReadonlyMap<string, Change>>(new Map());

type StepNode = Node<{ readonly step: Step | null }, "step">;
type EndNode = Node<{ readonly from: Way["from"] }, "end">;
type WayEdge = Edge<{ readonly way: Way; readonly free: boolean }, "way">;
const NODE_TYPES = { step: StepBox, end: EndBox };
const EDGE_TYPES = { way: WayLine };

/** The journey from top to bottom: silhouettes by kind, words on the ways, people here now on each step. */
export function Canvas(props: CanvasProps) {
  const { graph, live, chosen } = props;
  const say = useWords(journeyWords);
  const { nodes, edges } = useMemo(() => {
    const { places, ways } = drawn(graph);
    const from = new Map(ways.map((way) => [way.to, way.from]));
    return {
      nodes: places.map((place): StepNode | EndNode => {
        const at = { id: place.id, position: { x: place.x, y: place.y }, width: place.width, height: place.height };
        return place.id.startsWith("end") ? { ...at, type: "end", data: { from: from.get(place.id) ?? null }, focusable: false } : { ...at, type: "step", data: { step: place.step } };
      }),
      edges: ways.map((way): WayEdge => ({ id: way.id, type: "way", source: way.from?.step ?? START, target: way.to, data: { way, free: way.to.startsWith("end") }, focusable: false })),
    };
  }, [graph]);
  const changes = useMemo(() => new Map((live ? diffGraphs(live, graph) : []).flatMap(({ step, change }): [string, Change][] => (change === "added" ? [[step, "added"]] : change === "changed" ? [[step, "modified"]] : []))), [live, graph]);
  const shown = nodes.map((node) => ({ ...node, selected: node.id === chosen }));
  return (
    <Held value={props}><Changes value={changes}>
      <ReactFlow
        nodes={shown} edges={edges} nodeTypes={NODE_TYPES} edgeTypes={EDGE_TYPES} nodesDraggable={false} nodesConnectable={false} edgesFocusable={false} deleteKeyCode={null} fitView fitViewOptions={{ maxZoom: 1, padding: 0.12 }} minZoom={0.2} maxZoom={1.5} onlyRenderVisibleElements
        aria-label={say.steps} onNodeClick={(_event, node) => { if (node.type === "step") props.choose(node.id); }} onPaneClick={() => props.choose(null)}
        onNodesChange={(changes) => { const picked = changes.find((change) => change.type === "select" && change.selected); if (picked && "id" in picked && !picked.id.startsWith("end")) props.choose(picked.id); }}
      >
        <Background gap={20} size={1} color="var(--r-filet2)" />
        <Follow count={nodes.length} />
        <Controls showInteractive={false} position="bottom-left" />
      </ReactFlow>
    </Changes></Held>
  );
}

/** Keeps the whole journey in sight when a step comes or goes. */
function Follow({ count }: { readonly count: number }) {
  const { fitView } = useReactFlow();
  useEffect(() => void fitView({ maxZoom: 1, padding: 0.12, duration: 200 }), [count, fitView]);
  return null;
}

function StepBox({ id, data: { step }, selected }: NodeProps<StepNode>) {
  const { names, numbers, entered, faulty, startLine, choose } = useHeld();
  const changes = useContext(Changes);
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const words = useStepWords(names);
  const Sign = step ? STEP_SIGNS[step.kind] : IconBolt;
  const counted = numbers.get(id);
  const { name, line } = step ? words(step) : { name: say.start, line: startLine };
  const change = changes.get(id);
  const open = (text: string): ReactNode => <button type="button" tabIndex={-1} className="num-button nodrag" onClick={(event) => { event.stopPropagation(); choose(id, "people"); }}>{text}</button>;
  return (
    <div className="step-box" data-kind={step?.kind ?? "start"} data-chosen={selected || undefined} data-faulty={faulty.has(id) || undefined} data-change={change}>
      {step && <Handle type="target" position={Position.Top} />}
      <span className="step-tile"><Sign size={15} stroke={1.5} aria-hidden /></span>
      <div className="grow">
        <div className="step-name cut" title={name}>{name}</div>
        {line !== "" && step?.kind !== "wait" && <div className="step-line cut" title={line}>{line}</div>}
        <div className="step-counts">
          {step ? <b>{counted && counted.here > 0 ? open(say.hereNow(number(counted.here))) : ""}</b> : <b>{entered > 0 ? open(`${number(entered)} ${say.entered.toLowerCase()}`) : ""}</b>}
          <span>{change === undefined ? (counted && counted.passed > 0 ? say.passed(number(counted.passed)) : "") : <i>{say[change]}</i>}</span>
        </div>
      </div>
      <Handle type="source" position={Position.Bottom} />
    </div>
  );
}

function EndBox({ data: { from } }: NodeProps<EndNode>) {
  const say = useWords(journeyWords);
  const { readOnly } = useHeld();
  return (
    <div className="step-end">
      <Handle type="target" position={Position.Top} />
      {readOnly ? say.end : <AddMenu after={from} word={say.addHere} />}
    </div>
  );
}

function WayLine({ sourceX, sourceY, targetX, targetY, data }: EdgeProps<WayEdge>) {
  const { readOnly } = useHeld();
  const [path, x, y] = getSmoothStepPath({ sourceX, sourceY, targetX, targetY, sourcePosition: Position.Bottom, targetPosition: Position.Top, borderRadius: 9 });
  const word = useWayWord(data!.way);
  // The word stands near the arrival, where ways are apart.
  const [wordX, wordY] = sourceX === targetX ? [x, y] : [targetX, targetY - 22];
  return (
    <>
      <BaseEdge path={path} style={{ stroke: "var(--r-trait)", strokeWidth: 1.4 }} />
      <EdgeLabelRenderer>
        <div className="way-word nodrag nopan" style={{ transform: `translate(-50%, -50%) translate(${wordX}px, ${wordY}px)` }}>
          {word}{!readOnly && !data!.free && <AddMenu after={data!.way.from} word={null} />}
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

function AddMenu({ after, word }: { readonly after: Way["from"]; readonly word: string | null }) {
  const { add } = useHeld();
  const say = useWords(journeyWords);
  return (
    <Menu position="bottom" withinPortal>
      <Menu.Target><button type="button" className="way-add nodrag nopan" data-worded={word !== null || undefined} aria-label={say.addHere} title={say.addHere}><IconPlus size={13} stroke={1.8} aria-hidden />{word}</button></Menu.Target>
      <Menu.Dropdown>{STEP_KINDS.map((kind) => { const Sign = STEP_SIGNS[kind]; return <Menu.Item key={kind} leftSection={<Sign size={15} stroke={1.5} aria-hidden />} onClick={() => add(kind, after)}>{say.kinds[kind]}</Menu.Item>; })}</Menu.Dropdown>
    </Menu>
  );
}
