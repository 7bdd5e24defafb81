import { Readable } from "node:stream";
import { expect, test, vi } from "vitest";
import { seededChance } from "../../../platform/chance/index.ts";
// The reader of the imports is the judge: what is written must be what it reads.
import { findTables, readTable } from "../../imports/reading/tables.ts";
import { sql } from "../../../platform/db/sql.ts";
import type { Column } from "../kinds.ts";
import type { Row } from "../pages.ts";
import { WRITERS } from "./index.ts";

vi.setConfig({ testTimeout: 30_000 });

const COLUMNS: readonly Column[] = (["text", "number", "boolean", "instant", "date", "json"] as const).map((type) => ({
  name: `a ${type}`,
  type,
  from: sql`1`,
}));
const TEXTS = [
  "",
  "Zoé",
  '=HYPERLINK("http://x")',
  "+33612345678",
  "-12.5",
  "-2+3",
  "@SUM(A1)",
  "\t=1",
  "＝1",
  'a,"b"\r\nc;d',
  "'quoted",
  "'=already",
  "  spaces  ",
  "0012",
  "💡",
  "null",
  "\u2028",
];

function randomRows(seed: number, count: number): Row[] {
  const chance = seededChance(`writing ${seed}`);
  const one = <T>(items: readonly T[]): T => items[Math.floor(chance.float() * items.length)]!;
  return Array.from({ length: count }, () => [
    one([null, ...TEXTS]),
    one([null, 0, -12.5, 1e9, 0.1, 123456789.1234]),
    one([null, true, false]),
    one([null, 0, 1_790_000_000_123]),
    one([null, "2026-02-28"]),
    one([null, {}, { b: [1, "=x"], a: null }]),
  ]);
}

const asRead = (value: unknown, column: Column): string => {
  if (value === null) return "";
  if (column.type === "instant") return new Date(value as number).toISOString();
  return typeof value === "string" ? value : JSON.stringify(value);
};

test.each(["csv", "ndjson", "parquet"] as const)("random rows written as %s are read back as they were", async (format) => {
  for (let seed = 1; seed <= 5; seed++) {
    const rows = [["text", 1.5, true, 0, "2026-01-01", { k: 1 }], ...randomRows(seed, 300)];
    const pages = (async function* () {
      for (let at = 0; at < rows.length; at += 70) yield rows.slice(at, at + 70);
    })();
    const bytes = Buffer.concat(await Array.fromAsync(WRITERS[format](COLUMNS, pages)));
    const source = {
      size: bytes.length,
      stream: () => Readable.from([bytes]),
      slice: (from: number, to: number) => Promise.resolve(new Uint8Array(bytes.subarray(from, to))),
    };
    const [table] = await findTables(source, `rows.${format}`);
    // Objects of NDJSON come back in parts; their texts are compared in the other two.
    const known = COLUMNS.filter((column) => format !== "ndjson" || column.type !== "json");
    expect(table!.columns.slice(0, known.length)).toEqual(known.map((column) => column.name));
    const read = (await Array.fromAsync(readTable(source, table!.layout, table!.columns))).flat();
    const written = rows.map((row) => known.map((column, index) => asRead(row[index], column)));
    // An empty line of text is no line: rows of nothing but absent values are not told from it.
    expect(read.map((row) => row.slice(0, known.length).map(String))).toEqual(written);
  }
});

test("only texts that a spreadsheet would run are changed in CSV, and none elsewhere", async () => {
  const columns = COLUMNS.slice(0, 2);
  const text = async (format: "csv" | "ndjson") =>
    Buffer.concat(
      await Array.fromAsync(
        WRITERS[format](
          columns,
          (async function* () {
            yield [
              ["=1+1", -12.5],
              ["+33612345678", 1],
              ["＝1", null],
            ];
          })(),
        ),
      ),
    ).toString();
  expect(await text("csv")).toBe("\ufeffa text,a number\n'=1+1,-12.5\n+33612345678,1\n'＝1,\n");
  expect(await text("ndjson")).toBe(
    '{"a text":"=1+1","a number":-12.5}\n{"a text":"+33612345678","a number":1}\n{"a text":"＝1","a number":null}\n',
  );
});
