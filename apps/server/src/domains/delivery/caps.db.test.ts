import { DAY, HOUR, type Id } from "@relance/model/base";
import { afterEach, expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { brokenBooks, deliveryWorld, drain, plainDoors, testSecrets, testWorker } from "../../../test/support/delivery-world.ts";
import { virtualClock } from "../../../test/support/virtual-clock.ts";
import { sql } from "../../platform/db/sql.ts";
import { openLeases } from "../../platform/engine/leases.ts";
import { decideSends } from "../compliance/index.ts";
import type { DeliveryDoors } from "./index.ts";

const test_ = testDatabase();
afterEach(() => test_.db.query(sql`update bucket_leases set owner = null`));

test(
  "two delivery workers never let a cap be passed, of a channel or of a tag; what is over it is held until there is room, and ends with its patience",
  { timeout: 60_000 },
  async () => {
    const clock = virtualClock();
    const world = await deliveryWorld(test_.db, clock, "caps");
    await test_.db.query(
      sql`update workspaces set settings = ${JSON.stringify({ requireConsent: false, quietHours: null, cap: { messages: 3, days: 7 }, caps: [{ channel: null, topic: null, tag: "promo", messages: 1, per: { last: 1 } }] })}::jsonb where id = ${world.workspace}`,
    );
    const leases = [0, 1].map(() =>
      openLeases({
        db: test_.db,
        clock,
        owner: world.chance.id(clock.now()),
        roles: ["delivery"],
        host: "test",
        pid: 1,
        onError: (error) => {
          throw error;
        },
      }),
    );
    for (let round = 0; round < 3; round++) for (const one of leases) await one.beat();
    const doors: DeliveryDoors = {
      ...plainDoors,
      decide: (tx, { now, sends }) => decideSends(tx, { now, secrets: testSecrets(), candidates: sends }),
    };
    const workers = leases.map((one) => testWorker({ db: test_.db, clock, leases: one, chance: world.chance, doors }));
    const contacts = await world.contacts(40);
    const campaign = (n: number) =>
      ({
        origin: { kind: "campaign", campaign: world.template, variant: `v${n}` },
        patienceUntil: clock.now() + 5 * DAY,
        attention: { priority: 50 + n, group: null, tags: n % 2 === 0 ? ["promo"] : [], atOnce: false },
      }) as const;
    // Six messages each, planned while both are at work: three promotions, three others.
    const plan = async () => {
      for (let n = 0; n < 6; n++) await world.plan(contacts, campaign(n));
    };
    await Promise.all([
      plan(),
      ...workers.map(async (worker) => {
        for (let i = 0; i < 30; i++) {
          await worker.turn();
          await worker.settled();
        }
      }),
    ]);
    await Promise.all(workers.map((worker) => drain(worker)));
    const counts = () =>
      test_.db.query<{ contact: Id; sent: number; promos: number }>(sql`
    select s.contact_id as contact, count(*) filter (where s.state = 'accepted') as sent, count(*) filter (where s.state = 'accepted' and 'promo' = any(s.tags)) as promos
    from sends s where s.workspace_id = ${world.workspace} group by s.contact_id order by s.contact_id`);
    for (const one of await counts()) expect([one.contact, one.sent <= 3, one.promos <= 1]).toEqual([one.contact, true, true]);
    expect((await counts()).length).toBe(40);
    // Days go by: never more than three in seven days, and in the end nobody waits any more.
    for (let hour = 0; hour < 6 * 24; hour += 6) {
      await clock.advance(6 * HOUR);
      for (const one of leases) await one.beat();
      await Promise.all(workers.map((worker) => drain(worker)));
    }
    const most = await test_.db.query<{ n: number }>(
      sql`select max(n)::int as n from (select count(*) as n from sends s where s.workspace_id = ${world.workspace} and s.state = 'accepted' group by s.contact_id) c`,
    );
    expect(most[0]!.n).toBe(3);
    const states = await world.states();
    expect(states).toEqual({ accepted: 120, "skipped(cap.reached)": 120 });
    expect(await brokenBooks(test_.db, world.workspace)).toEqual([]);
  },
);
