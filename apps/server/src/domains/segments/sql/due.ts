/** When time alone may next change a rule's answer, told by the database itself: the twin of `combine` and `answerOf`, for rules whose every clock can be read in SQL. */
import type { Instant } from "@relance/model/base";
import { isGroup, type Rule } from "@relance/model/rules";
import { join, sql, ts, type Sql } from "../../../platform/db/sql.ts";
import { clockName } from "./answer.ts";
import type { CompiledRule } from "./rule.ts";

/** A group's text holds that of its members twice. */
const DEEPEST = 4;
const NEVER = sql`'infinity'::timestamptz`;
const truthName = (index: number): Sql => sql([`t${index}`]);

interface Told {
  readonly truth: Sql;
  readonly due: Sql;
}

/** Columns for `dueSql`: the truth, that of each condition, and their clocks. */
export function dueColumns({ truth, leaves, clocks }: CompiledRule): Sql {
  return join(
    [
      sql`${truth} as truth`,
      ...leaves.map((leaf, index) => sql`${leaf.truth} as ${truthName(index)}`),
      ...clocks.map((clock, index) => sql`${clock.sql} as ${clockName(index)}`),
    ],
    ", ",
  );
}

/** The instant, or null, by the columns of `a`. @returns null for a rule that only `answerOf` can tell of */
export function dueSql(rule: Rule, { leaves, clocks }: CompiledRule, at: Instant): Sql | null {
  if (depthOf(rule) > DEEPEST || clocks.some((clock) => !clock.due)) return null;
  let place = 0;
  const told = (node: Rule): Told => {
    if (isGroup(node)) return combined(node.kind, node.of.map(told));
    const { from, to } = leaves[place]!;
    const instants = clocks.slice(from, to).flatMap((clock, n) => clock.due!(sql`a.${clockName(from + n)}`));
    return {
      truth: sql`a.${truthName(place++)}`,
      due: earliest(instants.map((instant) => sql`case when ${instant} > ${ts(at)}::timestamptz then ${instant} end`)),
    };
  };
  return sql`nullif(${told(rule).due}, ${NEVER})`;
}

function combined(kind: "all" | "any" | "none", of: readonly Told[]): Told {
  if (of.length === 0) return { truth: kind === "any" ? sql`false` : sql`true`, due: NEVER };
  const settling = of.map(({ truth }) => (kind === "all" ? sql`not ${truth}` : truth));
  const settled = sql`(${join(settling, " or ")})`;
  const last = join(
    of.map(({ due }, n) => sql`case when ${settling[n]!} then ${due} end`),
    ", ",
  );
  return {
    truth: kind === "any" ? settled : sql`(not ${settled})`,
    due: sql`case when ${settled} then greatest(${last}) else ${earliest(of.map(({ due }) => due))} end`,
  };
}

const earliest = (instants: readonly Sql[]): Sql => sql`least(${join([NEVER, ...instants], ", ")})`;

const depthOf = (rule: Rule): number => (isGroup(rule) ? 1 + Math.max(0, ...rule.of.map(depthOf)) : 0);
