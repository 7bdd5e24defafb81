/**
 * Rules as SQL. The text of a statement depends on the shape of the rule only; every name and value the user wrote is a parameter
 * (SECURITY #1). `evaluate` of the model is the meaning; the oracle test keeps the two equal.
 *
 * A compiled rule speaks over a relation `s (bucket, contact_id, entry_at)` and `c` = contacts. Each condition on events becomes one
 * lateral look-up, so the answer for a few contacts costs a few index probes. Asked of everyone it becomes one grouped pass over the events
 * instead: with 38 monthly partitions a look-up is 38 probes, and a build of 100,000 contacts took 13 times the best hand-written SQL
 * (bench/segments.ts).
 */
import { unreachable, type Id, type Instant } from "@relance/model/base";
import { consentEnd, countDepth, countExpiries, edges, isTimed, leaving, rolls, soonest, zoneOfComparison, type AffinityRule, type Comparison, type ConsentRule, type EventRule, type MessageRule, type PredictionField, type RfmPart, type Rule, type SequenceRule, type Window, type Zones } from "@relance/model/rules";
import { empty, join, sql, ts, type Sql } from "../../platform/db/sql.ts";
import { affinitySql } from "./affinity-sql.ts";
import { attributeOperand, changedAt, momentOperand, VALUE_OPERANDS } from "./attribute-sql.ts";
import { neededSince } from "./candidates.ts";
import { compareExactSql, compareSql, edgeSql, type Ground, type Operand } from "./compare-sql.ts";
import { consentSql } from "./consent-sql.ts";
import { distanceSql, sampleSql } from "./distance-sql.ts";
import { happenings } from "./message-sql.ts";
import { objectSql } from "./object-sql.ts";
import { asJson, isScalar, numbersOf, patternSql, propertyOperand, valuesArray } from "./property-sql.ts";
import { sequenceSql } from "./sequence-sql.ts";
import { momentInside, oldestClock, windowClocks, windowSql, type ClockColumn, type WindowSql } from "./window-sql.ts";
import { NOWHERE, zoneName, type ZonePlace } from "./zone-sql.ts";

export interface CompiledRule {
  /** A condition that is never null. */
  readonly truth: Sql;
  /** Lateral joins the condition needs, to stand after `s` and `c`. */
  readonly joins: Sql;
  readonly clocks: readonly ClockColumn[];
  readonly needsContact: boolean;
}

/** A question to all contacts of a workspace, or of some buckets. */
export interface Everyone {
  readonly workspace: Id;
  readonly buckets?: readonly number[] | undefined;
}

/**
 * @param at the instant asked about, the same for all subjects of a statement
 * @param everyone given when the subjects are all or nearly all contacts there are
 * @param place where days begin (`zonePlace`); only rules that ask for a zone need it
 */
export function compileRule(rule: Rule, at: Instant, everyone: Everyone | null = null, place: ZonePlace = NOWHERE): CompiledRule {
  return new Compiler({ at, place }, everyone).compile(rule);
}

/** The next turn by time alone, from the clock columns of one row. */
export function nextTurn(compiled: CompiledRule, values: readonly unknown[], at: Instant): Instant | null {
  return soonest(compiled.clocks.flatMap((clock, index) => (values[index] == null ? [] : clock.next(values[index]))), at);
}

class Compiler {
  readonly #ground: Ground;
  readonly #everyone: Everyone | null;
  readonly #joins: Sql[] = [];
  readonly #clocks: ClockColumn[] = [];
  #names = 0;
  #needsContact = false;
  #joinsValue = false;

  constructor(ground: Ground, everyone: Everyone | null) {
    this.#ground = ground;
    this.#everyone = everyone;
  }

