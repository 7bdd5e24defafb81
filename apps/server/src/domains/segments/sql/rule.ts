/**
 * Rules as SQL. The text of a statement depends on the shape of the rule only; every name and value the user wrote is a parameter
 * (SECURITY #1). `evaluate` of the model is the meaning; the oracle test keeps the two equal.
 *
 * A compiled rule speaks over a relation `s (bucket, contact_id, entry_at)` and `c` = contacts. Each condition on events becomes one
 * lateral look-up, so the answer for a few contacts costs a few index probes. Asked of everyone, conditions share grouped passes over the
 * events instead (`pass-sql.ts`, decision 21): with 38 monthly partitions a look-up is 38 probes.
 */
import { unreachable, type Instant } from "@relance/model/base";
import {
  consentEnd,
  type AffinityRule,
  type Comparison,
  type ConsentRule,
  type EventRule,
  type Leaf,
  type MessageRule,
  type PredictionField,
  type RfmPart,
  type Rule,
  type SequenceRule,
  type Window,
} from "@relance/model/rules";
import { empty, join, sql, ts, type Sql } from "../../../platform/db/sql.ts";
import { affinitySql } from "./affinity.ts";
import { attributeOperand, changedAt, VALUE_OPERANDS } from "./attribute.ts";
import { narrowest, neededSince } from "../candidates.ts";
import { comparisonClocks, compareSql, type Ground, type Operand } from "./compare.ts";
import { consentSql } from "./consent.ts";
import { distanceSql, sampleSql } from "./distance.ts";
import { countSql, measureSql } from "./measure.ts";
import { happenings } from "./message.ts";
import { objectSql } from "./object.ts";
import { lookUps, MOMENT, passes, type Everyone, type Look } from "./pass.ts";
import { valuesArray } from "./property.ts";
import { sequenceSql } from "./sequence.ts";
import { itself, momentInside, named, oldestClock, windowClocks, windowSql, type ClockColumn, type WindowSql } from "./window.ts";
import { NOWHERE, type ZonePlace } from "./zone.ts";

export interface CompiledRule {
  /** Asked of everyone: the relation `s` of those whom the rule can be true of, now or by time alone. */
  readonly subjects: Sql;
  /** A condition that is never null. */
  readonly truth: Sql;
  /** Lateral joins the condition needs, to stand after `s` and `c`. */
  readonly joins: Sql;
  readonly clocks: readonly ClockColumn[];
  readonly leaves: readonly LeafSql[];
}

/**
 * @param at the instant asked about, the same for all subjects of a statement
 * @param everyone given when the subjects are all or nearly all contacts there are
 * @param place where days begin (`zonePlace`); only rules that ask for a zone need it
 */
export function compileRule(rule: Rule, at: Instant, everyone: Everyone | null = null, place: ZonePlace = NOWHERE): CompiledRule {
  return new Compiler({ at, place }, everyone).compile(rule);
}

/** One condition of a rule, in the order in which they stand, and its clocks. */
interface LeafSql {
  readonly truth: Sql;
  readonly from: number;
  readonly to: number;
}

class Compiler {
  readonly #ground: Ground;
  readonly #everyone: Everyone | null;
  readonly #looks: Look[] = [];
  readonly #joins: Sql[] = [];
  readonly #clocks: ClockColumn[] = [];
  readonly #leaves: LeafSql[] = [];
  #names = 0;
  #joinsValue = false;

  constructor(ground: Ground, everyone: Everyone | null) {
    this.#ground = ground;
    this.#everyone = everyone;
  }

