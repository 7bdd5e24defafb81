import "@xyflow/react/dist/style.css";
import { readingOrder, type StepKind } from "@relance/model/journeys";
import { Background, Controls, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useDeferredValue, useEffect, useMemo, useRef, useState, type DragEvent, type MouseEvent, type RefObject } from "react";
import { useWords } from "../../../i18n/words.ts";
import { useNewest } from "../../../ui/newest.ts";
import { AddDialog } from "./add-dialog.tsx";
import { AddItems } from "./add-menu.tsx";
import { BoxesContext, MANY, useBoxes } from "./boxes.ts";
import { GesturesContext, type CanvasProps, type Gestures } from "../held.ts";
import { drawn, START } from "./layout.ts";
import { wayAfter, wayAt } from "./moves.ts";
import { Palette } from "./palette.tsx";
import { PopupMenu, type Popup } from "./popup.tsx";
import { EndBox, StepBox } from "./step-box.tsx";
import { useCanvasKeys } from "./use-canvas-keys.ts";
import { WayLine } from "./way-line.tsx";
import { journeyWords } from "../words.ts";

const NODE_TYPES = { step: StepBox, end: EndBox };
const EDGE_TYPES = { way: WayLine };
const FIT = { maxZoom: 1, padding: 0.12 } as const;
// Taller than this, the whole would be too small to read: its beginning is shown, and what is chosen stays in sight.
const TALL = 2_000;
const FIRST_STEPS = 5;

/** The journey from top to bottom: silhouettes by kind, words on the ways, people here now on each step. */
export function Canvas(props: CanvasProps) {
  // A letter typed in the panel is shown at once; the drawing follows when there is time, once for several letters.
  const shown = useDeferredValue(props);
  const newest = useRef(props);
  useEffect(() => {
    newest.current = props;
  });
  return useMemo(
    () => (
      <ReactFlowProvider>
        <Drawing {...shown} newest={newest} />
      </ReactFlowProvider>
    ),
    [shown],
  );
}

function Drawing({ newest, ...props }: CanvasProps & { readonly newest: RefObject<CanvasProps> }) {
  const { graph, chosen, readOnly } = props;
  const say = useWords(journeyWords);
  const picture = useMemo(() => drawn(graph), [graph]);
  const drop = useDrop(props, picture);
  const { nodes, edges, boxes } = useBoxes(props, picture, drop.target);
  const place = useRef<HTMLDivElement>(null);
  const keys = useCanvasKeys(props, picture, newest, place);
  const { gestures, popup, onContextMenu, closePopup } = useGesturesOf(props);
  const { reveal } = keys;
  const { pick, leave } = useNewest({
    leave: () => props.choose(null),
    pick: (kind: StepKind): void => {
      const after = wayAfter(graph, chosen);
      if (after !== undefined) keys.focus(props.add(kind, after));
    },
  });
  const { looked } = props;
  useEffect(() => {
    if (looked !== null) reveal(looked);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only when another match is looked at, not when the picture changes under it
  }, [looked]);
  const whole = useMemo(() => Math.max(...picture.places.map((one) => one.y)) < TALL, [picture.places]);
  // How it opens; later changes of the graph do not move what is in sight.
  const [fit] = useState(() => ({
    ...FIT,
    ...(!whole && {
      nodes: [
        START,
        ...readingOrder(graph)
          .slice(0, FIRST_STEPS)
          .map((step) => step.id),
      ].map((id) => ({ id })),
    }),
  }));
  const labels = useMemo(
    () => ({
      "controls.ariaLabel": say.view,
      "controls.zoomIn.ariaLabel": say.zoomIn,
      "controls.zoomOut.ariaLabel": say.zoomOut,
      "controls.fitView.ariaLabel": say.fit,
    }),
    [say],
  );
  return (
    <GesturesContext value={gestures}>
      {!readOnly && <Palette drag={drop.drag} pick={pick} />}
      <div
        ref={place}
        className="journey-drawing"
        role="group"
        aria-label={say.steps}
        data-dragging={drop.dragging || undefined}
        onKeyDown={keys.onKeyDown}
        onContextMenu={onContextMenu}
        onDragOver={drop.onDragOver}
        onDragLeave={drop.onDragLeave}
        onDrop={drop.onDrop}
      >
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
            fitViewOptions={fit}
            minZoom={0.2}
            maxZoom={1.5}
            onlyRenderVisibleElements={nodes.length > MANY}
            onPaneClick={leave}
          >
            <Background gap={20} size={1} color="var(--r-filet2)" />
            <Follow
              count={nodes.length}
              whole={whole}
              reveal={() => {
                if (chosen !== null) reveal(chosen);
              }}
            />
            <Controls showInteractive={false} position="bottom-left" />
          </ReactFlow>
        </BoxesContext>
        <p className="key-hint tiny" id="canvas-keys">
          {readOnly ? say.keysRead : say.keys}
        </p>
      </div>
      {popup && (
        <PopupMenu popup={popup} close={closePopup}>
          {popup.about.of === "step" ? props.menu(popup.about.id) : <AddItems {...props} {...popup.about} />}
        </PopupMenu>
      )}
      {keys.adding !== null && <AddDialog {...props} after={keys.adding} close={() => keys.add(null)} added={keys.focus} />}
    </GesturesContext>
  );
}

