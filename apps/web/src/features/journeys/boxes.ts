import { diffGraphs, samePart, type Graph } from "@relance/model/journeys";
import type { Edge, Node } from "@xyflow/react";
import { useMemo, useRef } from "react";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { commentWords } from "./comment-words.ts";
import type { CanvasProps, Change } from "./held.ts";
import { kindWords } from "./kind-words.ts";
import { START, wayId, type Picture, type Way } from "./layout.ts";
import { useStepWords } from "./names.ts";
import { useExitWord } from "./ways.ts";
import { journeyWords } from "./words.ts";

/** All that a step's box shows. */
interface StepData extends Record<string, unknown> {
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
export type StepNode = Node<StepData, "step">;
export type EndNode = Node<{ readonly from: Way["from"]; readonly readOnly: boolean; readonly aimed: boolean }, "end">;
export type WayEdge = Edge<{ readonly from: Way["from"]; readonly word: string; readonly plus: boolean; readonly aimed: boolean; readonly gone: boolean }, "way">;

/** Nodes and edges of a picture. Those that show what they showed before are the same objects, and are not drawn again. `target`: the way a dragged kind would go to. */
export function useBoxes(props: CanvasProps, picture: Picture, target: string | null): { readonly nodes: (StepNode | EndNode)[]; readonly edges: WayEdge[] } {
  const { graph, live, readOnly } = props;
  const changes = useMemo(() => changesOf(live, graph), [live, graph]);
  const dataOf = useStepData(props, changes);
  const exitWord = useExitWord();
  const keep = useKept();
  const steps = new Map(picture.places.map((place) => [place.id, place.step]));
  const into = new Map(picture.ways.map((way) => [way.to, way.from]));
  const nodes = picture.places.map((place): StepNode | EndNode => {
    const at = { id: place.id, position: { x: place.x, y: place.y }, width: place.width, height: place.height };
    if (!place.id.startsWith("end")) return keep({ ...at, type: "step", data: dataOf(place) });
    const from = into.get(place.id) ?? null;
    return keep({ ...at, type: "end", data: { from, readOnly, aimed: target === wayId(from) } });
  });
  const edges = picture.ways.map((way): WayEdge => {
    const step = way.from === null ? undefined : steps.get(way.from.step);
    const word = step && way.from && way.from.exit !== "next" ? exitWord(step, way.from.exit) : "";
    return keep({ id: way.id, type: "way", source: way.from?.step ?? START, target: way.to, data: { from: way.from, word, plus: !readOnly && !way.to.startsWith("end"), aimed: target === way.id, gone: way.gone === true } });
  });
  return { nodes, edges };
}

const CHANGES = { added: "added", changed: "modified", removed: "removed" } as const;

/** What differs between two versions, by step; the start stands for who enters and the settings. */
function changesOf(before: Graph | null, after: Graph): ReadonlyMap<string, Change> {
  if (before === null) return new Map();
  const start: [string, Change][] = samePart(before.starts, after.starts) && samePart(before.settings, after.settings) ? [] : [[START, "modified"]];
  return new Map([...start, ...diffGraphs(before, after).flatMap(({ step, change }): [string, Change][] => (change === "same" ? [] : [[step, CHANGES[change]]]))]);
}

function useStepData({ names, numbers, entered, faulty, startLine, chosen, marked, found, notes }: CanvasProps, changes: ReadonlyMap<string, Change>): (place: Picture["places"][number]) => StepData {
  const say = useWords(journeyWords);
  const comment = useWords(commentWords);
  const { number } = useFormats();
  const words = useStepWords(names);
  const { kinds } = useWords(kindWords);
  return ({ id, step }) => {
    const counted = numbers.get(id);
    const { name, line } = step ? words(step) : { name: say.start, line: startLine };
    return {
      kind: step?.kind ?? START, kindWord: step ? kinds[step.kind] : "", name, line: step?.kind === "wait" ? "" : line,
      here: step ? (counted && counted.here > 0 ? say.hereNow(number(counted.here)) : "") : entered > 0 ? say.enteredCount(entered, number(entered)) : "",
      passed: counted && counted.passed > 0 ? say.passed(counted.passed, number(counted.passed)) : "",
      change: changes.get(id), faulty: faulty.has(id), chosen: chosen === id, marked: marked.has(id), found: found.has(id), notes: notes.has(id) ? comment.open(notes.get(id)!) : "", tabbed: id === (chosen ?? START),
    };
  };
}

/** Gives back the object of before when nothing in it differs. */
function useKept(): <T extends { readonly id: string; readonly type?: string }>(made: T) => T {
  const kept = useRef(new Map<string, { readonly told: string; readonly made: unknown }>());
  return (made) => {
    const key = `${made.type} ${made.id}`;
    const told = JSON.stringify(made);
    const before = kept.current.get(key);
    if (before?.told === told) return before.made as typeof made;
    kept.current.set(key, { told, made });
    return made;
  };
}
