import { createHash } from "node:crypto";
import type { Scope } from "@relance/contract";
import { SECOND, type Id, type Instant } from "@relance/model/base";
import type { Ports } from "../../platform/ports.ts";
import type { Db } from "../../platform/db/database.ts";
import { findKeyByHash, insertKey, type KeyRow } from "./queries.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** A revoked key stops working within this long in other processes, at once in the one that revoked it. */
const CACHE = 5 * SECOND;
const MOST_CACHED = 10_000;

/** A new key: a prefix that scanners recognise, then 256 random bits. */
export function makeKey(kind: "api" | "write", bytes: Uint8Array): string {
  let text = "";
  let rest = BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  for (let i = 0; i < 43; i++) {
    text += ALPHABET[Number(rest % 62n)];
    rest /= 62n;
  }
  return `${kind === "api" ? "rlk_" : "rlw_"}${text}`;
}

/** SHA-256 in hex; fast on purpose: the key has 256 bits, there is nothing to guess. */
function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/**
 * Stores a key: of an API key its hash only; a write key, which stands in the pages of the shop, can be shown again.
 * @returns undefined when it is there already (a start repeats the keys of its settings)
 */
export function addKey(
  db: Db,
  input: {
    id: Id;
    workspace: Id;
    kind: "api" | "write";
    name: string;
    key: string;
    scopes: readonly Scope[];
    by: string | null;
    now: Instant;
  },
): Promise<KeyRow | undefined> {
  const { key, ...rest } = input;
  return insertKey(db, { ...rest, prefix: key.slice(0, 8), hash: hashKey(key), publicKey: input.kind === "write" ? key : null });
}

export interface KnownKey {
  readonly id: Id;
  readonly workspace: Id;
  readonly kind: "api" | "write";
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Finds who a presented key belongs to, with a cache of a few seconds for both the known and the unknown. */
export class KeyRing {
  readonly #ports: Pick<Ports, "sql" | "clock">;
  readonly #known = new Map<string, { until: number; key: KnownKey | null }>();

  constructor(ports: Pick<Ports, "sql" | "clock">) {
    this.#ports = ports;
  }

  async find(presented: string): Promise<KnownKey | null> {
    if (presented.length < 8 || presented.length > 250) return null;
    const hash = hashKey(presented);
    const cached = this.#known.get(hash);
    const now = this.#ports.clock.monotonic();
    if (cached && cached.until > now) return cached.key;
    const row = await findKeyByHash(this.#ports.sql, { hash });
    const key = row ? known(row) : null;
    if (this.#known.size >= MOST_CACHED) this.#known.clear();
    this.#known.set(hash, { until: now + CACHE, key });
    return key;
  }

  forget(): void {
    this.#known.clear();
  }
}

function known(row: KeyRow): KnownKey {
  return { id: row.id, workspace: row.workspace_id, kind: row.kind, name: row.name, scopes: row.scopes };
}
