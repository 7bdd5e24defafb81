import { ERASURE_REASONS, type ErasureReason } from "@relance/contract/rights";
import { DAY, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import type { Actor } from "../../platform/http/actor.ts";
import type { Chance } from "../../platform/ports.ts";
import { suppress } from "../compliance/index.ts";
import { currentContact, erasedKeys, eraseRows, holdPerson, inTransaction, rememberErased, type Traces } from "../contacts/index.ts";
import { endSends, sendsOf } from "../delivery/index.ts";
import { endRuns } from "../journeys/index.ts";
import { writeAudit } from "../team/index.ts";
import { insertRequest, type RequestRow } from "./queries.ts";

/** The law's month (GDPR art. 12(3)). */
export const MONTH = 30 * DAY;

/** What is still looked for once the contact is gone; sealed, and forgotten when all is done. */
export interface Wanted extends Traces {
  readonly sends: readonly Id[];
}

export const wantedContext = (request: { readonly workspace_id: Id; readonly id: Id }): string =>
  `erasure:${request.workspace_id}:${request.id}`;

export interface Erasing {
  readonly workspace: Id;
  readonly contact: Id;
  readonly reason: ErasureReason;
  readonly by: Pick<Actor, "kind" | "id"> & { readonly name: string };
}

/**
 * Erases a person in one transaction: what is planned for them and the journeys they are in end, every row of theirs goes, orders stay
 * without them, their addresses are suppressed and their identifiers remembered as keyed hashes. Who stores news of them meanwhile waits,
 * and is then refused. Traces elsewhere follow (sweep.ts), and the request says when nothing is left.
 * @throws contact.not_found
 */
export async function erasePerson(deps: Deps, input: Erasing): Promise<RequestRow> {
  const { workspace } = input;
  const { id: contact } = await currentContact(deps.ports.sql, { workspace, id: input.contact });
  return inTransaction(deps, (tx, by) => eraseWithin(tx, deps, { ...input, contact, ...by, actor: input.by }));
}

async function eraseWithin(
  tx: Tx,
  deps: Deps,
  input: Omit<Erasing, "by"> & { chance: Chance; now: Instant; slot: number; actor: Erasing["by"] },
): Promise<{ result: RequestRow; facts: readonly NewFact[] }> {
  const { workspace, contact, chance, now, slot, actor } = input;
  const { secrets } = deps;
  const { known, traces } = await holdPerson(tx, { workspace, contact });
  const wanted: Wanted = { ...traces, sends: await sendsOf(tx, { workspace, contact }) };
  const [runs, sends] = [await endRuns(tx, { workspace, contact, slot }), await endSends(tx, { workspace, contact, slot })];
  await suppress(tx, {
    now,
    secrets,
    rows: traces.identities.flatMap(({ kind, value }) =>
      kind === "email" || kind === "phone"
        ? [{ workspace, channel: kind === "email" ? "email" : "sms", address: value, reason: "erased" as const }]
        : [],
    ),
  });
  const keys = erasedKeys(secrets, workspace, traces.identities);
  await rememberErased(tx, { workspace, at: now, slot, keys });
  const { rows, joined } = await eraseRows(tx, { workspace, contact, known, slot });
  const { orders = 0, order_lines: _lines, ...gone } = rows;
  const id = chance.id(now);
  const request: RequestRow = {
    id,
    workspace_id: workspace,
    kind: "erasure",
    state: "running",
    person_id: contact,
    connection_id: null,
    reason: input.reason,
    asked_at: now,
    asked_by: actor.name,
    due_at: now + MONTH,
    done_at: null,
    wanted: secrets.seal(JSON.stringify(wanted), wantedContext({ workspace_id: workspace, id })),
    report: { rows: gone, runs: runs.length, sends, orders },
  };
  await insertRequest(tx, request);
  await writeAudit(tx, {
    chance,
    now,
    actor: { ...actor, workspace },
    action: "contact.erased",
    object: { kind: "rights_request", id },
    detail: { reason: input.reason },
  });
  return {
    result: request,
    facts: [{ workspace, contact, occurredAt: now, kind: "contact.erased", data: { reason: input.reason, joined, keys } }],
  };
}

/** Erases again whom the journal remembers as erased and a restored database has again; whom it has not is left as it is. */
export async function repeatErasure(
  deps: Deps,
  { journal, ...person }: { readonly workspace: Id; readonly contact: Id; readonly reason: string; readonly journal: Id },
): Promise<boolean> {
  const reason = ERASURE_REASONS.find((one) => one === person.reason) ?? "person";
  return erasePerson(deps, { ...person, reason, by: { kind: "key", id: journal, name: "journal" } }).then(
    () => true,
    (error: unknown) => {
      unlessGone(error);
      return false;
    },
  );
}

/** Somebody else erased the person meanwhile. */
export function unlessGone(error: unknown): void {
  if (!["contact.not_found", "identity.conflict_not_found"].includes((error as { code?: string }).code ?? "")) throw error;
}
