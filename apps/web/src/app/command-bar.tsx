import { Modal } from "@mantine/core";
import { listContacts } from "@relance/contract/contacts";
import { listJourneys } from "@relance/contract/journeys";
import { listTemplates } from "@relance/contract/messages";
import { listSegments } from "@relance/contract/segments";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState, type KeyboardEvent } from "react";
import { ask } from "../api/client.ts";
import { useWords } from "../i18n/words.ts";
import { commandWords } from "./command-words.ts";
import { shellWords } from "./words.ts";

interface Place {
  readonly kind: "do" | "page" | "contact" | "segment" | "journey" | "template";
  readonly key: string;
  readonly label: string;
  readonly note?: string;
  readonly to: string;
}

const MOST = 6;
/** A contact is looked for from two letters on: one letter would answer with anybody. */
const LEAST = 2;

/** Letters without accents or case, so that "scenarios" finds "Scénarios". */
const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replaceAll(/\p{M}|\u2060/gu, "")
    .toLowerCase();

/** Everything of the workspace by name, contacts by anything they are known by. Opened anywhere by Ctrl or ⌘ and K. */
export function CommandBar({ close }: { readonly close: () => void }) {
  const say = useWords(commandWords);
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useId();
  const places = usePlaces(typed.trim());
  const at = Math.min(chosen, places.length - 1);
  const go = (place: Place | undefined): void => {
    if (!place) return;
    close();
    void navigate({ href: place.to });
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Enter") go(places[at]);
    else if (step !== 0 && places.length > 0) setChosen((at + step + places.length) % places.length);
    else return;
    event.preventDefault();
  };
  return (
    <Modal
      opened
      onClose={close}
      withCloseButton={false}
      title={say.title}
      size="lg"
      yOffset="10vh"
      classNames={{ header: "visually-hidden" }}
    >
      <input
        className="command-input"
        role="combobox"
        aria-label={say.ask}
        placeholder={say.ask}
        aria-expanded
        aria-controls={list}
        aria-autocomplete="list"
        autoComplete="off"
        data-autofocus
        {...(places[at] && { "aria-activedescendant": `${list}-${at}` })}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
      />
      <ul id={list} role="listbox" aria-label={say.title} className="command-list">
        {places.map((place, index) => (
          <li
            key={`${place.kind} ${place.key}`}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseMove={() => setChosen(index)}
            onClick={() => go(place)}
            ref={index === at ? intoView : undefined}
          >
            <span className="cut">
              {place.label}
              {place.note && <span className="soft"> {place.note}</span>}
            </span>
            <span className="tiny faint">{say.kinds[place.kind]}</span>
          </li>
        ))}
      </ul>
      {places.length === 0 && (
        <p className="small soft" role="status">
          {say.nothing}
        </p>
      )}
      <p className="tiny faint command-hint">{say.hint}</p>
    </Modal>
  );
}

// Braces: browsers answer scrolling with a promise of late, and React takes what a ref or an effect returns for its end.
const intoView = (element: HTMLElement | null): void => {
  element?.scrollIntoView({ block: "nearest" });
};

function usePlaces(typed: string): readonly Place[] {
  const fixed = useFixedPlaces();
  const looks = typed.length >= LEAST;
  const contacts = useQuery({
    ...ask(listContacts, { query: { search: typed, limit: MOST } }),
    enabled: looks,
    placeholderData: undefined,
  });
  const segments = useQuery(ask(listSegments, {})).data?.items ?? [];
  const journeys = useQuery(ask(listJourneys, {})).data?.items ?? [];
  const templates = useQuery(ask(listTemplates, {})).data?.items ?? [];
  const objects: Place[] = [
    ...journeys.map((one) => ({ kind: "journey" as const, key: one.id, label: one.name, to: `/journeys/${one.id}` })),
    ...segments.map((one) => ({ kind: "segment" as const, key: one.id, label: one.name, to: `/segments/${one.id}` })),
    ...templates.map((one) => ({ kind: "template" as const, key: one.id, label: one.name, to: `/templates/${one.id}` })),
  ];
  const people: Place[] = (contacts.data?.items ?? []).map((one) => {
    const name = [one.firstName, one.lastName].filter((part) => part !== null).join(" ");
    return {
      kind: "contact",
      key: one.id,
      label: name || one.email || one.phone || one.externalId || one.id,
      ...(name !== "" && one.email !== null && { note: one.email }),
      to: `/contacts/${one.id}`,
    };
  });
  const words = plain(typed)
    .split(/\s+/)
    .filter((word) => word !== "");
  const answers = (place: Place): boolean => words.every((word) => plain(place.label).includes(word));
  if (!looks) return [...fixed.filter(answers), ...objects.filter(answers).slice(0, MOST)];
  return [...people, ...objects.filter(answers).slice(0, 2 * MOST), ...fixed.filter(answers)];
}

function useFixedPlaces(): readonly Place[] {
  const say = useWords(commandWords);
  const shell = useWords(shellWords);
  const page = (key: string, label: string): Place => ({ kind: "page", key, label, to: `/${key}` });
  return [
    { kind: "do", key: "segment", label: say.newSegment, to: "/segments/new" },
    { kind: "do", key: "import", label: say.newImport, to: "/imports" },
    { kind: "do", key: "contact", label: say.addContact, to: "/contacts?add=true" },
    { kind: "do", key: "connect", label: say.connect, to: "/sources" },
    page("home", shell.home),
    page("contacts", shell.contacts),
    page("segments", shell.segments),
    page("catalog", shell.catalog),
    page("catalog/orders", say.orders),
    page("readiness", shell.readiness),
    page("imports", shell.imports),
    page("exports", shell.exports),
    page("sources", shell.sources),
    page("journeys", shell.journeys),
    page("templates", shell.content),
    page("forms", shell.forms),
    page("outbox", say.outbox),
    page("sends", say.sends),
    ...Object.entries(say.settings).map(([part, label]) => page(`settings/${part}`, label)),
  ];
}

/** The keys that work everywhere. Opened by "?". */
export function KeyHelp({ close }: { readonly close: () => void }) {
  const say = useWords(commandWords);
  const rows = [
    ["Ctrl K", say.keys.bar],
    ["?", say.keys.help],
    ["↑ ↓ ← →", say.keys.move],
    ["Ctrl Z, Ctrl ⇧ Z", say.keys.undo],
    ["Esc", say.keys.close],
  ] as const;
  return (
    <Modal opened onClose={close} title={say.help}>
      <dl className="facts key-help">
        {rows.map(([keys, what]) => [
          <dt key={keys}>
            <kbd>{keys}</kbd>
          </dt>,
          <dd key={what}>{what}</dd>,
        ])}
      </dl>
      <p className="small" style={{ marginTop: 16 }}>
        <a href="/api/docs" target="_blank" rel="noreferrer">
          {say.reference}
        </a>
      </p>
    </Modal>
  );
}
