import "@xyflow/react/dist/style.css";
import { diffGraphs, type StepKind } from "@relance/model/journeys";
import { Background, Controls, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState, type DragEvent } from "react";
import { useWords } from "../../i18n/words.ts";
import { AddDialog } from "./add-dialog.tsx";
import { HeldContext, type CanvasProps, type Change } from "./held.ts";
import { drawn, START } from "./layout.ts";
import { wayAfter, wayAt } from "./moves.ts";
import { Palette } from "./palette.tsx";
import { EndBox, StepBox, type EndNode, type StepNode } from "./step-box.tsx";
import { useCanvasKeys } from "./use-canvas-keys.ts";
import { WayLine, type WayEdge } from "./way-line.tsx";
import { journeyWords } from "./words.ts";

const NODE_TYPES = { step: StepBox, end: EndBox };
const EDGE_TYPES = { way: WayLine };
// Beyond this only what is in sight is drawn.
const MANY = 120;
const FIT = { maxZoom: 1, padding: 0.12 } as const;

/** The journey from top to bottom: silhouettes by kind, words on the ways, people here now on each step. */
export function Canvas(props: CanvasProps) {
  return <ReactFlowProvider><Drawing {...props} /></ReactFlowProvider>;
}

function Drawing(props: CanvasProps) {
  const { graph, live, chosen, readOnly } = props;
  const say = useWords(journeyWords);
  const picture = useMemo(() => drawn(graph), [graph]);
  const { nodes, edges } = useMemo(() => parts(picture), [picture]);
  const changes = useMemo(() => new Map((live ? diffGraphs(live, graph) : []).flatMap(({ step, change }): [string, Change][] => (change === "added" ? [[step, "added"]] : change === "changed" ? [[step, "modified"]] : []))), [live, graph]);
  const drop = useDrop(props, picture);
  const place = useRef<HTMLDivElement>(null);
  const keys = useCanvasKeys(props, picture, place);
  const pick = (kind: StepKind): void => {
    const after = wayAfter(graph, chosen);
    if (after !== undefined) keys.focus(props.add(kind, after));
  };
  const labels = { "controls.ariaLabel": say.view, "controls.zoomIn.ariaLabel": say.zoomIn, "controls.zoomOut.ariaLabel": say.zoomOut, "controls.fitView.ariaLabel": say.fit };
  return (
    <HeldContext value={{ ...props, changes, target: drop.target }}>
      {!readOnly && <Palette drag={drop.drag} pick={pick} />}
      <div ref={place} className="journey-drawing" role="group" aria-label={say.steps} data-dragging={drop.dragging || undefined} onKeyDown={keys.onKeyDown} onDragOver={drop.onDragOver} onDragLeave={drop.onDragLeave} onDrop={drop.onDrop}>
        <ReactFlow
          nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} edgeTypes={EDGE_TYPES} nodesDraggable={false} nodesConnectable={false} nodesFocusable={false} edgesFocusable={false} elementsSelectable={false} disableKeyboardA11y deleteKeyCode={null}
          ariaLabelConfig={labels} fitView fitViewOptions={FIT} minZoom={0.2} maxZoom={1.5} onlyRenderVisibleElements={nodes.length > MANY} onPaneClick={() => props.choose(null)}
        >
          <Background gap={20} size={1} color="var(--r-filet2)" />
          <Follow count={nodes.length} />
          <Controls showInteractive={false} position="bottom-left" />
        </ReactFlow>
        <p className="key-hint tiny" id="canvas-keys">{readOnly ? say.keysRead : say.keys}</p>
      </div>
      {keys.adding !== null && <AddDialog after={keys.adding} close={() => keys.add(null)} added={keys.focus} />}
    </HeldContext>
  );
}

function parts({ places, ways }: ReturnType<typeof drawn>): { nodes: (StepNode | EndNode)[]; edges: WayEdge[] } {
  const from = new Map(ways.map((way) => [way.to, way.from]));
  return {
    nodes: places.map((place): StepNode | EndNode => {
      const at = { id: place.id, position: { x: place.x, y: place.y }, width: place.width, height: place.height };
      return place.id.startsWith("end") ? { ...at, type: "end", data: { from: from.get(place.id) ?? null } } : { ...at, type: "step", data: { step: place.step } };
    }),
    edges: ways.map((way): WayEdge => ({ id: way.id, type: "way", source: way.from?.step ?? START, target: way.to, data: { way, free: way.to.startsWith("end") } })),
  };
}

/** A kind dragged from the palette: the way nearest to it is marked, and it goes there when let go. */
function useDrop({ add }: CanvasProps, picture: ReturnType<typeof drawn>) {
  const { screenToFlowPosition } = useReactFlow();
  const [dragged, drag] = useState<StepKind | null>(null);
  const [target, aim] = useState<string | null>(null);
  const wayUnder = (event: DragEvent) => wayAt(picture, screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  return {
    target: dragged === null ? null : target, dragging: dragged !== null, drag,
    onDragOver: (event: DragEvent): void => {
      if (dragged === null) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      aim(wayUnder(event)?.id ?? null);
    },
    onDragLeave: (event: DragEvent): void => { if (!(event.currentTarget as Element).contains(event.relatedTarget as Element | null)) aim(null); },
    onDrop: (event: DragEvent): void => {
      const way = dragged === null ? null : wayUnder(event);
      drag(null);
      if (dragged === null || !way) return;
      event.preventDefault();
      add(dragged, way.from);
    },
  };
}

/** Keeps the whole journey in sight when a step comes or goes. */
function Follow({ count }: { readonly count: number }) {
  const { fitView } = useReactFlow();
  useEffect(() => void fitView({ ...FIT, duration: 200 }), [count, fitView]);
  return null;
}
