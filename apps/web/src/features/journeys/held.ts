import type { Graph, StepKind } from "@relance/model/journeys";
import { createContext, useContext } from "react";
import type { Way } from "./canvas/layout.ts";
import type { Names } from "./names.ts";

export type Change = "modified" | "added" | "removed";

export interface CanvasProps {
  readonly graph: Graph;
  /** The published graph, against which changes are shown; null before there is one. */
  readonly live: Graph | null;
  readonly names: Names;
  readonly numbers: ReadonlyMap<string, { readonly here: number; readonly passed: number }>;
  readonly entered: number;
  readonly faulty: ReadonlySet<string>;
  readonly chosen: string | null;
  /** Chosen together, to be copied, cut or taken out; the chosen one is among them. */
  readonly marked: ReadonlySet<string>;
  /** What a search found, and which of it is looked at. */
  readonly found: ReadonlySet<string>;
  readonly looked: string | null;
  /** Open comments by step. */
  readonly notes: ReadonlyMap<string, number>;
  readonly startLine: string;
  readonly readOnly: boolean;
  readonly choose: (id: string | null, tab?: "setup" | "people" | "comments") => void;
  /** Adds a step to those marked, or takes it from them when it is among them and `on` does not say otherwise. */
  readonly mark: (id: string, on?: boolean) => void;
  /** @returns the id of the new step */
  readonly add: (kind: StepKind, after: Way["from"]) => string;
  readonly connect: (from: Way["from"], to: string) => void;
  readonly remove: (ids: readonly string[]) => void;
  /** What a step offers in its menu. */
  readonly menu: (id: string) => React.ReactNode;
}

/** What boxes and lines ask of the canvas. The same object for its whole life: what they show comes with their data, so that only what changed is drawn again. */
export type Gestures = Pick<CanvasProps, "choose" | "mark"> & {
  /** Opens the list of what can be put on a way, beside the plus that was touched. `end`: a free end, which may lead to a step that exists. */
  readonly offer: (plus: HTMLElement, after: Way["from"], end: boolean) => void;
};
export const GesturesContext = createContext<Gestures | null>(null);
export const useGestures = (): Gestures => useContext(GesturesContext)!;
