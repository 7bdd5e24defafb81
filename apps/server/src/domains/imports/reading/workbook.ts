import { fileRefused, fileUnreadable } from "../errors.ts";
import { MOST_COLUMNS, type Cell, type Source } from "./source.ts";
import { attributeOf, XmlScanner, type XmlToken } from "./xml.ts";
import { entryBytes, zipEntries, type ZipEntry } from "./zip.ts";

/** A workbook opened for reading: its visible sheets, in their order. */
export interface Workbook {
  readonly sheets: readonly { readonly name: string; readonly path: string }[];
  /** The rows of a sheet that hold anything, as wide as the first of them. */
  rows(path: string): AsyncGenerator<Cell[]>;
}

const MOST_SHARED = 100_000_000;

/** Whether an archive is a workbook. */
export const isWorkbook = (entries: readonly ZipEntry[]): boolean =>
  entries.some((entry) => entry.name === "[Content_Types].xml") && entries.some((entry) => entry.name === "xl/workbook.xml");

/** Opens an XLSX workbook: its texts and formats are read, its sheets as they are asked for. */
export async function openWorkbook(source: Source): Promise<Workbook> {
  const entries = new Map((await zipEntries(source)).map((entry) => [entry.name, entry]));
  const scan = (path: string) => tokens(source, entries.get(path));
  const paths = new Map<string, string>();
  for await (const token of scan("xl/_rels/workbook.xml.rels")) {
    if (token.kind === "close" || token.kind === "text" || token.name !== "Relationship") continue;
    const [id, target] = [attributeOf(token.attributes, "Id"), attributeOf(token.attributes, "Target")];
    if (id !== null && target !== null) paths.set(id, target.startsWith("/") ? target.slice(1) : `xl/${target}`);
  }
  const sheets: { name: string; path: string }[] = [];
  let from1904 = false;
  for await (const token of scan("xl/workbook.xml")) {
    if (token.kind === "close" || token.kind === "text") continue;
    if (token.name === "workbookPr") from1904 = /^(1|true)$/.test(attributeOf(token.attributes, "date1904") ?? "");
    const path = token.name === "sheet" ? paths.get(attributeOf(token.attributes, "id") ?? "") : undefined;
    if (path !== undefined && entries.has(path) && (attributeOf(token.attributes, "state") ?? "visible") === "visible")
      sheets.push({ name: attributeOf(token.attributes, "name") ?? "Sheet", path });
  }
  if (sheets.length === 0) throw fileUnreadable({ why: "no_sheet" });
  const dates = await dateStyles(scan("xl/styles.xml"));
  let shared: Promise<string[]> | null = null;
  return {
    sheets,
    async *rows(path) {
      yield* sheetRows(scan(path), await (shared ??= sharedStrings(scan("xl/sharedStrings.xml"))), dates, from1904);
    },
  };
}

async function* tokens(source: Source, entry: ZipEntry | undefined): AsyncGenerator<XmlToken> {
  if (!entry) return;
  const scanner = new XmlScanner();
  const decoder = new TextDecoder("utf-8");
  for await (const bytes of entryBytes(source, entry)) {
    const piece = decoder.decode(bytes, { stream: true });
    if (piece.includes("\0")) throw fileRefused({ why: "xml_not_utf8" });
    yield* scanner.feed(piece);
  }
}

// Which cell styles show a number as a date: formats 14 to 22 and the like, or one of its own that names days, months, years or hours.
async function dateStyles(scan: AsyncIterable<XmlToken>): Promise<boolean[]> {
  const own = new Map<string, boolean>();
  const styles: boolean[] = [];
  let inside = false;
  for await (const token of scan) {
    if (token.kind === "text") continue;
    if (token.name === "cellXfs") inside = token.kind === "open";
    if (token.kind === "close") continue;
    const id = attributeOf(token.attributes, "numFmtId") ?? "0";
    if (token.name === "numFmt") own.set(id, isDateFormat(attributeOf(token.attributes, "formatCode") ?? ""));
    if (token.name === "xf" && inside) styles.push(own.get(id) ?? /^(1[4-9]|2[0-2]|2[7-9]|3[0-6]|4[5-7]|5[0-8])$/.test(id));
  }
  return styles;
}

