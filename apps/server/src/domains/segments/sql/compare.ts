/** Comparisons as SQL conditions that are never null: the twin of `compare` of the model. */
import { toIso, type Instant } from "@relance/model/base";
import {
  anniversaryDays,
  dayIn,
  edges,
  isTimed,
  localPeriod,
  MOMENT_SQL,
  momentEdges,
  momentOf,
  monthMeant,
  zoneOfComparison,
  type Comparison,
  type Place,
} from "@relance/model/rules";
import { minus, plus } from "@relance/model/time";
import { join, sql, type Sql } from "../../../platform/db/sql.ts";
import { plusSql, type ClockColumn } from "./window.ts";
import { byZone, zoneName } from "./zone.ts";

/** A value in SQL. `day` is a text `YYYY-MM-DD`, `moment` the long form of `momentText` of `instant`, whole milliseconds: it is compared as that, for making texts takes longer. */
export type Operand =
  | { readonly kind: "json" | "text" | "number" | "boolean" | "day"; readonly sql: Sql }
  | { readonly kind: "moment"; readonly sql: Sql; readonly instant: Sql };

/** What a comparison rests on besides the value. */
export interface Ground {
  readonly at: Instant;
  readonly place: Pick<Place, "zone" | "zones">;
}

export function compareSql(operand: Operand, is: Comparison, ground: Ground): Sql {
  const { at } = ground;
  switch (is.op) {
    case "set":
      return isSetSql(operand);
    case "unset":
      return sql`not ${isSetSql(operand)}`;
    case "eq":
      return equalsSql(operand, [is.value]);
    case "ne":
      return sql`not ${equalsSql(operand, [is.value])}`;
    case "in":
      return equalsSql(operand, is.values);
    case "not_in":
      return sql`not ${equalsSql(operand, is.values)}`;
    case "contains":
      return containsSql(operand, is.value);
    case "not_contains":
      return sql`not ${containsSql(operand, is.value)}`;
    case "starts_with":
      return sql`coalesce(starts_with(${textSql(operand)}, ${is.value}), false)`;
    case "ends_with":
      return sql`coalesce(right(${textSql(operand)}, length(${is.value}::text)) = ${is.value}, false)`;
    case "like":
      return sql`coalesce(${textSql(operand)} like ${is.value.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%")}, false)`;
    case "size":
      return operand.kind === "json"
        ? sql`coalesce(case when jsonb_typeof(${operand.sql}) = 'array' then jsonb_array_length(${operand.sql}) between ${is.from}::int and ${is.to}::int end, false)`
        : sql`false`;
    case "gt":
      return sql`coalesce(${numberSql(operand)} > ${is.value}::double precision, false)`;
    case "gte":
      return sql`coalesce(${numberSql(operand)} >= ${is.value}::double precision, false)`;
    case "lt":
      return sql`coalesce(${numberSql(operand)} < ${is.value}::double precision, false)`;
    case "lte":
      return sql`coalesce(${numberSql(operand)} <= ${is.value}::double precision, false)`;
    case "between":
      return sql`coalesce(${numberSql(operand)} between ${is.from}::double precision and ${is.to}::double precision, false)`;
    case "within_last":
      return betweenMoments(operand, toIso(minus(at, is.span)), toIso(at));
    case "not_within_last":
      return sql`not ${betweenMoments(operand, toIso(minus(at, is.span)), toIso(at))}`;
    case "within_next":
      return betweenMoments(operand, toIso(at), toIso(plus(at, is.span)));
    case "ago":
      return betweenMoments(operand, is.most === null ? null : toIso(minus(at, is.most)), toIso(minus(at, is.least)));
    case "ahead":
      return betweenMoments(operand, toIso(plus(at, is.least)), is.most === null ? null : toIso(plus(at, is.most)));
    case "before":
      return sql`coalesce(${momentSql(operand)} collate "C" < ${momentOf(is.at)}, false)`;
    case "after":
      return sql`coalesce(${momentSql(operand)} collate "C" >= ${momentOf(is.at)}, false)`;
    case "calendar":
      return calendarSql(operand, is, ground);
    case "anniversary":
      return anniversarySql(operand, is, ground);
    case "month":
      return sql`coalesce(substr(${dayText(operand, is.zone, ground)}, 6, 2)::int = ${byZone(is.zone, ground.place, (zone) => monthMeant(is, dayIn(zone, at)), "int")}, false)`;
  }
}

