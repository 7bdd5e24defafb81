import { listGroups } from "@relance/contract/contacts";
import { listForms } from "@relance/contract/forms";
import { listJourneys } from "@relance/contract/journeys";
import { listSegments } from "@relance/contract/segments";
import type { Start } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ask } from "../../../api/client.ts";
import { useWords } from "../../../i18n/words.ts";
import { Pick } from "../../segments/chips.tsx";
import { EventChip } from "../panels/event-fields.tsx";
import { kindWords } from "../kind-words.ts";
import { panelWords } from "../panels/panel-words.ts";
import { startingOn, useContactDates, useObjectDates } from "../panels/starts/date-fields.tsx";
import { startWords } from "../panels/starts/start-words.ts";
import { useTemplates } from "../templates.ts";
import { Around, Clock, Count, Lasting, Named, Sentence } from "./sentence.tsx";
import { sentenceWords } from "./sentence-words.ts";

interface Of<S extends Start> {
  readonly start: S;
  readonly put: (start: Start) => void;
}
type Is<K extends Start["kind"]> = Extract<Start, { kind: K }>;
const picks = <T extends string>(names: Readonly<Record<T, string>>): (readonly [T, string])[] =>
  (Object.keys(names) as T[]).map((one) => [one, names[one]]);

/** What makes people enter, as a sentence with its main choices in it. */
export function StartSentence({ start, put }: Of<Start>) {
  const say = useWords(sentenceWords);
  return <Sentence text={say.starts[start.kind]} parts={usePartsOf({ start, put })} />;
}

function usePartsOf({ start, put }: Of<Start>): Readonly<Record<string, ReactNode>> {
  const say = useWords(sentenceWords);
  const panel = useWords(panelWords);
  const lasting = (label: string, span: Is<"cart">["idle"], change: (span: Is<"cart">["idle"]) => Start): ReactNode => (
    <Lasting label={label} span={span} put={(next) => put(change(next))} />
  );
  const clock = (one: Start & { readonly at: string }): ReactNode => (
    <Clock label={panel.at} at={one.at} put={(at) => put({ ...one, at } as Start)} />
  );
  const around = (one: Start & { readonly days: number }): ReactNode => (
    <Around days={one.days} put={(days) => put({ ...one, days } as Start)} />
  );
  switch (start.kind) {
    case "cart":
      return { worth: <Worth start={start} put={put} />, idle: lasting(say.idle, start.idle, (idle) => ({ ...start, idle })) };
    case "browse":
      return { idle: lasting(say.idle, start.idle, (idle) => ({ ...start, idle })) };
    case "order":
      return { on: <Pick label={say.order} value={start.on} options={picks(say.orderOn)} onChange={(on) => put({ ...start, on })} /> };
    case "event":
      return { event: <EventChip label={panel.event} value={start.event} put={(event) => put({ ...start, event })} /> };
    case "form":
      return {
        on: <Pick label={panel.on} value={start.on} options={picks(say.formOn)} onChange={(on) => put({ ...start, on })} />,
        form: <FormChip start={start} put={put} />,
      };
    case "message":
      return {
        did: <Pick label={panel.on} value={start.did} options={picks(say.did)} onChange={(did) => put({ ...start, did })} />,
        template: <MessageChip start={start} put={put} />,
      };
    case "segment":
      return {
        on: <Pick label={panel.on} value={start.on} options={picks(say.enters)} onChange={(on) => put({ ...start, on })} />,
        segment: <SegmentChip start={start} put={put} />,
      };
    case "schedule":
      return {
        date: (
          <input
            className="chip"
            type="date"
            aria-label={panel.date}
            value={start.date}
            onChange={(event) => {
              if (event.currentTarget.value) put({ ...start, date: event.currentTarget.value });
            }}
          />
        ),
        at: clock(start),
        segment: <SegmentChip start={start} put={put} />,
      };
    case "group":
      return { group: <GroupChip start={start} put={put} /> };
    case "journey":
      return {
        journey: <JourneyChip start={start} put={put} />,
        on: <Pick label={panel.on} value={start.on} options={picks(say.ended)} onChange={(on) => put({ ...start, on })} />,
      };
    case "date":
      return {
        days: around(start),
        date: <DateChip start={start} put={put} />,
        at: clock(start),
        yearly: (
          <Pick
            label={panel.yearly}
            value={start.yearly ? "yes" : "no"}
            options={picks(say.every)}
            onChange={(every) => put({ ...start, yearly: every === "yes" })}
          />
        ),
      };
    case "object_date":
      return { days: around(start), date: <ObjectDateChip start={start} put={put} />, at: clock(start) };
    case "event_date":
      return {
        days: around(start),
        at: clock(start),
        property: <b>{start.property}</b>,
        event: <EventChip label={panel.event} value={start.event} put={(event) => put({ ...start, event })} />,
      };
    case "replenishment":
    case "registration":
      return { after: lasting(say.bought, start.after, (after) => ({ ...start, after })) };
    case "price_drop":
      return {
        within: lasting(say.within, start.within, (within) => ({ ...start, within })),
        least: (
          <Count
            label={say.down}
            value={start.drop.least}
            least={0.01}
            most={start.drop.by === "percent" ? 100 : 1e9}
            whole={false}
            put={(least) => put({ ...start, drop: { ...start.drop, least } })}
          />
        ),
        by: <b>{start.drop.by === "percent" ? "%" : start.drop.currency}</b>,
      };
    case "back_in_stock":
      return { within: lasting(say.within, start.within, (within) => ({ ...start, within })) };
    case "low_stock":
      return {
        within: lasting(say.within, start.within, (within) => ({ ...start, within })),
        atMost: <Count label={say.pieces} value={start.atMost} most={1_000_000} put={(atMost) => put({ ...start, atMost })} />,
      };
    case "near_store":
      return { km: <Count label={say.km} value={start.km} least={0.05} most={500} whole={false} put={(km) => put({ ...start, km })} /> };
    case "api":
      return {};
  }
}

