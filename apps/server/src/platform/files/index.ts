import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Files } from "../ports.ts";

/** The machine's own files. Folders are made as needed. */
export function systemFiles(): Files {
  return {
    async read(path) {
      return new Uint8Array(await readFile(path));
    },
    async write(path, bytes) {
      const folder = dirname(path);
      await mkdir(folder, { recursive: true });
      const temporary = `${path}.part-${process.pid}-${nextPart++}`;
      try {
        await writeDurably(temporary, "w", bytes);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder(folder);
    },
    async append(path, bytes) {
      await mkdir(dirname(path), { recursive: true });
      await writeDurably(path, "a", bytes);
    },
    async remove(path) {
      await rm(path, { force: true, recursive: false });
    },
    async list(folder) {
      try {
        return (await readdir(folder)).sort();
      } catch (error) {
        // Only a folder that is proved absent is empty; any other answer is an error (RELIABILITY §2).
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
      }
    },
  };
}

let nextPart = 0;

async function writeDurably(path: string, flags: "w" | "a", bytes: Uint8Array): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

// A renamed file is only durable once its folder is synced; some systems refuse to open a folder, and then the rename is all there is.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (!handle) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
