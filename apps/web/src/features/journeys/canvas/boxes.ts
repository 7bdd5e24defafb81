import { diffGraphs, samePart, type Graph, type Step } from "@relance/model/journeys";
import { Position, type Edge, type Node, type NodeHandle } from "@xyflow/react";
import { createContext, useCallback, useMemo, useRef } from "react";
import { useFormats } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { commentWords } from "../comment-words.ts";
import type { CanvasProps, Change } from "../held.ts";
import { kindWords } from "../kind-words.ts";
import { START, wayId, type Picture, type Way } from "./layout.ts";
import { useStepWords } from "../names.ts";
import { useExitWord } from "./ways.ts";
import { journeyWords } from "../words.ts";

/** Beyond this many boxes and ends only what is in sight is drawn. */
export const MANY = 120;

/** All that a step's box shows. */
export interface StepData extends Record<string, unknown> {
  readonly kind: string;
  /** Said before the name to who does not see the silhouette. */
  readonly kindWord: string;
  readonly name: string;
  readonly line: string;
  readonly here: string;
  readonly passed: string;
  readonly change: Change | undefined;
  readonly faulty: boolean;
  readonly chosen: boolean;
  readonly marked: boolean;
  readonly found: boolean;
  /** How many open comments it has, in words; empty: none. */
  readonly notes: string;
  /** The one step of the drawing that Tab reaches. */
  readonly tabbed: boolean;
}
export type StepNode = Node<Record<string, never>, "step">;
export type EndNode = Node<{ readonly from: Way["from"]; readonly readOnly: boolean; readonly aimed: boolean }, "end">;
export type WayEdge = Edge<
  { readonly from: Way["from"]; readonly word: string; readonly plus: boolean; readonly aimed: boolean; readonly gone: boolean },
  "way"
>;

/** What each step's box shows, by its id. It is not in the nodes, which say where boxes stand only: a letter typed changes none of them. */
export const BoxesContext = createContext<ReadonlyMap<string, StepData>>(new Map());

/** Nodes and edges of a picture, which are the same objects while they say the same, and what the boxes show. `target`: the way a dragged kind would go to. */
export function useBoxes(
  props: CanvasProps,
  picture: Picture,
  target: string | null,
): { readonly nodes: (StepNode | EndNode)[]; readonly edges: WayEdge[]; readonly boxes: ReadonlyMap<string, StepData> } {
  const { graph, live, readOnly } = props;
  const { places, ways, steps } = picture;
  const changes = useMemo(() => changesOf(live, graph), [live, graph]);
  const dataOf = useStepData(props, changes);
  const exitWord = useExitWord();
  const keep = useKept();
  const words = useSame(
    ways.map(({ from }) => {
      const step = from === null || from.exit === "next" ? undefined : steps.get(from.step);
      return step && from ? exitWord(step, from.exit) : "";
    }),
  );
  const nodes = useMemo(() => {
    const into = new Map(ways.map((way) => [way.to, way.from]));
    return places.map(({ id, x, y, width, height }): StepNode | EndNode => {
      const at = { id, position: { x, y }, width, height, handles: handlesOf(id, width, height) };
      if (!id.startsWith("end")) return keep({ ...at, type: "step", data: {} });
      const from = into.get(id) ?? null;
      return keep({ ...at, type: "end", data: { from, readOnly, aimed: target === wayId(from) } });
    });
  }, [places, ways, readOnly, target, keep]);
  const edges = useMemo(
    () =>
      ways.map(({ id, from, to, gone }, at): WayEdge =>
        keep({
          id,
          type: "way",
          source: from?.step ?? START,
          target: to,
          data: { from, word: words[at]!, plus: !readOnly && !to.startsWith("end"), aimed: target === id, gone: gone === true },
        }),
      ),
    [ways, words, readOnly, target, keep],
  );
  const boxes = new Map(places.filter(({ id }) => !id.startsWith("end")).map(({ id }) => [id, dataOf(id, steps.get(id) ?? null)]));
  return { nodes, edges, boxes };
}

/** Where lines leave and arrive, said so that they are drawn at once, and stay while a box is made anew: left to be measured, they come when the browser has time. */
function handlesOf(id: string, width: number, height: number): NodeHandle[] {
  const x = width / 2;
  return [
    ...(id === START ? [] : [{ type: "target" as const, position: Position.Top, x, y: 0, width: 0, height: 0 }]),
    ...(id.startsWith("end") ? [] : [{ type: "source" as const, position: Position.Bottom, x, y: height, width: 0, height: 0 }]),
  ];
}

const CHANGES = { added: "added", changed: "modified", removed: "removed" } as const;

/** What differs between two versions, by step; the start stands for who enters and the settings. */
function changesOf(before: Graph | null, after: Graph): ReadonlyMap<string, Change> {
  if (before === null) return new Map();
  const start: [string, Change][] =
    samePart(before.starts, after.starts) && samePart(before.settings, after.settings) ? [] : [[START, "modified"]];
  return new Map([
    ...start,
    ...diffGraphs(before, after).flatMap(({ step, change }): [string, Change][] => (change === "same" ? [] : [[step, CHANGES[change]]])),
  ]);
}

function useStepData(
  { names, numbers, entered, faulty, startLine, chosen, marked, found, notes }: CanvasProps,
  changes: ReadonlyMap<string, Change>,
): (id: string, step: Step | null) => StepData {
  const say = useWords(journeyWords);
  const comment = useWords(commentWords);
  const { number } = useFormats();
  const words = useStepWords(names);
  const { kinds } = useWords(kindWords);
  return (id, step) => {
    const counted = numbers.get(id);
    const { name, line } = step ? words(step) : { name: say.start, line: startLine };
    return {
      kind: step?.kind ?? START,
      kindWord: step ? kinds[step.kind] : "",
      name,
      line: step?.kind === "wait" ? "" : line,
      here: step
        ? counted && counted.here > 0
          ? say.hereNow(number(counted.here))
          : ""
        : entered > 0
          ? say.enteredCount(entered, number(entered))
          : "",
      passed: counted && counted.passed > 0 ? say.passed(counted.passed, number(counted.passed)) : "",
      change: changes.get(id),
      faulty: faulty.has(id),
      chosen: chosen === id,
      marked: marked.has(id),
      found: found.has(id),
      notes: notes.has(id) ? comment.open(notes.get(id)!) : "",
      tabbed: id === (chosen ?? START),
    };
  };
}

/** Gives back the object of before when nothing in it differs. */
function useKept(): <T extends { readonly id: string; readonly type?: string }>(made: T) => T {
  const kept = useRef(new Map<string, { readonly told: string; readonly made: unknown }>());
  return useCallback((made) => {
    const key = `${made.type} ${made.id}`;
    const told = JSON.stringify(made);
    const before = kept.current.get(key);
    if (before?.told === told) return before.made as typeof made;
    kept.current.set(key, { told, made });
    return made;
  }, []);
}

/** The list of before while it says the same. */
function useSame(words: readonly string[]): readonly string[] {
  const told = words.join("\n");
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- `told` says all of them
  return useMemo(() => words, [told]);
}
