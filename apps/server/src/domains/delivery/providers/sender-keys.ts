import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { SenderKey } from "@relance/contract/delivery";
import { toIso, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../../deps.ts";
import type { Db } from "../../../platform/db/database.ts";
import { sql, ts } from "../../../platform/db/sql.ts";
import type { Actor } from "../../../platform/http/actor.ts";
import type { DkimKey } from "../../messages/index.ts";
import { writeAudit } from "../../team/index.ts";
import { senderKeyExists, senderKeyNotFound } from "../errors.ts";

type Asker = Pick<Actor, "kind" | "id" | "workspace">;
interface Stored {
  readonly id: Id;
  readonly domain: string;
  readonly selector: string;
  readonly publicKey: string;
  readonly createdAt: Instant;
}

const COLUMNS = sql`k.id, k.domain, k.selector, k.public_key as "publicKey", k.created_at as "createdAt"`;
/** 2048 bits: shorter ones are no longer believed, longer ones do not fit one string of DNS and cost five times as much a mail. */
const BITS = 2048;

export async function listKeys(db: Db, input: { readonly workspace: Id }): Promise<SenderKey[]> {
  return (
    await db.query<Stored>(sql`select ${COLUMNS} from sender_keys k where k.workspace_id = ${input.workspace} order by k.domain`)
  ).map(keyJson);
}

/** @throws sender_key.exists */
export async function addKey(deps: Deps, input: { readonly actor: Asker; readonly domain: string }): Promise<SenderKey> {
  const {
    ports: { sql: db, clock, chance },
  } = deps;
  const { actor, domain } = input;
  const now = clock.now();
  const id = chance.id(now);
  const { publicKey, privateKey } = await makePair();
  const key: Stored = { id, domain, selector: `relance-${id.slice(-8)}`, publicKey, createdAt: now };
  await db.transaction(async (tx) => {
    const made = await tx.query(sql`
      insert into sender_keys (workspace_id, domain, id, selector, public_key, private_key, created_at)
      values (${actor.workspace}, ${domain}, ${id}, ${key.selector}, ${key.publicKey}, ${Buffer.from(deps.secrets.seal(privateKey, context(actor.workspace, domain)))}, ${ts(now)}::timestamptz)
      on conflict (workspace_id, domain) do nothing returning id`);
    if (made.length === 0) throw senderKeyExists({ domain }, { field: "domain" });
    await writeAudit(tx, {
      chance,
      now,
      actor,
      action: "sender_key.added",
      object: { kind: "sender_key", id },
      detail: { domain, selector: key.selector },
    });
  });
  return keyJson(key);
}

/** @throws sender_key.not_found */
export async function removeKey(
  { ports: { sql: db, clock, chance } }: Deps,
  input: { readonly actor: Asker; readonly id: Id },
): Promise<void> {
  const { actor, id } = input;
  await db.transaction(async (tx) => {
    const [gone] = await tx.query<{ domain: string }>(
      sql`delete from sender_keys where workspace_id = ${actor.workspace} and id = ${id} returning domain`,
    );
    if (!gone) throw senderKeyNotFound({ id });
    await writeAudit(tx, {
      chance,
      now: clock.now(),
      actor,
      action: "sender_key.removed",
      object: { kind: "sender_key", id },
      detail: { domain: gone.domain },
    });
  });
}

/** The key that signs mail of a domain, opened; null when there is none. */
export async function signingKey(
  db: Db,
  secrets: Deps["secrets"],
  input: { readonly workspace: Id; readonly domain: string },
): Promise<DkimKey | null> {
  const domain = input.domain.toLowerCase();
  const [found] = await db.query<{ selector: string; privateKey: Uint8Array }>(sql`
    select k.selector, k.private_key as "privateKey" from sender_keys k where k.workspace_id = ${input.workspace} and k.domain = ${domain}`);
  return found ? { domain, selector: found.selector, privateKey: secrets.open(found.privateKey, context(input.workspace, domain)) } : null;
}

const context = (workspace: Id, domain: string) => `sender_key:${workspace}:${domain}`;

async function makePair(): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  // The library draws its own randomness: a key pair decides nothing that a rehearsal or a simulation would have to repeat.
  const made = await promisify(generateKeyPair)("rsa", {
    modulusLength: BITS,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { publicKey: made.publicKey.toString("base64"), privateKey: made.privateKey };
}

function keyJson({ id, domain, selector, publicKey, createdAt }: Stored): SenderKey {
  return {
    id,
    domain,
    selector,
    record: { name: `${selector}._domainkey.${domain}`, type: "TXT", value: `v=DKIM1; k=rsa; p=${publicKey}` },
    createdAt: toIso(createdAt),
  };
}
