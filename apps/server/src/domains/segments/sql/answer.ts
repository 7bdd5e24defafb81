/** What a compiled rule says of each contact, as columns, and how the answer is read from them. */
import type { Instant } from "@relance/model/base";
import { combine, isGroup, soonest, type Answered, type Rule } from "@relance/model/rules";
import { join, sql, type Sql } from "../../../platform/db/sql.ts";
import type { CompiledRule } from "./rule.ts";

export const clockName = (index: number): Sql => sql([`k${index}`]);
/** Which conditions hold decides whose clocks matter; a lone one's always do. */
const tellsLeaves = ({ leaves, clocks }: CompiledRule): boolean => clocks.length > 0 && leaves.length > 1;

/** Columns for `answerOf`: the truth, which conditions hold, and their clocks. */
export function answerColumns(compiled: CompiledRule): Sql {
  const each = tellsLeaves(compiled)
    ? [
        sql`(${join(
          compiled.leaves.map((leaf) => sql`case when ${leaf.truth} then '1' else '0' end`),
          " || ",
        )}) as leaves`,
      ]
    : [];
  return join(
    [sql`${compiled.truth} as truth`, ...each, ...compiled.clocks.map((clock, index) => sql`${clock.sql} as ${clockName(index)}`)],
    ", ",
  );
}

/** The names of `answerColumns`, of a relation that has them. */
export function answerNames(compiled: CompiledRule, of: Sql): Sql {
  return join(
    [
      sql`${of}.truth`,
      ...(tellsLeaves(compiled) ? [sql`${of}.leaves`] : []),
      ...compiled.clocks.map((_clock, index) => sql`${of}.${clockName(index)}`),
    ],
    ", ",
  );
}

/** The answer of one row, and the next turn by time alone. */
export function answerOf(rule: Rule, compiled: CompiledRule, row: Readonly<Record<string, unknown>>, at: Instant): Answered {
  const truth = row["truth"] === true;
  if (compiled.clocks.length === 0) return { truth, nextAt: null };
  const held = tellsLeaves(compiled) ? ((row["leaves"] ?? "") as string) : null;
  let place = 0;
  const answered = (node: Rule): Answered => {
    if (isGroup(node)) return combine(node.kind, node.of.map(answered));
    const leaf = compiled.leaves[place]!;
    const instants: Instant[] = [];
    for (let index = leaf.from; index < leaf.to; index++) {
      const value = row[`k${index}`];
      if (value != null) instants.push(...compiled.clocks[index]!.next(value));
    }
    return { truth: held === null ? truth : held[place++] === "1", nextAt: soonest(instants, at) };
  };
  return { truth, nextAt: answered(rule).nextAt };
}
