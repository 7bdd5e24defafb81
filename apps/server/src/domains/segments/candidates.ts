/** Whom a rule can be true of at all: the first of two phases (DATABASE §B4). */
import type { Id, Instant } from "@relance/model/base";
import type { AffinityRule, Comparison, EventRule, MessageRule, Rule, Window } from "@relance/model/rules";
import { minus } from "@relance/model/time";
import { empty, join, sql, ts, type Sql } from "../../platform/db/sql.ts";
import { happenings } from "./sql/message.ts";
import { windowSql } from "./sql/window.ts";
import type { ZonePlace } from "./sql/zone.ts";

/** Who a rule can be true of. */
export interface Narrow {
  readonly relation: Sql;
  /** The condition on events that says so by itself; null where it takes several, or something else. */
  readonly condition: EventRule | AffinityRule | null;
  /** Of which events it holds who has any since then; null where it is something else. */
  readonly event: string | null;
  /** The later the events begin that it looks at, the fewer contacts it holds; lists are taken for the smallest of all. */
  readonly since: number;
}

/**
 * A relation of contacts outside of which the rule is surely false now and cannot become true by time alone; null when there is none.
 * It turns "ask a million contacts" into "ask those who bought lately" (two phases, DATABASE §B4).
 */
export function narrowest(rule: Rule, asked: { workspace: Id; at: Instant; place: ZonePlace }): Narrow | null {
  const { workspace, at } = asked;
  const sinceOf = (window: Window): number => windowSql(window, at, asked.place, null).since;
  const events = (event: string, since: number, condition: EventRule | AffinityRule | null): Narrow => ({
    since,
    condition,
    event,
    relation: sql`(select distinct e.bucket, e.contact_id from events e where e.workspace_id = ${workspace}::uuid and e.name = ${event} ${since === -Infinity ? empty : sql`and e.occurred_at > ${ts(since)}::timestamptz`})`,
  });
  switch (rule.kind) {
    case "all": {
      const narrow = rule.of.map((child) => narrowest(child, asked)).filter((one) => one !== null);
      return narrow.length === 0 ? null : narrow.reduce((best, one) => (one.since > best.since ? one : best));
    }
    case "any": {
      const each = rule.of.map((child) => narrowest(child, asked)).filter((one) => one !== null);
      if (rule.of.length === 0 || each.length < rule.of.length) return null;
      // One look at each kind of event, whatever the number of conditions on it.
      const united = [...Map.groupBy(each, (one) => one.event)].flatMap(([event, ones]) =>
        event === null ? ones : [events(event, soonest(ones), null)],
      );
      return united.length === 1
        ? { ...united[0]!, condition: null }
        : {
            relation: sql`(${join(
              united.map((one) => one.relation),
              " union ",
            )})`,
            since: soonest(each),
            condition: null,
            event: null,
          };
    }
    case "group":
      return rule.member
        ? {
            relation: sql`(select g.bucket, g.contact_id from group_members g where g.group_id = ${rule.group}::uuid)`,
            since: Infinity,
            condition: null,
            event: null,
          }
        : null;
    case "segment":
      return rule.member
        ? {
            relation: sql`(select m.bucket, m.contact_id from segment_members m where m.segment_id = ${rule.segment}::uuid)`,
            since: Infinity,
            condition: null,
            event: null,
          }
        : null;
    case "sql":
      return {
        relation: sql`(select q.bucket, q.contact_id from sql_answers q where q.answer_id = ${rule.answer}::uuid)`,
        since: Infinity,
        condition: null,
        event: null,
      };
    case "event": {
      if (rule.window.kind === "since_entry" || !needsAnEvent(rule)) return null;
      const from = sinceOf(rule.window);
      return events(rule.event, Math.max(from, neededSince(rule, at) ?? -Infinity), rule);
    }
    case "sequence":
      return rule.window.kind === "since_entry" ? null : events(rule.first.event, sinceOf(rule.window), null);
    case "affinity":
      return rule.window.kind === "since_entry" ? null : events(rule.event, sinceOf(rule.window), rule);
    case "message": {
      if (rule.window.kind === "since_entry" || !needsOne(rule.is, true)) return null;
      const since = sinceOf(rule.window);
      const { table, moment, condition } = happenings(rule satisfies MessageRule);
      return {
        since,
        condition: null,
        event: null,
        relation: sql`(select distinct g.bucket, g.contact_id from ${table} where g.workspace_id = ${workspace}::uuid and ${condition} ${since === -Infinity ? empty : sql`and ${moment} > ${ts(since)}::timestamptz`})`,
      };
    }
    case "object":
      return needsOne(rule.is, true)
        ? {
            since: -Infinity,
            condition: null,
            event: null,
            relation: sql`(select distinct o.bucket, o.contact_id from objects o where o.workspace_id = ${workspace}::uuid and o.type = ${rule.object} and o.removed_at is null)`,
          }
        : null;
    // True only of who has a number: no row, no need to ask.
    case "rfm":
    case "prediction": {
      if (["ne", "not_in", "unset", "not_contains", "not_within_last"].includes(rule.is.op)) return null;
      return {
        relation: sql`(select p.bucket, p.contact_id from predictions p where p.workspace_id = ${workspace}::uuid)`,
        since: -Infinity,
        condition: null,
        event: null,
      };
    }
    default:
      return null;
  }
}

const soonest = (all: readonly Narrow[]): number => Math.min(...all.map((one) => one.since));

/**
 * The instant up to which events cannot matter: "last order less than 3 months ago" over all time needs an event in those 3 months, and older
 * ones change neither the answer nor when it turns. Null where all of the window matters.
 */
export function neededSince(rule: EventRule, at: Instant): Instant | null {
  const { measure, is, window } = rule;
  if (measure.of !== "last" || measure.property !== null || window.kind !== "ever") return null;
  if (is.op === "within_last") return minus(at, is.span);
  return is.op === "ago" && is.most !== null ? minus(at, is.most) : null;
}

/** Whether a condition on events is false for a contact who has none of them in the window. */
function needsAnEvent(rule: EventRule): boolean {
  return needsOne(rule.is, ["count", "sum", "distinct"].includes(rule.measure.of));
}

/** @param zero whether nothing at all measures as 0, rather than as unset */
function needsOne(is: Comparison, zero: boolean): boolean {
  switch (is.op) {
    case "gt":
      return zero ? is.value >= 0 : true;
    case "gte":
      return zero ? is.value > 0 : true;
    case "lt":
      return zero ? is.value <= 0 : true;
    case "lte":
      return zero ? is.value < 0 : true;
    case "between":
      return zero ? is.from > 0 || is.to < 0 : true;
    case "eq":
      return zero ? is.value !== 0 : true;
    case "in":
      return zero ? !is.values.includes(0) : true;
    case "ne":
    case "not_in":
    case "unset":
    case "not_contains":
    case "not_within_last":
      return false;
    case "set":
      return !zero;
    default:
      return true;
  }
}
