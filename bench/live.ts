import { bucketOf, type Id } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import { journeyListener } from "../apps/server/src/domains/journeys/index.ts";
import { changeSegment, createSegment, segmentListener } from "../apps/server/src/domains/segments/index.ts";
import { sql, ts } from "../apps/server/src/platform/db/sql.ts";
import { load, openLiveWorld } from "./live-world.ts";

/**
 * From an event to its mail, under load: events come in evenly, one in twenty starts a journey whose first step is an e-mail, the
 * others are looked at by live segments. Told is the time from the receipt of the event until the SMTP server's answer was recorded.
 * `node bench/live.ts [events/s] [seconds] [segments] [others]`. Engine and delivery run in this process as the product runs them.
 * With `others`, so many contacts more are there, and the same load comes a second time while a segment that names half of them is edited
 * again as soon as its last edit is in force: a build must not starve ingest or sends.
 */
const RATE = Number(process.argv[2] ?? 1_000);
const SECONDS = Number(process.argv[3] ?? 15);
const SEGMENTS = Number(process.argv[4] ?? 100);
const OTHERS = Number(process.argv[5] ?? 0);

const from = (country: string): Rule => ({ kind: "attribute", attribute: "country", is: { op: "eq", value: country } });

const world = await openLiveWorld({ people: RATE * SECONDS * (OTHERS > 0 ? 2 : 1), listeners: [segmentListener, journeyListener] });
const { db, clock, chance, workspace, engine, deps, actor } = world;
try {
  const now = clock.now();
  const others: Id[] = Array.from({ length: OTHERS }, () => chance.id(now));
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, country, known, created_at, updated_at)
    select c.bucket, c.id, ${workspace}::uuid, case when c.n % 2 = 0 then 'FR' else 'CA' end, true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz from unnest(${others.map(bucketOf)}::smallint[], ${others}::uuid[]) with ordinality as c (bucket, id, n)`);
  for (let n = 0; n < SEGMENTS; n++) {
    const rule: Rule = {
      kind: "event",
      event: n % 4 === 0 ? "Order Completed" : "Product Viewed",
      where: [],
      window: { kind: "last", span: { n: 1 + n, unit: "day" } },
      measure: { of: "count" },
      is: { op: "gte", value: 1 + (n % 10) },
    };
    await createSegment(deps, { actor, name: `Segment ${n}`, description: "", rule });
  }
  await engine.drain(100_000);
  await db.query(sql`analyze`);
  world.begin();
  await load(world, { label: `${SEGMENTS} segments: `, phase: 0, rate: RATE, seconds: SECONDS });
  if (OTHERS > 0) {
    const edited = await createSegment(deps, { actor, name: "Edited", description: "", rule: from("FR") });
    const done = new AbortController();
    const editing = (async () => {
      let builds = 0;
      while (!done.signal.aborted) {
        await clock.sleep(50);
        if ((await db.query(sql`select 1 as one from segments where id = ${edited} and state = 'live'`)).length === 0) continue;
        await changeSegment(deps, { actor, id: edited, rule: from(builds++ % 2 === 0 ? "CA" : "FR") });
        engine.poke();
      }
      return builds;
    })();
    await load(world, { label: "beside builds: ", phase: 1, rate: RATE, seconds: SECONDS });
    done.abort();
    console.log(
      `  meanwhile a segment of ${OTHERS / 2} members was edited ${await editing} times, each edit after the former was in force for everybody`,
    );
  }
} finally {
  await world.close();
}
