import type { Id } from "@relance/model/base";
import type { Computation } from "@relance/model/computed";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { absent } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { knownAttributes } from "../contacts/index.ts";
import { segmentsMentioning } from "../segments/index.ts";
import { writeAudit } from "../team/index.ts";
import { computedUsed, keyTaken, tooMany } from "./errors.ts";
import * as queries from "./queries.ts";

// Each is asked at every event it reads: fifty of them on one event are fifty small statements a turn.
const MOST = 50;

export async function createComputed(
  deps: Deps,
  input: { actor: Actor; key: string; name: string; computation: Computation },
): Promise<Id> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  if ((await queries.selectComputed(sql, { workspaces: [workspace] })).length >= MOST) throw tooMany({ most: MOST });
  if ((await knownAttributes(sql, { workspace })).has(`attributes.${input.key}`)) throw keyTaken({ key: input.key }, { field: "key" });
  const now = clock.now();
  const id = chance.id(now);
  await sql.transaction(async (tx) => {
    if (!(await queries.insertComputed(tx, { ...input, id, workspace, by: input.actor.id, now })))
      throw keyTaken({ key: input.key }, { field: "key" });
    await queries.askBuild(tx, { workspace, id, now });
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "computed.created",
      object: { kind: "computed", id },
      detail: { key: input.key },
    });
  });
  deps.poke();
  return id;
}

export async function changeComputed(
  deps: Deps,
  input: { actor: Actor; id: Id; name?: string | undefined; computation?: Computation | undefined },
): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  await findComputed(sql, { workspace, id: input.id });
  const now = clock.now();
  await sql.transaction(async (tx) => {
    if (
      !(await queries.updateComputed(tx, {
        workspace,
        id: input.id,
        name: input.name ?? null,
        computation: input.computation ?? null,
        now,
      }))
    )
      throw absent({ what: "computed attribute" });
    if (input.computation) await queries.askBuild(tx, { workspace, id: input.id, now });
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "computed.changed",
      object: { kind: "computed", id: input.id },
      detail: { computation: input.computation !== undefined },
    });
  });
  deps.poke();
}

export async function removeComputed(deps: Deps, input: { actor: Actor; id: Id }): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  const { key } = await findComputed(sql, { workspace, id: input.id });
  const [user] = await segmentsMentioning(sql, { workspace, attribute: `attributes.${key}` });
  if (user !== undefined) throw computedUsed({ by: user });
  const now = clock.now();
  await sql.transaction(async (tx) => {
    await queries.setRemoving(tx, { workspace, id: input.id, now });
    await queries.askBuild(tx, { workspace, id: input.id, now });
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "computed.removed",
      object: { kind: "computed", id: input.id },
      detail: { key },
    });
  });
  deps.poke();
}

/** @throws absent */
export async function findComputed(db: Db, input: { workspace: Id; id: Id }): Promise<queries.ComputedRow> {
  const [row] = await queries.selectComputed(db, { workspaces: [input.workspace], id: input.id });
  if (!row) throw absent({ what: "computed attribute" });
  return row;
}
