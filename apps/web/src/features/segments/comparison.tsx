import type { CalendarUnit, Comparison, Span, Window, ZoneChoice } from "@relance/model/rules";
import { createContext, useContext } from "react";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Joining, Pick, Type } from "./chips.tsx";
import { segmentWords } from "./words.ts";

type Op = Comparison["op"];
export type Sort = "text" | "number" | "boolean" | "date" | "instant" | "list" | "object";
const OPS: Readonly<Record<Sort, readonly Op[]>> = {
  text: ["eq", "ne", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "like", "set", "unset"],
  list: ["contains", "not_contains", "size", "set", "unset"],
  object: ["set", "unset"],
  number: ["gt", "gte", "lt", "lte", "eq", "ne", "between", "set", "unset"],
  boolean: ["eq", "ne", "set", "unset"],
  date: [
    "within_last",
    "not_within_last",
    "ago",
    "within_next",
    "ahead",
    "calendar",
    "anniversary",
    "month",
    "before",
    "after",
    "set",
    "unset",
  ],
  instant: [
    "within_last",
    "not_within_last",
    "ago",
    "within_next",
    "ahead",
    "calendar",
    "anniversary",
    "month",
    "before",
    "after",
    "set",
    "unset",
  ],
};
/** Where a rule stands: inside a journey it may also ask about what happened since the run began. */
export const RulePlace = createContext<"segment" | "journey">("segment");
export const COUNTED: readonly Op[] = ["gte", "lte", "eq", "gt", "lt", "between"];
/** A filter inside an event compares with fixed values only. */
export const FIXED: readonly Op[] = [
  "eq",
  "ne",
  "in",
  "not_in",
  "contains",
  "not_contains",
  "starts_with",
  "gt",
  "gte",
  "lt",
  "lte",
  "set",
  "unset",
];

/** A comparison of this kind to begin with, keeping the value of the old one where it can. */
export function comparisonOf(op: Op, old: Comparison | null, sort: Sort): Comparison {
  const value = old && "value" in old ? old.value : old && "values" in old ? old.values[0]! : "";
  switch (op) {
    case "set":
    case "unset":
      return { op };
    case "eq":
    case "ne":
      return { op, value: sort === "boolean" ? value !== false : sort === "number" ? number(value) : String(value) };
    case "in":
    case "not_in":
      return { op, values: old && "values" in old ? old.values : [String(value)] };
    case "contains":
    case "not_contains":
    case "starts_with":
    case "ends_with":
      return { op, value: String(value) };
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return { op, value: number(value) };
    case "between":
      return { op, from: number(value), to: number(value) + 1 };
    case "within_last":
    case "not_within_last":
    case "within_next":
      return { op, span: old && "span" in old ? old.span : { n: 30, unit: "day" } };
    case "ago":
    case "ahead":
      return {
        op,
        least: old && "span" in old ? old.span : old && "least" in old ? old.least : { n: 30, unit: "day" },
        most: old && "most" in old ? old.most : null,
      };
    case "calendar":
      return { op, unit: "month", back: 0, zone: old && "zone" in old ? old.zone : "contact" };
    case "anniversary":
      return { op, from: 0, to: 7, zone: old && "zone" in old ? old.zone : "contact" };
    case "month":
      return { op, month: "this", zone: old && "zone" in old ? old.zone : "contact" };
    case "like":
      return { op, value: String(value) === "" ? "*" : String(value) };
    case "size":
      return { op, from: 1, to: 10 };
    case "before":
    case "after":
      return { op, at: old && "at" in old ? old.at : "2026-01-01" };
  }
}

