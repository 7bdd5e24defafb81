import { Button, Checkbox, NativeSelect, NumberInput, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { listContacts } from "@relance/contract/contacts";
import type { Journey } from "@relance/contract/journeys";
import { walkThrough, type Happening } from "@relance/contract/rehearsals";
import { eventTitle } from "@relance/model/rules";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import type { Language } from "../../i18n/typography.ts";
import { useWords } from "../../i18n/words.ts";
import { Sheet } from "../../ui/page.tsx";
import { nameOf } from "../contacts/name.ts";
import { useContactDates } from "../journeys/panels/starts/date-fields.tsx";
import { WalkStory } from "./walk-story.tsx";
import { rehearsalWords } from "./words.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
type Does = Happening["does"];
interface Act {
  readonly hours: number;
  readonly does: Does;
  readonly event: string;
  readonly properties: Record<string, unknown>;
  readonly field: string;
  readonly value: string;
}

/** One person, real or invented, goes through the draft with the clock sped up; what they do is yours to say. */
export function Walk({ journey }: { readonly journey: Journey }) {
  const say = useWords(rehearsalWords);
  const { language } = useLanguage();
  const [real, setReal] = useState(false);
  const [contact, setContact] = useState<{ id: string; name: string } | null>(null);
  const [firstName, setFirstName] = useState("Inès");
  const [agrees, setAgrees] = useState(true);
  const { typed, instantOf } = useFormats();
  const [begins, setBegins] = useState(() => typed(Math.ceil(performance.timeOrigin / HOUR) * HOUR));
  const [days, setDays] = useState(60);
  const [dates, setDates] = useState(() => datesOf(journey, instantOf(begins)!));
  const dateNames = new Map(useContactDates("").map((one) => [one.value, one.label.slice(0, 1).toUpperCase() + one.label.slice(1)]));
  const [acts, setActs] = useState<readonly Act[]>(() => firstActs(journey));
  const go = useChange(walkThrough);
  const from = instantOf(begins);
  const run = (start: number): void => {
    const invented = {
      agrees: agrees ? (["email", "sms"] as const).slice() : [],
      values: Object.fromEntries([["first_name", firstName], ...Object.entries(dates)].filter(([, value]) => value !== "")),
    };
    go.mutate({
      params: { id: journey.id },
      body: {
        from: new Date(start).toISOString(),
        days,
        happenings: acts.map((act) => happeningOf(act, start)),
        ...(real && contact ? { contact: contact.id } : { invented }),
      },
    });
  };
  return (
    <Sheet>
      <p className="small soft">{say.walkText}</p>
      <div className="walk" style={{ marginTop: 14 }}>
        <div className="stack">
          <SegmentedControl
            value={real ? "real" : "invented"}
            onChange={(value) => setReal(value === "real")}
            data={[
              { value: "invented", label: say.invented },
              { value: "real", label: say.real },
            ]}
          />
          {real ? (
            <Pick contact={contact} pick={setContact} />
          ) : (
            <>
              <TextInput label={say.firstName} value={firstName} onChange={(event) => setFirstName(event.currentTarget.value)} />
              {Object.entries(dates).map(([attribute, value]) => (
                <TextInput
                  key={attribute}
                  type="date"
                  label={dateNames.get(attribute) ?? attribute}
                  value={value}
                  onChange={(event) => setDates({ ...dates, [attribute]: event.currentTarget.value })}
                />
              ))}
              <Checkbox label={say.agrees} checked={agrees} onChange={(event) => setAgrees(event.currentTarget.checked)} />
            </>
          )}
          <div className="row" style={{ alignItems: "flex-end" }}>
            <TextInput type="datetime-local" label={say.from} value={begins} onChange={(event) => setBegins(event.currentTarget.value)} />
            <NumberInput label={say.forDays} w={100} min={1} max={400} value={days} onChange={(given) => setDays(Number(given) || 60)} />
          </div>
          <h3>{say.happens}</h3>
          {acts.length === 0 && <p className="small soft">{say.onlyTime}</p>}
          <ul className="walk-acts">
            {acts.map((act, at) => (
              <li key={at} className="row between small">
                <span>
                  {say.at} {act.hours} h{say.colon}
                  {titleOf(say, act, language)}
                </span>
                <button type="button" className="link-button tiny" onClick={() => setActs(acts.filter((_one, place) => place !== at))}>
                  {say.remove}
                </button>
              </li>
            ))}
          </ul>
          <Add add={(act) => setActs([...acts, act].sort((a, b) => a.hours - b.hours))} />
          <Button loading={go.isPending} disabled={(real && contact === null) || from === null} onClick={() => from !== null && run(from)}>
            {say.walkGo}
          </Button>
          <RefusalNote error={go.error} />
        </div>
        {go.data && (
          <WalkStory
            key={JSON.stringify(go.data)}
            journey={journey}
            from={go.data.from}
            moments={go.data.moments}
            waiting={go.data.waiting}
          />
        )}
      </div>
    </Sheet>
  );
}

/** What must happen for the journey to start: its event, nothing where dates start it, else a person's hand. */
function firstActs(journey: Journey): readonly Act[] {
  const blank: Act = { hours: 0, does: "enters", event: "", properties: {}, field: "", value: "" };
  const start = journey.draft.starts.find((one) => one.kind === "event");
  if (start) return [{ ...blank, does: "event", event: start.event, properties: start.key === null ? {} : { [start.key]: "1" } }];
  return journey.draft.starts.some((one) => one.kind === "date") ? [] : [blank];
}

/** Dates that start the journey, such that it does on the third day; a year that has a 29 February. */
function datesOf(journey: Journey, from: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    journey.draft.starts.flatMap((start) => {
      if (start.kind !== "date") return [];
      const day = new Date(from + (3 - start.days) * DAY).toISOString().slice(0, 10);
      return [[start.attribute, start.yearly ? `1988${day.slice(4)}` : day]];
    }),
  );
}

