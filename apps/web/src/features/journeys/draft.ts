import { saveDraft, type Journey } from "@relance/contract/journeys";
import { apply, type Command, type Graph } from "@relance/model/journeys";
import { useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";

const STEPS = 50;
// Long enough that typing a name is one save, short enough that closing the page loses nothing worth a question.
const QUIET_MS = 700;

/** A draft being edited: its graph with fifty steps back, its name, and how much of it the server has. */
export interface Draft {
  readonly graph: Graph;
  readonly name: string;
  readonly rename: (name: string) => void;
  readonly command: (command: Command) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** What the server answered last: revision and problems belong to it. */
  readonly known: Journey;
  readonly dirty: boolean;
  readonly error: unknown;
}

/** Saves by itself when the hand rests. One save at a time, each with the revision of the one before: nobody is overwritten. */
export function useDraft(journey: Journey): Draft {
  const [history, set] = useState({ graphs: [journey.draft], at: 0 });
  const [name, rename] = useState(journey.name);
  const [saved, setSaved] = useState({ known: journey, graph: journey.draft, name: journey.name });
  const [error, setError] = useState<unknown>(null);
  const busy = useRef(false);
  const graph = history.graphs[history.at]!;
  const dirty = graph !== saved.graph || name !== saved.name;
  useEffect(() => {
    if (!dirty || name.trim() === "") return undefined;
    const timer = setTimeout(() => {
      if (busy.current) return;
      busy.current = true;
      api.call(saveDraft, { params: { id: journey.id }, body: { graph, name: name.trim(), revision: saved.known.draftRevision } })
        .then((known) => { setError(null); setSaved({ known, graph, name }); }, setError)
        .finally(() => { busy.current = false; });
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [dirty, graph, name, saved, journey.id]);
  const go = (by: -1 | 1) => () => set((now) => ({ ...now, at: Math.min(Math.max(now.at + by, 0), now.graphs.length - 1) }));
  const command = (given: Command): void => set((now) => {
    const next = apply(now.graphs[now.at]!, given);
    if (next === now.graphs[now.at]) return now;
    const graphs = [...now.graphs.slice(0, now.at + 1), next].slice(-STEPS);
    return { graphs, at: graphs.length - 1 };
  });
  return { graph, name, rename, command, undo: go(-1), redo: go(1), canUndo: history.at > 0, canRedo: history.at < history.graphs.length - 1, known: saved.known, dirty, error };
}
