import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CodeFile } from "@relance/contract/code";
import { readCodePath } from "@relance/model/code";
import { Wrong, type Call } from "./command.ts";

/** Paths of the objects' files in a folder, sorted; what else lies there (a README, a CI file) is left alone. */
export async function codePaths(call: Call, folder: string): Promise<string[]> {
  const names = await readdir(call.path(folder), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new Wrong(call.words.folderWrong(folder));
  });
  return names
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => readCodePath(name) !== null)
    .sort();
}

/** The objects' files of a folder. @throws Wrong when there is none */
export async function readCode(call: Call, folder: string): Promise<CodeFile[]> {
  const paths = await codePaths(call, folder);
  if (paths.length === 0) throw new Wrong(call.words.folderEmpty(folder));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(call.path(folder), path), "utf8") })));
}

/** Writes files that differ from what is there. @returns the paths written */
export async function writeCode(call: Call, folder: string, files: readonly CodeFile[]): Promise<string[]> {
  const written: string[] = [];
  for (const { path, text } of files) {
    // The server says where: never outside the folder.
    if (readCodePath(path) === null) throw new Wrong(call.words.folderWrong(path));
    const place = join(call.path(folder), path);
    if ((await readFile(place, "utf8").catch(() => null)) === text) continue;
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
    written.push(path);
  }
  return written;
}

export async function removeCode(call: Call, folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(join(call.path(folder), path), { force: true });
}
