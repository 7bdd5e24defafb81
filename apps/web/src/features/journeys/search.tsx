import { TextInput, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue, useHotkeys } from "@mantine/hooks";
import { listTemplates } from "@relance/contract/messages";
import { readingOrder, type Graph } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { IconChevronDown, IconChevronUp, IconSearch, IconX } from "@tabler/icons-react";
import { useMemo, useState, type KeyboardEvent } from "react";
import { ask } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { focusStep } from "./canvas/focus-step.ts";
import { kindWords } from "./kind-words.ts";
import { START } from "./canvas/layout.ts";
import { useStepWords, type Names } from "./names.ts";
import { searchWords } from "./search-words.ts";

const plain = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** All words inside a value; ids, which nobody searches for, are among them and do no harm. */
const textsIn = (value: unknown): string[] =>
  typeof value === "string" ? [value] : value !== null && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];

/** Steps that have the words in their name, kind, settings, or in the texts of the message they send, in reading order. Null while nothing is searched. */
export function useStepSearch({
  graph,
  names,
  startLine,
  choose,
}: {
  readonly graph: Graph;
  readonly names: Names;
  readonly startLine: string;
  readonly choose: (id: string) => void;
}) {
  const [text, write] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const { kinds } = useWords(kindWords);
  const words = useStepWords(names);
  const wanted = plain((text ?? "").trim());
  const [settled] = useDebouncedValue((text ?? "").trim(), 250);
  const { data } = useQuery({
    ...ask(listTemplates, { query: { search: settled.slice(0, 100), texts: "true", limit: 200 } }),
    enabled: settled !== "",
  });
  const matches = useMemo((): readonly string[] => {
    if (wanted === "") return [];
    const saying = new Set(settled === "" ? [] : data?.items.map((one) => one.id));
    const start = plain([startLine, ...textsIn(graph.starts)].join(" ")).includes(wanted) ? [START] : [];
    return [
      ...start,
      ...readingOrder(graph)
        .filter((step) => {
          const { name, line } = words(step);
          return (
            plain([kinds[step.kind], name, line, ...textsIn(step)].join(" ")).includes(wanted) ||
            ("template" in step && step.template !== null && saying.has(step.template))
          );
        })
        .map((step) => step.id),
    ];
  }, [graph, wanted, settled, data, words, startLine, kinds]);
  const current = matches[Math.min(at, matches.length - 1)] ?? null;
  const walk = (by: number): void => {
    if (matches.length === 0) return;
    const next = (Math.min(at, matches.length - 1) + by + matches.length) % matches.length;
    setAt(next);
    choose(matches[next]!);
  };
  useHotkeys(
    [
      [
        "mod+F",
        () => {
          if (!document.querySelector("dialog[open]")) write(text ?? "");
          document.querySelector<HTMLInputElement>(".step-search input")?.select();
        },
      ],
    ],
    [],
  );
  return {
    text,
    matches,
    current,
    at: current === null ? 0 : matches.indexOf(current),
    walk,
    open: () => write(""),
    type: (typed: string): void => {
      write(typed);
      setAt(0);
    },
    close: (): void => {
      write(null);
      if (current !== null) {
        choose(current);
        focusStep(current);
      }
    },
  };
}
export type StepSearch = ReturnType<typeof useStepSearch>;

/** The search of the canvas: Enter walks the matches, with Shift backwards; which one of how many is said. */
export function SearchBar({ search, nameOf }: { readonly search: StepSearch; readonly nameOf: (id: string) => string }) {
  const say = useWords(searchWords);
  const { text, matches, current } = search;
  if (text === null)
    return (
      <button type="button" className="search-opener" aria-label={say.open} title={say.open} onClick={search.open}>
        <IconSearch size={16} stroke={1.5} aria-hidden />
      </button>
    );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" || event.key === "ArrowDown" || event.key === "ArrowUp")
      search.walk(event.key === "ArrowUp" || event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") search.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const told = text.trim() === "" ? "" : current === null ? say.none : say.which(search.at + 1, matches.length);
  return (
    <div className="step-search" role="search" onKeyDown={onKeyDown}>
      <TextInput
        size="xs"
        autoFocus
        aria-label={say.label}
        placeholder={say.hint}
        value={text}
        onChange={(event) => search.type(event.currentTarget.value)}
        leftSection={<IconSearch size={15} stroke={1.5} aria-hidden />}
      />
      <span className="small soft" role="status">
        {told}
        <VisuallyHidden>{current === null || told === "" ? "" : `, ${nameOf(current)}`}</VisuallyHidden>
      </span>
      <button type="button" disabled={matches.length === 0} aria-label={say.before} title={say.before} onClick={() => search.walk(-1)}>
        <IconChevronUp size={16} stroke={1.5} aria-hidden />
      </button>
      <button type="button" disabled={matches.length === 0} aria-label={say.next} title={say.next} onClick={() => search.walk(1)}>
        <IconChevronDown size={16} stroke={1.5} aria-hidden />
      </button>
      <button type="button" aria-label={say.close} title={say.close} onClick={search.close}>
        <IconX size={16} stroke={1.5} aria-hidden />
      </button>
    </div>
  );
}