function calendarSql(operand: Operand, is: Extract<Comparison, { op: "calendar" }>, { at, place }: Ground): Sql {
  const of = (part: (period: ReturnType<typeof localPeriod>) => string) =>
    byZone(is.zone, place, (zone) => part(localPeriod(is.unit, is.back, zone, at)), "text");
  return sql`coalesce((select case when length(t) = 10 then t collate "C" >= ${of((one) => one.firstDay)} and t collate "C" < ${of((one) => one.dayAfter)}
    else m collate "C" >= ${of((one) => toIso(one.start))} and m collate "C" < ${of((one) => toIso(one.end))} end from (select ${textSql(operand)} as t, ${momentSql(operand)} as m) as moments where m is not null), false)`;
}

/** Whether the year in which the anniversary falls, looked up by day and month, is a later one. */
function anniversarySql(operand: Operand, is: Extract<Comparison, { op: "anniversary" }>, { at, place }: Ground): Sql {
  const falls = byZone(
    is.zone,
    place,
    (zone) => Object.fromEntries([...anniversaryDays(dayIn(zone, at), is)].flatMap(([year, days]) => days.map((day) => [day, year]))),
    "jsonb",
  );
  return sql`coalesce((select (${falls} ->> substr(d, 6))::int > left(d, 4)::int from (select ${dayText(operand, is.zone, { at, place })} as d) as days), false)`;
}

/** The calendar day that a value names in a zone, as text; null when it is no moment. */
function dayText(operand: Operand, choice: "workspace" | "contact", { place }: Ground): Sql {
  if (operand.kind === "day") return operand.sql;
  return sql`(select case when m is null then null when length(t) = 10 then t else to_char(m::timestamptz at time zone ${zoneName(choice, place)}, 'YYYY-MM-DD') end
    from (select ${textSql(operand)} as t, ${momentSql(operand)} as m) as moments)`;
}

/** When time alone turns a comparison. */
export function comparisonClocks(operand: Operand, is: Comparison, { at, place }: Ground): ClockColumn[] {
  if (!isTimed(is)) return [];
  if (operand.kind === "moment" && zoneOfComparison(is) === null)
    return [{ sql: operand.instant, next: (value) => momentEdges(value as Instant, is), ...momentEdgesSql(is) }];
  const next = (value: string, of: string) => edges(value, is, at, { workspace: of, contact: of });
  if (zoneOfComparison(is) !== "contact") return [{ sql: edgeSql(operand), next: (value) => next(value as string, place.zone) }];
  return [
    {
      sql: sql`array[${edgeSql(operand)}, ${zoneName("contact", place)}]`,
      next: (value) => {
        const [text, name] = value as [string | null, string];
        return text === null ? [] : next(text, name);
      },
    },
  ];
}

/** The twin of `momentEdges`, of the comparisons that look back. */
function momentEdgesSql(is: Comparison): Pick<ClockColumn, "due"> {
  if (is.op === "within_last" || is.op === "not_within_last") return { due: (moment) => [moment, plusSql(moment, is.span)] };
  if (is.op === "ago") return { due: (moment) => [plusSql(moment, is.least), ...(is.most === null ? [] : [plusSql(moment, is.most)])] };
  return {};
}

/** The value from which `edges` tells, in TypeScript, when time alone turns a comparison: the text as it stands. */
export function edgeSql(operand: Operand): Sql {
  return operand.kind === "moment" || operand.kind === "day"
    ? operand.sql
    : sql`case when ${momentSql(operand)} is not null then ${textSql(operand)} end`;
}

function textSql({ kind, sql: value }: Pick<Operand, "kind" | "sql">): Sql {
  if (kind === "json") return sql`case when jsonb_typeof(${value}) = 'string' then ${value} #>> '{}' end`;
  return kind === "text" || kind === "day" || kind === "moment" ? value : sql`null::text`;
}

export function numberSql({ kind, sql: value }: Operand): Sql {
  if (kind === "json") return sql`case when jsonb_typeof(${value}) = 'number' then (${value} #>> '{}')::double precision end`;
  return kind === "number" ? value : sql`null::double precision`;
}

