import { ApiError } from "@relance/contract/client";
import { saveTemplate, type TemplateBody } from "@relance/contract/messages";
import { formatsOf, type Content, type MessageClass, type Variant } from "@relance/model/messages";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../api/client.ts";
import { useLeaveGuard } from "../../app/leave-guard.tsx";

const STEPS = 100;
// Long enough that typing a sentence is one save, short enough that closing the page loses nothing worth a question.
const QUIET_MS = 700;
const AGAIN_MS = 5_000;
// Letters typed in one field within this are one step back.
const BURST_MS = 900;

export interface Written {
  readonly name: string;
  readonly class: MessageClass;
  readonly topic: string;
  readonly content: Content;
}

/** A template being written: a hundred steps back, and how much of it the server has. */
export interface Draft {
  readonly now: Written;
  /** @param burst changes of the same name in quick succession are one step back */
  readonly change: (next: Partial<Written>, burst?: string) => void;
  readonly write: (language: string, part: Partial<Variant>) => void;
  /** What it is sent by; settled when it was made. */
  readonly channel: TemplateBody["channel"];
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
 */
export function useTemplateDraft(template: TemplateBody): Draft {
  const queries = useQueryClient();
  const [history, set] = useState(() => ({ steps: [{ name: template.name, class: template.class, topic: template.topic, content: template.draft } satisfies Written as Written], at: 0 }));
  const now = history.steps[history.at]!;
  const [saved, setSaved] = useState(now);
  const [error, setError] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  const latest = useRef(now);
  const stored = useRef({ written: now, changedAt: template.changedAt });
  const under = useRef<Promise<void>>(Promise.resolve());
  const burst = useRef({ name: "", at: 0 });
  useEffect(() => { latest.current = now; }, [now]);

  const save = useCallback((): Promise<void> => {
    const next = under.current.catch(() => undefined).then(async () => {
      const written = latest.current;
      if (written === stored.current.written || written.name.trim() === "") return;
      const answer = await api.call(saveTemplate, { params: { id: template.id }, body: { ...written, name: written.name.trim(), expected: stored.current.changedAt } });
      stored.current = { written, changedAt: answer.changedAt };
      setSaved(written);
      setError(null);
    });
    under.current = next;
    return next;
  }, [template.id]);

  const dirty = now !== saved;
  useEffect(() => {
    if (!dirty) return undefined;
    const conflict = error instanceof ApiError && error.status === 409;
    if (conflict) return undefined;
    const timer = setTimeout(() => {
      save().catch((reason: unknown) => { setError(reason); setTries((count) => count + 1); });
    }, error === null ? QUIET_MS : AGAIN_MS);
    return () => clearTimeout(timer);
  }, [dirty, now, save, error, tries]);
  const guard = useLeaveGuard(dirty, () => save().then(() => latest.current === stored.current.written));
  // Lists and pages read before show what was written here.
  useEffect(() => () => { void queries.invalidateQueries(); }, [queries]);

  const change = useCallback((next: Partial<Written>, name = ""): void => {
    const at = performance.now();
    const joined = name !== "" && burst.current.name === name && at - burst.current.at < BURST_MS;
    burst.current = { name, at };
    set((past) => {
      const made = { ...past.steps[past.at]!, ...next };
      const steps = [...past.steps.slice(0, past.at + (joined && past.at > 0 ? 0 : 1)), made].slice(-STEPS);
      return { steps, at: steps.length - 1 };
    });
  }, []);
  const write = useCallback((language: string, part: Partial<Variant>): void => {
    const { content } = latest.current;
    const before: Variant = content.variants[language] ?? { subject: "", preheader: "", format: formatsOf(template.channel)[0]!, source: "", text: null };
    const made = { ...content, variants: { ...content.variants, [language]: { ...before, ...part } } };
    latest.current = { ...latest.current, content: made };
    change({ content: made }, `${language} ${Object.keys(part).join()}`);
  }, [change, template.channel]);
  const go = (by: -1 | 1) => () => {
    burst.current = { name: "", at: 0 };
    set((past) => ({ ...past, at: Math.min(Math.max(past.at + by, 0), past.steps.length - 1) }));
  };
  return { now, change, write, channel: template.channel, undo: go(-1), redo: go(1), canUndo: history.at > 0, canRedo: history.at < history.steps.length - 1, dirty, error, flush: save, guard };
}
