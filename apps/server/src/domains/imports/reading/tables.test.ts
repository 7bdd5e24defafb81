import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test, vi } from "vitest";
import { workbookOf, zipOf } from "../../../../test/support/archive.ts";
import { reformula } from "../../../platform/csv/index.ts";
import { CodedError } from "../../../platform/errors.ts";
import { csvRecords } from "./csv.ts";
import type { Source } from "./source.ts";
import { findTables, readTable } from "./tables.ts";

// Threads take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const sourceOf = (bytes: Buffer): Source => ({
  size: bytes.length,
  stream: () => Readable.from([bytes]),
  slice: (from, to) => Promise.resolve(new Uint8Array(bytes.subarray(from, to))),
});

/** All rows of all tables of a file, by the tables' names. */
async function rowsOf(bytes: Buffer, name = "file"): Promise<Record<string, unknown[]>> {
  const source = sourceOf(bytes);
  const all: Record<string, unknown[]> = {};
  for (const table of await findTables(source, name))
    all[table.name] = [table.columns, ...(await Array.fromAsync(readTable(source, table.layout, table.columns))).flat()];
  return all;
}

async function refusal(bytes: Buffer | Source): Promise<string> {
  const source = Buffer.isBuffer(bytes) ? sourceOf(bytes) : bytes;
  try {
    for (const table of await findTables(source, "file")) for await (const row of readTable(source, table.layout, table.columns)) void row;
  } catch (error) {
    if (error instanceof CodedError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "read";
}

const TEXT = "Nom;Prix\nZoé Crème;12,50\n";
const READ = [
  ["Nom", "Prix"],
  ["Zoé Crème", "12,50"],
];

test.each([
  ["UTF-8", Buffer.from(TEXT), "utf-8"],
  ["UTF-8 with a mark", Buffer.from(`\ufeff${TEXT}`), "utf-8"],
  ["UTF-16 with a mark", Buffer.from(`\ufeff${TEXT}`, "utf16le"), "utf-16le"],
  ["UTF-16 without a mark", Buffer.from(TEXT, "utf16le"), "utf-16le"],
  ["UTF-16 the other way round", Buffer.from(`\ufeff${TEXT}`, "utf16le").swap16(), "utf-16be"],
  ["Windows-1252", Buffer.from(TEXT, "latin1"), "windows-1252"],
])("a text in %s is read, packed or not", async (_what, bytes, encoding) => {
  const [table] = await findTables(sourceOf(bytes), "clients.csv");
  expect(table).toMatchObject({
    name: "clients.csv",
    layout: { format: "csv", packing: "none", encoding, separator: ";" },
    detected: { decimal: "," },
  });
  expect(await rowsOf(bytes, "clients.csv")).toEqual({ "clients.csv": READ });
  expect(await rowsOf(gzipSync(bytes), "clients.csv.gz")).toEqual({ "clients.csv": READ });
  expect(
    await rowsOf(
      zipOf([
        { name: "export/", content: "" },
        { name: "export/clients.csv", content: bytes },
        { name: "__MACOSX/._clients.csv", content: "x" },
      ]),
    ),
  ).toEqual({ "clients.csv": READ });
});

test("text cut in any pieces gives the records that a well-known parser reads in it at once", async () => {
  const bare = fc.stringMatching(/^[a-z é€'._-]{0,8}$/);
  const cell = fc.oneof(
    { weight: 3, arbitrary: bare },
    fc.constantFrom("a,b", 'say "no"', "two\nlines", "two\r\nlines", '"', "", ",", "💥"),
  );
  const written = (text: string, always: boolean) => (always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.tuple(cell, fc.boolean()), { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 9 })),
      async (rows, lineEnd, endsWell, cuts) => {
        const text =
          ["Nom,Prix", ...rows.map((row) => row.map(([value, always]) => written(value, always)).join(","))].join(lineEnd) +
          (endsWell ? lineEnd : "");
        const bytes = Buffer.from(text);
        const pieces = [...cuts, bytes.length].reduce<{ at: number; all: Buffer[] }>(
          ({ at, all }, size) => ({ at: at + size, all: [...all, bytes.subarray(at, at + size)] }),
          { at: 0, all: [] },
        ).all;
        const read = (await Array.fromAsync(csvRecords(Readable.from(pieces), { encoding: "utf-8", separator: "," }))).flat();
        expect(read).toEqual(
          (parse(text, { relax_column_count: true, skip_empty_lines: true, record_delimiter: lineEnd }) as string[][]).map((record) =>
            record.map(reformula),
          ),
        );
      },
    ),
    { seed: 20261130, numRuns: 500 },
  );
});

test.each([
  ["a quote in the middle", 'a,b\nx "y,1', "middle of a cell on line 2"],
  ["a quote never closed", 'a,b\n1,2\n"x,1\n2,3', "on line 3 is never closed"],
  ["letters after a quote", 'a,b\n"x"y,1\n', "ends a cell on line 2"],
])("%s is told with its line", async (_what, text, words) => {
  expect(await refusal(Buffer.from(text))).toContain(words);
});

test("tabs, objects a line, workbooks and Parquet give the rows that were written", async () => {
  expect(await rowsOf(Buffer.from('a\tb\n1\t"x\ty"\n'))).toEqual({
    file: [
      ["a", "b"],
      ["1", "x\ty"],
    ],
  });
  const lines = ['{"id":1,"who":{"name":"Zoé","tags":["a","b"]}}', "", '{"id":2,"who":{"name":null},"late":true}'].join("\n");
  expect(await rowsOf(Buffer.from(lines))).toEqual({
    file: [
      ["id", "who.name", "who.tags", "late"],
      [1, "Zoé", '["a","b"]', ""],
      [2, "", "", "true"],
    ],
  });
  const book = workbookOf({
    Clients: [
      ["Nom", "Né", "Vu", "Prix"],
      ["A & <b>", { days: 33_284 }, { days: 45_292.5 }, 0.1 + 0.2],
      ["", "", "", ""],
      ["x", "", "", 12.5],
    ],
    Vide: [],
    Lignes: [
      ["n", "p"],
      [1, "b"],
    ],
  });
  expect(await rowsOf(book, "shop.xlsx")).toEqual({
    Clients: [
      ["Nom", "Né", "Vu", "Prix"],
      ["A & <b>", "1991-02-15", "2024-01-01 12:00:00", 0.3],
      ["x", "", "", 12.5],
    ],
    Lignes: [
      ["n", "p"],
      [1, "b"],
    ],
  });
  const parquet = Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: "id", data: [1n, 2n], type: "INT64" },
        { name: "name", data: ["Zoé", null], type: "STRING" },
        { name: "at", data: [new Date(0), new Date(86_400_000)], type: "TIMESTAMP" },
        { name: "price", data: [1.5, 2], type: "DOUBLE" },
      ],
    }),
  );
  expect(await rowsOf(parquet)).toEqual({
    file: [
      ["id", "name", "at", "price"],
      ["1", "Zoé", "1970-01-01T00:00:00.000Z", 1.5],
      ["2", "", "1970-01-02T00:00:00.000Z", 2],
    ],
  });
});