function Worth({ start, put }: Of<Is<"cart">>) {
  const say = useWords(sentenceWords);
  return (
    <>
      <Pick
        label={say.amount}
        value={start.least === null ? "any" : "least"}
        options={picks(say.worth)}
        onChange={(of) => put({ ...start, least: of === "any" ? null : 50 })}
      />
      {start.least !== null && (
        <>
          {" "}
          <Count label={say.amount} value={start.least} least={0} whole={false} put={(least) => put({ ...start, least })} />
        </>
      )}
    </>
  );
}

function FormChip({ start, put }: Of<Is<"form">>) {
  const { form } = useWords(kindWords);
  const { anyForm } = useWords(startWords);
  const forms = useQuery(ask(listForms, { query: {} })).data?.items ?? [];
  const chosen = forms.find((one) => [one.id, one.key, one.name].includes(start.form ?? ""))?.key ?? start.form;
  return (
    <Named
      label={form}
      value={chosen}
      none={anyForm}
      items={[
        ...(chosen === null || forms.some((one) => one.key === chosen) ? [] : [{ id: chosen, name: chosen }]),
        ...forms.map((one) => ({ id: one.key, name: one.name })),
      ]}
      put={(key) => put({ ...start, form: key })}
    />
  );
}

function MessageChip({ start, put }: Of<Is<"message">>) {
  const { template, anyTemplate } = useWords(kindWords);
  return (
    <Named
      label={template}
      value={start.template}
      none={anyTemplate}
      items={useTemplates({ chosen: start.template })}
      put={(id) => put({ ...start, template: id })}
    />
  );
}

function SegmentChip({ start, put }: Of<Is<"segment"> | Is<"schedule">>) {
  const { segment } = useWords(panelWords);
  return (
    <Named
      label={segment}
      value={start.segment}
      items={useQuery(ask(listSegments, {})).data?.items ?? []}
      put={(id) => {
        if (id) put({ ...start, segment: id });
      }}
    />
  );
}

function GroupChip({ start, put }: Of<Is<"group">>) {
  const { group } = useWords(panelWords);
  return (
    <Named
      label={group}
      value={start.group}
      items={useQuery(ask(listGroups, {})).data?.items ?? []}
      put={(id) => {
        if (id) put({ ...start, group: id });
      }}
    />
  );
}

function JourneyChip({ start, put }: Of<Is<"journey">>) {
  const { toJourney } = useWords(kindWords);
  return (
    <Named
      label={toJourney}
      value={start.journey}
      items={useQuery(ask(listJourneys, { query: {} })).data?.items ?? []}
      put={(id) => {
        if (id) put({ ...start, journey: id });
      }}
    />
  );
}

function DateChip({ start, put }: Of<Is<"date">>) {
  const { date } = useWords(panelWords);
  return (
    <Named
      label={date}
      value={start.attribute}
      items={useContactDates(start.attribute, true).map((one) => ({ id: one.value, name: one.label }))}
      put={(attribute) => {
        if (attribute) put(startingOn(start, attribute));
      }}
    />
  );
}

function ObjectDateChip({ start, put }: Of<Is<"object_date">>) {
  const { date } = useWords(panelWords);
  const dates = useObjectDates();
  const choose = (id: string | null): void => {
    const one = dates.find((other) => `${other.object}.${other.field}` === id);
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
    <Named
      label={date}
      value={`${start.object}.${start.field}`}
      items={dates.map((one) => ({ id: `${one.object}.${one.field}`, name: one.label }))}
      put={choose}
    />
  );
}