export function Compare({
  is,
  sort,
  ops = OPS[sort],
  onChange,
}: {
  readonly is: Comparison;
  readonly sort: Sort;
  readonly ops?: readonly Op[];
  readonly onChange: (is: Comparison) => void;
}) {
  const say = useWords(segmentWords);
  const offered = ops.includes(is.op) ? ops : [is.op, ...ops];
  return (
    <>
      <Pick
        label={say.comparison}
        tone="quiet"
        value={is.op}
        options={offered.map((op) => [op, say.ops[op]] as const)}
        onChange={(op) => onChange(comparisonOf(op, is, sort))}
      />
      <Against is={is} onChange={onChange} />
    </>
  );
}

function Against({ is, onChange }: { readonly is: Comparison; readonly onChange: (is: Comparison) => void }) {
  const say = useWords(segmentWords);
  const { language } = useLanguage();
  if ("values" in is)
    return (
      <Type
        label={`${say.value}, ${say.commaHelp}`}
        value={is.values.join(", ")}
        onChange={(text) => onChange({ ...is, values: text.split(",").map((one) => one.trimStart()) })}
      />
    );
  if ("span" in is) return <SpanChips span={is.span} onChange={(span) => onChange({ ...is, span })} />;
  if ("at" in is)
    return (
      <Type
        label={say.date}
        type="date"
        value={is.at.slice(0, 10)}
        onChange={(at) => {
          if (at !== "") onChange({ ...is, at });
        }}
      />
    );
  if (is.op === "ago" || is.op === "ahead")
    return <Spans least={is.least} most={is.most} onChange={(least, most) => onChange({ ...is, least, most })} />;
  if (is.op === "calendar")
    return (
      <>
        <Calendar unit={is.unit} back={is.back} ahead onChange={(unit, back) => onChange({ ...is, unit, back })} />
        <Zone zone={is.zone} onChange={(zone) => onChange({ ...is, zone })} />
      </>
    );
  if (is.op === "month")
    return (
      <>
        <Pick
          label={say.month}
          value={String(is.month)}
          options={[
            ...(["this", "last", "next"] as const).map((one) => [one, say.months[one]] as const),
            ...monthNames(language).map((name, at) => [String(at + 1), name] as const),
          ]}
          onChange={(month) => onChange({ ...is, month: month === "this" || month === "last" || month === "next" ? month : Number(month) })}
        />
        <Zone zone={is.zone} onChange={(zone) => onChange({ ...is, zone })} />
      </>
    );
  if (is.op === "anniversary") return <Anniversary is={is} onChange={onChange} />;
  if ("from" in is)
    return (
      <>
        <Type label={say.number} type="number" value={String(is.from)} onChange={(text) => onChange({ ...is, from: number(text) })} />
        <Joining>{say.and}</Joining>
        <Type label={say.number} type="number" value={String(is.to)} onChange={(text) => onChange({ ...is, to: number(text) })} />
      </>
    );
  if (!("value" in is)) return null;
  const { value } = is;
  if (typeof value === "boolean")
    return (
      <Pick
        label={say.value}
        value={value ? "yes" : "no"}
        options={[
          ["yes", say.yes],
          ["no", say.no],
        ]}
        onChange={(said) => onChange({ ...is, value: said === "yes" } as Comparison)}
      />
    );
  if (typeof value === "number")
    return (
      <Type
        label={say.number}
        type="number"
        value={String(value)}
        onChange={(text) => onChange({ ...is, value: number(text) } as Comparison)}
      />
    );
  return <Type label={say.value} value={value} onChange={(text) => onChange({ ...is, value: text } as Comparison)} />;
}

function SpanChips({ span, onChange }: { readonly span: Span; readonly onChange: (span: Span) => void }) {
  const say = useWords(segmentWords);
  return (
    <span className="rule-span">
      <Type
        label={say.number}
        type="number"
        value={String(span.n)}
        onChange={(text) => onChange({ ...span, n: Math.max(1, Math.round(number(text))) })}
      />
      <Pick
        label={say.unit}
        value={span.unit}
        options={(["minute", "hour", "day", "week", "month", "year"] as const).map((unit) => [unit, say.units[unit]])}
        onChange={(unit) => onChange({ ...span, unit })}
      />
    </span>
  );
}