function isDateFormat(code: string): boolean {
  return /[ymdhs]/i.test(code.replace(/"[^"]*"|\[[^\]]*\]|\\.|_.|General/gi, ""));
}

// Rich text is cut in runs; what says how to pronounce it is left out.
async function sharedStrings(scan: AsyncIterable<XmlToken>): Promise<string[]> {
  const strings: string[] = [];
  let size = 0;
  let text = "";
  let [inText, inHint] = [false, false];
  for await (const token of scan) {
    if (token.kind === "text") {
      if (!inText || inHint) continue;
      text += token.text;
      if ((size += token.text.length) > MOST_SHARED) throw fileRefused({ why: "texts_too_long", most: MOST_SHARED });
    } else if (token.name === "t") inText = token.kind === "open";
    else if (token.name === "rPh") inHint = token.kind === "open";
    else if (token.name === "si" && token.kind !== "open") {
      strings.push(text);
      text = "";
    }
  }
  return strings;
}

async function* sheetRows(
  scan: AsyncIterable<XmlToken>,
  shared: readonly string[],
  dates: readonly boolean[],
  from1904: boolean,
): AsyncGenerator<Cell[]> {
  let width: number | null = null;
  let row: Cell[] = [];
  let cell = { column: 0, type: "", style: 0 };
  let [text, inValue] = ["", false];
  for await (const token of scan) {
    if (token.kind === "text") {
      if (inValue) text += token.text;
      continue;
    }
    if (token.name === "v" || token.name === "t") inValue = token.kind === "open";
    else if (token.name === "c" && token.kind === "open") {
      cell = {
        column: columnOf(attributeOf(token.attributes, "r"), row.length),
        type: attributeOf(token.attributes, "t") ?? "n",
        style: Number(attributeOf(token.attributes, "s") ?? 0),
      };
      text = "";
    } else if (token.name === "c" && token.kind === "close") {
      while (row.length < cell.column) row.push("");
      row[cell.column] = valueOf(cell.type, text, shared, dates[cell.style] === true, from1904);
    } else if (token.name === "row" && token.kind === "close") {
      while (row.length > (width ?? 0) && row.at(-1) === "") row.pop();
      if (row.some((one) => one !== "")) {
        width ??= row.length;
        while (row.length < width) row.push("");
        yield row;
      }
      row = [];
    }
  }
}

function columnOf(reference: string | null, next: number): number {
  const letters = /^([A-Z]{1,3})\d/.exec(reference ?? "")?.[1];
  if (letters === undefined) return next;
  const column = Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  if (column > MOST_COLUMNS * 8) throw fileRefused({ why: "row_too_wide", most: MOST_COLUMNS * 8 });
  return column;
}

function valueOf(type: string, text: string, shared: readonly string[], isDate: boolean, from1904: boolean): Cell {
  if (type === "s") return shared[Number(text)] ?? "";
  if (type === "b") return text === "1" ? "true" : "false";
  if (type !== "n" || text === "") return type === "e" ? "" : text;
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  return isDate ? dateOf(number + (from1904 ? 1_462 : 0)) : Number(number.toPrecision(15)); // 0.30000000000000004 is how a workbook stores 0.3
}

// Days since 30 December 1899, in the workbook's own clock, which has no zone.
function dateOf(days: number): string {
  const at = Math.round(days * 86_400) * 1_000 + Date.UTC(1899, 11, 30);
  const iso = Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : "";
  return days % 1 === 0 ? iso.slice(0, 10) : iso.slice(0, 19).replace("T", " ");
}
