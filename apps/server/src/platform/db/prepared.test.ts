import type pg from "pg";
import { expect, test } from "vitest";
import { openPrepared } from "./prepared.ts";
import { raw, sql } from "./sql.ts";

test("statements asked often have a name each, of which a bounded number is in use; one nobody asks any more makes room", async () => {
  const run = openPrepared();
  const ask = async (n: number): Promise<string | undefined> => {
    let name: string | undefined;
    await run(
      {
        query: (query: pg.QueryConfig) => {
          name = query.name;
          return Promise.resolve({ rows: [] });
        },
      },
      sql`select ${raw(String(n))}`,
    );
    return name;
  };
  const often = async (n: number) => {
    for (let i = 0; i < 4; i++) await ask(n);
    return ask(n);
  };
  expect([await ask(0), await often(1)]).toEqual([undefined, "kept_1"]);
  for (let n = 2; n <= 250; n++) await often(n);
  expect([await ask(250), await often(251)]).toEqual(["kept_250", undefined]);
  for (let i = 0; i < 100_000; i++) await ask(250 - (i % 249)); // all but the first
  expect([await often(251), await ask(250), await often(1)]).toEqual(["kept_251", "kept_250", undefined]);
});