function happeningOf(act: Act, from: number): Happening {
  const at = new Date(from + act.hours * HOUR + 60_000).toISOString();
  if (act.does === "event") return { at, does: "event", event: act.event, properties: act.properties };
  if (act.does === "sets") return { at, does: "sets", field: act.field, value: act.value };
  return { at, does: act.does } as Happening;
}

type Say = (typeof rehearsalWords)["en"];
const titleOf = (say: Say, act: Act, language: Language): string =>
  act.does === "event"
    ? say.did.event(eventTitle(act.event, language))
    : act.does === "sets"
      ? say.did.sets(act.field)
      : say.did[act.does as "opens"]();

function Pick({
  contact,
  pick,
}: {
  readonly contact: { id: string; name: string } | null;
  readonly pick: (contact: { id: string; name: string } | null) => void;
}) {
  const say = useWords(rehearsalWords);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({ ...ask(listContacts, { query: { search, limit: 5 } }), enabled: contact === null && search.length > 1 });
  if (contact)
    return (
      <p>
        {contact.name}{" "}
        <button type="button" className="link-button small" onClick={() => pick(null)}>
          {say.remove}
        </button>
      </p>
    );
  return (
    <div>
      <TextInput type="search" label={say.find} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      <ul className="people-list">
        {(search.length > 1 ? found.data?.items : undefined)?.map((one) => (
          <li key={one.id}>
            <button type="button" className="link-button" onClick={() => pick({ id: one.id, name: nameOf(one) || say.unnamed })}>
              {nameOf(one) || say.unnamed}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Add({ add }: { readonly add: (act: Act) => void }) {
  const say = useWords(rehearsalWords);
  const [does, setDoes] = useState<Does>("opens");
  const [hours, setHours] = useState<number>(1);
  const [event, setEvent] = useState("Order Completed");
  const [properties, setProperties] = useState("{}");
  const [field, setField] = useState("city");
  const [value, setValue] = useState("");
  const parsed = readObject(properties);
  return (
    <div className="stack">
      <div className="row wrap" style={{ alignItems: "flex-end" }}>
        <NumberInput
          label={`${say.at} (${say.hours})`}
          w={110}
          min={0}
          max={1_400}
          value={hours}
          onChange={(given) => setHours(Number(given) || 0)}
        />
        <NativeSelect
          aria-label={say.happens}
          value={does}
          onChange={(change) => setDoes(change.currentTarget.value as Does)}
          data={[
            { value: "opens", label: say.opens },
            { value: "clicks", label: say.clicks },
            { value: "event", label: say.event },
            { value: "leaves", label: say.leavesBy },
            { value: "enters", label: say.entersIt },
            { value: "sets", label: say.sets },
          ]}
        />
        <Button
          variant="default"
          disabled={does === "event" && (parsed === null || event === "")}
          onClick={() => add({ hours, does, event, properties: parsed ?? {}, field, value })}
        >
          {say.add}
        </Button>
      </div>
      {does === "event" && (
        <>
          <TextInput label={say.eventName} value={event} onChange={(change) => setEvent(change.currentTarget.value)} />
          <Textarea
            label={say.properties}
            autosize
            value={properties}
            error={parsed === null ? say.badJson : undefined}
            onChange={(change) => setProperties(change.currentTarget.value)}
          />
        </>
      )}
      {does === "sets" && (
        <div className="row">
          <TextInput label={say.field} value={field} onChange={(change) => setField(change.currentTarget.value)} />
          <TextInput label={say.fieldValue} value={value} onChange={(change) => setValue(change.currentTarget.value)} />
        </div>
      )}
    </div>
  );
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
