import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { TooLarge, type Files } from "../ports.ts";

/** The machine's own files. Folders are made as needed. */
export function systemFiles(): Files {
  return {
    async read(path) {
      return new Uint8Array(await readFile(path));
    },
    async write(path, bytes) {
      await replaceWhole(path, (handle) => handle.writeFile(bytes));
    },
    async save(path, source, mostBytes) {
      let size = 0;
      await replaceWhole(path, async (handle) => {
        for await (const piece of source) {
          size += piece.byteLength;
          if (size > mostBytes) throw new TooLarge(`More than ${mostBytes} bytes`);
          await handle.writeFile(piece);
        }
      });
      return size;
    },
    stream(path) {
      return createReadStream(path);
    },
    async slice(path, from, to) {
      const handle = await open(path, "r");
      try {
        const { buffer, bytesRead } = await handle.read(new Uint8Array(Math.max(0, to - from)), 0, Math.max(0, to - from), from);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    async append(path, bytes) {
      await mkdir(dirname(path), { recursive: true });
      await durably(path, "a", (handle) => handle.writeFile(bytes));
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

// All or nothing: under another name until every byte is on the disk.
async function replaceWhole(path: string, fill: (handle: FileHandle) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.part-${process.pid}-${nextPart++}`;
  try {
    await durably(temporary, "w", fill);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

// Keys, uploads and what is remembered of people: nobody's but ours to read.
const OURS_ONLY = 0o600;

async function durably(path: string, flags: "w" | "a", fill: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, flags, OURS_ONLY);
  try {
    await fill(handle);
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