const RSS = `<?xml version="1.0"?><rss version="2.0" xmlns:shop="http://base.google.com/ns/1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Shop</title>
  <item><title><![CDATA[Pan & <b>lid</b>]]></title><link>https://shop.example/p</link><shop:id>p1</shop:id><shop:shipping><shop:country>FR</shop:country><shop:price>0 EUR</shop:price></shop:shipping><shop:additional_image_link>https://a.example/1.jpg</shop:additional_image_link><shop:additional_image_link>https://a.example/2,2.jpg</shop:additional_image_link></item>
  <item><title>Post</title><guid>g</guid><dc:creator>Zoé</dc:creator><category>Tips</category><category>Caf&eacute;</category><enclosure url="https://a.example/x.mp3" type="audio/mpeg"/><media:content url="https://a.example/x.jpg" medium="image"/></item></channel></rss>`;
const ATOM = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><entry><id>urn:1</id><title>One</title><link rel="self" href="https://b.example/self"/><link href="https://b.example/1"/><updated>2026-11-01T10:00:00Z</updated><author><name>Ana</name></author>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Read <b>this</b></p></div></content></entry></feed>`;

test("an archive in the ZIP64 form is read like any other", async () => {
  const files = [
    { name: "a.csv", content: "x,y\n1,2\n" },
    { name: "b.csv", content: "x,y\n3,4\n" },
  ];
  const read = await rowsOf(zipOf(files, true), "shop.zip");
  expect(read).toEqual({
    "a.csv": [
      ["x", "y"],
      ["1", "2"],
    ],
    "b.csv": [
      ["x", "y"],
      ["3", "4"],
    ],
  });
  expect(read).toEqual(await rowsOf(zipOf(files), "shop.zip"));
});

test("feeds of RSS and Atom are read item by item, whatever their prefixes", async () => {
  const [rss] = Object.values(await rowsOf(Buffer.from(RSS), "rss.xml")) as [string[][]];
  const cells = rss
    .slice(1)
    .map((row) => Object.fromEntries(rss[0]!.map((name, at) => [name, row[at]]).filter(([, value]) => value !== "")));
  expect(cells).toEqual([
    {
      title: "Pan & <b>lid</b>",
      link: "https://shop.example/p",
      "g:id": "p1",
      "g:shipping.g:country": "FR",
      "g:shipping.g:price": "0 EUR",
      "g:additional_image_link": '["https://a.example/1.jpg","https://a.example/2,2.jpg"]',
    },
    { title: "Post", guid: "g", "dc:creator": "Zoé", category: '["Tips","Café"]', "media:content": "https://a.example/x.jpg" },
  ]);
  // What a product may leave out has its column all the same: the next file may hold it.
  expect(rss[0]).toContain("g:sale_price");
  expect(await rowsOf(gzipSync(ATOM), "atom.xml.gz")).toEqual({
    "atom.xml": [
      ["id", "title", "link", "updated", "author.name", "content"],
      ["urn:1", "One", "https://b.example/1", "2026-11-01T10:00:00Z", "Ana", "<div><p>Read <b>this"],
    ],
  });
});

test.each([
  [
    "a bomb of entities",
    `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>`,
    /^import.file_refused .*declares a document type/,
  ],
  [
    "a file of the server",
    `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>`,
    /^import.file_refused .*declares a document type/,
  ],
  ["an entity nobody knows", "<rss><channel><item><title>&x;</title></item></channel></rss>", /^import.file_unreadable .*damaged/],
  ["tags that never close", `<rss><channel>${"<a>".repeat(100)}`, /^import.file_refused .*32 deep/],
  ["a cut file", RSS.slice(0, -40), /^import.file_unreadable .*(in the middle|damaged)/],
  [
    "an item without end",
    `<rss><channel><item><title>${"x".repeat(1_100_000)}</title></item></channel></rss>`,
    /^import.file_unreadable .*longer than/,
  ],
  ["a tag without end", `<rss><channel><item ${"x".repeat(1_100_000)}`, /^import.file_unreadable/],
  ["a page that asks to sign in", "<!DOCTYPE html><html><body>Sign in</body></html>", /^import.file_is_page .*web page/],
  ["a map of the site", '<urlset xmlns="x"><url/></urlset>', /^import.file_unreadable .*no feed.*<urlset>/],
])("XML that holds %s is refused with a reason", async (_what, text, reason) => {
  expect(await refusal(Buffer.from(text))).toMatch(reason);
});

const lying = (bytes: Buffer, needle: Buffer, change: (at: number, copy: Buffer) => void): Buffer => {
  const copy = Buffer.from(bytes);
  change(copy.indexOf(needle), copy);
  return copy;
};
const PARQUET = Buffer.from(
  parquetWriteBuffer({ columnData: [{ name: "name", data: Array.from({ length: 2_000 }, (_none, at) => `name ${at}`), type: "STRING" }] }),
);
const DOCTYPE =
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>';
const zeros = Buffer.alloc(12_000_000, `a${"0".repeat(99_998)}\n`);

test.each([
  ["a bomb of gzip", gzipSync(zeros), "import.file_refused", "200 times"],
  ["a bomb of zip", zipOf([{ name: "a.csv", content: zeros }]), "import.file_refused", "200 times"],
  [
    "an archive in an archive",
    zipOf([{ name: "in.zip", content: zipOf([{ name: "a.csv", content: TEXT }]) }]),
    "import.file_unreadable",
    "archive lies in the archive",
  ],
  ["a zip in gzip", gzipSync(zipOf([{ name: "a.csv", content: TEXT }])), "import.file_unreadable", "archive lies in the archive"],
  ["a name that climbs out", zipOf([{ name: "../../etc/passwd", content: TEXT }]), "import.file_refused", "outside its folder"],
  ["a name from the root", zipOf([{ name: "/etc/a.csv", content: TEXT }]), "import.file_refused", "outside its folder"],
  ["a name of another drive", zipOf([{ name: "C:\\a.csv", content: TEXT }]), "import.file_refused", "outside its folder"],
  [
    "entries of the ZIP64 form that overlap",
    zipOf(
      [
        { name: "a.csv", content: TEXT },
        { name: "b.csv", content: TEXT, claims: { offset: 0 } },
      ],
      true,
    ),
    "import.file_refused",
    "overlap",
  ],
  [
    "an entry of the ZIP64 form beyond its end",
    zipOf([{ name: "a.csv", content: TEXT, claims: { offset: 2 ** 52 } }], true),
    "import.file_refused",
    "overlap",
  ],
  [
    "entries that overlap",
    zipOf([
      { name: "a.csv", content: TEXT },
      { name: "b.csv", content: TEXT, claims: { offset: 0 } },
    ]),
    "import.file_refused",
    "overlap",
  ],
  ["a password", zipOf([{ name: "a.csv", content: TEXT, flags: 1 }]), "import.file_unreadable", "password"],
  ["a sum that is wrong", zipOf([{ name: "a.csv", content: TEXT, claims: { crc: 1 } }]), "import.file_unreadable", "damaged"],
  [
    "too many entries",
    zipOf(Array.from({ length: 1_001 }, (_none, at) => ({ name: `${at}.csv`, content: "" }))),
    "import.file_refused",
    "1000 files",
  ],
  ["a cut zip", zipOf([{ name: "a.csv", content: TEXT }]).subarray(0, 60), "import.file_unreadable", "cut"],
  ["a cut gzip", gzipSync(`a,b\n${"1,2\n".repeat(9_000)}`).subarray(0, 40), "import.file_unreadable", "cut"],
  ["a document type in a workbook", workbookOf({ A: [["a"]] }, { sheetXml: DOCTYPE }), "import.file_refused", "document type"],
  [
    "a workbook of the old kind",
    Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.alloc(600)]),
    "import.file_unreadable",
    ".xlsx without a password",
  ],
  ["XML", Buffer.from("<orders><order/></orders>"), "import.file_unreadable", "XML"],
  ["a picture", Buffer.concat([Buffer.from("\u0089PNG\r\n", "latin1"), Buffer.alloc(500)]), "import.file_unreadable", "no text"],
  ["one JSON list", Buffer.from('[{"a":1}]'), "import.file_unreadable", "one object on each line"],
  ["a line that is no JSON", Buffer.from('{"a":1}\n{"a":'), "import.file_unreadable", "line 2 is not JSON"],
  ["objects ten thousand deep", Buffer.from(`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`), "import.file_unreadable", "32 deep"],
  ["a key that reaches the prototype", Buffer.from('{"__proto__":{"admin":true}}'), "import.file_unreadable", "__proto__"],
  ["a cut Parquet", PARQUET.subarray(0, PARQUET.length - 20), "import.file_unreadable", "damaged or was cut"],
  [
    "a Parquet whose page claims two gigabytes",
    lying(PARQUET, Buffer.from("PAR1"), (_at, copy) => copy.set([0x15, 0x04, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f], 4)),
    "import.file_",
    "",
  ],
])("%s is refused by a coded answer that says what to do", async (_what, bytes, code, words) => {
  const said = await refusal(bytes);
  expect(said).toContain(code);
  expect(said).toContain(words);
});

/** A file that is made up as it is read: 1 GB costs nothing to keep. */
const endless = (piece: Buffer, size: number): Source => ({
  size,
  slice: (from, to) => Promise.resolve(new Uint8Array(piece.subarray(from, to))),
  async *stream() {
    for (let at = 0; at < size; at += piece.length) yield piece;
  },
});

test.each([
  ["text", Buffer.alloc(1_000_000, "a")],
  ["quoted text", Buffer.concat([Buffer.from('"'), Buffer.alloc(999_999, "a")])],
  ["JSON", Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(999_994, "a")])],
])("a line of a gigabyte of %s is refused after the first of its megabytes", async (_what, piece) => {
  const before = process.memoryUsage().rss;
  expect(await refusal(endless(piece, 1024 ** 3))).toMatch(/^import\.file_unreadable/);
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
});
