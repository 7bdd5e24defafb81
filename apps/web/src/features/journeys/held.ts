import type { Graph, StepKind } from "@relance/model/journeys";
import { createContext, useContext } from "react";
import type { Way } from "./layout.ts";
import type { Names } from "./names.ts";

export type Change = "modified" | "added";

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
  /** @returns the id of the new step */
  readonly add: (kind: StepKind, after: Way["from"]) => string;
  readonly connect: (from: Way["from"], to: string) => void;
  readonly remove: (id: string) => void;
}

/** What the boxes and lines of the canvas know beside their own place. */
export interface Held extends CanvasProps {
  readonly changes: ReadonlyMap<string, Change>;
  /** The way on which what is being dragged would go. */
  readonly target: string | null;
}
export const HeldContext = createContext<Held | null>(null);
export const useHeld = (): Held => useContext(HeldContext)!;
