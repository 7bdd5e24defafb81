import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { phoneReader } from "../contacts/phone.ts";
import { loadDisposable } from "./disposable.ts";

const FOLDER = [process.env["RELANCE_TEST_DATA"], "../shared/data"].find(
  (folder) => folder !== undefined && existsSync(`${folder}/phone-numbers`),
);
const rowsOf = (file: string): string[][] => {
  const bytes = readFileSync(`${FOLDER}/${file}`);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(","));
};

describe.skipIf(FOLDER === undefined)("published lists (needs RELANCE_TEST_DATA or ../shared/data)", () => {
  test("a mobile number of each of 245 territories is read as it is written there and abroad", () => {
    const read = phoneReader("Europe/Paris");
    const rows = rowsOf("phone-numbers/mobile_examples.csv") as [
      country: string,
      code: string,
      digits: string,
      e164: string,
      international: string,
      national: string,
    ][];
    const wrong = (place: (row: (typeof rows)[number]) => string, country: (row: (typeof rows)[number]) => string | null) =>
      rows.filter((row) => read(place(row), country(row)) !== row[3]).map((row) => row[0]);
    expect([
      rows.length,
      wrong(
        (row) => row[4],
        () => null,
      ),
      wrong(
        (row) => row[3],
        () => null,
      ),
      wrong(
        (row) => row[5],
        (row) => row[0],
      ),
    ]).toEqual([245, [], [], []]);
  });

  test(
    "a tenth of the throw-away domains of the two published lists that ours is made of, and more than half of another's, is known",
    { timeout: 60_000 },
    async () => {
      const isDisposable = await loadDisposable();
      const [names, ends, others] = ["disposable_domains.csv.gz", "disposable_wildcard_domains.csv", "mailchecker_domains.csv.gz"].map(
        (file) => rowsOf(`disposable-domains/${file}`).map(([domain]) => domain!),
      ) as [string[], string[], string[]];
      expect([names.length, ends.length, others.length]).toEqual([121_570, 399, 56_359]);
      expect([names.filter((one, i) => i % 10 === 0 && !isDisposable(one)), ends.filter((one) => !isDisposable(`any.${one}`))]).toEqual([
        [],
        [],
      ]);
      const listed = new Set(names);
      expect(others.filter((one) => listed.has(one)).length).toBe(31_223);
      expect(others.filter(isDisposable).length).toBeGreaterThanOrEqual(31_223);
      expect(["gmail.com", "shop.fr", "example.org"].filter(isDisposable)).toEqual([]);
    },
  );
});
