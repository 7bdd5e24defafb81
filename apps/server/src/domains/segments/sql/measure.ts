import type { Instant } from "@relance/model/base";
import { countDepth, countExpiries, leaving, rolls, settledFalling, type EventRule } from "@relance/model/rules";
import { sql, type Sql } from "../../../platform/db/sql.ts";
import { momentOperand } from "./attribute.ts";
import { comparisonClocks, compareExactSql, compareSql, type Ground, type Operand } from "./compare.ts";
import { MOMENT } from "./pass.ts";
import { asJson, isScalar, numbersOf, propertyOperand, valuesArray } from "./property.ts";
import { oldestClock, type ClockColumn, type Column } from "./window.ts";

/** What is measured of the events `e` of one contact: aggregates, read as `name.…`, and the comparison of them, never null. */
export interface MeasureSql {
  readonly columns: readonly Column[];
  readonly clocks: readonly ClockColumn[];
  readonly truth: Sql;
}

/** @param past the filter of an aggregate for what is inside the window now */
export function measureSql(rule: EventRule, name: Sql, past: Sql, ground: Ground): MeasureSql {
  const { measure, is } = rule;
  if (measure.of === "count") return countSql(rule, name, past, MOMENT, ground);
  const oldest = oldestClock(name, rule.window, past, MOMENT);
  const measured = (text: Sql): Column[] => [...oldest.columns, { as: "measured", sql: sql`${text} ${past}` }];
  if (measure.of === "sum" || measure.of === "avg") return exactSql(rule, measure.of, measure.property, name, past, ground);
  if (measure.of === "first" || measure.of === "last") {
    const newest = measure.of === "last";
    const operand: Operand =
      measure.property === null ? momentOperand(sql`${name}.measured`) : { kind: "json", sql: sql`${name}.measured` };
    const rest = { clocks: [...oldest.clocks, ...comparisonClocks(operand, is, ground)], truth: compareSql(operand, is, ground) };
    // The moment itself needs no order among equals, and no array of all of them.
    if (measure.property === null) return { columns: measured(newest ? sql`max(${MOMENT})` : sql`min(${MOMENT})`), ...rest };
    const order = newest ? sql`order by e.occurred_at desc, e.id desc` : sql`order by e.occurred_at, e.id`;
    return {
      columns: [
        ...oldest.columns,
        { as: "measured", sql: sql`(array_agg(${asJson(propertyOperand(measure.property))} ${order}) ${past})[1]` },
      ],
      ...rest,
    };
  }
  if (measure.of === "distinct") {
    const counted = sql`(select count(distinct v.v) from jsonb_array_elements(${name}.measured) as a (a), jsonb_array_elements(a.a) as v (v) where ${isScalar(sql`v.v`)})`;
    return {
      columns: measured(sql`jsonb_agg(${valuesArray(measure.property)})`),
      clocks: oldest.clocks,
      truth: compareSql({ kind: "number", sql: sql`${counted}::double precision` }, is, ground),
    };
  }
  const numbers = numbersOf(measure.property);
  return {
    columns: measured(measure.of === "min" ? sql`min(${numbers.min})` : sql`max(${numbers.max})`),
    clocks: oldest.clocks,
    truth: compareSql({ kind: "number", sql: sql`${name}.measured` }, is, ground),
  };
}

/** Sums are exact: numeric with four decimals. An average is compared as sum against threshold × count. Nothing found is a row of nulls in the grouped form. */
function exactSql(rule: EventRule, of: "sum" | "avg", property: string, name: Sql, past: Sql, ground: Ground): MeasureSql {
  const numbers = numbersOf(property);
  const oldest = oldestClock(name, rule.window, past, MOMENT);
  const columns: Column[] = [...oldest.columns, { as: "measured", sql: sql`coalesce(sum(${numbers.sum}) ${past}, 0)` }];
  const sum = sql`coalesce(${name}.measured, 0)`;
  if (of === "sum") {
    const truth = compareExactSql(sum, sql`1`, rule.is);
    const settled = settledFalling(rule.is);
    if (settled === null || oldest.clocks.length === 0) return { columns, clocks: oldest.clocks, truth };
    // What leaves takes nothing but away while no number is below zero.
    const stays = sql`${settled ? truth : sql`not ${truth}`} and coalesce(${name}.least >= 0, true)`;
    const clocks = oldest.clocks.map((clock): ClockColumn => ({ ...clock, sql: sql`case when not (${stays}) then ${clock.sql} end` }));
    return { columns: [...columns, { as: "least", sql: sql`min(${numbers.min}) ${past}` }], clocks, truth };
  }
  const counted = sql`coalesce(${name}.counted, 0)`;
  const truth = sql`case when ${counted} = 0 then ${compareSql({ kind: "number", sql: sql`null::double precision` }, rule.is, ground)} else ${compareExactSql(sum, counted, rule.is)} end`;
  return { columns: [...columns, { as: "counted", sql: sql`sum(${numbers.count}) ${past}` }], clocks: oldest.clocks, truth };
}

/** How many there are; `moment` is what is counted. */
export function countSql(rule: Pick<EventRule, "window" | "is">, name: Sql, past: Sql, moment: Sql, ground: Ground): MeasureSql {
  const columns: Column[] = [{ as: "measured", sql: sql`count(${moment}) ${past}` }];
  const truth = compareSql({ kind: "number", sql: sql`coalesce(${name}.measured, 0)::double precision` }, rule.is, ground);
  if (!rolls(rule.window)) return { columns, clocks: [], truth };
  const depth = countDepth(rule.is);
  // Enough of the newest to tell which departure turns the answer; all of them only for thresholds over 100.
  columns.push({
    as: "newest",
    sql: depth === null ? sql`array[min(${moment}) ${past}]` : sql`(array_agg(${moment} order by ${moment} desc) ${past})[1:${depth}]`,
  });
  const clock: ClockColumn = {
    sql: sql`array[to_timestamp(coalesce(${name}.measured, 0))] || ${name}.newest`,
    next: (value) => {
      const [count, ...times] = value as Instant[];
      const total = Math.round(count! / 1000);
      if (total === 0) return [];
      return depth === null ? leaving(rule.window, times[0]!) : countExpiries(rule, padded(times, total));
    },
  };
  return { columns, clocks: [clock], truth };
}

// countExpiries looks at the length and at the newest few; the older ones are not fetched.
function padded(newest: readonly Instant[], total: number): Instant[] {
  return [...newest, ...Array.from({ length: total - newest.length }, () => newest.at(-1)!)];
}
