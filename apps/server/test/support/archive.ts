import { crc32, deflateRawSync } from "node:zlib";

/** One file for an archive of a test; `claims` are lies told in its directory. */
export interface Packed {
  readonly name: string;
  readonly content: string | Buffer;
  readonly flags?: number;
  readonly claims?: { readonly crc?: number; readonly offset?: number; readonly packed?: number };
}

/** A ZIP archive, as programs write it or as they never would. @param large in the ZIP64 form, as for files of more than 4 GB */
export function zipOf(files: readonly Packed[], large = false): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, flags = 0, claims = {} } of files) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const crc = claims.crc ?? crc32(plain);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(claims.packed ?? packed.length, 20);
    entry.writeUInt32LE(plain.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE((claims.offset ?? offset) % 2 ** 32, 42);
    const field = Buffer.alloc(large ? 28 : 0);
    if (large) {
      field.writeUInt16LE(1, 0);
      field.writeUInt16LE(24, 2);
      [plain.length, claims.packed ?? packed.length, claims.offset ?? offset].forEach((value, n) =>
        field.writeBigUInt64LE(BigInt(value), 4 + 8 * n),
      );
      for (const at of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, at);
      entry.writeUInt16LE(field.length, 30);
    }
    directory.push(entry, Buffer.from(name), field);
    bodies.push(local, Buffer.from(name), packed);
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, index, ...(large ? endOf64(files.length, index.length, offset) : []), end]);
}

function endOf64(count: number, length: number, start: number): Buffer[] {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  [44, 0, 0, count, count, length, start].forEach((value, n) => {
    if (n !== 1 && n !== 2) record.writeBigUInt64LE(BigInt(value), n === 0 ? 4 : 24 + 8 * (n - 3));
  });
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  return [record, locator];
}

const escaped = (text: string): string => text.replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one]!);
const letters = (column: number): string =>
  (column >= 26 ? letters(Math.floor(column / 26) - 1) : "") + String.fromCharCode(65 + (column % 26));

/** A date in a workbook: days since 30 December 1899, shown as a date. */
export interface DateCell {
  readonly days: number;
}

/** An XLSX workbook as spreadsheets write it: texts shared, dates as numbers with a style, empty cells left out. */
export function workbookOf(
  sheets: Readonly<Record<string, readonly (readonly (string | number | DateCell)[])[]>>,
  more: { readonly sheetXml?: string } = {},
): Buffer {
  const shared: string[] = [];
  const cell = (value: string | number | DateCell, column: number, row: number): string => {
    const at = `${letters(column)}${row + 1}`;
    if (value === "") return "";
    if (typeof value === "number") return `<c r="${at}"><v>${value}</v></c>`;
    if (typeof value === "object") return `<c r="${at}" s="1"><v>${value.days}</v></c>`;
    return `<c r="${at}" t="s"><v>${shared.push(value) - 1}</v></c>`;
  };
  const names = Object.keys(sheets);
  const xml = Object.values(sheets).map(
    (rows) =>
      `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="x"><sheetData>${rows.map((row, at) => `<row r="${at + 1}">${row.map((value, column) => cell(value, column, at)).join("")}</row>`).join("")}</sheetData></worksheet>`,
  );
  return zipOf([
    { name: "[Content_Types].xml", content: "<Types/>" },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: `<Relationships>${names.map((_name, at) => `<Relationship Id="rId${at + 1}" Target="worksheets/sheet${at + 1}.xml"/>`).join("")}</Relationships>`,
    },
    {
      name: "xl/workbook.xml",
      content: `<workbook xmlns:r="r"><sheets>${names.map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`).join("")}</sheets></workbook>`,
    },
    {
      name: "xl/styles.xml",
      content:
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    },
    ...xml.map((content, at) => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      content: at === 0 && more.sheetXml ? more.sheetXml : content,
    })),
    {
      name: "xl/sharedStrings.xml",
      content: `<sst>${shared.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join("")}</sst>`,
    },
  ]);
}
