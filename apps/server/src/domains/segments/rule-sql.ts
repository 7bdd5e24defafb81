/**
 * Rules as SQL. The text of a statement depends on the shape of the rule only; every name and value the user wrote is a parameter
 * (SECURITY #1). `evaluate` of the model is the meaning; the oracle test keeps the two equal.
 *
 * A compiled rule speaks over a relation `s (bucket, contact_id, entry_at)` and, when it asks about attributes, `c` = contacts.
 * Each event condition becomes one lateral look-up, so the answer for a few contacts costs a few index probes. Asked of everyone it becomes
 * one grouped pass over the events instead: with 38 monthly partitions a look-up is 38 probes, and a build of 100,000 contacts took 13 times
 * the best hand-written SQL (bench/segments.ts).
 */
import { toIso, unreachable, type Id, type Instant } from "@relance/model/base";
import { COLUMNS, consentEnd, countDepth, countExpiries, customName, edges, expiry, isColumn, isTimed, MOMENT_SQL, momentInstant, momentOf, soonest, windowBounds, type Comparison, type EventRule, type PredictionField, type RfmPart, type Rule } from "@relance/model/rules";
import { minus, plus } from "@relance/model/time";
import { empty, join, sql, ts, type Sql } from "../../platform/db/sql.ts";

/** Something the database returns from which the next turn by time alone is told, in TypeScript, where calendar work belongs. */
interface ClockColumn {
  readonly sql: Sql;
  readonly next: (value: unknown) => readonly Instant[];
}

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
 */
export function compileRule(rule: Rule, at: Instant, everyone: Everyone | null = null): CompiledRule {
  return new Compiler(at, everyone).compile(rule);
}

/** The next turn by time alone, from the clock columns of one row. */
export function nextTurn(compiled: CompiledRule, values: readonly unknown[], at: Instant): Instant | null {
  return soonest(compiled.clocks.flatMap((clock, index) => (values[index] == null ? [] : clock.next(values[index]))), at);
}

export type Operand = { readonly kind: "json" | "text" | "number" | "boolean" | "moment"; readonly sql: Sql };

class Compiler {
  readonly #at: Instant;
  readonly #everyone: Everyone | null;
  readonly #joins: Sql[] = [];
  readonly #clocks: ClockColumn[] = [];
  #needsContact = false;
  #joinsValue = false;

