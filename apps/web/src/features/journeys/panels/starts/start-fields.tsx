import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { listJourneys } from "@relance/contract/journeys";
import type { Start } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../../../api/client.ts";
import { useWords } from "../../../../i18n/words.ts";
import { EventField, EventFilters, SpanFields } from "../event-fields.tsx";
import { kindWords } from "../../kind-words.ts";
import { panelWords } from "../panel-words.ts";
import { useTemplates } from "../../templates.ts";
import { AroundDay } from "./around-day.tsx";
import { startWords } from "./start-words.ts";

export type Of<K extends Start["kind"]> = {
  readonly start: Extract<Start, { kind: K }>;
  readonly put: (start: Start) => void;
  readonly error: string | undefined;
};

const ORDERS = { completed: "Order Completed", cancelled: "Order Cancelled", refunded: "Order Refunded" } as const;
export function OrderStart({ start, put }: Of<"order">) {
  const say = useWords(kindWords);
  return (
    <>
      <NativeSelect
        label={say.on}
        value={start.on}
        data={(["completed", "cancelled", "refunded"] as const).map((on) => ({ value: on, label: say.orderOn[on] }))}
        onChange={(event) => put({ ...start, on: event.currentTarget.value as typeof start.on })}
      />
      <EventFilters event={ORDERS[start.on]} where={start.where} put={(where) => put({ ...start, where })} />
    </>
  );
}

export function CartStart({ start, put }: Of<"cart">) {
  const say = useWords(kindWords);
  return (
    <>
      <SpanFields label={say.idle} span={start.idle} put={(idle) => put({ ...start, idle })} />
      <NumberInput
        label={say.least}
        description={say.leastHelp}
        min={0}
        value={start.least ?? ""}
        onChange={(n) => put({ ...start, least: n === "" ? null : Math.max(0, Number(n) || 0) })}
      />
      <p className="tiny faint">{say.cartNote}</p>
    </>
  );
}

export function BrowseStart({ start, put }: Of<"browse">) {
  const say = useWords(kindWords);
  return (
    <>
      <SpanFields label={say.idle} span={start.idle} put={(idle) => put({ ...start, idle })} />
      <p className="tiny faint">{say.browseNote}</p>
    </>
  );
}

export function BoughtStart({ start, put }: Of<"replenishment"> | Of<"registration">) {
  const say = useWords(kindWords);
  const own = useWords(startWords);
  const products = (text: string): string[] =>
    [
      ...new Set(
        text
          .split(",")
          .map((one) => one.trim())
          .filter(Boolean),
      ),
    ].slice(0, 200);
  return (
    <>
      <TextInput
        label={say.products}
        description={say.productsHelp}
        defaultValue={start.products.join(", ")}
        onBlur={(event) => put({ ...start, products: products(event.currentTarget.value) })}
      />
      {start.kind === "replenishment" && <Rhythm start={start} put={put} error={undefined} />}
      <SpanFields
        label={start.kind === "replenishment" && start.rhythm ? own.fallback : say.boughtAfter}
        span={start.after}
        put={(after) => put({ ...start, after })}
      />
      <p className="tiny faint">{start.kind === "replenishment" ? say.replenishNote : say.registrationNote}</p>
    </>
  );
}

function Rhythm({ start, put }: Of<"replenishment">) {
  const say = useWords(startWords);
  const { rhythm: _, ...rest } = start;
  return (
    <NativeSelect
      label={say.rhythm}
      description={say.rhythmNote}
      value={start.rhythm ?? "fixed"}
      data={(["fixed", "product", "category"] as const).map((one) => ({ value: one, label: say.rhythms[one] }))}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        put(chosen === "product" || chosen === "category" ? { ...rest, rhythm: chosen } : rest);
      }}
    />
  );
}

export function EventDateStart({ start, put }: Of<"event_date">) {
  const say = useWords(kindWords);
  const panel = useWords(panelWords);
  return (
    <>
      <EventField label={panel.event} value={start.event} put={(event) => put({ ...start, event })} />
      <EventFilters event={start.event} where={start.where} put={(where) => put({ ...start, where })} />
      <TextInput
        label={say.property}
        value={start.property}
        maxLength={200}
        onChange={(event) => {
          if (event.currentTarget.value) put({ ...start, property: event.currentTarget.value.trim() });
        }}
      />
      <TextInput
        label={panel.key}
        description={panel.keyHelp}
        value={start.key ?? ""}
        maxLength={200}
        onChange={(event) => put({ ...start, key: event.currentTarget.value.trim() || null })}
      />
      <AroundDay days={start.days} at={start.at} put={(around) => put({ ...start, ...around })} />
      <p className="tiny faint">{say.askedNote}</p>
    </>
  );
}

export function MessageStart({ start, put, error }: Of<"message">) {
  const say = useWords(kindWords);
  const templates = useTemplates({ chosen: start.template });
  const dids = { clicked: say.dids.clicked, opened: say.dids.opened, unsubscribed: say.unsubscribed };
  return (
    <>
      <NativeSelect
        label={say.template}
        error={error}
        value={start.template ?? ""}
        data={[{ value: "", label: say.anyTemplate }, ...templates.map((one) => ({ value: one.id, label: one.name }))]}
        onChange={(event) => put({ ...start, template: event.currentTarget.value || null })}
      />
      <NativeSelect
        label={say.did}
        value={start.did}
        data={(["clicked", "opened", "unsubscribed"] as const).map((one) => ({ value: one, label: dids[one] }))}
        onChange={(event) => put({ ...start, did: event.currentTarget.value as typeof start.did })}
      />
      {start.did === "opened" && <p className="tiny faint">{say.openNote}</p>}
    </>
  );
}

export function JourneyStart({ start, put, error }: Of<"journey">) {
  const say = useWords(kindWords);
  const journeys = useQuery(ask(listJourneys, { query: {} })).data?.items ?? [];
  return (
    <>
      <NativeSelect
        label={say.toJourney}
        error={error}
        value={start.journey}
        data={[
          ...(journeys.some((one) => one.id === start.journey) ? [] : [{ value: start.journey, label: "…" }]),
          ...journeys.map((one) => ({ value: one.id, label: one.name })),
        ]}
        onChange={(event) => put({ ...start, journey: event.currentTarget.value })}
      />
      <NativeSelect
        label={say.on}
        value={start.on}
        data={(["completed", "goal", "left"] as const).map((on) => ({ value: on, label: say.ended[on] }))}
        onChange={(event) => put({ ...start, on: event.currentTarget.value as typeof start.on })}
      />
    </>
  );
}

export function ApiStart() {
  return <p className="small soft">{useWords(kindWords).apiNote}</p>;
}
