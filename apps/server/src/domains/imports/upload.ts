import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { TooLarge } from "../../platform/ports.ts";
import { detectShape } from "./csv.ts";
import { fileEmpty, fileTooLarge } from "./errors.ts";
import { insertImport, type ImportRecord } from "./queries.ts";

export const MOST_FILE_BYTES = 2 * 1024 ** 3;

/** Keeps an uploaded file and finds how it is written. Nothing is left behind when it cannot be read. */
export async function uploadFile(deps: Deps, input: { workspace: Id; fileName: string; source: AsyncIterable<Uint8Array>; by: string }): Promise<ImportRecord> {
  const { files, chance, clock, sql } = deps.ports;
  const now = clock.now();
  const id = chance.id(now);
  const path = `${deps.config.dataFolder}/uploads/${id}`;
  try {
    const bytes = await files.save(path, input.source, MOST_FILE_BYTES);
    const shape = await detectShape(() => files.stream(path));
    if (shape.columns.length === 0 || shape.sample.length === 0) throw fileEmpty({});
    return await insertImport(sql, { id, workspace: input.workspace, fileName: input.fileName, path, bytes, shape, by: input.by, now });
  } catch (error) {
    await files.remove(path);
    if (error instanceof TooLarge) throw fileTooLarge({ most: MOST_FILE_BYTES }, { cause: error });
    throw error;
  }
}
