import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import type { NewFact } from "../../platform/engine.ts";
import type { Chance } from "../../platform/ports.ts";
import { loadContacts } from "./change.ts";
import type { Contact } from "./columns.ts";
import { conflictNotFound, decisionUnfit } from "./errors.ts";
import { followMerges } from "./reading.ts";
import { joinContacts, lockPeople } from "./record.ts";
import type { ClaimKind } from "./claim.ts";
import { editContact } from "./write.ts";

/** A claim, by what it is kept under. */
export interface ClaimKey {
  readonly workspace: Id;
  readonly contact: Id;
  readonly kind: ClaimKind;
  readonly value: string;
}

export interface OpenConflict {
  readonly contact: Contact;
  /** Who has the identifier now; null: nobody, or nobody any more. */
  readonly holder: Contact | null;
  readonly kind: ClaimKind;
  readonly value: string;
  readonly source: string;
  readonly at: Instant;
}

const MOST_COUNTED = 1000;

/** How many claims wait, counted up to a thousand; of one kind, or all. */
export async function countOpen(db: Db, input: { workspace: Id; kind?: ClaimKind }): Promise<number> {
  const [row] = await db.query<{ n: number }>(sql`
    select count(*) as n from (
      select 1 from identity_conflicts where workspace_id = ${input.workspace} and decision is null and (${input.kind ?? null}::text is null or kind = ${input.kind ?? null}::text) limit ${MOST_COUNTED}) part`);
  return row!.n;
}

/** Conflicts that wait for a person, oldest first. */
export async function openConflicts(db: Db, input: { workspace: Id; limit: number }): Promise<OpenConflict[]> {
  const { workspace } = input;
  const rows = await db.query<{
    contact_id: Id;
    holder_id: Id | null;
    kind: ClaimKind;
    value: string;
    source: string;
    claimed_at: Instant;
  }>(sql`
    select contact_id, holder_id, kind, value, source, claimed_at from identity_conflicts
    where workspace_id = ${workspace} and decision is null order by claimed_at, contact_id, kind, value limit ${input.limit}`);
  const contacts = await loadContacts(db, {
    workspace,
    ids: rows.flatMap((row) => [row.contact_id, ...(row.holder_id === null ? [] : [row.holder_id])]),
  });
  // Few holders were folded into another since; each is followed.
  const lost = [...new Set(rows.flatMap((row) => (row.holder_id !== null && !contacts.has(row.holder_id) ? [row.holder_id] : [])))];
  const moved = new Map(await Promise.all(lost.map(async (id) => [id, await followMerges(db, { workspace, id })] as const)));
  const winners = await loadContacts(db, { workspace, ids: [...moved.values()] });
  return rows.flatMap((row) => {
    const contact = contacts.get(row.contact_id);
    const holder = row.holder_id === null ? null : (contacts.get(row.holder_id) ?? winners.get(moved.get(row.holder_id)!) ?? null);
    return contact ? [{ contact, holder, kind: row.kind, value: row.value, source: row.source, at: row.claimed_at }] : [];
  });
}

/**
 * Does what a person decided. `join` makes one of the contact and the holder, whatever the guard says; `take` gives the contact the value
 * nobody holds; `apart` changes neither, for good, until reopened.
 * @returns who the claim is about afterwards
 * @throws identity.conflict_not_found, identity.decision_unfit, contact.identifier_taken
 */
export async function decide(
  tx: Tx,
  input: ClaimKey & { decision: "join" | "take" | "apart"; by: string; chance: Chance; now: Instant; slot: number },
): Promise<{ contact: Id; facts: readonly NewFact[] }> {
  const { workspace, contact, kind, value, decision } = input;
  const [row] = await tx.query<{ holder_id: Id | null; claimed_at: Instant }>(sql`
    select holder_id, claimed_at from identity_conflicts
    where bucket = ${bucketOf(contact)}::smallint and contact_id = ${contact} and kind = ${kind} and value = ${value} and workspace_id = ${workspace} and decision is null`);
  if (!row) throw conflictNotFound({});
  const followed = row.holder_id === null ? null : await followMerges(tx, { workspace, id: row.holder_id });
  const holder = followed !== null && (await loadContacts(tx, { workspace, ids: [followed] })).has(followed) ? followed : null;
  const fits =
    decision === "apart" ||
    (decision === "join" ? holder !== null && holder !== contact : holder === null && (kind === "email" || kind === "phone"));
  if (!fits) throw decisionUnfit({ decision }, { field: "decision" });
  const source = `api:${input.by}`;
  // Identifiers, contacts, then claims: the order of every merge.
  if (decision === "join") await lockPeople(tx, { workspace, ids: [contact, holder!] });
  const taken = decision === "take" ? await editContact(tx, { ...input, source, values: { [kind]: value } }) : [];
  await close(tx, input);
  return decision === "join"
    ? joinContacts(tx, { ...input, source, a: contact, b: holder!, evidence: { kind, value, at: row.claimed_at } })
    : { contact, facts: taken };
}

// Somebody else may have decided meanwhile.
async function close(tx: Tx, input: ClaimKey & { decision: string; by: string; now: Instant }): Promise<void> {
  const rows = await tx.query(sql`
    update identity_conflicts set decision = ${input.decision}, decided_at = ${ts(input.now)}::timestamptz, decided_by = ${input.by}
    where bucket = ${bucketOf(input.contact)}::smallint and contact_id = ${input.contact} and kind = ${input.kind} and value = ${input.value} and workspace_id = ${input.workspace} and decision is null
    returning kind`);
  if (rows.length === 0) throw conflictNotFound({});
}

/** Takes back that two were kept apart. @throws identity.conflict_not_found */
export async function reopen(tx: Tx, input: ClaimKey): Promise<void> {
  const rows = await tx.query(sql`
    update identity_conflicts set decision = null, decided_at = null, decided_by = null
    where bucket = ${bucketOf(input.contact)}::smallint and contact_id = ${input.contact} and kind = ${input.kind} and value = ${input.value} and workspace_id = ${input.workspace} and decision = 'apart'
    returning kind`);
  if (rows.length === 0) throw conflictNotFound({});
}
