import { Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { listContacts } from "@relance/contract/contacts";
import { startRun, whyNot, type Journey } from "@relance/contract/journeys";
import { whyNotThen } from "@relance/contract/rehearsals";
import type { Output } from "@relance/contract/client";
import type { Rule } from "@relance/model/rules";
import { IconCheck, IconMinus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { nameOf } from "../contacts/name.ts";
import type { Names } from "./names.ts";
import { peopleWords } from "./people-words.ts";
import { useRuleLines } from "./panels/rule-lines.ts";

type Answer = Output<typeof whyNot.response>;
type Check = Answer["checks"][number];
interface Person {
  readonly id: string;
  readonly name: string;
}

/** Any contact, found by what one knows of it: is it in this journey, and if not which condition keeps it out. */
export function WhyBox({ journey, names, mayStart }: { readonly journey: Journey; readonly names: Names; readonly mayStart: boolean }) {
  const say = useWords(peopleWords);
  const [typed, setTyped] = useState("");
  const [person, setPerson] = useState<Person | null>(null);
  const [search] = useDebouncedValue(typed.trim(), 200);
  const searching = person === null && search.length > 1;
  const found = useQuery({ ...ask(listContacts, { query: { search, limit: 5 } }), enabled: searching });
  return (
    <section className="panel-part" data-testid="why">
      <h3>{say.why}</h3>
      {person === null && (
        <TextInput
          type="search"
          aria-label={say.find}
          placeholder={say.findHelp}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {searching && found.data?.items.length === 0 && <p className="small soft">{say.none}</p>}
      {searching && found.data && found.data.items.length > 0 && (
        <ul className="people-list">
          {found.data.items.map((one) => {
            const name = nameOf(one) || say.visitor;
            return (
              <li key={one.id}>
                <button type="button" className="link-button" onClick={() => setPerson({ id: one.id, name })}>
                  {name}
                </button>
                {one.email !== null && one.email !== name && <span className="tiny faint"> {one.email}</span>}
              </li>
            );
          })}
        </ul>
      )}
      {person !== null && (
        <Explained
          key={person.id}
          journey={journey}
          person={person}
          names={names}
          mayStart={mayStart}
          other={() => {
            setPerson(null);
            setTyped("");
          }}
        />
      )}
    </section>
  );
}

function Explained({
  journey,
  person,
  names,
  mayStart,
  other,
}: {
  readonly journey: Journey;
  readonly person: Person;
  readonly names: Names;
  readonly mayStart: boolean;
  readonly other: () => void;
}) {
  const say = useWords(peopleWords);
  const { language } = useLanguage();
  const { instantOf } = useFormats();
  // Empty asks about now.
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed, 600);
  const then = instantOf(asked);
  const nowAnswer = useQuery({
    ...ask(whyNot, { params: { id: journey.id }, query: { contact: person.id } }, true),
    placeholderData: undefined,
    enabled: then === null,
  });
  const thenAnswer = useQuery({
    ...ask(whyNotThen, {
      params: { id: journey.id },
      query: { contact: person.id, at: then === null ? "" : new Date(then).toISOString() },
    }),
    placeholderData: undefined,
    enabled: then !== null,
  });
  const { data, error } = then === null ? nowAnswer : thenAnswer;
  const start = useChange(startRun);
  const when = mayStart && (
    <TextInput
      type="datetime-local"
      size="xs"
      label={say.when}
      description={say.whenHelp}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
  if (error)
    return (
      <div className="stack">
        {when}
        <RefusalNote error={error} />
      </div>
    );
  if (!data)
    return (
      <div className="stack">
        {when}
        <Waiting lines={3} />
      </div>
    );
  const decisive = data.checks.find((one) => one.code === data.verdict);
  const past = then !== null;
  const sentence = past
    ? data.verdict === "inside"
      ? say.wasInside(person.name)
      : data.verdict === "may_enter" || !decisive
        ? say.mightEnter(person.name)
        : say.wasOut(person.name, (say.reasons as Readonly<Record<string, string>>)[data.verdict] ?? decisive.message[language])
    : data.verdict === "inside"
      ? say.inside(person.name)
      : data.verdict === "may_enter" || !decisive
        ? say.mayEnter(person.name)
        : say.out(person.name, (say.reasons as Readonly<Record<string, string>>)[data.verdict] ?? decisive.message[language]);
  return (
    <div className="stack" aria-live="polite">
      <Say small text={sentence} />
      <div className="checks">
        {data.checks.map((one, at) => (
          <CheckLine key={at} check={one} decides={one === decisive} filter={journey.live?.settings.filter ?? null} names={names} />
        ))}
      </div>
      {when}
      {!past && <p className="tiny faint">{say.asked}</p>}
      {start.isSuccess && (
        <div className="call" data-kind="info" role="status">
          {say.byHandDone}
        </div>
      )}
      <RefusalNote error={start.error} />
      <div className="row wrap">
        {mayStart && !past && journey.state === "live" && data.verdict !== "inside" && !start.isSuccess && (
          <Button
            variant="default"
            size="xs"
            loading={start.isPending}
            onClick={() => start.mutate({ params: { id: journey.id }, body: { contacts: [person.id] } })}
          >
            {say.byHand}
          </Button>
        )}
        <Link className="small" to="/contacts/$contact" params={{ contact: person.id }}>
          {say.profile}
        </Link>
        <button type="button" className="link-button small" onClick={other}>
          {say.other}
        </button>
      </div>
    </div>
  );
}

function CheckLine({
  check,
  decides,
  filter,
  names,
}: {
  readonly check: Check;
  readonly decides: boolean;
  readonly filter: Rule | null;
  readonly names: Names;
}) {
  const say = useWords(peopleWords);
  const { language } = useLanguage();
  const facts = useFacts();
  const lines = useRuleLines(names);
  const Sign = check.ok === null ? IconMinus : check.ok ? IconCheck : IconX;
  const told = facts(check);
  const failed = check.about === "filter" && check.ok === false && filter ? lines(filter, truths(check.facts["nodes"])) : [];
  return (
    <div className="check" data-decides={decides || undefined}>
      <Sign
        size={16}
        stroke={1.8}
        aria-hidden
        color={check.ok === null ? "var(--r-encre3)" : check.ok ? "var(--r-vif)" : "var(--r-garance)"}
      />
      <div>
        <b>{say.about[check.about]}</b> <span className="soft">{check.message[language]}</span>
        {told !== "" && <div className="tiny faint">{told}</div>}
        {failed.map((line, at) => (
          <div key={at} className="tiny soft row" style={{ alignItems: "baseline", gap: 5 }}>
            <IconX size={12} stroke={2} color="var(--r-garance)" aria-hidden style={{ flex: "none", alignSelf: "center" }} />
            {line}
          </div>
        ))}
      </div>
    </div>
  );
}

function truths(nodes: unknown): ReadonlyMap<string, boolean> {
  return new Map(Array.isArray(nodes) ? (nodes as { path: string; truth: boolean }[]).map((one) => [one.path, one.truth]) : []);
}

/** The facts of a check in a few words; those that say nothing more than its sentence are left out. */
function useFacts(): (check: Check) => string {
  const say = useWords(peopleWords).facts;
  const { moment } = useFormats();
  const now = useNow();
  return ({ about, facts }) => {
    const at = (name: string, word: (when: string) => string): string | null =>
      typeof facts[name] === "string" ? word(moment(facts[name], now)) : null;
    const told: Readonly<Record<Check["about"], readonly (string | null)[]>> = {
      journey: [at("publishedAt", say.published), at("pausedSince", say.since)],
      inside: [at("enteredAt", say.enteredAt), at("endedAt", say.endedAt)],
      start: [typeof facts["seen"] === "number" && facts["seen"] > 0 ? say.seen(facts["seen"]) : null, at("at", say.at)],
      reentry: [at("lastEntry", say.enteredAt), at("allowedFrom", say.from)],
      filter: [at("askedUntil", say.again)],
      mail: [typeof facts["reason"] === "string" ? facts["reason"] : null, at("since", say.since)],
    };
    return told[about].filter((part) => part !== null).join(", ");
  };
}
