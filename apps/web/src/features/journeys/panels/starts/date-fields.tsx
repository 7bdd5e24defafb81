import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { listAttributes } from "@relance/contract/contacts";
import { listObjectTypes, type ObjectTypeRow } from "@relance/contract/objects";
import { NAME_DAY, type Start } from "@relance/model/journeys";
import { objectEvent } from "@relance/model/objects";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../../../../api/client.ts";
import { useLanguage } from "../../../../i18n/language.tsx";
import { useWords } from "../../../../i18n/words.ts";
import { EventFilters } from "../event-fields.tsx";
import { panelWords } from "../panel-words.ts";
import { AroundDay } from "./around-day.tsx";
import type { Of } from "./start-fields.tsx";
import { startWords } from "./start-words.ts";

type DateStartOf = Extract<Start, { readonly kind: "date" }>;

/** A date that an object of a type has. */
export interface ObjectDate {
  readonly object: string;
  readonly field: string;
  readonly moment: boolean;
}

const datesOf = (types: readonly ObjectTypeRow[]) =>
  types.flatMap((type) =>
    type.fields.flatMap((field) =>
      field.kind === "date" || field.kind === "moment"
        ? [{ object: type.key, field: field.key, moment: field.kind === "moment", names: [type.names.one, field.names] as const }]
        : [],
    ),
  );

/** The dates that objects of contacts have, with their names; the first is offered first. */
export function useObjectDates(): readonly (ObjectDate & { readonly label: string })[] {
  const { language } = useLanguage();
  return datesOf(useQuery(ask(listObjectTypes, {})).data?.items ?? []).map(({ names, ...one }) => ({
    ...one,
    label: names.map((name) => name[language]).join(", "),
  }));
}

/** Attributes of contacts that hold a date, with their names; what is chosen is among them. `nameDay`: the day of their first name too. */
export function useContactDates(chosen: string, nameDay = false): readonly { readonly value: string; readonly label: string }[] {
  const say = useWords(panelWords);
  const fields = useQuery(ask(listAttributes, {})).data?.items ?? [];
  const names = new Set([
    "birth_date",
    ...(nameDay ? [NAME_DAY] : []),
    ...(chosen.startsWith("attributes.") ? [chosen] : []),
    ...fields.filter((one) => one.type === "date" && one.name.startsWith("attributes.")).map((one) => one.name),
  ]);
  return [...names].map((name) => ({
    value: name,
    label: name === "birth_date" ? say.birthDate : name === NAME_DAY ? say.nameDay : name.replace(/^attributes\./, "").replaceAll("_", " "),
  }));
}

/** A date start that counts from another attribute; a name day comes every year. */
export const startingOn = (start: DateStartOf, attribute: string): DateStartOf => ({
  ...start,
  attribute,
  yearly: start.yearly || attribute === NAME_DAY,
});

export function DateStart({ start, put, error }: Of<"date">) {
  const say = useWords(panelWords);
  const dates = useContactDates(start.attribute, true);
  return (
    <>
      <NativeSelect
        label={say.date}
        error={error}
        value={start.attribute}
        data={[...dates]}
        onChange={(event) => put(startingOn(start, event.currentTarget.value))}
      />
      <AroundDay days={start.days} at={start.at} put={(around) => put({ ...start, ...around })} />
      {start.attribute === NAME_DAY ? (
        <p className="tiny faint">{say.nameDayNote}</p>
      ) : (
        <Checkbox label={say.yearly} checked={start.yearly} onChange={(event) => put({ ...start, yearly: event.currentTarget.checked })} />
      )}
    </>
  );
}

export function ObjectDateStart({ start, put, error }: Of<"object_date">) {
  const say = useWords(startWords);
  const { date, yearly } = useWords(panelWords);
  const dates = useObjectDates();
  const chosen = `${start.object}.${start.field}`;
  const choose = (value: string): void => {
    const one = dates.find((other) => `${other.object}.${other.field}` === value);
    if (!one) return;
    const { moment: _, ...rest } = start;
    put({
      ...rest,
      object: one.object,
      field: one.field,
      where: one.object === start.object ? start.where : [],
      ...(one.moment && { moment: true }),
    });
  };
  return (
    <>
      <NativeSelect
        label={date}
        error={error}
        value={chosen}
        data={[
          ...(dates.some((one) => `${one.object}.${one.field}` === chosen) ? [] : [{ value: chosen, label: "…" }]),
          ...dates.map((one) => ({ value: `${one.object}.${one.field}`, label: one.label })),
        ]}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <EventFilters event={objectEvent(start.object)} where={start.where} put={(where) => put({ ...start, where })} />
      <AroundDay days={start.days} at={start.at} put={(around) => put({ ...start, ...around })} />
      <Checkbox
        label={yearly}
        checked={start.yearly === true}
        onChange={(event) => {
          const { yearly: _, ...rest } = start;
          put({ ...rest, ...(event.currentTarget.checked && { yearly: true }) });
        }}
      />
      <p className="tiny faint">{say.objectNote}</p>
    </>
  );
}

const EVENT = "event.";
const OF_EVENT = "event";
const FIXED_DAY = "day";

/** A date to wait for: of the contact, of an object of theirs, of the event that started the run, or a day. */
export function DateChoice({
  value,
  put,
  error,
}: {
  readonly value: string;
  readonly put: (field: string) => void;
  readonly error: string | undefined;
}) {
  const say = useWords(startWords);
  const { date } = useWords(panelWords);
  const contact = useContactDates(value);
  const objects = useObjectDates().map((one) => ({ value: `objects.${one.object}.${one.field}`, label: one.label }));
  const kind = value.startsWith(EVENT) ? OF_EVENT : /^\d/.test(value) ? FIXED_DAY : value;
  const known = [...contact, ...objects].some((one) => one.value === kind) || kind === OF_EVENT || kind === FIXED_DAY;
  const [property, setProperty] = useState(value.startsWith(EVENT) ? value.slice(EVENT.length) : "return_date");
  const choose = (chosen: string): void =>
    put(chosen === OF_EVENT ? `${EVENT}${property}` : chosen === FIXED_DAY ? new Date().toISOString().slice(0, 10) : chosen);
  return (
    <>
      <NativeSelect
        label={date}
        error={error}
        value={kind}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          ...(known ? [] : [{ value: kind, label: kind.replace(/^(attributes|objects)\./, "") }]),
          { group: say.ofContact, items: [...contact] },
          ...(objects.length > 0 ? [{ group: say.ofObject, items: objects }] : []),
          {
            group: say.otherDate,
            items: [
              { value: OF_EVENT, label: say.ofEvent },
              { value: FIXED_DAY, label: say.fixedDay },
            ],
          },
        ]}
      />
      {kind === OF_EVENT && (
        <TextInput
          label={say.eventProperty}
          value={property}
          maxLength={190}
          onChange={(event) => {
            const typed = event.currentTarget.value.trim();
            setProperty(typed);
            if (typed !== "") put(`${EVENT}${typed}`);
          }}
        />
      )}
      {kind === FIXED_DAY && (
        <TextInput
          label={say.fixedDay}
          type="date"
          value={value}
          onChange={(event) => {
            if (event.currentTarget.value) put(event.currentTarget.value);
          }}
        />
      )}
      {kind.startsWith("objects.") && <p className="tiny faint">{say.whichObject}</p>}
    </>
  );
}