/** A moment in the text form whose order is that of time, or null: the twin of `momentText`. */
function momentSql(operand: Operand): Sql {
  if (operand.kind === "moment") return operand.sql;
  if (operand.kind === "day") return sql`(${operand.sql} || 'T00:00:00.000Z')`;
  const text = textSql(operand);
  return sql`(select case when t !~ ${MOMENT_SQL} then null when length(t) = 10 then t || 'T00:00:00.000Z'
    else left(t, 19) || '.' || rpad(substr(t, 21, greatest(length(t) - 21, 0)), 3, '0') || 'Z' end from (select ${text} as t) as moment)`;
}

function betweenMoments(operand: Operand, after: string | null, upTo: string | null): Sql {
  if (operand.kind === "moment") {
    const within = [
      after === null ? [] : [sql`${operand.instant} > ${after}::timestamptz`],
      upTo === null ? [] : [sql`${operand.instant} <= ${upTo}::timestamptz`],
    ].flat();
    return sql`coalesce(${join(within, " and ")}, false)`;
  }
  const bounds = [after === null ? [] : [sql`m collate "C" > ${after}`], upTo === null ? [] : [sql`m collate "C" <= ${upTo}`]].flat();
  return sql`coalesce((select ${join(bounds, " and ")} from (select ${momentSql(operand)} as m) as moments), false)`;
}

function isSetSql({ kind, sql: value }: Operand): Sql {
  if (kind === "json") return sql`coalesce(${value} not in ('null'::jsonb, '""'::jsonb), false)`;
  if (kind === "text") return sql`coalesce(${value} <> '', false)`;
  return sql`(${value} is not null)`;
}

function equalsSql(operand: Operand, values: readonly (string | number | boolean)[]): Sql {
  const texts = values.filter((value) => typeof value === "string" && value !== "");
  const numbers = values.filter((value) => typeof value === "number");
  const flags = values.filter((value) => typeof value === "boolean");
  const flag =
    operand.kind === "json"
      ? sql`case when jsonb_typeof(${operand.sql}) = 'boolean' then (${operand.sql} #>> '{}')::boolean end`
      : operand.kind === "boolean"
        ? operand.sql
        : sql`null::boolean`;
  return sql`(coalesce(${textSql(operand)} = any(${texts}::text[]), false) or coalesce(${numberSql(operand)} = any(${numbers}::double precision[]), false) or coalesce(${flag} = any(${flags}::boolean[]), false))`;
}

function containsSql(operand: Operand, part: string): Sql {
  const text = sql`coalesce(strpos(${textSql(operand)}, ${part}) > 0, false)`;
  if (operand.kind !== "json") return text;
  return sql`case when jsonb_typeof(${operand.sql}) = 'array' then jsonb_exists(${operand.sql}, ${part}) else ${text} end`;
}

/** A sum compared exactly; an average as sum against threshold × count, so that nothing is divided. */
export function compareExactSql(sum: Sql, times: Sql, is: Comparison): Sql {
  const of = (value: number) => sql`round(${String(value)}::numeric, 4) * ${times}`;
  const among = (values: readonly unknown[]) => {
    const numbers = values.filter((value): value is number => typeof value === "number");
    return numbers.length === 0
      ? sql`false`
      : sql`(${join(
          numbers.map((value) => sql`${sum} = ${of(value)}`),
          " or ",
        )})`;
  };
  switch (is.op) {
    case "gt":
      return sql`(${sum} > ${of(is.value)})`;
    case "gte":
      return sql`(${sum} >= ${of(is.value)})`;
    case "lt":
      return sql`(${sum} < ${of(is.value)})`;
    case "lte":
      return sql`(${sum} <= ${of(is.value)})`;
    case "between":
      return sql`(${sum} >= ${of(is.from)} and ${sum} <= ${of(is.to)})`;
    case "eq":
      return among([is.value]);
    case "ne":
      return sql`not ${among([is.value])}`;
    case "in":
      return among(is.values);
    case "not_in":
      return sql`not ${among(is.values)}`;
    case "set":
    case "not_contains":
    case "not_within_last":
      return sql`true`;
    default:
      return sql`false`;
  }
}
