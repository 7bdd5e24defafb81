import { BUCKETS } from "@relance/model/base";
import { register } from "prom-client";
import { expect, test } from "vitest";
import { testDatabase } from "../test/support/db.ts";
import { EQUATIONS } from "./books.ts";
import { auditBooks, openAuditor } from "./platform/books.ts";
import { seededChance } from "./platform/chance/index.ts";
import { sql } from "./platform/db/sql.ts";
import { writeFacts } from "./platform/inbox.ts";

const test_ = testDatabase();
const all = Array.from({ length: BUCKETS }, (_, i) => i);

test("the books add up, and a fact that vanishes is found, named and shown until it is mended", async () => {
  const chance = seededChance("books");
  const now = Date.UTC(2026, 10, 23);
  const [workspace, contact] = [chance.id(now), `${chance.id(now).slice(0, -2)}21`];
  await test_.db.transaction((tx) =>
    writeFacts(tx, {
      chance,
      now,
      facts: [{ workspace, contact, occurredAt: now, kind: "contact.changed", data: { attributes: [], created: true } }],
    }),
  );
  expect(await auditBooks(test_.db, EQUATIONS, all)).toEqual(new Map());

  await test_.db.query(sql`delete from inbox where contact_id = ${contact}`);
  const told: unknown[] = [];
  const audit = openAuditor(test_.db, EQUATIONS, (equation, what) => told.push([equation.name, what]));
  for (let call = 0; call < 16; call++) await audit();
  expect(told).toEqual([["B9", ["33"]]]);
  expect(await register.metrics()).toContain('relance_books_mismatch{equation="B9"} 1');

  await test_.db.query(sql`update inbox_totals set enqueued = 0 where bucket = 33`);
  for (let call = 0; call < 16; call++) await audit();
  expect(await register.metrics()).toContain('relance_books_mismatch{equation="B9"} 0');
});