  compile(rule: Rule): CompiledRule {
    const truth = this.#node(rule);
    return { truth, joins: this.#joins.length === 0 ? empty : join(this.#joins, "\n"), clocks: this.#clocks, needsContact: this.#needsContact };
  }

  #node(rule: Rule): Sql {
    switch (rule.kind) {
      case "all": return rule.of.length === 0 ? sql`true` : sql`(${join(rule.of.map((child) => this.#node(child)), " and ")})`;
      case "any": return rule.of.length === 0 ? sql`false` : sql`(${join(rule.of.map((child) => this.#node(child)), " or ")})`;
      case "none": return rule.of.length === 0 ? sql`true` : sql`not (${join(rule.of.map((child) => this.#node(child)), " or ")})`;
      case "attribute": {
        this.#needsContact = true;
        const truth = this.#compared(attributeOperand(rule.attribute), rule.is);
        return rule.when ? sql`(${truth} and ${this.#moment(changedAt(rule.attribute), rule.when)})` : truth;
      }
      case "rfm": return this.#value(rule.part, rule.is);
      case "prediction": return this.#value(rule.field, rule.is);
      case "group": return this.#member(rule.member, rule.when, (column) => sql`(select ${column} from group_members g where g.bucket = s.bucket and g.group_id = ${rule.group}::uuid and g.contact_id = s.contact_id)`, sql`g.added_at`);
      case "segment": return this.#member(rule.member, rule.when, (column) => sql`(select ${column} from segment_members m where m.bucket = s.bucket and m.segment_id = ${rule.segment}::uuid and m.contact_id = s.contact_id)`, sql`m.entered_at`);
      case "consent": return this.#consent(rule);
      case "event": return this.#event(rule);
      case "sequence": return this.#sequence(rule);
      case "message": return this.#messages(rule);
      case "affinity": return this.#affinity(rule);
      case "distance": {
        const { joins, truth } = distanceSql(rule, this.#name());
        this.#joins.push(...joins);
        this.#needsContact = true;
        return truth;
      }
      case "object": {
        const { joins, truth, clocks, needsContact } = objectSql(rule, this.#name(), this.#ground);
        this.#joins.push(joins);
        this.#clocks.push(...clocks);
        this.#needsContact ||= needsContact;
        return truth;
      }
      case "sample": return sampleSql(rule);
      case "sql": return sql`exists (select 1 from sql_answers q where q.bucket = s.bucket and q.answer_id = ${rule.answer}::uuid and q.contact_id = s.contact_id)`;
      default: return unreachable(rule);
    }
  }

  #compared(operand: Operand, is: Comparison): Sql {
    this.#clock(operand, is);
    return compareSql(operand, is, this.#ground);
  }

  // One row per contact at most: a plain join serves every condition of the rule.
  #value(part: RfmPart | PredictionField, is: Comparison): Sql {
    if (!this.#joinsValue) this.#joins.push(sql`left join predictions pv on pv.bucket = s.bucket and pv.contact_id = s.contact_id`);
    this.#joinsValue = true;
    return this.#compared(VALUE_OPERANDS[part], is);
  }

  #member(member: boolean, when: Window | undefined, select: (column: Sql) => Sql, moment: Sql): Sql {
    const found = sql`exists ${select(sql`1`)}`;
    const truth = member ? found : sql`not ${found}`;
    return when ? sql`(${truth} and ${this.#moment(select(moment), when)})` : truth;
  }

  #consent(rule: ConsentRule): Sql {
    const { joins, truth, said, ends } = consentSql(rule, this.#name(), this.#ground.at);
    this.#joins.push(...joins);
    this.#clocks.push(...ends.map((end): ClockColumn => ({ sql: end, next: (value) => [consentEnd(value as string)] })));
    return rule.when ? sql`(${truth} and ${this.#moment(said, rule.when)})` : truth;
  }

  /** Whether one moment lies in a window. */
  #moment(moment: Sql, window: Window): Sql {
    const { truth, clocks } = momentInside(moment, window, this.#window(window));
    this.#clocks.push(...clocks);
    return truth;
  }

  #clock(operand: Operand, is: Comparison): void {
    if (!isTimed(is)) return;
    const zone = zoneOfComparison(is);
    const { at, place } = this.#ground;
    const next = (value: string, of: string) => edges(value, is, at, { workspace: of, contact: of } satisfies Zones);
    if (zone === "contact") this.#clocks.push({ sql: sql`array[${edgeSql(operand)}, ${zoneName("contact", place)}]`, next: (value) => { const [text, name] = value as [string | null, string]; return text === null ? [] : next(text, name); } });
    else this.#clocks.push({ sql: edgeSql(operand), next: (value) => next(value as string, place.zone) });
  }

  #name(): Sql {
    return ALIASES[this.#names++]!;
  }

  #window(window: Window): WindowSql {
    const { at, place } = this.#ground;
    return windowSql(window, at, place, this.#everyone ? null : sql`coalesce(s.entry_at, ${ts(at)}::timestamptz)`);
  }