const monthNames = (language: string): readonly string[] =>
  Array.from({ length: 12 }, (_none, at) =>
    new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" }).format(Date.UTC(2024, at, 1)),
  );

/** "at least so long ago", and less than so long if one likes. */
function Spans({
  least,
  most,
  onChange,
}: {
  readonly least: Span;
  readonly most: Span | null;
  readonly onChange: (least: Span, most: Span | null) => void;
}) {
  const say = useWords(segmentWords);
  return (
    <>
      <SpanChips span={least} onChange={(span) => onChange(span, most)} />
      <Pick
        label={say.limit}
        tone="quiet"
        value={most === null ? "open" : "closed"}
        options={[
          ["open", say.noLimit],
          ["closed", say.upTo],
        ]}
        onChange={(said) => onChange(least, said === "open" ? null : { n: least.n + 30, unit: least.unit })}
      />
      {most !== null && <SpanChips span={most} onChange={(span) => onChange(least, span)} />}
    </>
  );
}

const UNITS: readonly CalendarUnit[] = ["day", "week", "month", "quarter", "year"];

/** Today, this week, last month…; other distances are kept and shown as a number. */
function Calendar({
  unit,
  back,
  ahead,
  onChange,
}: {
  readonly unit: CalendarUnit;
  readonly back: number;
  readonly ahead?: boolean;
  readonly onChange: (unit: CalendarUnit, back: number) => void;
}) {
  const say = useWords(segmentWords);
  const near = UNITS.flatMap((one) =>
    (ahead ? [0, 1, -1] : [0, 1]).map((by) => [`${one} ${by}`, say.calendar[one][by === 0 ? "now" : by === 1 ? "last" : "next"]] as const),
  );
  const value = `${unit} ${back}`;
  return (
    <Pick
      label={say.calendarPeriod}
      value={value}
      options={near.some(([key]) => key === value) ? near : [...near, [value, say.periodsBack(say.calendar[unit].now, back)] as const]}
      onChange={(key) => {
        const [one, by] = key.split(" ");
        onChange(one as CalendarUnit, Number(by));
      }}
    />
  );
}

function Zone({ zone, onChange }: { readonly zone: ZoneChoice; readonly onChange: (zone: ZoneChoice) => void }) {
  const say = useWords(segmentWords);
  return (
    <Pick
      label={say.zone}
      tone="quiet"
      value={zone}
      options={[
        ["contact", say.zones.contact],
        ["workspace", say.zones.workspace],
      ]}
      onChange={onChange}
    />
  );
}

function Anniversary({
  is,
  onChange,
}: {
  readonly is: Extract<Comparison, { readonly op: "anniversary" }>;
  readonly onChange: (is: Comparison) => void;
}) {
  const say = useWords(segmentWords);
  const days = (value: number, label: string, put: (days: number) => void) => (
    <Type
      label={label}
      type="number"
      value={String(value)}
      onChange={(text) => put(Math.max(-180, Math.min(180, Math.round(number(text)))))}
    />
  );
  return (
    <>
      <Joining>{say.fromDay}</Joining>
      {days(is.from, say.fromDay, (from) => onChange({ ...is, from }))}
      <Joining>{say.toDay}</Joining>
      {days(is.to, say.toDay, (to) => onChange({ ...is, to }))}
      <Joining>{say.daysFromToday}</Joining>
      <Zone zone={is.zone} onChange={(zone) => onChange({ ...is, zone })} />
    </>
  );
}

const EVER: Window = { kind: "ever" };

