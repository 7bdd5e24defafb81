import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { bucketOf, type Id } from "@relance/model/base";
import type { Deps } from "../apps/server/src/deps.ts";
import { ensureEventPartitions, ingestBatches } from "../apps/server/src/domains/ingest/index.ts";
import { runCount, tendReadiness } from "../apps/server/src/domains/readiness/index.ts";
import { markContacts } from "../apps/server/src/domains/readiness/queries.ts";
import { worldOf, judgeAll } from "../apps/server/src/domains/readiness/verdicts.ts";
import { systemChance } from "../apps/server/src/platform/chance/index.ts";
import { databaseClock } from "../apps/server/src/platform/clock/index.ts";
import { startEmbedded } from "../apps/server/src/platform/db/embedded/index.ts";
import { migrate } from "../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../apps/server/src/platform/db/pool.ts";
import { sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { cpuSeconds } from "./cpu.ts";

/**
 * Readiness: CONTACTS contacts and VARIANTS variants (five a product, two stores, three languages) looked at from nothing, while somebody
 * writes to contacts and events come in all the time; then a thousand changed contacts, a thousand changed variants; then the page. The limit is reading the same rows once.
 * `npm run bench:readiness -- [contacts] [variants]`.
 */
const CONTACTS = Number(process.argv[2] ?? 1_000_000);
const VARIANTS = Number(process.argv[3] ?? 100_000);

const folder = mkdtempSync(join(tmpdir(), "relance-bench-"));
chmodSync(folder, 0o755);
const server = await startEmbedded({ folder });
const db = openPool({ connection: { connectionString: server.connectionString }, size: 6, name: "bench", onIdleError: () => undefined });
await migrate(db);
const clock = await databaseClock(db);
const chance = systemChance();
const now = clock.now();
const workspace = chance.id(now);
const stores = [chance.id(now), chance.id(now)];
const seconds = async (work: () => Promise<unknown>): Promise<number> => { const from = performance.now(); await work(); return (performance.now() - from) / 1000; };
const deps = { ports: { sql: db, clock, chance }, secrets: { mac: () => new Uint8Array(32) }, jobs: { add: async () => undefined }, poke: () => undefined } as unknown as Deps;
try {
  await db.query(sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'Bench', 'regular', ${ts(now)}::timestamptz)`);
  await db.query(sql`insert into stores (id, workspace_id, code, name, country, languages, currency, time_zone, created_at) values (${stores[0]!}, ${workspace}, 'fr', 'France', 'FR', '{fr}', 'EUR', 'Europe/Paris', ${ts(now)}::timestamptz), (${stores[1]!}, ${workspace}, 'ca', 'Canada', 'CA', '{en,fr}', 'CAD', 'America/Toronto', ${ts(now)}::timestamptz)`);
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
  await db.query(sql`insert into prices (workspace_id, product_id, variant_id, store_id, currency, amount, valid_from) select ${workspace}, p.id, p.id, s.id, s.currency, 10, ${ts(now)}::timestamptz from products p cross join stores s`);
  for (const table of [sql`vacuum analyze contacts`, sql`vacuum analyze products`, sql`vacuum analyze variants`, sql`checkpoint`]) await db.query(table);
  const ids = (await db.query<{ id: Id }>(sql`select id from contacts where bucket < 4 order by bucket, id limit 1000`)).map((row) => row.id);
  const limit = await seconds(() => db.query(sql`select count(c.attributes), count(c.field_times), max(c.email) from contacts c where c.workspace_id = ${workspace}`));

  // Somebody writes to contacts all the time: how long do they wait?
  const waits: number[] = [];
  let stop = false;
  const writer = (async () => {
    for (let i = 0; !stop; i++) {
      const id = ids[i % ids.length]!;
      waits.push(1000 * (await seconds(() => db.query(sql`update contacts set city = ${`c${i}`} where bucket = ${bucketOf(id)} and id = ${id}`))));
      await clock.sleep(20);
    }
  })();
  // And events come in, fifty a call, as fast as they are taken: alone for five seconds, then while everything is looked at.
  await ensureEventPartitions(db, [now]);
  const into = { workspace, currency: "EUR", phone: (text: string) => text, trusted: true, source: "bench", secrets: deps.secrets };
  let taken = 0;
  const events = async (going: () => boolean): Promise<number> => {
    const [from, before] = [performance.now(), taken];
    while (going()) {
      const messages = Array.from({ length: 50 }, () => ({ type: "track", event: "Viewed", userId: `u-${1 + (taken % 1000)}`, messageId: `b-${taken++}` }));
      await ingestBatches(deps.ports, into, [{ messages, receivedAt: clock.now(), source: null, live: true }]);
    }
    return (1000 * (taken - before)) / (performance.now() - from);
  };
  const quietUntil = performance.now() + 5_000;
  const alone = await events(() => performance.now() < quietUntil);
  const beside = events(() => !stop);
  const rss = process.memoryUsage().rss;
  await tendReadiness(deps);
  const before = cpuSeconds(folder);
  const all = await seconds(() => runCount(deps, { workspace }));
  const after = cpuSeconds(folder);
  stop = true;
  await writer;
  const pace = await beside;
  waits.sort((a, b) => a - b);
  const [there] = await db.query<{ n: number }>(sql`select count(*) as n from contacts where workspace_id = ${workspace}`);
  const [cells] = await db.query<{ n: number; people: number }>(sql`select count(*) as n, sum(n) filter (where key like 'p%') as people from readiness_cells where workspace_id = ${workspace} and n > 0`);
  if (cells!.people !== there!.n) throw new Error(`${cells!.people} people counted of ${there!.n}`);
  await db.transaction((tx) => markContacts(tx, { marks: ids.map((contact) => ({ workspace, bucket: bucketOf(contact), contact })), stamp: chance.id(clock.now()) }));
  const some = await seconds(() => runCount(deps, { workspace }));
  // One variant of each of a thousand products (fewer where there are fewer).
  const changed = await db.query(sql`
    with few as (select p.id from products p where p.workspace_id = ${workspace} order by p.id limit 1000), told as (update variants v set image_url = null from few where v.product_id = few.id and v.external_id like '%-1' returning v.product_id)
    update products p set updated_at = ${ts(now - 100_000)}::timestamptz from told where p.id = told.product_id returning p.id`);
  const sheets = await seconds(async () => { await tendReadiness(deps); await runCount(deps, { workspace }); });
  const page = await seconds(async () => judgeAll(db, { workspace, world: await worldOf(db, { workspace, now: clock.now() }) }));
  console.log(`${CONTACTS} contacts, ${VARIANTS} variants in ${VARIANTS * 3} sheets, ${cpus().length} CPUs, Node ${process.version}`);
  console.log(`all looked at in ${all.toFixed(0)} s (${Math.round(CONTACTS / all)} contacts a second, products included); reading the rows once ${limit.toFixed(1)} s; CPU ${(after.node - before.node).toFixed(1)} s in node, ${(after.database - before.database).toFixed(1)} s in the database; memory ${Math.round((process.memoryUsage().rss - rss) / 1e6)} MB more`);
  console.log(`someone writing to contacts meanwhile waited ${waits[Math.floor(waits.length / 2)]!.toFixed(1)} ms (median), ${waits[Math.floor(waits.length * 0.99)]!.toFixed(1)} ms (99 %), ${waits.length} writes`);
  console.log(`events meanwhile ${Math.round(pace)} a second, ${Math.round(alone)} alone\n1,000 changed contacts ${(some * 1000).toFixed(0)} ms; ${changed.length} changed variants ${(sheets * 1000).toFixed(0)} ms (${((sheets * 1000) / changed.length).toFixed(2)} ms each, its product's other sheets included); the page, verdicts on all journeys included, ${(page * 1000).toFixed(0)} ms from ${cells!.n} cells`);
} finally {
  clock.stop();
  await db.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
