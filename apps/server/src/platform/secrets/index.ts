import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Instant } from "@relance/model/base";
import type { Database } from "../db/database.ts";
import { sql, ts } from "../db/sql.ts";
import type { Chance, Clock, Files } from "../ports.ts";

/** Keys of the installation; everything derives from one root key that lives outside the database. */
export interface Secrets {
  /** Encrypts a text for storage (AES-256-GCM); the blob names its key and format. `context` binds it to its place: a blob moved elsewhere does not open. */
  seal(text: string, context: string): Uint8Array;
  /** @throws when the blob was altered, moved or made with another key */
  open(blob: Uint8Array, context: string): string;
  /** HMAC-SHA-256 with the key of one purpose; purposes cannot be confused with each other. */
  mac(purpose: string, text: string): Uint8Array;
  /** Compares in constant time; false when the lengths differ. */
  verifyMac(purpose: string, text: string, mac: Uint8Array): boolean;
  /** The 32 bytes of one purpose's key, for workers and libraries that need it themselves. */
  keyFor(purpose: string): Uint8Array;
}

const FORMAT = 1;

/** The root key is not the one this database was used with; the message is a sentence for the operator. */
export class WrongRootKey extends Error {
  override readonly name = "WrongRootKey";
}

/**
 * Reads the root key, or makes it at the first start (256 random bits, readable by the owner only). The database keeps a mark of the key it
 * was first used with: with another one every link sent would be refused and no stored password would open, and nobody would know why.
 * @throws WrongRootKey when the file is gone or holds another key
 */
export async function loadSecrets(
  ports: { readonly files: Files; readonly chance: Chance; readonly clock: Clock; readonly sql: Database },
  path: string,
): Promise<Secrets> {
  const root = (await readKey(ports.files, path)) ?? (await makeKey(ports, path));
  if (root.length !== 32)
    throw new WrongRootKey(
      `The key file ${path} must hold 32 bytes; it holds ${root.length}. Restore it from your backup: links and stored passwords depend on it.`,
    );
  const secrets = createSecrets(root, ports.chance);
  const mark = Buffer.from(secrets.mac("mark", "root key")).toString("hex");
  if ((await firstMark(ports.sql, mark, ports.clock.now())) !== mark)
    throw new WrongRootKey(
      `The key file ${path} is not the one this database was used with. Put back the right file: links and stored passwords depend on it.`,
    );
  return secrets;
}

async function readKey(files: Files, path: string): Promise<Uint8Array | null> {
  try {
    return await files.read(path);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
    return null;
  }
}

async function makeKey({ files, chance, sql: db }: Parameters<typeof loadSecrets>[0], path: string): Promise<Uint8Array> {
  if ((await readMark(db)) !== null)
    throw new WrongRootKey(
      `The key file ${path} is gone, and this database was used with it. Put it back from your backup: links and stored passwords depend on it.`,
    );
  const root = chance.bytes(32);
  await files.write(path, root);
  return root;
}

/** Keeps the mark when there is none yet. @returns the one that is kept */
async function firstMark(db: Database, mark: string, now: Instant): Promise<string | null> {
  await db.query(
    sql`insert into instance_settings (name, value, changed_at) values ('root_key.mark', to_jsonb(${mark}::text), ${ts(now)}::timestamptz) on conflict (name) do nothing`,
  );
  return readMark(db);
}

async function readMark(db: Database): Promise<string | null> {
  const [row] = await db.query<{ mark: string }>(sql`select value #>> '{}' as mark from instance_settings where name = 'root_key.mark'`);
  return row?.mark ?? null;
}

/** @param root 32 bytes */
export function createSecrets(root: Uint8Array, chance: Chance): Secrets {
  const derived = new Map<string, Uint8Array>();
  const keyFor = (purpose: string) => {
    const known = derived.get(purpose);
    if (known) return known;
    const key = new Uint8Array(hkdfSync("sha256", root, new Uint8Array(0), `relance:${purpose}`, 32));
    derived.set(purpose, key);
    return key;
  };
  const mac = (purpose: string, text: string) => new Uint8Array(createHmac("sha256", keyFor(purpose)).update(text).digest());
  return {
    keyFor,
    mac,
    verifyMac(purpose, text, given) {
      const ours = mac(purpose, text);
      return ours.length === given.length && timingSafeEqual(ours, given);
    },
    seal(text, context) {
      const iv = chance.bytes(12);
      const cipher = createCipheriv("aes-256-gcm", keyFor("seal"), iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return new Uint8Array(Buffer.concat([Buffer.from([FORMAT]), iv, cipher.getAuthTag(), body]));
    },
    open(blob, context) {
      if (blob[0] !== FORMAT) throw new Error(`A sealed secret has format ${blob[0]}, this release knows ${FORMAT}`);
      const bytes = Buffer.from(blob);
      const decipher = createDecipheriv("aes-256-gcm", keyFor("seal"), bytes.subarray(1, 13))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(13, 29));
      return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString("utf8");
    },
  };
}
