import { cpus } from "node:os";
import { bucketOf, type Id } from "@relance/model/base";
import { computedListener } from "../apps/server/src/domains/computed/index.ts";
import { journeyListener } from "../apps/server/src/domains/journeys/index.ts";
import { readinessListener, runCount, tendReadiness } from "../apps/server/src/domains/readiness/index.ts";
import { markContacts } from "../apps/server/src/domains/readiness/queries.ts";
import { worldOf, judgeAll } from "../apps/server/src/domains/readiness/verdicts.ts";
import { segmentListener } from "../apps/server/src/domains/segments/index.ts";
import { sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { cpuSeconds } from "./cpu.ts";
import { load, openLiveWorld, spread } from "./live-world.ts";

/**
 * Readiness: CONTACTS contacts and VARIANTS variants (five a product, two stores, three languages) looked at from nothing; then events
 * that are answered by mails, alone and, by turns, beside looks at everyone and somebody who writes to contacts all the time. Then one in a hundred contacts changed, and one in a hundred variants: each must cost about a hundredth. Then the page.
 * The limit is reading the same rows once. `npm run bench:readiness -- [contacts] [variants] [events/s] [seconds]`.
 */
const CONTACTS = Number(process.argv[2] ?? 1_000_000);
const VARIANTS = Number(process.argv[3] ?? 100_000);
const RATE = Number(process.argv[4] ?? 200);
const SECONDS = Number(process.argv[5] ?? 20);
/** The load alone and beside looks, by turns; and once before, to warm up. */
const ROUNDS = 2;

const world = await openLiveWorld({
  people: RATE * SECONDS * (1 + 2 * ROUNDS),
  listeners: [computedListener, segmentListener, journeyListener, readinessListener],
});
const { db, clock, chance, workspace, engine, deps, folder } = world;

async function fill(): Promise<void> {
  const now = clock.now();
  const stores = [chance.id(now), chance.id(now)];
  await db.query(
    sql`insert into stores (id, workspace_id, code, name, country, languages, currency, time_zone, created_at) values (${stores[0]!}, ${workspace}, 'fr', 'France', 'FR', '{fr}', 'EUR', 'Europe/Paris', ${ts(now)}::timestamptz), (${stores[1]!}, ${workspace}, 'ca', 'Canada', 'CA', '{en,fr}', 'CAD', 'America/Toronto', ${ts(now)}::timestamptz)`,
  );
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, known, external_id, email, phone, first_name, last_name, postal_code, locale, country, birth_date, attributes, field_times, created_at, updated_at)
    select get_byte(uuid_send(x.id), 15), x.id, ${workspace}::uuid, true, 'u-' || x.n, 'person' || x.n || case x.n % 50 when 0 then '@gmial.com' when 1 then '@mailinator.com' else '@client.example' end, case when x.n % 3 = 0 then '+336' || lpad((10000000 + x.n)::text, 8, '0') end,
      (array['Ana', 'Léa', 'Max', 'Zoé', 'Tom'])[1 + x.n % 5], 'Nom' || x.n % 20000, lpad((x.n % 9973)::text, 5, '0'), case when x.n % 10 > 0 then 'fr' end, case x.n % 4 when 0 then 'CA' else 'FR' end, case when x.n % 5 < 2 then date '1980-01-01' + (x.n % 9000) end, jsonb_build_object('plan', x.n % 4), jsonb_build_object('email', ${now}::bigint - (x.n % 1000) * 86400000::bigint), ${ts(now)}::timestamptz, ${ts(now)}::timestamptz
    from (select gen_random_uuid() as id, n from generate_series(1, ${CONTACTS}) n order by 1) x`);
  await db.query(sql`
    insert into products (id, workspace_id, external_id, name, attributes, created_at, updated_at, source) select gen_random_uuid(), ${workspace}, 'p' || n, 'Product ' || n, '{}', ${ts(now)}::timestamptz, ${ts(now - 120_000)}::timestamptz, 'bench' from generate_series(1, ${Math.ceil(VARIANTS / 5)}) n`);
  await db.query(sql`
    insert into product_translations (product_id, language, workspace_id, name, description, url, image_url, updated_at) select p.id, l, ${workspace}, p.name, 'A text', 'https://shop.example/' || l || '/' || p.external_id, null, ${ts(now)}::timestamptz from products p cross join (values ('fr'), ('en')) v (l)`);
  await db.query(sql`
    insert into variants (id, workspace_id, product_id, external_id, options, image_url, updated_at) select gen_random_uuid(), ${workspace}, p.id, p.external_id || '-' || n, jsonb_build_object('colour', n), 'https://shop.example/i/' || p.external_id || '-' || n || '.jpg', ${ts(now)}::timestamptz from products p cross join generate_series(1, 5) n`);
  await db.query(
    sql`insert into prices (workspace_id, product_id, variant_id, store_id, currency, amount, valid_from) select ${workspace}, p.id, p.id, s.id, s.currency, 10, ${ts(now)}::timestamptz from products p cross join stores s`,
  );
  for (const table of [
    sql`vacuum analyze contacts`,
    sql`vacuum analyze products`,
    sql`vacuum analyze variants`,
    sql`analyze`,
    sql`checkpoint`,
  ])
    await db.query(table);
}

interface Spent {
  readonly seconds: number;
  readonly node: number;
  readonly database: number;
}
async function spending(work: () => Promise<unknown>): Promise<Spent> {
  const [from, before] = [performance.now(), cpuSeconds(folder)];
  await work();
  const after = cpuSeconds(folder);
  return { seconds: (performance.now() - from) / 1000, node: after.node - before.node, database: after.database - before.database };
}
const said = (spent: Spent): string =>
  `${spent.seconds.toFixed(1)} s, CPU ${spent.node.toFixed(1)} s in node and ${spent.database.toFixed(1)} s in the database`;
const share = (part: Spent, of: Spent): string => `${((100 * (part.node + part.database)) / (of.node + of.database)).toFixed(1)} %`;

/** Everyone and all products are looked at once more, as each day. */
const walk = () =>
  db.query(
    sql`update readiness_states set walk_bucket = 0, walk_after = '00000000-0000-0000-0000-000000000000' where workspace_id = ${workspace} and walk_bucket is null`,
  );

/** The load beside looks at everyone, one begun as soon as the last is over, while somebody writes to contacts every twenty milliseconds. */
async function besideLooks(phase: number, ids: readonly Id[]): Promise<void> {
  const done = new AbortController();
  const waits: number[] = [];
  const writing = (async () => {
    for (let i = 0; !done.signal.aborted; i++) {
      const id = ids[i % ids.length]!;
      const from = performance.now();
      await db.query(sql`update contacts set city = ${`c${i}`} where bucket = ${bucketOf(id)} and id = ${id}`);
      waits.push(performance.now() - from);
      await clock.sleep(20);
    }
  })();
  let looks = 0;
  const looking = (async () => {
    while (!done.signal.aborted) {
      await walk();
      await runCount(deps, { workspace, signal: done.signal });
      looks += done.signal.aborted ? 0 : 1;
    }
  })();
  await load(world, { label: "beside looks at everyone: ", phase, rate: RATE, seconds: SECONDS });
  const [at] = await db.query<{ bucket: number | null }>(
    sql`select walk_bucket as bucket from readiness_states where workspace_id = ${workspace}`,
  );
  done.abort();
  await Promise.all([looking, writing]);
  console.log(
    `  meanwhile everyone was looked at ${looks} times and ${Math.round(((at!.bucket ?? 0) * 100) / 256)} % of once more; someone writing to contacts waited ${spread(waits)}, ${waits.length} writes`,
  );
  await walk();
}

try {
  await fill();
  const hundredth = await db.query<{ id: Id }>(
    sql`select id from contacts where workspace_id = ${workspace} and get_byte(uuid_send(id), 12) < 3 order by bucket, id limit ${Math.ceil(CONTACTS / 100)}`,
  );
  const ids = hundredth.map((row) => row.id);
  const limit = await spending(() =>
    db.query(sql`select count(c.attributes), count(c.field_times), max(c.email) from contacts c where c.workspace_id = ${workspace}`),
  );
  await engine.drain(100_000);
  world.begin();
  console.log(
    `${CONTACTS} contacts, ${VARIANTS} variants in ${VARIANTS * 3} sheets, ${cpus().length} CPUs, Node ${process.version}; reading the contacts once ${limit.seconds.toFixed(1)} s`,
  );
  await load(world, { label: "warming up: ", phase: 0, rate: RATE, seconds: SECONDS });
  const rss = process.memoryUsage().rss;
  await tendReadiness(deps);
  const first = await spending(() => runCount(deps, { workspace }));
  console.log(
    `all looked at from nothing: ${said(first)} (${Math.round(CONTACTS / first.seconds)} contacts a second, products included); memory ${Math.round((process.memoryUsage().rss - rss) / 1e6)} MB more`,
  );
  await walk();
  const again = await spending(() => runCount(deps, { workspace }));
  console.log(`all looked at again, nothing changed: ${said(again)}`);
  for (let round = 0; round < ROUNDS; round++) {
    await load(world, { label: "alone: ", phase: 1 + 2 * round, rate: RATE, seconds: SECONDS });
    await besideLooks(2 + 2 * round, ids);
    await runCount(deps, { workspace });
  }
  const [there] = await db.query<{ n: number }>(sql`select count(*) as n from contacts where workspace_id = ${workspace}`);
  const [cells] = await db.query<{ n: number; people: number }>(
    sql`select count(*) as n, sum(n) filter (where key like 'p%') as people from readiness_cells where workspace_id = ${workspace} and n > 0`,
  );
  if (cells!.people !== there!.n) throw new Error(`${cells!.people} people counted of ${there!.n}`);
  await db.transaction((tx) =>
    markContacts(tx, { marks: ids.map((contact) => ({ workspace, bucket: bucketOf(contact), contact })), stamp: chance.id(clock.now()) }),
  );
  const some = await spending(() => runCount(deps, { workspace }));
  const changed = await db.query(sql`
    with few as (select p.id from products p where p.workspace_id = ${workspace} order by p.id limit ${Math.ceil(VARIANTS / 100)}), told as (update variants v set image_url = null from few where v.product_id = few.id and v.external_id like '%-1' returning v.product_id)
    update products p set updated_at = ${ts(clock.now() - 100_000)}::timestamptz from told where p.id = told.product_id returning p.id`);
  const sheets = await spending(() => runCount(deps, { workspace }));
  const page = await spending(async () => judgeAll(db, { workspace, world: await worldOf(db, { workspace, now: clock.now() }) }));
  console.log(`${ids.length} changed contacts (1 %): ${said(some)}, ${share(some, again)} of looking at all again`);
  console.log(
    `${changed.length} changed variants (1 %, of as many products): ${said(sheets)}; the page, verdicts on all journeys included, ${(page.seconds * 1000).toFixed(0)} ms from ${cells!.n} cells`,
  );
} finally {
  await world.close();
}
