import { Button, Menu, NativeSelect, TextInput } from "@mantine/core";
import { listGroups } from "@relance/contract/contacts";
import { listJourneys, type Journey } from "@relance/contract/journeys";
import { listSegments } from "@relance/contract/segments";
import { START_GROUPS, type Graph, type Settings, type Start } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { Fragment, type ReactNode } from "react";
import { ask } from "../../../api/client.ts";
import { useLanguage } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { blankStart } from "../blank.ts";
import { EventField, EventFilters } from "./event-fields.tsx";
import { kindWords } from "../kind-words.ts";
import { panelWords } from "./panel-words.ts";
import { DateStart, ObjectDateStart, useObjectDates } from "./starts/date-fields.tsx";
import { FormStart } from "./starts/form-fields.tsx";
import { listed } from "./starts/listed.ts";
import { SettingsFields } from "./settings-fields.tsx";
import {
  ApiStart,
  BoughtStart,
  BrowseStart,
  CartStart,
  EventDateStart,
  JourneyStart,
  MessageStart,
  OrderStart,
  type Of,
} from "./starts/start-fields.tsx";
import { NearStoreStart, OfferStart } from "./starts/offer-fields.tsx";
import { ScheduleStart } from "./starts/schedule-fields.tsx";
import { startWords } from "./starts/start-words.ts";

/** `sentence`: how a start says itself where sentences are read; its fields are then one press away. */
interface Given {
  readonly sentence?: (start: Start, put: (start: Start) => void, fields: ReactNode) => ReactNode;
  readonly graph: Graph;
  readonly problems: Journey["problems"];
  readonly starts: (starts: readonly Start[]) => void;
}

/** Who enters and when, whether again, and what ends a run wherever it waits. */
export function StartPanel({ settings, ...given }: Given & { readonly settings: (settings: Settings) => void }) {
  return (
    <>
      <StartList {...given} />
      <SettingsFields graph={given.graph} put={settings} />
    </>
  );
}

