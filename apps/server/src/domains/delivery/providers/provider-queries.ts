import type { Channel, ProviderInput, SmtpSettings, TwilioSettings } from "@relance/contract/delivery";
import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../../platform/db/database.ts";
import { json, sql, ts } from "../../../platform/db/sql.ts";

export type StoredProvider = Stored &
  ({ readonly kind: "smtp"; readonly settings: SmtpSettings } | { readonly kind: "twilio"; readonly settings: TwilioSettings });
export type StoredSmtp = Extract<StoredProvider, { kind: "smtp" }>;
export type StoredTwilio = Extract<StoredProvider, { kind: "twilio" }>;

interface Stored {
  readonly id: Id;
  readonly workspace: Id;
  readonly channel: Channel;
  readonly name: string;
  readonly secrets: Uint8Array | null;
  readonly active: boolean;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
}

const COLUMNS = sql`p.id, p.workspace_id as workspace, p.channel, p.kind, p.name, p.settings, p.secrets, p.active, p.created_at as "createdAt", p.changed_at as "changedAt"`;

export function readProviders(db: Db, input: { readonly workspace: Id }): Promise<StoredProvider[]> {
  return db.query(sql`select ${COLUMNS} from providers p where p.workspace_id = ${input.workspace} order by p.created_at, p.id`);
}

export async function readProvider(db: Db, input: { readonly workspace: Id; readonly id: Id }): Promise<StoredProvider | null> {
  const rows = await db.query<StoredProvider>(
    sql`select ${COLUMNS} from providers p where p.workspace_id = ${input.workspace} and p.id = ${input.id} order by p.id`,
  );
  return rows[0] ?? null;
}

/** The active providers of some workspaces. */
export function readActiveProviders(db: Db, input: { readonly workspaces: readonly Id[] }): Promise<StoredProvider[]> {
  return db.query(
    sql`select ${COLUMNS} from providers p where p.workspace_id = any(${input.workspaces}::uuid[]) and p.active order by p.id`,
  );
}

export async function insertProvider(
  db: Db,
  input: {
    readonly id: Id;
    readonly workspace: Id;
    readonly channel: Channel;
    readonly kind: ProviderInput["kind"];
    readonly name: string;
    readonly settings: ProviderInput["settings"];
    readonly secrets: Uint8Array | null;
    readonly now: Instant;
  },
): Promise<void> {
  await db.query(sql`
    insert into providers (id, workspace_id, channel, kind, name, settings, secrets, active, created_at, changed_at)
    values (${input.id}, ${input.workspace}, ${input.channel}, ${input.kind}, ${input.name}, ${json(input.settings)}::jsonb, ${input.secrets && Buffer.from(input.secrets)}, false,
      ${ts(input.now)}::timestamptz, ${ts(input.now)}::timestamptz)`);
}

export async function updateProvider(
  db: Db,
  input: {
    readonly id: Id;
    readonly workspace: Id;
    readonly name: string;
    readonly settings: ProviderInput["settings"];
    readonly secrets: Uint8Array | null;
    readonly now: Instant;
  },
): Promise<void> {
  await db.query(sql`
    update providers set name = ${input.name}, settings = ${json(input.settings)}::jsonb, secrets = ${input.secrets && Buffer.from(input.secrets)}, changed_at = ${ts(input.now)}::timestamptz
    where workspace_id = ${input.workspace} and id = ${input.id}`);
}

export async function deleteProvider(db: Db, input: { readonly workspace: Id; readonly id: Id }): Promise<boolean> {
  const rows = await db.query(
    sql`delete from providers where workspace_id = ${input.workspace} and id = ${input.id} and not active returning id`,
  );
  return rows.length > 0;
}

/** @param input.id the provider to use from now on; null: the outbox */
export async function switchProvider(
  tx: Tx,
  input: { readonly workspace: Id; readonly channel: Channel; readonly id: Id | null; readonly now: Instant },
): Promise<void> {
  // Off first: the index lets only one be active.
  await tx.query(
    sql`update providers set active = false, changed_at = ${ts(input.now)}::timestamptz where workspace_id = ${input.workspace} and channel = ${input.channel} and active`,
  );
  if (input.id === null) return;
  await tx.query(
    sql`update providers set active = true, changed_at = ${ts(input.now)}::timestamptz where workspace_id = ${input.workspace} and channel = ${input.channel} and id = ${input.id}`,
  );
}

/** By the address its news come to: the one read that does not know the workspace yet. */
export async function providerOfHook(db: Db, input: { readonly id: Id }): Promise<StoredProvider | null> {
  return (await db.query<StoredProvider>(sql`select ${COLUMNS} from providers p where p.id = ${input.id} order by p.id`))[0] ?? null;
}
