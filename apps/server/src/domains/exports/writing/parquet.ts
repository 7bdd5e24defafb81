import { ByteWriter, ParquetWriter, schemaFromColumnData, type BasicType } from "hyparquet-writer";
import type { Column, ColumnType } from "../kinds.ts";
import type { Row } from "../pages.ts";

// Rows of a group are in memory together, here and with whoever reads the file.
const GROUP = 20_000;
const TYPES: Readonly<Record<ColumnType, BasicType>> = {
  text: "STRING",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  instant: "TIMESTAMP",
  date: "STRING",
  json: "JSON",
};

/** A Parquet file, a group of rows at a time; its index comes last. */
export async function* parquetBytes(columns: readonly Column[], pages: AsyncIterable<readonly Row[]>): AsyncGenerator<Uint8Array> {
  const columnData = (rows: readonly Row[]) =>
    columns.map(({ name, type }, index) => ({
      name,
      type: TYPES[type],
      nullable: true,
      data: rows.map((row) => valueOf(row[index], type)),
    }));
  const bytes = new Drained();
  const writer = new ParquetWriter({ writer: bytes, schema: schemaFromColumnData({ columnData: columnData([]) }), createdBy: "Relance" });
  let rows: Row[] = [];
  for await (const page of pages) {
    for (const row of page) rows.push(row);
    if (rows.length < GROUP) continue;
    await writer.write({ columnData: columnData(rows), rowGroupSize: rows.length });
    rows = [];
    yield bytes.drain();
  }
  if (rows.length > 0) await writer.write({ columnData: columnData(rows), rowGroupSize: rows.length });
  await writer.finish();
  yield bytes.drain();
}

const valueOf = (value: unknown, type: ColumnType): unknown =>
  value === null || value === undefined ? undefined : type === "instant" ? new Date(value as number) : value;

/** A writer whose bytes can be taken away while it goes on; offsets count on. */
class Drained extends ByteWriter {
  drain(): Uint8Array {
    const bytes = this.getBytes().slice();
    this.index = 0;
    return bytes;
  }
}