/** What makes people enter. */
export function StartList({ graph, problems, starts, sentence }: Given) {
  const say = useWords(panelWords);
  const { language } = useLanguage();
  const words = useWords(kindWords);
  const own = useWords(startWords);
  const first = {
    segment: useQuery(ask(listSegments, {})).data?.items.find((one) => one.state !== "archived")?.id ?? null,
    group: useQuery(ask(listGroups, {})).data?.items[0]?.id ?? null,
    journey: useQuery(ask(listJourneys, { query: {} })).data?.items[0]?.id ?? null,
    objectDate: useObjectDates()[0] ?? null,
  };
  const missing: Readonly<Record<string, string>> = {
    segment: say.noSegment,
    schedule: say.noSegment,
    group: say.noGroup,
    journey: words.noJourney,
    object_date: own.noObject,
  };
  const put = (at: number, one: Start): void => starts(graph.starts.with(at, one));
  const errorOf = (at: number): string | undefined => problems.find((one) => one.path.startsWith(`starts[${at}]`))?.message[language];
  const rest = problems.filter((one) => !one.path.startsWith("starts[") && !one.path.startsWith("settings.filter"));
  return (
    <>
      {rest.map((one, at) => (
        <div
          key={at}
          className="call"
          {...(one.code === "no_start" || one.code === "no_first_step" ? { "data-kind": "info" } : { role: "alert" })}
        >
          {one.message[language]}
        </div>
      ))}
      {graph.starts.map((one, at) => (
        <section className="sub-part" key={at} aria-label={words.starts[one.kind]}>
          {sentence ? (
            <>
              {sentence(
                one,
                (changed) => put(at, changed),
                <StartFields start={one} put={(changed) => put(at, changed)} error={undefined} />,
              )}
              {errorOf(at) !== undefined && <p className="small danger">{errorOf(at)}</p>}
            </>
          ) : (
            <>
              <h3>{words.starts[one.kind]}</h3>
              <StartFields start={one} put={(changed) => put(at, changed)} error={errorOf(at)} />
            </>
          )}
          <button type="button" className="link-button small" onClick={() => starts(graph.starts.toSpliced(at, 1))}>
            {say.removeStart}
          </button>
        </section>
      ))}
      {graph.starts.length < 10 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default" style={{ alignSelf: "flex-start" }}>
              {say.addStart}
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
            {(["did", "shop", "is", "time", "asked"] as const).map((group) => (
              <Fragment key={group}>
                <Menu.Label>{words.startGroups[group]}</Menu.Label>
                {START_GROUPS[group].map((kind) => {
                  const blank = blankStart(kind, first);
                  return (
                    <Menu.Item
                      key={kind}
                      disabled={blank === null}
                      rightSection={blank === null ? <span className="tiny faint">{missing[kind]}</span> : undefined}
                      onClick={() => {
                        if (blank) starts([...graph.starts, blank]);
                      }}
                    >
                      {words.starts[kind]}
                    </Menu.Item>
                  );
                })}
              </Fragment>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

function StartFields({
  start,
  put,
  error,
}: {
  readonly start: Start;
  readonly put: (start: Start) => void;
  readonly error: string | undefined;
}) {
  switch (start.kind) {
    case "event":
      return <EventStart start={start} put={put} error={error} />;
    case "form":
      return <FormStart start={start} put={put} error={error} />;
    case "message":
      return <MessageStart start={start} put={put} error={error} />;
    case "cart":
      return <CartStart start={start} put={put} error={error} />;
    case "browse":
      return <BrowseStart start={start} put={put} error={error} />;
    case "order":
      return <OrderStart start={start} put={put} error={error} />;
    case "replenishment":
    case "registration":
      return <BoughtStart start={start as Extract<Start, { kind: "replenishment" }>} put={put} error={error} />;
    case "price_drop":
    case "back_in_stock":
    case "low_stock":
      return <OfferStart start={start as Extract<Start, { kind: "price_drop" }>} put={put} error={error} />;
    case "near_store":
      return <NearStoreStart start={start} put={put} error={error} />;
    case "schedule":
      return <ScheduleStart start={start} put={put} error={error} />;
    case "object_date":
      return <ObjectDateStart start={start} put={put} error={error} />;
    case "event_date":
      return <EventDateStart start={start} put={put} error={error} />;
    case "journey":
      return <JourneyStart start={start} put={put} error={error} />;
    case "api":
      return <ApiStart />;
    case "segment":
      return <SegmentStart start={start} put={put} error={error} />;
    case "group":
      return <GroupStart start={start} put={put} error={error} />;
    case "date":
      return <DateStart start={start} put={put} error={error} />;
  }
}

function EventStart({ start, put }: Of<"event">) {
  const say = useWords(panelWords);
  return (
    <>
      <EventField label={say.event} value={start.event} put={(event) => put({ ...start, event })} />
      <EventFilters event={start.event} where={start.where} put={(where) => put({ ...start, where })} />
      <TextInput
        label={say.key}
        description={say.keyHelp}
        value={start.key ?? ""}
        maxLength={200}
        onChange={(event) => put({ ...start, key: event.currentTarget.value.trim() || null })}
      />
    </>
  );
}

function SegmentStart({ start, put, error }: Of<"segment">) {
  const say = useWords(panelWords);
  const segments = useQuery(ask(listSegments, {})).data?.items ?? [];
  return (
    <>
      <NativeSelect
        label={say.segment}
        error={error}
        value={start.segment}
        data={listed(segments, start.segment)}
        onChange={(event) => put({ ...start, segment: event.currentTarget.value })}
      />
      <NativeSelect
        label={say.on}
        value={start.on}
        data={[
          { value: "enter", label: say.enters },
          { value: "leave", label: say.leaves },
        ]}
        onChange={(event) => put({ ...start, on: event.currentTarget.value === "leave" ? "leave" : "enter" })}
      />
    </>
  );
}

function GroupStart({ start, put, error }: Of<"group">) {
  const say = useWords(panelWords);
  const groups = useQuery(ask(listGroups, {})).data?.items ?? [];
  return (
    <NativeSelect
      label={say.group}
      error={error}
      value={start.group}
      data={listed(groups, start.group)}
      onChange={(event) => put({ ...start, group: event.currentTarget.value })}
    />
  );
}
