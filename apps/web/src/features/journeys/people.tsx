import { Button, NativeSelect } from "@mantine/core";
import { listRuns, peopleAtStep, stopRun, type Journey } from "@relance/contract/journeys";
import type { Output } from "@relance/contract/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import { peopleWords } from "./people-words.ts";

type Person = Output<typeof peopleAtStep.response>["items"][number];
type Run = Output<typeof listRuns.response>["items"][number];
const STATES = ["waiting", "completed", "left", "failed"] as const;
const EVERY_MS = 5_000;

/** Who waits at a step: since when, until when or what, and on which version. */
export function PeopleHere({ journey, step, mayStop }: { readonly journey: Journey; readonly step: string; readonly mayStop: boolean }) {
  const say = useWords(peopleWords);
  const list = useInfiniteQuery({
    ...askPages(peopleAtStep, (after) => ({
      params: { id: journey.id },
      query: { step, limit: 20, ...(after !== undefined && { after }) },
    })),
    refetchInterval: EVERY_MS,
    placeholderData: undefined,
  });
  const people = list.data?.pages.flatMap((one) => one.items);
  return (
    <Listed list={list} empty={people?.length === 0 ? say.nobody : null}>
      {people?.map((one) => (
        <PersonHere key={one.run} person={one} journey={journey} mayStop={mayStop} />
      ))}
    </Listed>
  );
}

function PersonHere({ person, journey, mayStop }: { readonly person: Person; readonly journey: Journey; readonly mayStop: boolean }) {
  const say = useWords(peopleWords);
  const { ago, moment } = useFormats();
  const now = useNow();
  const due = person.until !== null && Date.parse(person.until) <= now;
  const from = typeof person.reason["from"] === "number" && person.reason["from"] < person.version ? person.reason["from"] : null;
  const ends =
    person.until === null ? null : due ? (journey.state === "paused" ? say.frozen : say.late) : say.until(moment(person.until, now));
  const parts = [ends, person.listens.length > 0 ? say.listens(person.listens.join(", ")) : null]
    .filter((part) => part !== null)
    .join(", ");
  const more = [
    person.key === "" ? null : say.key(person.key),
    person.version !== journey.liveVersion ? say.onVersion(person.version) : null,
    from === null ? null : say.moved(from),
  ]
    .filter((part) => part !== null)
    .join(", ");
  return (
    <li>
      <div className="row between">
        <Name person={person} />
        <span className="tiny faint" style={{ whiteSpace: "nowrap" }}>
          {say.since(ago(person.since, now))}
        </span>
      </div>
      <div className="small soft">{parts}</div>
      <div className="row between tiny faint">
        <span>{more}</span>
        {mayStop && <Stop run={person.run} />}
      </div>
    </li>
  );
}

function Stop({ run }: { readonly run: string }) {
  const say = useWords(peopleWords);
  const stop = useChange(stopRun);
  const [sure, setSure] = useState(false);
  if (!sure)
    return (
      <button type="button" className="link-button tiny" onClick={() => setSure(true)}>
        {say.stop}
      </button>
    );
  return (
    <span className="row">
      <RefusalNote error={stop.error} />
      <button type="button" className="link-button tiny" onClick={() => setSure(false)}>
        {say.keep}
      </button>
      <Button
        size="compact-xs"
        variant="default"
        className="danger"
        loading={stop.isPending}
        onClick={() => stop.mutate({ params: { id: run } })}
      >
        {say.stopSure}
      </Button>
    </span>
  );
}

/** Latest entries into the journey, of all of its versions. */
export function Entries({ journey, stepName }: { readonly journey: Journey; readonly stepName: (step: string) => string }) {
  const say = useWords(peopleWords);
  const { ago } = useFormats();
  const now = useNow();
  const [state, setState] = useState<"" | (typeof STATES)[number]>("");
  const list = useInfiniteQuery({
    ...askPages(listRuns, (after) => ({
      params: { id: journey.id },
      query: { limit: 20, ...(state !== "" && { state }), ...(after !== undefined && { after }) },
    })),
    refetchInterval: EVERY_MS,
  });
  const runs = list.data?.pages.flatMap((one) => one.items);
  const told = (run: Run): string =>
    run.state === "waiting"
      ? say.at(stepName(run.step))
      : ((say.outcomes as Readonly<Record<string, string>>)[run.outcome ?? ""] ?? say.states[run.state].toLocaleLowerCase());
  return (
    <>
      <NativeSelect
        aria-label={say.state}
        value={state}
        data={[{ value: "", label: say.every }, ...STATES.map((one) => ({ value: one, label: say.states[one] }))]}
        onChange={(event) => setState(event.currentTarget.value as typeof state)}
      />
      <Listed list={list} empty={runs?.length === 0 ? say.noEntry : null}>
        {runs?.map((one) => (
          <li key={one.id}>
            <div className="row between">
              <Name person={one} />
              <span className="tiny faint" style={{ whiteSpace: "nowrap" }}>
                {say.entered(ago(one.enteredAt, now))}
              </span>
            </div>
            <div className="small soft">{told(one)}</div>
          </li>
        ))}
      </Listed>
    </>
  );
}

function Name({ person }: { readonly person: Pick<Person, "contact" | "contactName" | "contactEmail"> }) {
  const say = useWords(peopleWords);
  return (
    <Link className="cut" style={{ fontWeight: 500 }} to="/contacts/$contact" params={{ contact: person.contact }}>
      {person.contactName || person.contactEmail || say.visitor}
    </Link>
  );
}

interface List {
  readonly error: unknown;
  readonly isPending: boolean;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
}
function Listed({ list, empty, children }: { readonly list: List; readonly empty: string | null; readonly children: ReactNode }) {
  const say = useWords(peopleWords);
  return (
    <>
      <RefusalNote error={list.error} />
      {list.isPending && <Waiting lines={3} />}
      {empty !== null && <p className="small soft">{empty}</p>}
      <ul className="people-list">{children}</ul>
      {list.hasNextPage && (
        <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {say.more}
        </Button>
      )}
    </>
  );
}
