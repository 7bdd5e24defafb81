import fc from "fast-check";
import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { rowSet } from "./row-set.ts";
import { sql } from "./sql.ts";

const holder = testDatabase();
const seed = 20261129;

test("arrays of any texts, numbers and absences arrive as they were sent", async () => {
  const text = fc
    .oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        "null",
        "NULL",
        "",
        " ",
        "{}",
        "a,b",
        '"',
        "\\",
        '\\"',
        "0198c5f0-1111-7000-8000-000000000001",
        "2026-01-15T10:00:00.000Z",
        "\n",
      ),
    )
    .map((value) => value.replaceAll("\u0000", "").toWellFormed());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text)), fc.array(fc.option(fc.double({ noNaN: true }))), async (texts, numbers) => {
      const [row] = await holder.db.query<{ t: unknown; n: unknown }>(
        sql`select to_jsonb(${texts}::text[]) as t, ${numbers}::double precision[] as n`,
      );
      expect(row).toEqual({
        t: texts,
        n: numbers.map((value) => (Object.is(value, -0) ? expect.toSatisfy((read: number) => read === 0) : value)),
      });
    }),
    { seed, numRuns: 200 },
  );
});

test("a set of rows arrives as it was sent, whatever its columns have in common", async () => {
  const row = fc.record({
    a: fc.integer({ min: -9, max: 9 }),
    b: fc.option(fc.constantFrom("x", "y, z", "null"), { nil: null }),
    c: fc.option(fc.constantFrom(0, Date.UTC(2026, 10, 29)), { nil: undefined }),
    d: fc.constantFrom(undefined, null, { e: [1] }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
      const numbered = rows.map((one, n) => ({ n, ...one }));
      const read = await holder.db.query(sql`
      select s.n, s.a, s.b, s.c, s.d is null as "noD", s.d from ${rowSet(numbered, { n: ["integer", (one) => one.n], a: ["smallint", (one) => one.a], b: ["text", (one) => one.b], c: ["timestamptz", (one) => one.c], d: ["jsonb", (one) => one.d] })} as s order by s.n`);
      expect(read).toEqual(numbered.map((one) => ({ ...one, c: one.c ?? null, d: one.d ?? null, noD: one.d === undefined })));
    }),
    { seed, numRuns: 100 },
  );
});

test("so does a large one, whose values repeat or not", async () => {
  const kinds = ["x", null, "y, z", "null", "{}"];
  const rows = Array.from({ length: 2_500 }, (_none, n) => ({
    n,
    few: kinds[(n * 7) % 5]!,
    one: n === 2_499 ? "last" : "other",
    many: n % 3 === 0 ? null : `v${n}`,
  }));
  const read = await holder.db.query(sql`
    select s.n, s.few, s.one, s.many from ${rowSet(rows, { n: ["integer", (row) => row.n], few: ["text", (row) => row.few], one: ["text", (row) => row.one], many: ["text", (row) => row.many] })} as s order by s.n`);
  expect(read).toEqual(rows);
});
