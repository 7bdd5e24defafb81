import { Button } from "@mantine/core";
import type { Graph } from "@relance/model/journeys";
import { rehearsedPeople, type RehearsedPerson } from "@relance/contract/rehearsals";
import { eventTitle } from "@relance/model/rules";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useReason } from "../../app/send-moment.tsx";
import { sendWords } from "../../app/send-words.ts";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part, Waiting } from "../../ui/page.tsx";
import { Moment } from "../../ui/thread.tsx";
import { useNames, useStepWords } from "../journeys/names.ts";
import { useExitWord } from "../journeys/canvas/ways.ts";
import { rehearsalWords } from "./words.ts";

export interface Filter {
  readonly became?: string;
  readonly ended?: string;
}

/** The people behind the numbers, each with the whole path. @param some not everyone's path is told */
export function People({
  rehearsal,
  graph,
  filter,
  filtered,
  some,
  clear,
}: {
  readonly rehearsal: string;
  readonly some: boolean;
  readonly graph: Graph;
  readonly filter: Filter;
  readonly filtered: string | null;
  readonly clear: () => void;
}) {
  const say = useWords(rehearsalWords);
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    askPages(rehearsedPeople, (after) => ({
      params: { id: rehearsal },
      query: { limit: 25, ...filter, ...(after !== undefined && { after }) },
    })),
  );
  const people = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Part
      title={say.list}
      {...(filtered !== null && {
        aside: (
          <button type="button" className="link-button" onClick={clear}>
            {say.showAll}
          </button>
        ),
      })}
    >
      <RefusalNote error={error} />
      {some && <p className="small soft">{say.somePeople}</p>}
      {filtered !== null && <p className="small soft">{say.only(filtered)}</p>}
      {!data && !error && <Waiting />}
      {data && people.length === 0 && <p className="small soft">{say.empty}</p>}
      <div className="rehearsal-people">
        {people.map((one) => (
          <Person key={one.run} person={one} graph={graph} />
        ))}
      </div>
      {hasNextPage && (
        <Button variant="default" size="xs" mt={10} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {say.more}
        </Button>
      )}
    </Part>
  );
}

function Person({ person, graph }: { readonly person: RehearsedPerson; readonly graph: Graph }) {
  const say = useWords(rehearsalWords);
  const sends = useWords(sendWords);
  const reason = useReason();
  const { moment } = useFormats();
  const now = useNow();
  const name = useStepNames(graph);
  const { language } = useLanguage();
  const event = person.start["event"] as { name: string } | null | undefined;
  const way = useWays(graph);
  const endOf = (key: string): string => (say.endOne as Readonly<Record<string, string>>)[key] ?? key;
  // A message step is told by its message.
  const asked = new Set(person.sends.map((send) => send.step));
  const moments = [
    {
      at: person.enteredAt,
      title: event ? say.entersBy(eventTitle(event.name, language)) : say.enters,
      sign: "fact" as const,
      more: null as string | null,
    },
    ...person.visits
      .filter((visit) => visit.leftAt !== null && !asked.has(visit.step))
      .map((visit) => ({ at: visit.leftAt!, title: name(visit.step), sign: "past" as const, more: way(visit.step, visit.exit) })),
    ...person.sends.map((send) => ({
      at: send.at,
      title: `${sends.states[send.state as keyof typeof sends.states] ?? send.state}${say.colon}${name(send.step)}`,
      sign: send.state === "accepted" ? ("good" as const) : ("not" as const),
      more: reason(send.reason),
    })),
    ...(person.endedAt === null
      ? []
      : [
          {
            at: person.endedAt,
            title: endOf(person.outcome ?? person.state),
            sign: person.outcome === "goal" ? ("good" as const) : ("now" as const),
            more: null,
          },
        ]),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return (
    <details>
      <summary className="row between">
        <span>
          <b>{person.contactName || person.contactEmail || say.unnamed}</b>
          {person.key !== "" && <span className="tiny faint">{` ${person.key}`}</span>}
        </span>
        <span className="small soft">
          {endOf(person.outcome ?? person.state)}, {moment(person.enteredAt, now)}
        </span>
      </summary>
      <ol className="thread" style={{ marginTop: 10 }}>
        {moments.map((one, at) => (
          <Moment key={at} sign={one.sign} title={one.title} at={moment(one.at, now)}>
            {one.more}
          </Moment>
        ))}
      </ol>
      <p className="small person-link">
        <Link to="/contacts/$contact" params={{ contact: person.contact }}>
          {say.profile}
        </Link>
        {person.contactEmail !== null && <span className="faint">{` ${person.contactEmail}`}</span>}
      </p>
    </details>
  );
}

/** Which way out of a step was taken, where there was a choice. */
export function useWays(graph: Graph): (step: string, exit: string | null) => string | null {
  const say = useWords(rehearsalWords);
  const word = useExitWord();
  return (id, exit) => {
    const step = graph.steps.find((one) => one.id === id);
    return exit === null || exit === "next" || !step ? null : say.way(word(step, exit));
  };
}

/** What a step of this graph is called. */
export function useStepNames(graph: Graph): (step: string) => string {
  const words = useStepWords(useNames(graph.steps));
  return (id) => {
    const step = graph.steps.find((one) => one.id === id);
    return step ? words(step).name : id;
  };
}
