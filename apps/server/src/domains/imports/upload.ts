import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { TooLarge } from "../../platform/ports.ts";
import { fileEmpty, fileTooLarge, notNow, tooManyFiles } from "./errors.ts";
import { addFile, insertImport, type ImportRecord } from "./queries.ts";
import { MOST_TABLES } from "./reading/source.ts";
import { findTables } from "./reading/tables.ts";
import { pathOf, sourceOf, withFile } from "./shape.ts";

const MOST_FILE_BYTES = 2 * 1024 ** 3;

/**
 * Keeps an uploaded file and finds its tables, as a new import or as one more file of `to`. Nothing is left behind when it cannot be read.
 * @throws coded errors that say what is wrong with the file
 */
export async function uploadFile(
  deps: Deps,
  input: {
    workspace: Id;
    fileName: string;
    source: AsyncIterable<Uint8Array>;
    by: string;
    to: ImportRecord | null;
    /** Of the import, where its maker must know it beforehand. */ id?: Id;
    /** Who tells it, where it is no file that somebody brought. */ told?: string;
  },
): Promise<ImportRecord> {
  const { files, chance, clock, sql } = deps.ports;
  const now = clock.now();
  const id = input.id ?? chance.id(now);
  const path = pathOf(deps, id);
  try {
    const bytes = await files.save(path, input.source, MOST_FILE_BYTES);
    const file = { name: input.fileName, path, bytes };
    const tables = await findTables(sourceOf(deps, file), input.fileName);
    if (tables.length === 0) throw fileEmpty({});
    const shape = withFile(
      input.to?.shape ?? { files: [], tables: [], ...(input.told !== undefined && { source: input.told }) },
      file,
      tables,
    );
    if (shape.tables.length > MOST_TABLES) throw tooManyFiles({ most: MOST_TABLES });
    if (!input.to)
      return await insertImport(sql, { id, workspace: input.workspace, fileName: input.fileName, bytes, shape, by: input.by, now });
    const grown = await addFile(sql, { workspace: input.workspace, id: input.to.id, had: input.to.shape.files.length, bytes, shape });
    if (!grown)
      throw notNow({ state: input.to.state, wanted: "uploaded, checked, failed or cancelled, and its files brought one after the other" });
    return grown;
  } catch (error) {
    await files.remove(path);
    if (error instanceof TooLarge) throw fileTooLarge({ most: MOST_FILE_BYTES }, { cause: error });
    throw error;
  }
}
