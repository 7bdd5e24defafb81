import { expect, test } from "vitest";
import { bucketOf } from "@relance/model/base";
import { testDatabase } from "../../test/support/db.ts";
import { seededChance } from "./chance/index.ts";
import { addToCounters, readCounter } from "./counters.ts";
import { sql } from "./db/sql.ts";
import type { NewFact } from "./engine.ts";
import { writeFacts } from "./inbox.ts";

const test_ = testDatabase();
const chance = seededChance("inbox");
const now = Date.UTC(2026, 10, 23, 12);
const workspace = chance.id(now);

test("facts written together enter the inbox in order and are counted per bucket", async () => {
  const contacts = Array.from({ length: 40 }, () => chance.id(now));
  const facts: NewFact[] = Array.from({ length: 400 }, (_, i) => ({
    workspace,
    contact: contacts[i % 40]!,
    occurredAt: now - i,
    kind: "event",
    data: { event: chance.id(now), name: `nom ${i} ’\u0000`, live: true },
  }));
  await test_.db.transaction((tx) => writeFacts(tx, { chance, now, facts }));
  const rows = await test_.db.query<{
    bucket: number;
    contact_id: string;
    data: { name: string };
    occurred_at: number;
    recorded_at: number;
  }>(sql`
    select bucket, contact_id, data, occurred_at, recorded_at from inbox order by contact_id, id`);
  expect(rows).toHaveLength(400);
  for (const contact of contacts) {
    const own = rows.filter((row) => row.contact_id === contact);
    expect(own.every((row) => row.bucket === bucketOf(contact) && row.recorded_at === now)).toBe(true);
    expect(own.map((row) => row.occurred_at)).toEqual(own.map((row) => row.occurred_at).sort((a, b) => b - a));
  }
  const off = await test_.db.query(sql`
    select t.bucket from (select bucket, sum(enqueued - taken - quarantined) as n from inbox_totals group by bucket) t
    full join (select bucket, count(*) as n from inbox group by bucket) i on i.bucket = t.bucket where t.n is distinct from i.n`);
  expect(off).toEqual([]);
});

test("nothing to write sends nothing", async () => {
  await writeFacts(
    {
      query: () => {
        throw new Error("asked");
      },
    } as never,
    { chance, now, facts: [] },
  );
});

test("writers in any order and number leave the right counts and never deadlock", async () => {
  const before = await test_.db.query<{ n: number }>(sql`select count(*) as n from inbox`);
  await Promise.all(
    Array.from({ length: 24 }, async (_, k) => {
      const own = seededChance(k);
      for (let i = 0; i < 5; i++) {
        const facts: NewFact[] = Array.from({ length: 50 }, () => ({
          workspace,
          contact: own.id(now),
          occurredAt: now,
          kind: "contact.changed",
          data: { attributes: ["email"], created: true },
        }));
        await test_.db.transaction(async (tx) => {
          await addToCounters(tx, k % 3, [
            { workspace, name: "contacts", n: 49 },
            { workspace, name: "contacts", n: 1 },
            { workspace, name: "none", n: 0 },
          ]);
          await writeFacts(tx, { chance: own, now, facts });
        });
      }
    }),
  );
  expect(await readCounter(test_.db, { workspace, name: "contacts" })).toBe(24 * 5 * 50);
  expect(await readCounter(test_.db, { workspace, name: "none" })).toBe(0);
  const after = await test_.db.query<{ n: number }>(sql`select count(*) as n from inbox`);
  expect(after[0]!.n - before[0]!.n).toBe(24 * 5 * 50);
  const off = await test_.db.query(sql`
    select t.bucket from (select bucket, sum(enqueued - taken - quarantined) as n from inbox_totals group by bucket) t
    full join (select bucket, count(*) as n from inbox group by bucket) i on i.bucket = t.bucket where t.n is distinct from i.n`);
  expect(off).toEqual([]);
});