/** What boxes and lines can ask for, and the one menu that is open. */
function useGesturesOf(props: CanvasProps) {
  const [popup, open] = useState<Popup | null>(null);
  const gestures = useNewest<Gestures>({
    choose: props.choose,
    mark: props.mark,
    offer: (plus, after, end) => {
      const { left, width, bottom } = plus.getBoundingClientRect();
      open({ x: left + width / 2, y: bottom, opener: plus, about: { of: "way", after, end } });
    },
  });
  // Shift F10 and the menu key tell the browser the same as the right button.
  const onContextMenu = (event: MouseEvent): void => {
    const opener = (event.target as Element).closest(".step-box")?.querySelector<HTMLElement>("[data-step]");
    const id = opener?.dataset["step"];
    if (!opener || id === undefined) return;
    event.preventDefault();
    if (!props.marked.has(id)) props.choose(id);
    const { left, width, bottom } = opener.getBoundingClientRect();
    open({
      ...(event.clientX > 0 ? { x: event.clientX, y: event.clientY } : { x: left + width / 2, y: bottom }),
      opener,
      about: { of: "step", id },
    });
  };
  return { gestures, popup, onContextMenu, closePopup: () => open(null) };
}

/** A kind dragged from the palette: the way nearest to it is marked, and it goes there when let go. */
function useDrop({ add }: CanvasProps, picture: ReturnType<typeof drawn>) {
  const { screenToFlowPosition } = useReactFlow();
  const [dragged, drag] = useState<StepKind | null>(null);
  const [target, aim] = useState<string | null>(null);
  const wayUnder = (event: DragEvent) => wayAt(picture, screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  return {
    target: dragged === null ? null : target,
    dragging: dragged !== null,
    drag,
    onDragOver: (event: DragEvent): void => {
      if (dragged === null) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      aim(wayUnder(event)?.id ?? null);
    },
    onDragLeave: (event: DragEvent): void => {
      if (!(event.currentTarget as Element).contains(event.relatedTarget as Element | null)) aim(null);
    },
    onDrop: (event: DragEvent): void => {
      const way = dragged === null ? null : wayUnder(event);
      drag(null);
      if (dragged === null || !way) return;
      event.preventDefault();
      add(dragged, way.from);
    },
  };
}

/** Keeps the whole journey in sight when a step comes or goes; of a tall one what is chosen. */
function Follow({ count, whole, reveal }: { readonly count: number; readonly whole: boolean; readonly reveal: () => void }) {
  const { fitView } = useReactFlow();
  const latest = useRef(reveal);
  useEffect(() => {
    latest.current = reveal;
  });
  useEffect(() => {
    if (whole) void fitView({ ...FIT, duration: 200 });
    else latest.current();
  }, [count, whole, fitView]);
  return null;
}
