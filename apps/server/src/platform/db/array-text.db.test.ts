import fc from "fast-check";
import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "./sql.ts";

const holder = testDatabase();
const seed = 20261129;

test("arrays of any texts, numbers and absences arrive as they were sent", async () => {
  const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("null", "NULL", "", " ", "{}", "a,b", '"', "\\", '\\"', "0198c5f0-1111-7000-8000-000000000001", "2026-01-15T10:00:00.000Z", "\n"))
    .map((value) => value.replaceAll("\u0000", "").toWellFormed());
  await fc.assert(fc.asyncProperty(fc.array(fc.option(text)), fc.array(fc.option(fc.double({ noNaN: true }))), async (texts, numbers) => {
    const [row] = await holder.db.query<{ t: unknown; n: unknown }>(sql`select to_jsonb(${texts}::text[]) as t, ${numbers}::double precision[] as n`);
    expect(row).toEqual({ t: texts, n: numbers.map((value) => (Object.is(value, -0) ? expect.toSatisfy((read: number) => read === 0) : value)) });
  }), { seed, numRuns: 200 });
});