  compile(rule: Rule): CompiledRule {
    const truth = this.#node(rule);
    const { subjects, joins } = this.#everyone
      ? passes(this.#looks, this.#everyone, narrowest(rule, { ...this.#everyone, ...this.#ground }), this.#ground)
      : { subjects: empty, joins: lookUps(this.#looks, this.#ground) };
    const all = [...joins, ...this.#joins];
    return { subjects, truth, joins: all.length === 0 ? empty : join(all, "\n"), clocks: this.#clocks, leaves: this.#leaves };
  }

  #node(rule: Rule): Sql {
    switch (rule.kind) {
      case "all":
        return rule.of.length === 0
          ? sql`true`
          : sql`(${join(
              rule.of.map((child) => this.#node(child)),
              " and ",
            )})`;
      case "any":
        return rule.of.length === 0
          ? sql`false`
          : sql`(${join(
              rule.of.map((child) => this.#node(child)),
              " or ",
            )})`;
      case "none":
        return rule.of.length === 0
          ? sql`true`
          : sql`not (${join(
              rule.of.map((child) => this.#node(child)),
              " or ",
            )})`;
      default: {
        const from = this.#clocks.length;
        const truth = this.#leaf(rule);
        this.#leaves.push({ truth, from, to: this.#clocks.length });
        return truth;
      }
    }
  }

  #leaf(rule: Leaf): Sql {
    switch (rule.kind) {
      case "attribute": {
        const truth = this.#compared(attributeOperand(rule.attribute), rule.is);
        return rule.when ? sql`(${truth} and ${this.#moment(changedAt(rule.attribute), rule.when)})` : truth;
      }
      case "rfm":
        return this.#value(rule.part, rule.is);
      case "prediction":
        return this.#value(rule.field, rule.is);
      case "group":
        return this.#member(
          rule.member,
          rule.when,
          (column) =>
            sql`(select ${column} from group_members g where g.bucket = s.bucket and g.group_id = ${rule.group}::uuid and g.contact_id = s.contact_id)`,
          sql`g.added_at`,
        );
      case "segment":
        return this.#member(
          rule.member,
          rule.when,
          (column) =>
            sql`(select ${column} from segment_members m where m.bucket = s.bucket and m.segment_id = ${rule.segment}::uuid and m.contact_id = s.contact_id)`,
          sql`m.entered_at`,
        );
      case "consent":
        return this.#consent(rule);
      case "event":
        return this.#event(rule);
      case "sequence":
        return this.#sequence(rule);
      case "message":
        return this.#messages(rule);
      case "affinity":
        return this.#affinity(rule);
      case "distance": {
        const { joins, truth } = distanceSql(rule, this.#name());
        this.#joins.push(...joins);
        return truth;
      }
      case "object": {
        const { joins, truth, clocks } = objectSql(rule, this.#name(), this.#ground);
        this.#joins.push(joins);
        this.#clocks.push(...clocks);
        return truth;
      }
      case "sample":
        return sampleSql(rule);
      case "sql":
        return sql`exists (select 1 from sql_answers q where q.bucket = s.bucket and q.answer_id = ${rule.answer}::uuid and q.contact_id = s.contact_id)`;
      default:
        return unreachable(rule);
    }
  }

  #compared(operand: Operand, is: Comparison): Sql {
    this.#clocks.push(...comparisonClocks(operand, is, this.#ground));
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

  #name(): Sql {
    return ALIASES[this.#names++]!;
  }

  #window(window: Window): WindowSql {
    const { at, place } = this.#ground;
    return windowSql(window, at, place, this.#everyone ? null : sql`coalesce(s.entry_at, ${ts(at)}::timestamptz)`);
  }

  /** Joins an aggregate over rows of contacts: per contact where few are asked, grouped where all are. `rows` has `bucket` and `contact_id`. */
  #aggregate(
    name: Sql,
    columns: readonly Sql[],
    rows: (owner: { readonly of: (alias: Sql) => Sql; readonly contact: (alias: Sql) => Sql }) => Sql,
    zoned: boolean,
  ): void {
    if (!this.#everyone) {
      this.#joins.push(
        sql`left join lateral (select ${join([...columns], ", ")} from ${rows({ of: (alias) => sql`${alias}.bucket = s.bucket and ${alias}.contact_id = s.contact_id`, contact: () => empty })}) ${name} on true`,
      );
      return;
    }
    const { workspace, buckets } = this.#everyone;
    const of = (alias: Sql) =>
      sql`${alias}.workspace_id = ${workspace}::uuid ${buckets ? sql`and ${alias}.bucket = any(${buckets as number[]}::smallint[])` : empty}`;
    const contact = (alias: Sql) => (zoned ? sql`join contacts c on c.bucket = ${alias}.bucket and c.id = ${alias}.contact_id` : empty);
    this.#joins.push(
      sql`left join (select x.bucket, x.contact_id, ${join([...columns], ", ")} from ${rows({ of, contact })} group by x.bucket, x.contact_id) ${name} on ${name}.bucket = s.bucket and ${name}.contact_id = s.contact_id`,
    );
  }

