import { MINUTE, type Id } from "@relance/model/base";
import type { FindingCode } from "@relance/model/readiness";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { editContacts } from "../contacts/index.ts";
import { writeAudit } from "../team/index.ts";
import { COUNT_JOB } from "./count.ts";
import { fixNotFound, fixNotNow, nothingToFix } from "./errors.ts";
import * as fixes from "./fix-queries.ts";
import { markContacts } from "./queries.ts";

export const FIX_JOB = "readiness.fix";

const LEASE = MINUTE;
/** Contacts per transaction: some 100 ms, so that nobody waits for a lock. */
const BATCH = 200;

/** Begins to apply what is proposed for one kind of problem. @throws readiness.nothing_to_fix */
export async function applyFix(
  deps: Deps,
  input: { actor: Actor; code: FindingCode; contacts: readonly Id[] | null },
): Promise<fixes.FixRow> {
  const { sql, chance, clock } = deps.ports;
  const { actor, code } = input;
  const now = clock.now();
  const id = chance.id(now);
  await sql.transaction(async (tx) => {
    const wanted = await fixes.insertFix(tx, { workspace: actor.workspace, id, code, contacts: input.contacts, by: actor.name, now });
    if (wanted === 0) throw nothingToFix({ code }, { field: "code" });
    await writeAudit(tx, { chance, now, actor, action: "readiness.fix_asked", object: { kind: "fix", id }, detail: { code, wanted } });
    await deps.jobs.add(tx, FIX_JOB, { workspace: actor.workspace, id }, { key: `${FIX_JOB}:${id}` });
  });
  return (await fixes.selectFixes(sql, { workspace: actor.workspace, id }))[0]!;
}

/** Stops a fix under way, or begins to take one back. @throws readiness.fix_not_found, readiness.fix_not_now */
export async function changeFix(deps: Deps, input: { actor: Actor; id: Id; to: "cancelled" | "undone" }): Promise<fixes.FixRow> {
  const { sql, chance, clock } = deps.ports;
  const { actor, id, to } = input;
  const now = clock.now();
  if ((await fixes.selectFixes(sql, { workspace: actor.workspace, id })).length === 0) throw fixNotFound({ id });
  return sql.transaction(async (tx) => {
    const moved = await fixes.moveFix(tx, {
      workspace: actor.workspace,
      id,
      now,
      ...(to === "cancelled" ? { from: ["running"], to: "cancelled" } : { from: ["done", "cancelled"], to: "undoing" }),
    });
    if (moved === null) throw fixNotNow({}, { field: "state" });
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: to === "cancelled" ? "readiness.fix_stopped" : "readiness.fix_taken_back",
      object: { kind: "fix", id },
    });
    if (to === "undone") await deps.jobs.add(tx, FIX_JOB, { workspace: actor.workspace, id }, { key: `${FIX_JOB}:${id}` });
    return moved;
  });
}

/** Goes on with fixes whose process died; every half minute. */
export async function tendFixes(deps: Deps): Promise<void> {
  const { sql, clock } = deps.ports;
  for (const fix of await fixes.dueFixes(sql, clock.now()))
    await sql.transaction((tx) => deps.jobs.add(tx, FIX_JOB, { workspace: fix.workspace_id, id: fix.id }, { key: `${FIX_JOB}:${fix.id}` }));
}

/** Applies or takes back a fix, batch by batch; cut off at any moment it goes on where it was. */
export async function runFix(deps: Deps, input: { workspace: Id; id: Id; signal?: AbortSignal; batch?: number }): Promise<void> {
  const { sql, chance, clock } = deps.ports;
  const owner = chance.id(clock.now());
  while (input.signal?.aborted !== true) {
    const more = await sql.transaction(async (tx) => {
      const now = clock.now();
      const fix = await fixes.claimFix(tx, { id: input.id, owner, now, until: now + LEASE });
      return fix !== null && (await fixBatch(tx, deps, { fix, batch: input.batch ?? BATCH }));
    });
    deps.poke();
    if (!more) break;
  }
  await sql.transaction((tx) => deps.jobs.add(tx, COUNT_JOB, { workspace: input.workspace }, { key: `${COUNT_JOB}:${input.workspace}` }));
}

/** @returns whether there may be more */
async function fixBatch(tx: Tx, deps: Deps, input: { fix: fixes.FixRow; batch: number }): Promise<boolean> {
  const { chance, clock } = deps.ports;
  const { fix } = input;
  const workspace = fix.workspace_id;
  const now = clock.now();
  const back = fix.state === "undoing";
  const rows = await fixes.selectChanges(tx, { fix: fix.id, state: back ? "done" : "planned", limit: input.batch });
  if (rows.length > 0) {
    const edits = rows.map((row) => ({
      contact: row.contact,
      values: { [row.field]: back ? row.was : row.became },
      expected: { [row.field]: back ? row.became : row.was },
    }));
    const { facts, left } = await editContacts(tx, {
      workspace,
      chance,
      now,
      slot: 1 + Math.floor(chance.float() * 7),
      source: `readiness:${fix.id}`,
      edits,
    });
    await writeFacts(tx, { chance, now, facts });
    await fixes.writeChanges(tx, {
      fix,
      rows: rows.map(({ bucket, contact }) => ({ bucket, contact, state: left.has(contact) ? "left" : back ? "undone" : "done" })),
    });
    await markContacts(tx, { marks: rows.map(({ bucket, contact }) => ({ workspace, bucket, contact })), stamp: chance.id(now) });
  }
  if (rows.length === input.batch) return true;
  await fixes.moveFix(tx, { workspace, id: fix.id, from: [fix.state], to: back ? "undone" : "done", now });
  return false;
}
