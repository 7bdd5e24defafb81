import { useReactFlow } from "@xyflow/react";
import { useState, type KeyboardEvent, type RefObject } from "react";
import { focusStep } from "./focus-step.ts";
import type { CanvasProps } from "../held.ts";
import { drawn, START } from "./layout.ts";
import { stepTowards, wayTo, type Arrow } from "./moves.ts";

const ARROWS: readonly string[] = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

/**
 * The canvas without a mouse: arrows walk, A adds after, Delete takes out, Enter goes to the settings; undo and redo are the editor's.
 * @param newest what the editor holds by now: the drawing may be a moment behind it, a key pressed at once after an undo must not be
 */
export function useCanvasKeys(
  shown: CanvasProps,
  picture: ReturnType<typeof drawn>,
  newest: RefObject<CanvasProps>,
  place: RefObject<HTMLDivElement | null>,
) {
  const [adding, add] = useState<string | null>(null);
  const { getViewport, setCenter } = useReactFlow();
  const { choose, mark, readOnly } = shown;
  const now = () => ({ ...newest.current, picture: newest.current.graph === shown.graph ? picture : drawn(newest.current.graph) });
  const reveal = (id: string): void => {
    const box = now().picture.places.find((one) => one.id === id);
    const room = place.current?.getBoundingClientRect();
    if (!box || !room) return;
    const { x, y, zoom } = getViewport();
    const left = box.x * zoom + x;
    const top = box.y * zoom + y;
    if (left >= 0 && top >= 0 && left + box.width * zoom <= room.width && top + box.height * zoom <= room.height) return;
    void setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom, duration: 120 });
  };
  const focus = (id: string): void => {
    if (place.current) focusStep(id, place.current);
  };
  const go = (id: string | null): void => {
    if (id === null) return;
    choose(id);
    reveal(id);
    focus(id);
  };
  const takeOut = (id: string): void => {
    const { graph, marked, remove } = now();
    const before = wayTo(graph, id);
    remove(marked.has(id) ? [...marked] : [id]);
    go(before && !marked.has(before.step) ? before.step : START);
  };
  /** Shift with an arrow takes the next step along. */
  const extend = (from: string, id: string | null): void => {
    if (id === null) return;
    mark(from, true);
    mark(id, true);
    reveal(id);
    focus(id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = (event.target as HTMLElement).dataset["step"];
    if (at === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (ARROWS.includes(event.key) && event.shiftKey) extend(at, stepTowards(now().picture, at, event.key as Arrow));
    else if (ARROWS.includes(event.key)) go(stepTowards(now().picture, at, event.key as Arrow));
    else if (event.key === "Home") go(START);
    else if (event.key === "Enter" || event.key === " ") {
      choose(at);
      setTimeout(
        () =>
          document.querySelector<HTMLElement>(".journey-panel input, .journey-panel select, .journey-panel .panel-fields button")?.focus(),
        0,
      );
    } else if (!readOnly && ["a", "A", "+", "Insert"].includes(event.key)) {
      choose(at);
      add(at);
    } else if (!readOnly && (event.key === "Delete" || event.key === "Backspace") && at !== START) takeOut(at);
    else return;
    event.preventDefault();
  };
  return { adding, add, focus, reveal, onKeyDown };
}