  /** Joins an aggregate over rows of contacts: per contact where few are asked, grouped where all are. `rows` has `bucket` and `contact_id`. */
  #aggregate(name: Sql, columns: readonly Sql[], rows: (owner: { readonly of: (alias: Sql) => Sql; readonly contact: (alias: Sql) => Sql }) => Sql, zoned: boolean): void {
    if (!this.#everyone) {
      this.#joins.push(sql`left join lateral (select ${join([...columns], ", ")} from ${rows({ of: (alias) => sql`${alias}.bucket = s.bucket and ${alias}.contact_id = s.contact_id`, contact: () => empty })}) ${name} on true`);
      return;
    }
    const { workspace, buckets } = this.#everyone;
    const of = (alias: Sql) => sql`${alias}.workspace_id = ${workspace}::uuid ${buckets ? sql`and ${alias}.bucket = any(${buckets as number[]}::smallint[])` : empty}`;
    const contact = (alias: Sql) => (zoned ? sql`join contacts c on c.bucket = ${alias}.bucket and c.id = ${alias}.contact_id` : empty);
    this.#joins.push(sql`left join (select x.bucket, x.contact_id, ${join([...columns], ", ")} from ${rows({ of, contact })} group by x.bucket, x.contact_id) ${name} on ${name}.bucket = s.bucket and ${name}.contact_id = s.contact_id`);
  }

  #event(rule: EventRule): Sql {
    const name = this.#name();
    const window = this.#window(rule.window);
    const moment = sql`e.occurred_at`;
    const past = sql`filter (where ${window.inside(moment)})`;
    const { columns, clocks } = windowClocks(name, rule.window, window, moment);
    const truth = this.#measure(rule, name, past, columns);
    this.#clocks.push(...clocks);
    const since = neededSince(rule, this.#ground.at);
    const matching = sql`${patternSql(rule, this.#ground)} and ${window.holds(moment)} ${since === null ? empty : sql`and ${moment} > ${ts(since)}::timestamptz`}`;
    this.#events(name, columns, matching, window.ofContact);
    return truth;
  }

  #events(name: Sql, columns: readonly Sql[], matching: Sql, zoned: boolean): void {
    if (this.#everyone) {
      const { workspace, buckets } = this.#everyone;
      const within = buckets ? sql`and e.bucket = any(${buckets as number[]}::smallint[])` : empty;
      this.#joins.push(sql`left join (
        select e.bucket, e.contact_id, ${join([...columns], ", ")} from events e ${zoned ? sql`join contacts c on c.bucket = e.bucket and c.id = e.contact_id` : empty}
        where e.workspace_id = ${workspace}::uuid ${within} and ${matching} group by e.bucket, e.contact_id
      ) ${name} on ${name}.bucket = s.bucket and ${name}.contact_id = s.contact_id`);
    } else {
      this.#joins.push(sql`left join lateral (
        select ${join([...columns], ", ")} from events e
        where e.bucket = s.bucket and e.contact_id = s.contact_id and ${matching}
      ) ${name} on true`);
    }
  }

  #measure(rule: EventRule, name: Sql, past: Sql, columns: Sql[]): Sql {
    const { measure, is } = rule;
    if (measure.of === "count") return this.#count(rule, name, past, columns, sql`e.occurred_at`);
    const oldest = oldestClock(name, rule.window, past, sql`e.occurred_at`);
    columns.push(...oldest.columns);
    this.#clocks.push(...oldest.clocks);
    if (measure.of === "first" || measure.of === "last") {
      const order = measure.of === "first" ? sql`order by e.occurred_at, e.id` : sql`order by e.occurred_at desc, e.id desc`;
      // The moment itself needs no order among equals, and no array of all of them.
      if (measure.property === null) columns.push(sql`${measure.of === "first" ? sql`min` : sql`max`}(e.occurred_at) ${past} as measured`);
      else columns.push(sql`(array_agg(${asJson(propertyOperand(measure.property))} ${order}) ${past})[1] as measured`);
      return this.#compared(measure.property === null ? momentOperand(sql`${name}.measured`) : { kind: "json", sql: sql`${name}.measured` }, is);
    }
    if (measure.of === "distinct") {
      columns.push(sql`jsonb_agg(${valuesArray(measure.property)}) ${past} as measured`);
      const counted = sql`(select count(distinct v.v) from jsonb_array_elements(${name}.measured) as a (a), jsonb_array_elements(a.a) as v (v) where ${isScalar(sql`v.v`)})`;
      return compareSql({ kind: "number", sql: sql`${counted}::double precision` }, is, this.#ground);
    }
    const numbers = numbersOf(measure.property);
    if (measure.of === "min" || measure.of === "max") {
      columns.push(sql`${measure.of === "min" ? sql`min(${numbers.min})` : sql`max(${numbers.max})`} ${past} as measured`);
      return compareSql({ kind: "number", sql: sql`${name}.measured` }, is, this.#ground);
    }
    // Sums are exact: numeric with four decimals. An average is compared as sum against threshold × count.
    columns.push(sql`coalesce(sum(${numbers.sum}) ${past}, 0) as measured`);
    if (measure.of === "avg") columns.push(sql`sum(${numbers.count}) ${past} as counted`);
    // Nothing found is a row of nulls in the grouped form.
    const counted = sql`coalesce(${name}.counted, 0)`;
    const exact = compareExactSql(sql`coalesce(${name}.measured, 0)`, measure.of === "sum" ? sql`1` : counted, is);
    if (measure.of === "sum") return exact;
    return sql`case when ${counted} = 0 then ${compareSql({ kind: "number", sql: sql`null::double precision` }, is, this.#ground)} else ${exact} end`;
  }

  #count(rule: Pick<EventRule, "window" | "is">, name: Sql, past: Sql, columns: Sql[], moment: Sql): Sql {
    columns.push(sql`count(${moment}) ${past} as measured`);
    if (rolls(rule.window)) {
      const depth = countDepth(rule.is);
      // Enough of the newest to tell which departure turns the answer; all of them only for thresholds over 100.
      const newest = depth === null ? sql`array[min(${moment}) ${past}]` : sql`(array_agg(${moment} order by ${moment} desc) ${past})[1:${depth}]`;
      columns.push(sql`${newest} as newest`);
      this.#clocks.push({
        sql: sql`array[to_timestamp(coalesce(${name}.measured, 0))] || ${name}.newest`,
        next: (value) => {
          const [count, ...times] = value as Instant[];
          const total = Math.round(count! / 1000);
          if (total === 0) return [];
          return depth === null ? leaving(rule.window, times[0]!) : countExpiries(rule, padded(times, total));
        },
      });
    }
    return compareSql({ kind: "number", sql: sql`coalesce(${name}.measured, 0)::double precision` }, rule.is, this.#ground);
  }

  /** A message counts once, by the last time it happened with it in the window. */
  #messages(rule: MessageRule): Sql {
    const name = this.#name();
    const window = this.#window(rule.window);
    const { table, moment, condition } = happenings(rule);
    const { clocks } = windowClocks(name, rule.window, window, moment);
    this.#clocks.push(...clocks);
    const outer = [sql`min(x.future) as future`, sql`bool_or(true) as found`];
    const truth = this.#count(rule, name, sql`filter (where x.latest is not null)`, outer, sql`x.latest`);
    const inner = sql`max(${moment}) filter (where ${window.inside(moment)}) as latest, min(${moment}) filter (where not ${window.inside(moment)}) as future`;
    this.#aggregate(name, outer, (owner) => sql`(select g.bucket, g.contact_id, ${inner} from ${table} ${owner.contact(sql`g`)} where ${owner.of(sql`g`)} and ${condition} and ${window.holds(moment)} group by g.bucket, g.contact_id, g.send_id) x`, window.ofContact);
    return truth;
  }

  #sequence(rule: SequenceRule): Sql {
    const name = this.#name();
    const window = this.#window(rule.window);
    const { columns, rows, clocks } = sequenceSql(rule, name, window, this.#ground);
    this.#clocks.push(...clocks);
    this.#aggregate(name, columns, rows, window.ofContact);
    const names = [...new Set([rule.first, ...rule.steps].map((one) => one.event))];
    this.#clocks.push({ sql: sql`(select min(e.occurred_at) from events e where e.bucket = s.bucket and e.contact_id = s.contact_id and e.name = any(${names}::text[]) and e.occurred_at > ${ts(this.#ground.at)}::timestamptz)`, next: (value) => [value as Instant] });
    return sql`coalesce(${name}.newest is not null, false)`;
  }

  #affinity(rule: AffinityRule): Sql {
    const name = this.#name();
    const window = this.#window(rule.window);
    const moment = sql`e.occurred_at`;
    const past = sql`filter (where ${window.inside(moment)})`;
    const { columns, clocks } = windowClocks(name, rule.window, window, moment);
    const oldest = oldestClock(name, rule.window, past, moment);
    this.#clocks.push(...clocks, ...oldest.clocks);
    columns.push(...oldest.columns, sql`jsonb_agg(jsonb_build_array(extract(epoch from e.occurred_at), ${valuesArray(rule.property)})) ${past} as measured`);
    this.#events(name, columns, sql`${patternSql(rule, this.#ground)} and ${window.holds(moment)}`, window.ofContact);
    return affinitySql(rule, sql`${name}.measured`);
  }
}

// countExpiries looks at the length and at the newest few; the older ones are not fetched.
function padded(newest: readonly Instant[], total: number): Instant[] {
  return [...newest, ...Array.from({ length: total - newest.length }, () => newest.at(-1)!)];
}

const ALIASES = Array.from({ length: 400 }, (_, index) => sql([`q${index}`]));
