import { ApiError } from "@relance/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useLeaveGuard } from "./leave-guard.tsx";

const STEPS = 100;
// Long enough that typing a sentence is one save, short enough that closing the page loses nothing worth a question.
const QUIET_MS = 700;
const AGAIN_MS = 5_000;
// Letters typed in one field within this are one step back.
const BURST_MS = 900;

/** Something being written: a hundred steps back, and how much of it the server has. */
export interface SavedDraft<T> {
  readonly now: T;
  /** @param next what changes; a function is told what is written by now, before it is drawn. @param burst changes of the same name in quick succession are one step back */
  readonly change: (next: Partial<T> | ((now: T) => Partial<T>), burst?: string) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly dirty: boolean;
  readonly error: unknown;
  /** Saves what is written now; resolves when the server has it. */
  readonly flush: () => Promise<void>;
  /** Why the page stayed open when it was to be left, or null. */
  readonly guard: React.ReactNode;
}

/**
 * Saves by itself when the hand rests, one save at a time, each with the moment of the one before: nobody is overwritten. A save that
 * fails is tried again; leaving the page while something is unsaved saves it first.
 * @param send stores it and answers when that was; must be the same function from one drawing to the next
 * @param ready whether it can be stored as it is
 */
export function useSavedDraft<T extends object>(
  first: T,
  changedAt: string,
  send: (written: T, expected: string) => Promise<{ readonly changedAt: string }>,
  ready: (written: T) => boolean,
): SavedDraft<T> {
  const queries = useQueryClient();
  const [history, set] = useState(() => ({ steps: [first], at: 0 }));
  const now = history.steps[history.at]!;
  const [saved, setSaved] = useState(now);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  const latest = useRef(now);
  const stored = useRef({ written: now, changedAt });
  const under = useRef<Promise<void>>(Promise.resolve());
  const burst = useRef({ name: "", at: 0 });
  useEffect(() => {
    latest.current = now;
  }, [now]);

  const save = useCallback((): Promise<void> => {
    const next = under.current
      .catch(() => undefined)
      .then(async () => {
        const written = latest.current;
        if (written === stored.current.written || !ready(written)) return;
        const answer = await send(written, stored.current.changedAt);
        stored.current = { written, changedAt: answer.changedAt };
        setSaved(written);
        setError(null);
      });
    under.current = next;
    return next;
  }, [send, ready]);

  const dirty = now !== saved;
  useEffect(() => {
    if (!dirty) return undefined;
    const conflict = error instanceof ApiError && error.status === 409;
    if (conflict) return undefined;
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
  }, [dirty, now, save, error, tries]);
  const guard = useLeaveGuard(dirty, () => save().then(() => latest.current === stored.current.written));
  // Lists and pages read before show what was written here.
  useEffect(
    () => () => {
      void queries.invalidateQueries();
    },
    [queries],
  );

  const change = useCallback((next: Partial<T> | ((now: T) => Partial<T>), name = ""): void => {
    const part = typeof next === "function" ? next(latest.current) : next;
    latest.current = { ...latest.current, ...part };
    const at = performance.now();
    const joined = name !== "" && burst.current.name === name && at - burst.current.at < BURST_MS;
    burst.current = { name, at };
    set((past) => {
      const made = { ...past.steps[past.at]!, ...part };
      const steps = [...past.steps.slice(0, past.at + (joined && past.at > 0 ? 0 : 1)), made].slice(-STEPS);
      return { steps, at: steps.length - 1 };
    });
  }, []);
  const go = (by: -1 | 1) => () => {
    burst.current = { name: "", at: 0 };
    set((past) => ({ ...past, at: Math.min(Math.max(past.at + by, 0), past.steps.length - 1) }));
  };
  return {
    now,
    change,
    undo: go(-1),
    redo: go(1),
    canUndo: history.at > 0,
    canRedo: history.at < history.steps.length - 1,
    dirty,
    error,
    flush: save,
    guard,
  };
}
