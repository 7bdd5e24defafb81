import { toIso, type Instant } from "@relance/model/base";
import { admits, entering, leaving, rolls, windowAt, zoneOfWindow, type Window, type WindowAt } from "@relance/model/rules";
import { lengthOf, type Span } from "@relance/model/time";
import { empty, sql, ts, type Sql } from "../../../platform/db/sql.ts";
import { byZone, type ZonePlace } from "./zone.ts";

/** A window as conditions on a moment; `c` is the contact when the window stands in their zone. */
export interface WindowSql {
  /** The moment is, or will be, inside: later than where the window begins, and not later than it can ever reach. */
  readonly holds: (moment: Sql) => Sql;
  /** Given `holds`: it is inside now. */
  readonly inside: (moment: Sql) => Sql;
  /** When the window jumps as a whole; null when it does not. */
  readonly turn: Sql | null;
  /** The earliest moment that can be inside, for whoever it is. */
  readonly since: Instant;
  readonly ofContact: boolean;
}

/** @param entry start of the run in SQL, inside journeys; null when nobody is in one */
export function windowSql(window: Window, at: Instant, place: ZonePlace, entry: Sql | null): WindowSql {
  const zone = zoneOfWindow(window);
  const ofContact = zone === "contact";
  const all = (ofContact ? [place.zone, ...place.zones] : [place.zone]).map((name) => windowAt(window, at, null, name));
  const instant = (part: (now: WindowAt) => Instant) =>
    byZone(ofContact ? "contact" : "workspace", place, (name) => toIso(part(windowAt(window, at, null, name))), "timestamptz");
  const first = all[0]!;
  // Everyone entered at another moment; `lower` asks for theirs.
  const since = window.kind === "since_entry" && entry ? -Infinity : Math.min(...all.map((one) => one.from));
  // Bounds of one's own zone are no constants: the widest of them let whole months be left out.
  const widest = ofContact ? (moment: Sql) => sql`and ${moment} > ${ts(since)}::timestamptz` : () => empty;
  const lower = (moment: Sql) =>
    window.kind === "since_entry" && entry
      ? sql`${moment} >= ${entry}`
      : first.from === -Infinity
        ? sql`true`
        : sql`${moment} > ${instant((one) => one.from)} ${widest(moment)}`;
  const upper = (moment: Sql) => (first.reach === Infinity ? empty : sql`and ${moment} <= ${instant((one) => one.reach)}`);
  return {
    holds: (moment) => sql`(${lower(moment)} ${upper(moment)})`,
    inside: (moment) => sql`${moment} <= ${instant((one) => one.to)}`,
    turn: first.turn === null ? null : instant((one) => one.turn!),
    since,
    ofContact,
  };
}

/** Something the database returns from which the next turn by time alone is told, in TypeScript, where calendar work belongs. */
export interface ClockColumn {
  readonly sql: Sql;
  readonly next: (value: unknown) => readonly Instant[];
  /** `next` in SQL, where it is plain enough: whoever asks everyone need not read a moment of each. */
  readonly due?: (value: Sql) => readonly Sql[];
}

/** The twin of `plus`. @param moment stands there several times */
export function plusSql(moment: Sql, span: Span): Sql {
  if (span.unit !== "month" && span.unit !== "year")
    return sql`(${moment} + make_interval(secs => ${lengthOf({ n: span.n, unit: span.unit }) / 1000}::double precision))`;
  const months = span.unit === "year" ? span.n * 12 : span.n;
  const there = sql`(${moment} at time zone 'UTC')`;
  const first = sql`date_trunc('month', ${there})`;
  return sql`(least(${first} + make_interval(months => ${months}::integer) + (${there} - ${first}), ${first} + make_interval(months => ${months + 1}::integer)) at time zone 'UTC')`;
}

/** The twin of `entering`. */
const enteringSql = (window: Window, moment: Sql): Sql => (window.kind === "ago" ? plusSql(moment, window.least) : moment);

/** The twin of `leaving`. */
export function leavingSql(window: Window, moment: Sql): Sql[] {
  if (window.kind === "last") return [plusSql(moment, window.span)];
  return window.kind === "ago" && window.most !== null ? [plusSql(moment, window.most)] : [];
}

export const itself = (moment: Sql): Sql[] => [moment];

/** A column of an aggregate over events, read as `name.as`. */
export interface Column {
  readonly as: "measured" | "counted" | "least" | "newest" | "oldest" | "future" | "found";
  readonly sql: Sql;
}

export const named = (column: Column): Sql => sql`${column.sql} as ${sql([column.as])}`;

/** Columns of an aggregate over moments of a window, and the clocks read from them as `name.…`. @param held what the rows must fulfil to be the window's, where they may be others' too */
export function windowClocks(
  name: Sql,
  window: Window,
  now: WindowSql,
  moment: Sql,
  held: Sql = sql`true`,
): { columns: Column[]; clocks: ClockColumn[] } {
  const columns: Column[] = [];
  const clocks: ClockColumn[] = [];
  if (admits(window)) {
    columns.push({ as: "future", sql: sql`min(${moment}) filter (where ${held} and not ${now.inside(moment)})` });
    clocks.push({
      sql: sql`${name}.future`,
      next: (value) => [entering(window, value as Instant)],
      due: (moment) => [enteringSql(window, moment)],
    });
  }
  if (now.turn) {
    columns.push({ as: "found", sql: sql`bool_or(${held})` });
    clocks.push({ sql: sql`case when ${name}.found then ${now.turn} end`, next: (value) => [value as Instant], due: itself });
  }
  return { columns, clocks };
}

/** The clock of what leaves first. */
export function oldestClock(name: Sql, window: Window, past: Sql, moment: Sql): { columns: Column[]; clocks: ClockColumn[] } {
  if (!rolls(window)) return { columns: [], clocks: [] };
  return {
    columns: [{ as: "oldest", sql: sql`min(${moment}) ${past}` }],
    clocks: [{ sql: sql`${name}.oldest`, next: (value) => leaving(window, value as Instant), due: (moment) => leavingSql(window, moment) }],
  };
}

/** Whether one moment is inside, never null; and its clocks. */
export function momentInside(moment: Sql, window: Window, now: WindowSql): { truth: Sql; clocks: ClockColumn[] } {
  const held = sql`(${moment} is not null and ${now.holds(moment)})`;
  const inside = sql`(${held} and ${now.inside(moment)})`;
  return {
    truth: sql`coalesce(${inside}, false)`,
    clocks: [
      ...(admits(window)
        ? [
            {
              sql: sql`case when ${held} and not ${now.inside(moment)} then ${moment} end`,
              next: (value: unknown) => [entering(window, value as Instant)],
              due: (at: Sql) => [enteringSql(window, at)],
            },
          ]
        : []),
      ...(rolls(window)
        ? [
            {
              sql: sql`case when ${inside} then ${moment} end`,
              next: (value: unknown) => leaving(window, value as Instant),
              due: (at: Sql) => leavingSql(window, at),
            },
          ]
        : []),
      ...(now.turn
        ? [{ sql: sql`case when ${held} then ${now.turn} end`, next: (value: unknown) => [value as Instant], due: itself }]
        : []),
    ],
  };
}
