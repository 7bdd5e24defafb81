import type { Comparison, Span, Window } from "@relance/model/rules";
import { createContext, useContext } from "react";
import { useWords } from "../../i18n/words.ts";
import { Joining, Pick, Type } from "./chips.tsx";
import { segmentWords } from "./words.ts";

type Op = Comparison["op"];
export type Sort = "text" | "number" | "boolean" | "date" | "instant" | "list" | "object";
const OPS: Readonly<Record<Sort, readonly Op[]>> = {
  text: ["eq", "ne", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "set", "unset"],
  list: ["contains", "not_contains", "set", "unset"], object: ["set", "unset"],
  number: ["gt", "gte", "lt", "lte", "eq", "ne", "between", "set", "unset"], boolean: ["eq", "ne", "set", "unset"],
  date: ["within_last", "not_within_last", "within_next", "before", "after", "set", "unset"], instant: ["within_last", "not_within_last", "before", "after", "set", "unset"],
};
/** Where a rule stands: inside a journey it may also ask about what happened since the run began. */
export const RulePlace = createContext<"segment" | "journey">("segment");
export const COUNTED: readonly Op[] = ["gte", "lte", "eq", "gt", "lt", "between"];
/** A filter inside an event compares with fixed values only. */
export const FIXED: readonly Op[] = ["eq", "ne", "in", "not_in", "contains", "not_contains", "starts_with", "gt", "gte", "lt", "lte", "set", "unset"];

/** A comparison of this kind to begin with, keeping the value of the old one where it can. */
export function comparisonOf(op: Op, old: Comparison | null, sort: Sort): Comparison {
  const value = old && "value" in old ? old.value : old && "values" in old ? old.values[0]! : "";
  switch (op) {
    case "set": case "unset": return { op };
    case "eq": case "ne": return { op, value: sort === "boolean" ? value !== false : sort === "number" ? number(value) : String(value) };
    case "in": case "not_in": return { op, values: old && "values" in old ? old.values : [String(value)] };
    case "contains": case "not_contains": case "starts_with": case "ends_with": return { op, value: String(value) };
    case "gt": case "gte": case "lt": case "lte": return { op, value: number(value) };
    case "between": return { op, from: number(value), to: number(value) + 1 };
    case "within_last": case "not_within_last": case "within_next": return { op, span: old && "span" in old ? old.span : { n: 30, unit: "day" } };
    case "before": case "after": return { op, at: old && "at" in old ? old.at : "2026-01-01" };
  }
}

export function Compare({ is, sort, ops = OPS[sort], onChange }: { readonly is: Comparison; readonly sort: Sort; readonly ops?: readonly Op[]; readonly onChange: (is: Comparison) => void }) {
  const say = useWords(segmentWords);
  const offered = ops.includes(is.op) ? ops : [is.op, ...ops];
  return (
    <>
      <Pick label={say.comparison} tone="quiet" value={is.op} options={offered.map((op) => [op, say.ops[op]] as const)} onChange={(op) => onChange(comparisonOf(op, is, sort))} />
      <Against is={is} onChange={onChange} />
    </>
  );
}

function Against({ is, onChange }: { readonly is: Comparison; readonly onChange: (is: Comparison) => void }) {
  const say = useWords(segmentWords);
  if ("values" in is) return <Type label={`${say.value}, ${say.commaHelp}`} value={is.values.join(", ")} onChange={(text) => onChange({ ...is, values: text.split(",").map((one) => one.trimStart()) })} />;
  if ("span" in is) return <SpanChips span={is.span} onChange={(span) => onChange({ ...is, span })} />;
  if ("at" in is) return <Type label={say.date} type="date" value={is.at.slice(0, 10)} onChange={(at) => { if (at !== "") onChange({ ...is, at }); }} />;
  if ("from" in is) return <><Type label={say.number} type="number" value={String(is.from)} onChange={(text) => onChange({ ...is, from: number(text) })} /><Joining>{say.and}</Joining><Type label={say.number} type="number" value={String(is.to)} onChange={(text) => onChange({ ...is, to: number(text) })} /></>;
  if (!("value" in is)) return null;
  const { value } = is;
  if (typeof value === "boolean") return <Pick label={say.value} value={value ? "yes" : "no"} options={[["yes", say.yes], ["no", say.no]]} onChange={(said) => onChange({ ...is, value: said === "yes" } as Comparison)} />;
  if (typeof value === "number") return <Type label={say.number} type="number" value={String(value)} onChange={(text) => onChange({ ...is, value: number(text) } as Comparison)} />;
  return <Type label={say.value} value={value} onChange={(text) => onChange({ ...is, value: text } as Comparison)} />;
}

function SpanChips({ span, onChange }: { readonly span: Span; readonly onChange: (span: Span) => void }) {
  const say = useWords(segmentWords);
  return (
    <>
      <Type label={say.number} type="number" value={String(span.n)} onChange={(text) => onChange({ ...span, n: Math.max(1, Math.round(number(text))) })} />
      <Pick label={say.unit} value={span.unit} options={(["minute", "hour", "day", "week", "month", "year"] as const).map((unit) => [unit, say.units[unit]])} onChange={(unit) => onChange({ ...span, unit })} />
    </>
  );
}

export function Period({ window, onChange }: { readonly window: Window; readonly onChange: (window: Window) => void }) {
  const say = useWords(segmentWords);
  const inJourney = useContext(RulePlace) === "journey";
  const kinds = (inJourney || window.kind === "since_entry" ? (["since_entry", "ever", "last", "since", "between"] as const) : (["ever", "last", "since", "between"] as const)).map((kind) => [kind, say.windows[kind]] as const);
  const change = (kind: string): void => onChange(kind === "last" ? { kind, span: { n: 30, unit: "day" } } : kind === "since" ? { kind, at: "2026-01-01" } : kind === "between" ? { kind, from: "2026-01-01", to: "2026-12-31" } : kind === "since_entry" ? { kind } : { kind: "ever" });
  const day = (value: string, put: (at: string) => Window) => <Type label={say.date} type="date" value={value.slice(0, 10)} onChange={(at) => { if (at !== "") onChange(put(at)); }} />;
  return (
    <>
      <Pick label={say.period} tone="quiet" value={window.kind} options={kinds} onChange={change} />
      {window.kind === "last" && <SpanChips span={window.span} onChange={(span) => onChange({ kind: "last", span })} />}
      {window.kind === "since" && day(window.at, (at) => ({ kind: "since", at }))}
      {window.kind === "between" && <>{day(window.from, (from) => ({ ...window, from }))}<Joining>{say.and}</Joining>{day(window.to, (to) => ({ ...window, to }))}</>}
    </>
  );
}

function number(value: unknown): number {
  const read = Number(value);
  return Number.isFinite(read) ? read : 0;
}
