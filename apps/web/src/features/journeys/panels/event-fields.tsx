import { Checkbox, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { listEventNames } from "@relance/contract/events";
import type { Graph, Start } from "@relance/model/journeys";
import type { PropertyFilter, Span } from "@relance/model/rules";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ask } from "../../../api/client.ts";
import { useWords } from "../../../i18n/words.ts";
import { Joining } from "../../segments/chips.tsx";
import { Compare, comparisonOf, FIXED, type Sort } from "../../segments/comparison.tsx";
import { segmentWords } from "../../segments/words.ts";
import { panelWords } from "./panel-words.ts";

const UNITS = ["minute", "hour", "day", "week", "month", "year"] as const;

export function SpanFields({ label, span, put }: { readonly label: string; readonly span: Span; readonly put: (span: Span) => void }) {
  const say = useWords(panelWords);
  return (
    <div className="panel-row">
      <NumberInput
        className="grow"
        label={label}
        min={1}
        allowDecimal={false}
        value={span.n}
        onChange={(n) => put({ ...span, n: Math.max(1, Math.round(Number(n) || 1)) })}
      />
      <NativeSelect
        className="grow"
        label={say.unit}
        value={span.unit}
        data={UNITS.map((unit) => ({ value: unit, label: say.units[unit] }))}
        onChange={(event) => put({ ...span, unit: event.currentTarget.value as Span["unit"] })}
      />
    </div>
  );
}

/** A text that is never kept empty: what was there comes back when the field is left so. */
function useKept(
  value: string,
  put: (value: string) => void,
): { readonly value: string; readonly type: (typed: string) => void; readonly leave: () => void } {
  const [emptied, setEmptied] = useState(false);
  return {
    value: emptied ? "" : value,
    leave: () => setEmptied(false),
    type: (typed) => {
      setEmptied(typed === "");
      if (typed !== "") put(typed);
    },
  };
}

/** The name of an event: those received are offered, any other may be typed. */
export function EventField({
  label,
  value,
  put,
}: {
  readonly label: string;
  readonly value: string;
  readonly put: (event: string) => void;
}) {
  const names = useQuery(ask(listEventNames, { query: {} })).data?.items ?? [];
  const kept = useKept(value, put);
  const id = useId();
  return (
    <>
      <TextInput
        label={label}
        value={kept.value}
        maxLength={200}
        list={id}
        onChange={(event) => kept.type(event.currentTarget.value)}
        onBlur={kept.leave}
      />
      <datalist id={id}>
        {names.map((one) => (
          <option key={one.name} value={one.name} />
        ))}
      </datalist>
    </>
  );
}

/** The name of an event inside a sentence. */
export function EventChip({
  label,
  value,
  put,
}: {
  readonly label: string;
  readonly value: string;
  readonly put: (event: string) => void;
}) {
  const names = useQuery(ask(listEventNames, { query: {} })).data?.items.map((one) => one.name) ?? [];
  return <NamedChip label={label} value={value} known={names} most={60} put={put} />;
}

const SORTS: Readonly<Record<string, Sort>> = { number: "number", boolean: "boolean" };

/** What the event must hold: property, comparison, value; all of them. */
export function EventFilters({
  event,
  where,
  put,
}: {
  readonly event: string;
  readonly where: readonly PropertyFilter[];
  readonly put: (where: readonly PropertyFilter[]) => void;
}) {
  const say = useWords(panelWords);
  const properties = useQuery(ask(listEventNames, { query: {} })).data?.items.find((one) => one.name === event)?.properties ?? {};
  const known = ["amount", ...Object.keys(properties).filter((name) => !name.includes("[]"))];
  const sortOf = (property: string): Sort => (property === "amount" ? "number" : (SORTS[properties[property] ?? ""] ?? "text"));
  return (
    <div className="filters">
      {where.map((filter, at) => (
        <div className="filter" key={at}>
          <Joining>{at === 0 ? say.where : <And />}</Joining>
          <PropertyChip
            value={filter.property}
            known={known}
            put={(property) =>
              put(
                where.with(at, {
                  property,
                  is: sortOf(property) === sortOf(filter.property) ? filter.is : comparisonOf("eq", null, sortOf(property)),
                }),
              )
            }
          />
          <Compare
            is={filter.is}
            sort={sortOf(filter.property)}
            {...(sortOf(filter.property) === "text" && { ops: FIXED })}
            onChange={(is) => put(where.with(at, { ...filter, is }))}
          />
          <button
            type="button"
            className="icon-button"
            aria-label={say.removeWhere}
            title={say.removeWhere}
            onClick={() => put(where.toSpliced(at, 1))}
          >
            <IconX size={13} aria-hidden />
          </button>
        </div>
      ))}
      {where.length < 20 && (
        <button
          type="button"
          className="link-button small"
          onClick={() => put([...where, { property: known[1] ?? "amount", is: { op: "set" } }])}
        >
          {say.addWhere}
        </button>
      )}
    </div>
  );
}

const And = () => useWords(segmentWords).and;

function PropertyChip(of: { readonly value: string; readonly known: readonly string[]; readonly put: (property: string) => void }) {
  return <NamedChip label={useWords(panelWords).property} most={30} {...of} />;
}

function NamedChip({
  label,
  value,
  known,
  most,
  put,
}: {
  readonly label: string;
  readonly value: string;
  readonly known: readonly string[];
  readonly most: number;
  readonly put: (name: string) => void;
}) {
  const kept = useKept(value, put);
  const id = useId();
  return (
    <>
      <input
        className="chip"
        aria-label={label}
        title={label}
        value={kept.value}
        maxLength={200}
        list={id}
        style={{ width: `${Math.min(Math.max(kept.value.length, 3), most) + 3.5}ch` }}
        onChange={(event) => kept.type(event.currentTarget.value)}
        onBlur={kept.leave}
      />
      <datalist id={id}>
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}

const keyNameOf = (start: Start): string | null =>
  start.kind === "event" || start.kind === "event_date"
    ? start.key
    : ({
        cart: "cart_id",
        order: "order_id",
        registration: "order_id",
        replenishment: "product_id",
        price_drop: "product_id",
        back_in_stock: "product_id",
        low_stock: "product_id",
        object_date: "id",
      }[start.kind as string] ?? null);

/** Whether an event must be about what the run is about; asked only when a start has a key. */
export function SameKey({ graph, value, put }: { readonly graph: Graph; readonly value: boolean; readonly put: (value: boolean) => void }) {
  const say = useWords(panelWords);
  const key = graph.starts.map(keyNameOf).find((one) => one !== null) ?? null;
  if (key === null && !value) return null;
  return (
    <Checkbox
      label={say.sameKey}
      description={key === null ? undefined : say.sameKeyNote(key)}
      checked={value}
      onChange={(event) => put(event.currentTarget.checked)}
    />
  );
}
