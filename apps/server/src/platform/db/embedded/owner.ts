import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** The user the database server runs as: PostgreSQL refuses root, so root lends it to an account without rights. */
export interface Owner {
  /** For `spawn`; empty when the server runs as ourselves. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
  /** Whether this user may open `path`: every folder above must let it through. Always true for ourselves. */
  canReach(path: string): boolean;
}

/**
 * Chooses the user: ourselves, or under root the owner of an existing data folder, else `postgres`, else `nobody`.
 * Never creates a user. A uid without a passwd entry would fail in initdb, so only named accounts are chosen.
 * @param dataFolder the cluster's folder, which may not exist yet
 */
export function chooseOwner(dataFolder: string): Owner {
  if (process.getuid?.() !== 0) return { identity: {}, canReach: () => true };
  const identity = ownerOf(dataFolder) ?? account("postgres") ?? account("nobody") ?? { uid: 65_534, gid: 65_534 };
  return { identity, canReach: (path) => canReach(path, identity) };
}

function ownerOf(folder: string): { uid: number; gid: number } | null {
  try {
    const { uid, gid } = statSync(folder);
    return uid === 0 ? null : { uid, gid };
  } catch {
    return null; // not made yet
  }
}

function account(name: string): { uid: number; gid: number } | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

function canReach(path: string, identity: { uid: number; gid: number }): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      const { mode, uid, gid } = statSync(folder);
      const bit = uid === identity.uid ? 0o100 : gid === identity.gid ? 0o010 : 0o001;
      if ((mode & bit) === 0) return false;
    } catch {
      // A folder we are about to make will be ours to open.
    }
    if (folder === dirname(folder)) return true;
  }
}
