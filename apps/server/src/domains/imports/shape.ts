import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { FoundTable } from "./reading/tables.ts";
import type { Source } from "./reading/source.ts";

/** A file of an import, as it was brought. */
export interface ImportFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** The files of an import and the tables found in them. */
export interface ImportShape {
  readonly files: readonly ImportFile[];
  /** Who told what comes of it, as the things themselves say it; absent: a file that somebody brought. */
  readonly source?: string;
  /** `file` is the place of its file. Names differ from one another. */
  readonly tables: readonly (FoundTable & { readonly file: number })[];
}

export const pathOf = (deps: Deps, id: Id): string => `${deps.config.dataFolder}/uploads/${id}`;

/** The bytes of a stored file. @param count told how many bytes were read, each time */
export function sourceOf(deps: Deps, file: Pick<ImportFile, "path" | "bytes">, count: (bytes: number) => void = () => undefined): Source {
  const { files } = deps.ports;
  return {
    size: file.bytes,
    async slice(from, to) {
      const bytes = await files.slice(file.path, from, to);
      count(bytes.length);
      return bytes;
    },
    async *stream() {
      for await (const bytes of files.stream(file.path)) {
        count(bytes.length);
        yield bytes;
      }
    },
  };
}

/** A shape with the tables of one more file; a name that is taken gets a number. */
export function withFile(shape: ImportShape, file: ImportFile, tables: readonly FoundTable[]): ImportShape {
  const taken = new Set(shape.tables.map((table) => table.name));
  const named = tables.map((table) => {
    let name = table.name;
    for (let n = 2; taken.has(name); n++) name = `${table.name} (${n})`;
    taken.add(name);
    return { ...table, name, file: shape.files.length };
  });
  return { ...shape, files: [...shape.files, file], tables: [...shape.tables, ...named] };
}
