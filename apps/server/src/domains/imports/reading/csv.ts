import { CsvError, parse } from "csv-parse";
import { reformula } from "../../../platform/csv/index.ts";
import { fileUnreadable } from "../errors.ts";
import { MOST_RECORD_BYTES, type Layout } from "./source.ts";
import { decode } from "./text.ts";
import { through } from "./unpack.ts";

const SEPARATORS = [",", ";", "\t", "|"];

/** The separator that cuts the header into the most cells. */
export function detectSeparator(text: string): string {
  const header = text.replace(/^\ufeff/, "").trimStart();
  const outside = header.slice(0, header.search(/\r?\n|\r|$/)).replace(/"[^"]*"/g, "");
  return SEPARATORS.map((separator) => ({ separator, count: outside.split(separator).length })).sort((a, b) => b.count - a.count)[0]!.separator;
}

/** The records of a text, its header first. Memory stays flat whatever its size. */
export async function* csvRecords(bytes: AsyncIterable<Uint8Array>, layout: Pick<Layout, "encoding" | "separator">): AsyncGenerator<string[]> {
  const parser = through(decode(bytes, layout.encoding ?? "utf-8"), parse({ delimiter: layout.separator ?? ",", bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: MOST_RECORD_BYTES }));
  try {
    for await (const record of parser) yield (record as string[]).map(reformula);
  } catch (error) {
    if (error instanceof CsvError) throw fileUnreadable({ reason: `${error.message.replace(/\.$/, "")}.` }, { cause: error });
    throw error;
  }
}