/** When it happened. @param plain only windows that are the same in every zone */
export function Period({
  window,
  plain = false,
  onChange,
}: {
  readonly window: Window;
  readonly plain?: boolean;
  readonly onChange: (window: Window) => void;
}) {
  const say = useWords(segmentWords);
  const inJourney = useContext(RulePlace) === "journey";
  const zone = plain ? {} : { zone: "workspace" as const };
  const blanks: Readonly<Record<Window["kind"], Window>> = {
    since_entry: { kind: "since_entry" },
    ever: EVER,
    last: { kind: "last", span: { n: 30, unit: "day" } },
    ago: { kind: "ago", least: { n: 30, unit: "day" }, most: null },
    calendar: { kind: "calendar", unit: "month", back: 0, zone: "workspace" },
    since: { kind: "since", at: "2026-01-01", ...zone },
    between: { kind: "between", from: "2026-01-01", to: "2026-12-31", ...zone },
  };
  const kinds = (["since_entry", "ever", "last", "calendar", "ago", "since", "between"] as const).filter(
    (kind) => kind === window.kind || (kind === "since_entry" ? inJourney && !plain : !plain || (kind !== "calendar" && kind !== "ago")),
  );
  return (
    <>
      <Pick
        label={say.period}
        tone="quiet"
        value={window.kind}
        options={kinds.map((kind) => [kind, say.windows[kind]] as const)}
        onChange={(kind) => onChange(blanks[kind])}
      />
      <PeriodValue window={window} onChange={onChange} />
    </>
  );
}

/** Since when something has been so: nothing said, for at least so long, or any other period. */
export function Since({ when, onChange }: { readonly when: Window | undefined; readonly onChange: (when: Window | undefined) => void }) {
  const say = useWords(segmentWords);
  const kinds = ["any", "ago", "last", "calendar", "since", "between"] as const;
  const value = when === undefined ? "any" : when.kind === "ever" || when.kind === "since_entry" ? "any" : when.kind;
  const blanks = {
    any: undefined,
    ago: { kind: "ago", least: { n: 30, unit: "day" }, most: null },
    last: { kind: "last", span: { n: 30, unit: "day" } },
    calendar: { kind: "calendar", unit: "month", back: 0, zone: "workspace" },
    since: { kind: "since", at: "2026-01-01", zone: "workspace" },
    between: { kind: "between", from: "2026-01-01", to: "2026-12-31", zone: "workspace" },
  } as const;
  return (
    <>
      <Pick
        label={say.sinceWhen}
        tone="quiet"
        value={value}
        options={kinds.map((kind) => [kind, say.since[kind]] as const)}
        onChange={(kind) => onChange(blanks[kind])}
      />
      {when !== undefined && <PeriodValue window={when} onChange={onChange} />}
    </>
  );
}

function PeriodValue({ window, onChange }: { readonly window: Window; readonly onChange: (window: Window) => void }) {
  const say = useWords(segmentWords);
  const day = (value: string, put: (at: string) => Window) => (
    <Type
      label={say.date}
      type="date"
      value={value.slice(0, 10)}
      onChange={(at) => {
        if (at !== "") onChange(put(at));
      }}
    />
  );
  return (
    <>
      {window.kind === "last" && <SpanChips span={window.span} onChange={(span) => onChange({ kind: "last", span })} />}
      {window.kind === "ago" && (
        <Spans least={window.least} most={window.most} onChange={(least, most) => onChange({ ...window, least, most })} />
      )}
      {window.kind === "calendar" && (
        <Calendar unit={window.unit} back={window.back} onChange={(unit, back) => onChange({ ...window, unit, back })} />
      )}
      {window.kind === "since" && day(window.at, (at) => ({ ...window, at }))}
      {window.kind === "between" && (
        <>
          {day(window.from, (from) => ({ ...window, from }))}
          <Joining>{say.and}</Joining>
          {day(window.to, (to) => ({ ...window, to }))}
        </>
      )}
      {"zone" in window && window.zone !== undefined && (
        <Zone zone={window.zone} onChange={(choice) => onChange({ ...window, zone: choice })} />
      )}
    </>
  );
}

function number(value: unknown): number {
  const read = Number(value);
  return Number.isFinite(read) ? read : 0;
}