  #event(rule: EventRule): Sql {
    const name = this.#name();
    const window = this.#window(rule.window);
    const { held, past } = this.#within(window);
    const turns = windowClocks(name, rule.window, window, MOMENT, held);
    const { truth, columns, clocks } = measureSql(rule, name, past, this.#ground);
    this.#clocks.push(...turns.clocks, ...clocks);
    this.#looks.push({
      rule,
      name,
      columns: [...turns.columns, ...columns],
      window,
      since: Math.max(window.since, neededSince(rule, this.#ground.at) ?? -Infinity),
    });
    return truth;
  }

  /** The rows of a window, where a pass may bring others' too; and those of them that are inside now. */
  #within(window: WindowSql): { held: Sql; past: Sql } {
    const held = this.#everyone ? window.holds(MOMENT) : sql`true`;
    return { held, past: sql`filter (where ${held} and ${window.inside(MOMENT)})` };
  }

  /** A message counts once, by the last time it happened with it in the window. */
  #messages(rule: MessageRule): Sql {
    const name = this.#name();
    const window = this.#window(rule.window);
    const { table, moment, condition } = happenings(rule);
    const { clocks } = windowClocks(name, rule.window, window, moment);
    this.#clocks.push(...clocks);
    const counted = countSql(rule, name, sql`filter (where x.latest is not null)`, sql`x.latest`, this.#ground);
    this.#clocks.push(...counted.clocks);
    const outer = [sql`min(x.future) as future`, sql`bool_or(true) as found`, ...counted.columns.map(named)];
    const inner = sql`max(${moment}) filter (where ${window.inside(moment)}) as latest, min(${moment}) filter (where not ${window.inside(moment)}) as future`;
    this.#aggregate(
      name,
      outer,
      (owner) =>
        sql`(select g.bucket, g.contact_id, ${inner} from ${table} ${owner.contact(sql`g`)} where ${owner.of(sql`g`)} and ${condition} and ${window.holds(moment)} group by g.bucket, g.contact_id, g.send_id) x`,
      window.ofContact,
    );
    return counted.truth;
  }

  #sequence(rule: SequenceRule): Sql {
    const name = this.#name();
    const window = this.#window(rule.window);
    const { columns, rows, clocks } = sequenceSql(rule, name, window, this.#ground);
    this.#clocks.push(...clocks);
    this.#aggregate(name, columns, rows, window.ofContact);
    const names = [...new Set([rule.first, ...rule.steps].map((one) => one.event))];
    this.#clocks.push({
      sql: sql`(select min(e.occurred_at) from events e where e.bucket = s.bucket and e.contact_id = s.contact_id and e.name = any(${names}::text[]) and e.occurred_at > ${ts(this.#ground.at)}::timestamptz)`,
      next: (value) => [value as Instant],
      due: itself,
    });
    return sql`coalesce(${name}.newest is not null, false)`;
  }

  #affinity(rule: AffinityRule): Sql {
    const name = this.#name();
    const window = this.#window(rule.window);
    const { held, past } = this.#within(window);
    const turns = windowClocks(name, rule.window, window, MOMENT, held);
    const oldest = oldestClock(name, rule.window, past, MOMENT);
    this.#clocks.push(...turns.clocks, ...oldest.clocks);
    const measured = {
      as: "measured",
      sql: sql`jsonb_agg(jsonb_build_array(extract(epoch from e.occurred_at), ${valuesArray(rule.property)})) ${past}`,
    } as const;
    this.#looks.push({ rule, name, columns: [...turns.columns, ...oldest.columns, measured], window, since: window.since });
    return affinitySql(rule, sql`${name}.measured`);
  }
}

const ALIASES = Array.from({ length: 400 }, (_, index) => sql([`q${index}`]));