  constructor(at: Instant, everyone: Everyone | null) {
    this.#at = at;
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
      case "attribute": return this.#attribute(rule.attribute, rule.is);
      case "rfm": return this.#value(rule.part, rule.is);
      case "prediction": return this.#value(rule.field, rule.is);
      case "group": {
        const found = sql`exists (select 1 from group_members g where g.bucket = s.bucket and g.group_id = ${rule.group}::uuid and g.contact_id = s.contact_id)`;
        return rule.member ? found : sql`not ${found}`;
      }
      case "segment": {
        const found = sql`exists (select 1 from segment_members m where m.bucket = s.bucket and m.segment_id = ${rule.segment}::uuid and m.contact_id = s.contact_id)`;
        return rule.member ? found : sql`not ${found}`;
      }
      case "consent": return this.#consent(rule.channel, rule.topic, rule.granted);
      case "event": return this.#event(rule);
      default: return unreachable(rule);
    }
  }

  #attribute(attribute: string, is: Comparison): Sql {
    this.#needsContact = true;
    const operand = attributeOperand(attribute);
    this.#clock(operand, is);
    return compareSql(operand, is, this.#at);
  }

  // One row per contact at most: a plain join serves every condition of the rule.
  #value(part: RfmPart | PredictionField, is: Comparison): Sql {
    if (!this.#joinsValue) this.#joins.push(sql`left join predictions pv on pv.bucket = s.bucket and pv.contact_id = s.contact_id`);
    this.#joinsValue = true;
    const operand = VALUE_OPERANDS[part];
    this.#clock(operand, is);
    return compareSql(operand, is, this.#at);
  }

  #consent(channel: string, topic: string, granted: boolean): Sql {
    // The row of the topic itself wins over the one of the whole channel, whose topic is empty and sorts first.
    const row = (column: Sql) => sql`(select ${column} from consents k where k.bucket = s.bucket and k.contact_id = s.contact_id and k.channel = ${channel} and k.topic = any(${[topic, ""]}::text[]) order by k.topic desc limit 1)`;
    this.#clocks.push({ sql: row(sql`k.expires_on`), next: (value) => [consentEnd(value as string)] });
    const holds = sql`coalesce(${row(sql`k.state = 'granted' and (k.expires_on is null or k.expires_on >= ${toIso(this.#at).slice(0, 10)}::date)`)}, false)`;
    return granted ? holds : sql`not ${holds}`;
  }

  #clock(operand: Operand, is: Comparison): void {
    if (!isTimed(is)) return;
    this.#clocks.push({ sql: momentSql(operand), next: (value) => edges(momentInstant(value as string), is) });
  }

  #event(rule: EventRule): Sql {
    const name = lateral(this.#joins.length);
    // Asked of everyone, nobody is in a run.
    const entry = this.#everyone ? sql`${ts(this.#at)}::timestamptz` : sql`coalesce(s.entry_at, ${ts(this.#at)}::timestamptz)`;
    const past = sql`filter (where e.occurred_at <= ${ts(this.#at)}::timestamptz)`;
    const columns: Sql[] = [sql`min(e.occurred_at) filter (where e.occurred_at > ${ts(this.#at)}::timestamptz) as future`];
    const truth = this.#measure(rule, name, past, columns);
    this.#clocks.push({ sql: sql`${name}.future`, next: (value) => [value as Instant] });
    const matching = matchingEvents(rule, this.#at, rule.window.kind === "since_entry" ? sql`and e.occurred_at >= ${entry}` : undefined);
    this.#joins.push(this.#everyone ? this.#grouped(this.#everyone, columns, matching, name) : sql`left join lateral (
      select ${join(columns, ", ")} from events e
      where e.bucket = s.bucket and e.contact_id = s.contact_id and ${matching}
    ) ${name} on true`);
    return truth;
  }

  #grouped({ workspace, buckets }: Everyone, columns: readonly Sql[], matching: Sql, name: Sql): Sql {
    const within = buckets ? sql`and e.bucket = any(${buckets as number[]}::smallint[])` : empty;
    return sql`left join (
      select e.bucket, e.contact_id, ${join([...columns], ", ")} from events e
      where e.workspace_id = ${workspace}::uuid ${within} and ${matching} group by e.bucket, e.contact_id
    ) ${name} on ${name}.bucket = s.bucket and ${name}.contact_id = s.contact_id`;
  }

  #measure(rule: EventRule, name: Sql, past: Sql, columns: Sql[]): Sql {
    const { measure, is } = rule;
    if (measure.of === "count") return this.#count(rule, name, past, columns);
    if (rule.window.kind === "last") {
      columns.push(sql`min(e.occurred_at) ${past} as oldest`);
      this.#clocks.push({ sql: sql`${name}.oldest`, next: (value) => expiry(rule, value as Instant) });
    }
    if (measure.of === "first" || measure.of === "last") {
      const order = measure.of === "first" ? sql`order by e.occurred_at, e.id` : sql`order by e.occurred_at desc, e.id desc`;
      // The moment itself needs no order among equals, and no array of all of them.
      if (measure.property === null) columns.push(sql`${measure.of === "first" ? sql`min` : sql`max`}(e.occurred_at) ${past} as measured`);
      else columns.push(sql`(array_agg(${asJson(propertyOperand(measure.property))} ${order}) ${past})[1] as measured`);
      const operand: Operand = measure.property === null ? { kind: "moment", sql: instantText(sql`${name}.measured`) } : { kind: "json", sql: sql`${name}.measured` };
      this.#clock(operand, is);
      return compareSql(operand, is, this.#at);
    }
    const operand = propertyOperand(measure.property);
    if (measure.of === "min" || measure.of === "max") {
      columns.push(sql`${measure.of === "min" ? sql`min` : sql`max`}(${numberSql(operand)}) ${past} as measured`);
      return compareSql({ kind: "number", sql: sql`${name}.measured` }, is, this.#at);
    }
    // Sums are exact: numeric with four decimals. An average is compared as sum against threshold × count.
    // The amount of an event is stored with four decimals; what properties say is rounded to them.
    const exact4 = operand.kind === "number" ? exactSql(operand) : sql`round(${exactSql(operand)}, 4)`;
    columns.push(sql`coalesce(sum(${exact4}) ${past}, 0) as measured`);
    if (measure.of === "avg") columns.push(sql`count(${exactSql(operand)}) ${past} as counted`);
    // Nothing found is a row of nulls in the grouped form.
    const counted = sql`coalesce(${name}.counted, 0)`;
    const exact = compareExactSql(sql`coalesce(${name}.measured, 0)`, measure.of === "sum" ? sql`1` : counted, is);
    if (measure.of === "sum") return exact;
    return sql`case when ${counted} = 0 then ${compareSql({ kind: "number", sql: sql`null::double precision` }, is, this.#at)} else ${exact} end`;
  }

  #count(rule: EventRule, name: Sql, past: Sql, columns: Sql[]): Sql {
    columns.push(sql`count(*) ${past} as measured`);
    if (rule.window.kind === "last") {
      const depth = countDepth(rule.is);
      // Enough of the newest to tell which departure turns the answer; all of them only for thresholds over 100.
      const newest = depth === null ? sql`array[min(e.occurred_at) ${past}]` : sql`(array_agg(e.occurred_at order by e.occurred_at desc) ${past})[1:${depth}]`;
      columns.push(sql`${newest} as newest`);
      this.#clocks.push({
        sql: sql`array[to_timestamp(coalesce(${name}.measured, 0))] || ${name}.newest`,
        next: (value) => {
          const [count, ...times] = value as Instant[];
          const total = Math.round(count! / 1000);
          if (total === 0) return [];
          return depth === null ? expiry(rule, times[0]!) : countExpiries(rule, padded(times, total));
        },
      });
    }
    return compareSql({ kind: "number", sql: sql`coalesce(${name}.measured, 0)::double precision` }, rule.is, this.#at);
  }
}

/** The condition on `e` = events that a measure takes in. @param lower where the window begins, when the window does not say it */
export function matchingEvents(of: Pick<EventRule, "event" | "where" | "window">, at: Instant, lower?: Sql): Sql {
  const [from, to] = windowBounds(of, at, null);
  const after = lower ?? (from === -Infinity ? empty : sql`and e.occurred_at > ${ts(from)}::timestamptz`);
  const upTo = to === Infinity ? empty : sql`and e.occurred_at <= ${ts(to)}::timestamptz`;
  const where = of.where.map((filter) => sql`and ${compareSql(propertyOperand(filter.property), filter.is, at)}`);
  return sql`e.name = ${of.event} ${after} ${upTo} ${where.length === 0 ? empty : join(where, " ")}`;
}

// countExpiries looks at the length and at the newest few; the older ones are not fetched.
function padded(newest: readonly Instant[], total: number): Instant[] {
  return [...newest, ...Array.from({ length: total - newest.length }, () => newest.at(-1)!)];
}

const LATERALS = Array.from({ length: 200 }, (_, index) => sql([`e${index}`]));
function lateral(index: number): Sql {
  return LATERALS[index]!;
}

const VALUE_OPERANDS: Readonly<Record<RfmPart | PredictionField, Operand>> = {
  group: { kind: "text", sql: sql`pv.rfm_group` }, recency: { kind: "number", sql: sql`pv.recency_score::double precision` }, frequency: { kind: "number", sql: sql`pv.frequency_score::double precision` }, monetary: { kind: "number", sql: sql`pv.monetary_score::double precision` }, worth: { kind: "number", sql: sql`pv.worth_score::double precision` },
  alive: { kind: "number", sql: sql`pv.alive` }, churn: { kind: "number", sql: sql`pv.churn` }, orders90: { kind: "number", sql: sql`pv.orders_90` }, value365: { kind: "number", sql: sql`pv.value_365` }, total: { kind: "number", sql: sql`pv.total_value` },
  nextOn: { kind: "moment", sql: sql`(to_char(pv.next_order_on, 'YYYY-MM-DD') || 'T00:00:00.000Z')` },
};

function attributeOperand(attribute: string): Operand {
  if (!isColumn(attribute)) return { kind: "json", sql: sql`(c.attributes -> ${customName(attribute) ?? attribute}::text)` };
  const column = CONTACT_COLUMNS[attribute];
  switch (COLUMNS[attribute]) {
    case "text": return { kind: "text", sql: attribute === "store_id" ? sql`${column}::text` : column };
    case "number": return { kind: "number", sql: column };
    case "boolean": return { kind: "boolean", sql: column };
    case "date": return { kind: "moment", sql: sql`(to_char(${column}, 'YYYY-MM-DD') || 'T00:00:00.000Z')` };
    case "instant": return { kind: "moment", sql: instantText(column) };
  }
}

// A closed map from names to columns: a name the user wrote never becomes text of a statement.
const CONTACT_COLUMNS = Object.fromEntries(Object.keys(COLUMNS).map((column) => [column, sql([`c.${column}`])])) as Record<keyof typeof COLUMNS, Sql>;

export function propertyOperand(property: string): Operand {
  if (property === "amount") return { kind: "number", sql: sql`e.amount::double precision` };
  if (property === "currency") return { kind: "text", sql: sql`e.currency` };
  return { kind: "json", sql: sql`(e.properties #> ${property.split(".")}::text[])` };
}

export function asJson(operand: Operand): Sql {
  return operand.kind === "json" ? operand.sql : sql`to_jsonb(${operand.sql})`;
}

export function instantText(instant: Sql): Sql {
  return sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

function textSql({ kind, sql: value }: Operand): Sql {
  if (kind === "json") return sql`case when jsonb_typeof(${value}) = 'string' then ${value} #>> '{}' end`;
  return kind === "text" || kind === "moment" ? value : sql`null::text`;
}

export function numberSql({ kind, sql: value }: Operand): Sql {
  if (kind === "json") return sql`case when jsonb_typeof(${value}) = 'number' then (${value} #>> '{}')::double precision end`;
  return kind === "number" ? value : sql`null::double precision`;
}

export function exactSql(operand: Operand): Sql {
  if (operand.kind === "json") return sql`case when jsonb_typeof(${operand.sql}) = 'number' then (${operand.sql} #>> '{}')::numeric end`;
  return operand.kind === "number" ? sql`e.amount` : sql`null::numeric`;
}

/** A moment in the text form whose order is that of time, or null: the twin of `momentText`. */
function momentSql(operand: Operand): Sql {
  if (operand.kind === "moment") return operand.sql;
  const text = textSql(operand);
  return sql`(select case when t !~ ${MOMENT_SQL} then null when length(t) = 10 then t || 'T00:00:00.000Z'
    else left(t, 19) || '.' || rpad(substr(t, 21, greatest(length(t) - 21, 0)), 3, '0') || 'Z' end from (select ${text} as t) as moment)`;
}

/** A comparison as a condition that is never null; the twin of `compare`. */
function compareSql(operand: Operand, is: Comparison, at: Instant): Sql {
  switch (is.op) {
    case "set": return isSetSql(operand);
    case "unset": return sql`not ${isSetSql(operand)}`;
    case "eq": return equalsSql(operand, [is.value]);
    case "ne": return sql`not ${equalsSql(operand, [is.value])}`;
    case "in": return equalsSql(operand, is.values);
    case "not_in": return sql`not ${equalsSql(operand, is.values)}`;
    case "contains": return containsSql(operand, is.value);
    case "not_contains": return sql`not ${containsSql(operand, is.value)}`;
    case "starts_with": return sql`coalesce(starts_with(${textSql(operand)}, ${is.value}), false)`;
    case "ends_with": return sql`coalesce(right(${textSql(operand)}, length(${is.value}::text)) = ${is.value}, false)`;
    case "gt": return sql`coalesce(${numberSql(operand)} > ${is.value}::double precision, false)`;
    case "gte": return sql`coalesce(${numberSql(operand)} >= ${is.value}::double precision, false)`;
    case "lt": return sql`coalesce(${numberSql(operand)} < ${is.value}::double precision, false)`;
    case "lte": return sql`coalesce(${numberSql(operand)} <= ${is.value}::double precision, false)`;
    case "between": return sql`coalesce(${numberSql(operand)} between ${is.from}::double precision and ${is.to}::double precision, false)`;
    case "within_last": return betweenMoments(operand, toIso(minus(at, is.span)), toIso(at));
    case "not_within_last": return sql`not ${betweenMoments(operand, toIso(minus(at, is.span)), toIso(at))}`;
    case "within_next": return betweenMoments(operand, toIso(at), toIso(plus(at, is.span)));
    case "before": return sql`coalesce(${momentSql(operand)} collate "C" < ${momentOf(is.at)}, false)`;
    case "after": return sql`coalesce(${momentSql(operand)} collate "C" >= ${momentOf(is.at)}, false)`;
  }
}

function betweenMoments(operand: Operand, after: string, upTo: string): Sql {
  return sql`coalesce((select m collate "C" > ${after} and m collate "C" <= ${upTo} from (select ${momentSql(operand)} as m) as moments), false)`;
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
  const flag = operand.kind === "json" ? sql`case when jsonb_typeof(${operand.sql}) = 'boolean' then (${operand.sql} #>> '{}')::boolean end` : operand.kind === "boolean" ? operand.sql : sql`null::boolean`;
  return sql`(coalesce(${textSql(operand)} = any(${texts}::text[]), false) or coalesce(${numberSql(operand)} = any(${numbers}::double precision[]), false) or coalesce(${flag} = any(${flags}::boolean[]), false))`;
}

function containsSql(operand: Operand, part: string): Sql {
  const text = sql`coalesce(strpos(${textSql(operand)}, ${part}) > 0, false)`;
  if (operand.kind !== "json") return text;
  return sql`case when jsonb_typeof(${operand.sql}) = 'array' then jsonb_exists(${operand.sql}, ${part}) else ${text} end`;
}

function compareExactSql(sum: Sql, times: Sql, is: Comparison): Sql {
  const of = (value: number) => sql`round(${String(value)}::numeric, 4) * ${times}`;
  const among = (values: readonly unknown[]) => {
    const numbers = values.filter((value): value is number => typeof value === "number");
    return numbers.length === 0 ? sql`false` : sql`(${join(numbers.map((value) => sql`${sum} = ${of(value)}`), " or ")})`;
  };
  switch (is.op) {
    case "gt": return sql`(${sum} > ${of(is.value)})`;
    case "gte": return sql`(${sum} >= ${of(is.value)})`;
    case "lt": return sql`(${sum} < ${of(is.value)})`;
    case "lte": return sql`(${sum} <= ${of(is.value)})`;
    case "between": return sql`(${sum} >= ${of(is.from)} and ${sum} <= ${of(is.to)})`;
    case "eq": return among([is.value]);
    case "ne": return sql`not ${among([is.value])}`;
    case "in": return among(is.values);
    case "not_in": return sql`not ${among(is.values)}`;
    case "set": case "not_contains": case "not_within_last": return sql`true`;
    default: return sql`false`;
  }
}

/**
 * A relation of contacts outside of which the rule is surely false now and cannot become true by time alone; null when there is none.
 * It turns "ask a million contacts" into "ask those who bought lately" (two phases, DATABASE §B4).
 */
export function candidates(rule: Rule, workspace: Id, at: Instant): Sql | null {
  return narrowest(rule, workspace, at)?.relation ?? null;
}

/** `since`: the later the events begin that it looks at, the fewer contacts it holds; lists are taken for the smallest of all. */
function narrowest(rule: Rule, workspace: Id, at: Instant): { readonly relation: Sql; readonly since: number } | null {
  switch (rule.kind) {
    case "all": {
      const narrow = rule.of.map((child) => narrowest(child, workspace, at)).filter((one) => one !== null);
      return narrow.length === 0 ? null : narrow.reduce((best, one) => (one.since > best.since ? one : best));
    }
    case "any": {
      const each = rule.of.map((child) => narrowest(child, workspace, at)).filter((one) => one !== null);
      if (rule.of.length === 0 || each.length < rule.of.length) return null;
      return { relation: sql`(${join(each.map((one) => one.relation), " union ")})`, since: Math.min(...each.map((one) => one.since)) };
    }
    case "group": return rule.member ? { relation: sql`(select g.bucket, g.contact_id from group_members g where g.group_id = ${rule.group}::uuid)`, since: Infinity } : null;
    case "segment": return rule.member ? { relation: sql`(select m.bucket, m.contact_id from segment_members m where m.segment_id = ${rule.segment}::uuid)`, since: Infinity } : null;
    case "event": {
      if (rule.window.kind === "since_entry" || !needsAnEvent(rule)) return null;
      const [from] = windowBounds(rule, at, null);
      // "Last order less than 3 months ago" over all time needs an event in those 3 months.
      const since = rule.measure.of === "last" && rule.measure.property === null && rule.is.op === "within_last" ? Math.max(from, minus(at, rule.is.span)) : from;
      return { since, relation: sql`(select distinct e.bucket, e.contact_id from events e where e.workspace_id = ${workspace}::uuid and e.name = ${rule.event} ${since === -Infinity ? empty : sql`and e.occurred_at > ${ts(since)}::timestamptz`})` };
    }
    // True only of who has a number: no row, no need to ask.
    case "rfm": case "prediction": {
      if (["ne", "not_in", "unset", "not_contains", "not_within_last"].includes(rule.is.op)) return null;
      return { relation: sql`(select p.bucket, p.contact_id from predictions p where p.workspace_id = ${workspace}::uuid)`, since: -Infinity };
    }
    default: return null;
  }
}

/** Whether a condition on events is false for a contact who has none of them in the window. */
function needsAnEvent(rule: EventRule): boolean {
  const { measure, is } = rule;
  const zero = measure.of === "count" || measure.of === "sum";
  switch (is.op) {
    case "gt": return zero ? is.value >= 0 : true;
    case "gte": return zero ? is.value > 0 : true;
    case "lt": return zero ? is.value <= 0 : true;
    case "lte": return zero ? is.value < 0 : true;
    case "between": return zero ? is.from > 0 || is.to < 0 : true;
    case "eq": return zero ? is.value !== 0 : true;
    case "in": return zero ? !is.values.includes(0) : true;
    case "ne": case "not_in": case "unset": case "not_contains": case "not_within_last": return false;
    case "set": return !zero;
    default: return true;
  }
}
