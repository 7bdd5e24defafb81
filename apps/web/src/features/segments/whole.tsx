import { Progress } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useWords } from "../../i18n/words.ts";
import { insightWords } from "./insight-words.ts";
import { inParts, type AskPart } from "./parts.ts";

/** A figure of everyone, on its way. */
export interface Whole<T> {
  /** Once it is there. */
  readonly data: T | undefined;
  readonly error: unknown;
  /** Percent asked so far; null when nothing is under way. */
  readonly done: number | null;
  /** Ended by hand. */
  readonly stopped: boolean;
  readonly stop: () => void;
  readonly start: () => void;
}

/**
 * Asks everyone, part by part, and adds the answers up: of a million contacts that takes a while, which shows and can be stopped; a
 * changed question ends the former one after the part it is at.
 */
export function useWhole<T>(input: {
  readonly key: readonly unknown[];
  readonly enabled: boolean;
  readonly ask: AskPart<T>;
  readonly add: (sum: T, next: T) => T;
}): Whole<T> {
  const queries = useQueryClient();
  const queryKey = ["in parts", ...input.key];
  const name = JSON.stringify(queryKey);
  const [reached, setReached] = useState({ name, percent: 0 });
  const [stopped, setStopped] = useState<string | null>(null);
  const isStopped = stopped === name;
  const { data, error, isFetching } = useQuery({
    queryKey,
    enabled: input.enabled && !isStopped,
    retry: false,
    queryFn: ({ signal }) => inParts({ ...input, signal, tell: (percent) => setReached({ name, percent }) }),
  });
  return {
    data,
    error,
    done: isFetching && data === undefined ? (reached.name === name ? reached.percent : 0) : null,
    stopped: isStopped && data === undefined,
    stop: () => {
      setStopped(name);
      void queries.cancelQueries({ queryKey, exact: true });
    },
    start: () => setStopped(null),
  };
}

/** How far an exact figure is, and the way to stop it, or to ask for it after all. */
export function UnderWayToExact({ whole }: { readonly whole: Pick<Whole<unknown>, "done" | "stopped" | "stop" | "start"> }) {
  const say = useWords(insightWords);
  if (whole.stopped)
    return (
      <button type="button" className="link-button tiny" onClick={whole.start}>
        {say.exactly}
      </button>
    );
  if (whole.done === null) return null;
  return (
    <div className="to-exact">
      <Progress size="xs" value={Math.max(2, whole.done)} aria-label={say.exactDone(whole.done)} title={say.exactDone(whole.done)} />
      <button type="button" className="link-button tiny" onClick={whole.stop}>
        {say.stopExact}
      </button>
    </div>
  );
}
