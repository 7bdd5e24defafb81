import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { Wrong, type Call } from "./command.ts";

/** Reads a file of text. */
export function readText(call: Call, name: string): Promise<string> {
  return readFile(call.path(name), "utf8").catch(() => {
    throw new Wrong(call.words.fileAbsent(name));
  });
}

/** Reads a JSON or YAML file; YAML holds JSON, so one reader does. */
export async function readStructured(call: Call, name: string): Promise<unknown> {
  const text = await readText(call, name);
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new Wrong(call.words.fileWrong(name, (error as Error).message.split("\n")[0]!));
  }
}
