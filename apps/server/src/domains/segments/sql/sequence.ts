import type { Instant } from "@relance/model/base";
import { leaving, rolls, type EventPattern, type SequenceRule, type SequenceStep } from "@relance/model/rules";
import { lengthOf } from "@relance/model/time";
import { empty, sql, ts, type Sql } from "../../../platform/db/sql.ts";
import type { Ground } from "./compare.ts";
import { patternSql } from "./property.ts";
import { itself, leavingSql, windowClocks, type ClockColumn, type WindowSql } from "./window.ts";

type Owner = { readonly of: (alias: Sql) => Sql; readonly contact: (alias: Sql) => Sql };

/** Aggregates over the first events of a sequence: `newest` is the moment the newest whole one began, null when there is none. */
export function sequenceSql(
  rule: SequenceRule,
  name: Sql,
  window: WindowSql,
  ground: Ground,
): { columns: Sql[]; rows: (owner: Owner) => Sql; clocks: ClockColumn[] } {
  const moment = sql`e.occurred_at`;
  const steps = new Steps(rule.steps, ground);
  return {
    columns: [
      sql`min(x.moment) filter (where not x.inside) as future`,
      sql`bool_or(true) as found`,
      sql`max(x.moment) filter (where x.inside and x.whole) as newest`,
      sql`min(x.pending) filter (where x.inside) as pending`,
    ],
    rows: (owner) => sql`(select e.bucket, e.contact_id, ${moment} as moment, ${window.inside(moment)} as inside,
      ${steps.follow(moment, sql`e`, 0)} as whole, ${steps.pending(moment, sql`e`, 0)} as pending
      from events e ${owner.contact(sql`e`)} where ${owner.of(sql`e`)} and ${patternSql(rule.first, ground)} and ${window.holds(moment)}) x`,
    clocks: [
      ...windowClocks(name, rule.window, window, moment).clocks,
      { sql: sql`${name}.pending`, next: (value) => [value as Instant], due: itself },
      ...(rolls(rule.window)
        ? [
            {
              sql: sql`${name}.newest`,
              next: (value: unknown) => leaving(rule.window, value as Instant),
              due: (moment: Sql) => leavingSql(rule.window, moment),
            },
          ]
        : []),
    ],
  };
}

/** The twin of the walk in `judgeSequence`: each step a look-up of the same contact's events, after the one before. */
class Steps {
  readonly #steps: readonly SequenceStep[];
  readonly #ground: Ground;
  readonly #at: Sql;

  constructor(steps: readonly SequenceStep[], ground: Ground) {
    this.#steps = steps;
    this.#ground = ground;
    this.#at = sql`${ts(ground.at)}::timestamptz`;
  }

  /** Whether the steps from `index` on happened after `before`, the moment of the row `row`. */
  follow(before: Sql, row: Sql, index: number): Sql {
    const step = this.#steps[index];
    if (step === undefined) return sql`true`;
    if (!step.happened && index + 1 === this.#steps.length)
      return sql`(${limit(before, step)} <= ${this.#at} and ${this.#absent(step, before, row, index, sql`<= ${limit(before, step)}`)})`;
    return sql`exists ${this.#next(before, row, index, (found, next) => [sql`1`, sql`and ${this.follow(sql`${found}.moment`, found, next)}`])}`;
  }

  /** The first moment at which a last absence is decided; null when the sequence ends with something that happened. */
  pending(before: Sql, row: Sql, index: number): Sql {
    const last = this.#steps.length - 1;
    const step = this.#steps[index];
    if (step === undefined || this.#steps[last]!.happened) return sql`null::timestamptz`;
    if (index === last)
      return sql`case when ${limit(before, step)} > ${this.#at} and ${this.#absent(step, before, row, index, sql`<= ${this.#at}`)} then ${limit(before, step)} end`;
    return this.#next(before, row, index, (found, next) => [sql`min(${this.pending(sql`${found}.moment`, found, next)})`, empty]);
  }

  /** Events of the next step that happened, with no event of an absence between. @param ask what to select of them, and what more they must fulfil */
  #next(before: Sql, row: Sql, index: number, ask: (found: Sql, next: number) => readonly [what: Sql, more: Sql]): Sql {
    const absence = this.#steps[index]!.happened ? null : this.#steps[index]!;
    const place = absence ? index + 1 : index;
    const step = this.#steps[place]!;
    const found = sql([`f${place}`]);
    const [what, more] = ask(found, place + 1);
    const between = absence
      ? sql`and ${this.#absent(absence, before, row, index, sql`<= ${limit(before, absence)}`, sql`and ${sql([`a${index}`])}.moment < ${found}.moment`)}`
      : empty;
    return sql`(select ${what} from ${this.#events(step)} ${found} where ${found}.bucket = ${row}.bucket and ${found}.contact_id = ${row}.contact_id
      and ${found}.moment > ${before} and ${found}.moment <= ${limit(before, step)} and ${found}.moment <= ${this.#at} ${between} ${more})`;
  }

  #absent(step: SequenceStep, before: Sql, row: Sql, index: number, upTo: Sql, more: Sql = empty): Sql {
    const bad = sql([`a${index}`]);
    return sql`not exists (select 1 from ${this.#events(step)} ${bad} where ${bad}.bucket = ${row}.bucket and ${bad}.contact_id = ${row}.contact_id and ${bad}.moment > ${before} and ${bad}.moment ${upTo} ${more})`;
  }

  #events(pattern: EventPattern): Sql {
    return sql`(select e.bucket, e.contact_id, e.occurred_at as moment from events e where ${patternSql(pattern, this.#ground)})`;
  }
}

const limit = (before: Sql, step: SequenceStep): Sql =>
  sql`(${before} + make_interval(secs => ${lengthOf(step.within) / 1000}::double precision))`;
