import type { Id } from "@relance/model/base";
import { describe, problems, references, type Rule, type RuleCatalogue, type RuleNames, type RuleProblem } from "@relance/model/rules";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { absent } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { selectGroups } from "../contacts/index.ts";
import { findWorkspace, writeAudit } from "../team/index.ts";
import { nothingToCancel, ruleWrong, segmentChanged, segmentUsed } from "./errors.ts";
import { cancelBuild } from "./generations.ts";
import { selectTypes } from "../objects/index.ts";
import { selectNamed } from "./named.ts";
import * as queries from "./queries.ts";

export async function createSegment(deps: Deps, input: { actor: Actor; name: string; description: string; rule: Rule }): Promise<Id> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  await refuseProblems(sql, { workspace, segment: null, rule: input.rule });
  const now = clock.now();
  const id = chance.id(now);
  await sql.transaction(async (tx) => {
    await queries.insertSegment(tx, {
      id,
      workspace,
      name: input.name,
      description: input.description,
      rule: { version: 1, root: input.rule },
      by: input.actor.id,
      now,
    });
    await queries.writeReferences(tx, { workspace, segment: id, references: references(input.rule), keep: false });
    await queries.askBuild(tx, { workspace, segment: id, now });
    await writeAudit(tx, { chance, now, actor: input.actor, action: "segment.created", object: { kind: "segment", id } });
  });
  deps.poke();
  return id;
}

/** @param input.version the version the change was made on; a rule is only replaced when it is still the current one */
export async function changeSegment(
  deps: Deps,
  input: {
    actor: Actor;
    id: Id;
    name?: string | undefined;
    description?: string | undefined;
    rule?: Rule | undefined;
    version?: number | undefined;
  },
): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  const before = await findSegment(sql, { workspace, id: input.id });
  if (input.rule) await refuseProblems(sql, { workspace, segment: input.id, rule: input.rule });
  const now = clock.now();
  await sql.transaction(async (tx) => {
    const changed = await queries.updateSegment(tx, {
      workspace,
      id: input.id,
      expected: input.version ?? null,
      name: input.name ?? null,
      description: input.description ?? null,
      rule: input.rule ? { version: 1, root: input.rule } : null,
      now,
    });
    if (!changed) throw segmentChanged({ version: before.version }, { field: "version" });
    if (input.rule) {
      // The rule in force counts until the new one takes its place: no cycle and no archiving between the two.
      await queries.writeReferences(tx, { workspace, segment: input.id, references: references(input.rule), keep: true });
      await queries.askBuild(tx, { workspace, segment: input.id, now });
    }
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "segment.changed",
      object: { kind: "segment", id: input.id },
      detail: { rule: input.rule !== undefined },
    });
  });
  deps.poke();
}

/** Takes back a changed rule that is still being computed. @throws nothingToCancel when it is done, or when no rule was ever in force */
export async function cancelChange(deps: Deps, input: { actor: Actor; id: Id }): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  await findSegment(sql, { workspace, id: input.id });
  const now = clock.now();
  await sql.transaction(async (tx) => {
    if (!(await cancelBuild(tx, { workspace, segment: input.id, now }))) throw nothingToCancel({});
    const after = await findSegment(tx, { workspace, id: input.id });
    await queries.writeReferences(tx, { workspace, segment: input.id, references: references(after.rule.root), keep: false });
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "segment.change_cancelled",
      object: { kind: "segment", id: input.id },
    });
  });
  deps.poke();
}

export async function archiveSegment(deps: Deps, input: { actor: Actor; id: Id }): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  const segment = await findSegment(sql, { workspace, id: input.id });
  const users = (await queries.selectMentions(sql, { workspace })).filter((row) => row.name === segment.id);
  if (users.length > 0) {
    const [user] = await queries.selectSegments(sql, { workspace, ids: [users[0]!.segment_id] });
    throw segmentUsed({ by: `the segment “${user?.name ?? ""}”` });
  }
  const now = clock.now();
  await sql.transaction(async (tx) => {
    await queries.setArchived(tx, { workspace, id: input.id, now });
    await writeAudit(tx, { chance, now, actor: input.actor, action: "segment.archived", object: { kind: "segment", id: input.id } });
  });
}

/** @throws absent */
export async function findSegment(db: Db, input: { workspace: Id; id: Id }): Promise<queries.SegmentRow> {
  const [row] = await queries.selectSegments(db, { workspace: input.workspace, ids: [input.id] });
  if (!row) throw absent({ what: "segment" });
  return row;
}

/** What is wrong with a rule in its workspace. @param input.segment the segment being edited; null for a new one */
export async function ruleProblems(
  db: Db,
  input: { workspace: Id; segment: Id | null; rule: Rule; place?: "segment" | "journey" },
): Promise<RuleProblem[]> {
  return problems(input.rule, await ruleCatalogue(db, input));
}

/** @throws ruleWrong with every problem, each naming its field */
export async function refuseProblems(db: Db, input: { workspace: Id; segment: Id | null; rule: Rule }): Promise<void> {
  const found = await ruleProblems(db, input);
  const listed = found.map((one) => ({ field: one.path.replace(/^root/, "rule"), code: one.code, message: one.message.en }));
  if (found.length > 0) throw ruleWrong({}, { field: listed[0]!.field, problems: listed });
}

/** What rules may refer to in a workspace. */
export async function ruleCatalogue(
  db: Db,
  input: { workspace: Id; segment?: Id | null; place?: "segment" | "journey" },
): Promise<RuleCatalogue> {
  const { workspace } = input;
  const [types, groups, segments, mentions, named] = await Promise.all([
    selectTypes(db, { workspace }),
    selectGroups(db, { workspace }),
    queries.selectSegments(db, { workspace }),
    queries.selectMentions(db, { workspace }),
    selectNamed(db, { workspace }),
  ]);
  return {
    objects: new Map(types.map((type) => [type.key, new Set(type.fields.map((field) => field.key))])),
    stores: new Set(named.stores.keys()),
    journeys: new Set(named.journeys.keys()),
    templates: new Set(named.templates.keys()),
    groups: new Set(groups.map((group) => group.id)),
    segments: new Map(
      segments.map((segment) => [segment.id, mentions.filter((row) => row.segment_id === segment.id).map((row) => row.name)]),
    ),
    place: input.place === "journey" ? { kind: "journey" } : { kind: "segment", segment: input.segment ?? null },
  };
}

export async function namesOf(db: Db, workspace: Id): Promise<RuleNames> {
  const [types, groups, segments, named, { currency }] = await Promise.all([
    selectTypes(db, { workspace }),
    selectGroups(db, { workspace }),
    queries.selectSegments(db, { workspace }),
    selectNamed(db, { workspace }),
    findWorkspace(db, { id: workspace }),
  ]);
  return {
    ...named,
    objects: new Map(types.map((type) => [type.key, type])),
    groups: new Map(groups.map((group) => [group.id, group.name])),
    segments: new Map(segments.map((segment) => [segment.id, segment.name])),
    currency,
  };
}

export function sentenceOf(rule: Rule, names: RuleNames) {
  return { fr: describe(rule, "fr", names), en: describe(rule, "en", names) };
}
