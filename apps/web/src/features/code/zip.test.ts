import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { zipOf } from "./zip.ts";

/** What a reader of ZIP files finds by the list at the end, each file's own head compared with it. */
function unzip(bytes: Buffer): { path: string; text: string }[] {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = bytes.readUInt32LE(end + 16);
  expect(at + bytes.readUInt32LE(end + 12)).toBe(end);
  return Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    const [size, named, head] = [bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28), bytes.readUInt32LE(at + 42)];
    expect([bytes.readUInt32LE(head), bytes.subarray(head + 4, head + 30 + named)]).toEqual([
      0x04034b50,
      Buffer.concat([bytes.subarray(at + 6, at + 32), bytes.subarray(at + 46, at + 46 + named)]),
    ]);
    const content = bytes.subarray(head + 30 + named, head + 30 + named + size);
    expect(bytes.readUInt32LE(at + 16)).toBe(crc32(content));
    const path = bytes.toString("utf8", at + 46, at + 46 + named);
    at += 46 + named;
    return { path, text: content.toString("utf8") };
  });
}

test("the files of a workspace come back out of their ZIP byte for byte", () => {
  const files = [
    { path: "settings.yaml", text: "locale: fr\n" },
    { path: "journeys/été.yaml", text: "name: « Été »\n".repeat(200) },
    { path: "groups/empty.yaml", text: "" },
  ];
  expect(unzip(Buffer.from(zipOf(files)))).toEqual(files);
});
