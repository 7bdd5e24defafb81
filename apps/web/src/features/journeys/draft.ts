import { ApiError } from "@relance/contract/client";
import { saveDraft, type Journey } from "@relance/contract/journeys";
import { apply, graph as graphShape, MOST_STEPS, type Command, type Graph, type Step } from "@relance/model/journeys";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { useLeaveGuard } from "../../app/leave-guard.tsx";
import { useNewest } from "../../ui/newest.ts";

const STEPS = 50;
// Long enough that typing a name is one save, short enough that closing the page loses nothing worth a question.
const QUIET_MS = 700;
const AGAIN_MS = 5_000;
// Letters typed in one field within this are one step back.
const BURST_MS = 900;

interface Written {
  readonly graph: Graph;
  readonly name: string;
  readonly description: string;
}

/** A draft being edited: its graph with fifty steps back, its name, and how much of it the server has. */
export interface Draft extends Written {
  readonly rename: (name: string) => void;
  readonly describe: (description: string) => void;
  readonly command: (command: Command) => void;
  /** The whole graph at once, as when going back to the live version. */
  readonly replace: (graph: Graph) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** What keeps it from being published: the server's list for what it has, after what is not whole enough to be sent there. */
  readonly problems: Journey["problems"];
  /** A value is missing: nothing is saved until it is there. */
  readonly incomplete: boolean;
  /** What the server answered last: revision and problems belong to it. */
  readonly known: Journey;
  /** Takes an answer of the server to something else than saving, such as publishing. */
  readonly learn: (journey: Journey) => void;
  readonly dirty: boolean;
  readonly error: unknown;
  /** Why the page stayed open when it was to be left, or null. */
  readonly guard: React.ReactNode;
  /** Someone saved between what this draft was read at and its last save, which was refused. */
  readonly refused: boolean;
  /** Saves over what someone else saved, of which `revision` is the last. */
  readonly overwrite: (revision: number) => void;
}

/**
 * Saves by itself when the hand rests. One save at a time, each with the revision of the one before: nobody is overwritten. A save that
 * fails is tried again; leaving the page while something is unsaved saves it first.
 */
export function useDraft(journey: Journey): Draft {
  const queries = useQueryClient();
  const [history, set] = useState(() => ({
    steps: [{ graph: journey.draft, name: journey.name, description: journey.description } satisfies Written as Written],
    at: 0,
  }));
  const now = history.steps[history.at]!;
  const [saved, setSaved] = useState({ known: journey, written: now });
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  const latest = useRef(now);
  const stored = useRef({ written: now, revision: journey.draftRevision });
  const under = useRef<Promise<void>>(Promise.resolve());
  const burst = useRef({ name: "", at: 0 });
  const missing = useMemo(() => missingIn(now.graph), [now.graph]);
  const incomplete = missing.length > 0;
  useEffect(() => {
    if (!incomplete) latest.current = now;
  }, [now, incomplete]);

  const save = useCallback((): Promise<void> => {
    const next = under.current
      .catch(() => undefined)
      .then(async () => {
        const written = latest.current;
        if (written === stored.current.written || written.name.trim() === "") return;
        const known = await api.call(saveDraft, {
          params: { id: journey.id },
          body: { ...written, name: written.name.trim(), revision: stored.current.revision },
        });
        stored.current = { written, revision: known.draftRevision };
        setSaved({ known, written });
        setError(null);
      });
    under.current = next;
    return next;
  }, [journey.id]);

  const dirty = now !== saved.written;
  const refused = error instanceof ApiError && error.status === 409;
  useEffect(() => {
    if (!dirty || refused) return undefined;
    const timer = setTimeout(
      () => {
        save().catch((reason: unknown) => {
          setError(reason);
          setTries((count) => count + 1);
        });
      },
      error === null ? QUIET_MS : AGAIN_MS,
    );
    return () => clearTimeout(timer);
  }, [dirty, now, save, error, refused, tries]);
  const guard = useLeaveGuard(dirty, () => save().then(() => !incomplete && latest.current === stored.current.written));
  // Lists and pages read before show what was drawn here.
  useEffect(
    () => () => {
      void queries.invalidateQueries();
    },
    [queries],
  );

  const change = useCallback((make: (before: Written) => Written, name: string): void => {
    const at = performance.now();
    const joined = name !== "" && burst.current.name === name && at - burst.current.at < BURST_MS;
    burst.current = { name, at };
    set((past) => {
      const before = past.steps[past.at]!;
      const made = make(before);
      if (made === before) return past;
      const steps = [...past.steps.slice(0, past.at + (joined && past.at > 0 ? 0 : 1)), made].slice(-STEPS);
      return { steps, at: steps.length - 1 };
    });
  }, []);
  const { undo, redo } = useNewest({ undo: () => go(-1), redo: () => go(1) });
  const go = (by: -1 | 1): void => {
    burst.current = { name: "", at: 0 };
    set((past) => ({ ...past, at: Math.min(Math.max(past.at + by, 0), past.steps.length - 1) }));
  };
  const command = (given: Command): void =>
    change((before) => {
      const graph = apply(before.graph, given);
      return graph === before.graph ? before : { ...before, graph };
    }, nameOf(given));
  return {
    ...now,
    command,
    replace: (graph) => change((before) => ({ ...before, graph }), ""),
    rename: (name) => change((before) => ({ ...before, name }), "name"),
    describe: (description) => change((before) => ({ ...before, description }), "description"),
    undo,
    redo,
    canUndo: history.at > 0,
    canRedo: history.at < history.steps.length - 1,
    known: saved.known,
    dirty,
    error,
    guard,
    refused,
    incomplete,
    problems: incomplete ? [...missing, ...saved.known.problems] : saved.known.problems,
    overwrite: (revision) => {
      stored.current = { ...stored.current, revision };
      setError(null);
    },
    learn: (known) => setSaved((before) => ({ ...before, known })),
  };
}

/** Commands that follow one another under one name, as letters of a field do, are one step back. */
function nameOf(given: Command): string {
  return given.kind === "configure" ? `step ${given.step.id}` : given.kind === "settings" || given.kind === "starts" ? given.kind : "";
}

/** Steps that lack nothing; a step never changes, another takes its place. */
const WHOLE = new WeakSet<Step>();

/** Values a graph still lacks, such as a text to compare with: the shape that is stored has no place for it without them. */
function missingIn(graph: Graph): Journey["problems"] {
  // A letter changes one step of three hundred: the others were read before.
  const fresh = graph.steps.length > MOST_STEPS ? graph.steps : graph.steps.filter((step) => !WHOLE.has(step));
  const read = graphShape.safeParse({ ...graph, steps: fresh });
  if (read.success) {
    for (const step of fresh) WHOLE.add(step);
    return [];
  }
  const steps = new Set(
    read.error.issues.map(({ path }) => (path[0] === "steps" && typeof path[1] === "number" ? fresh[path[1]]!.id : null)),
  );
  return [...steps].map((step) => ({
    path: step === null ? "settings" : `step:${step}`,
    step,
    code: "incomplete",
    message: {
      fr: "Il manque une valeur, ou elle ne convient pas\u00a0: rien n’est enregistré d’ici là.",
      en: "A value is missing or does not fit: nothing is saved until then.",
    },
  }));
}
