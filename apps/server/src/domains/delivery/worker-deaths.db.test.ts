import { bucketOf, SECOND } from "@relance/model/base";
import { expect, test } from "vitest";
import {
  anotherProcess,
  clock,
  database,
  leases,
  newLeases,
  newWorker,
  pass,
  realServer,
  scripted,
  useDelivery,
  world,
} from "../../../test/support/delivery-case.ts";
import { brokenFarBooks, drain, plainDoors } from "../../../test/support/delivery-world.ts";
import type { Answer } from "../../../test/support/smtp.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import type { DeliveryDoors } from "./index.ts";

useDelivery();

test("a worker that died while claiming: its sends wait again at once; while handing: uncertain, transactional repeated", async () => {
  const server = await realServer();
  const contacts = await world.contacts(4);
  await world.plan(contacts.slice(0, 3));
  await world.plan(contacts.slice(3), { class: "transactional" });
  // As a kill -9 leaves them: two claimed, one marketing and one transactional on the wire.
  await database.db
    .query(sql`update sends set state = case when contact_id = any(${contacts.slice(0, 2)}::uuid[]) then 'claimed' else 'handing' end, claimed_by = ${world.chance.id(1)}, claimed_until = ${ts(clock.now() + 20 * SECOND)}::timestamptz,
    attempts = 1, unfinished = 1, lease_epoch = 0, message_id = id || '@shop.example', gate_at = ${ts(clock.now())}::timestamptz, decision = '[]'::jsonb where workspace_id = ${world.workspace}`);
  await database.db.query(sql`delete from send_totals where workspace_id = ${world.workspace}`);
  await database.db.query(sql`insert into send_totals (workspace_id, subject, state, reason, slot, n)
    select workspace_id, unnest(array['all', 'template:' || template_id, 'campaign:' || campaign_id]), state, '', 9, count(*) from sends where workspace_id = ${world.workspace} group by 1, 2, 3`);
  const worker = newWorker();
  await drain(worker);
  expect(await world.states()).toEqual({ accepted: 2, handing: 2 });
  await pass(21 * SECOND, worker);
  expect(await world.states()).toEqual({ accepted: 3, "uncertain(worker_died)": 1 });
  expect(server.taken.length).toBe(3);
});

test("a message that kills its worker four times is quarantined, and of those started with it nobody else", async () => {
  const people = await world.contacts(30);
  await world.plan(people);
  for (let deaths = 0; deaths < 4;) {
    const killed = Promise.withResolvers<"killed">();
    const doors: DeliveryDoors = {
      ...plainDoors,
      render: (db, input) => {
        if (!input.sends.some((send) => send.contact === people[7])) return plainDoors.render(db, input);
        killed.resolve("killed");
        return new Promise(() => undefined); // never comes back: the process is gone
      },
    };
    const worker = newWorker(doors);
    if ((await Promise.race([killed.promise, worker.turn()])) !== "killed") {
      await worker.settled();
      continue;
    }
    deaths += 1;
    await clock.advance(11 * SECOND);
    await anotherProcess();
  }
  await drain(newWorker());
  expect(await world.states()).toEqual({ accepted: 29, "failed(quarantined)": 1 });
});

test("a zombie that wakes after its lease is gone hands nothing over", async () => {
  const server = await realServer();
  await world.plan(await world.contacts(20));
  let wakeUp: () => void = () => undefined;
  const asleep = new Promise<void>((resolve) => {
    wakeUp = resolve;
  });
  const zombie = newWorker({
    ...plainDoors,
    render: async (db, input) => {
      await asleep;
      return plainDoors.render(db, input);
    },
  });
  const turn = zombie.turn();
  await untilState("claimed");
  await clock.advance(11 * SECOND); // its lease is over
  const successor = newLeases();
  await successor.beat();
  const worker = newWorker(undefined, successor);
  await drain(worker);
  expect(await world.states()).toEqual({ accepted: 20 });
  wakeUp();
  await expect(turn).rejects.toThrow(/lease/);
  expect(server.taken.length).toBe(20);
});

test("a zombie on the wire: its late answer settles what its successor called uncertain", async () => {
  let answer: () => void = () => undefined;
  const late = new Promise<Answer>((resolve) => {
    answer = () => resolve(undefined);
  });
  const server = await scripted((moment) => (moment.stage === "dot" ? late : undefined), { connections: 1 });
  await world.plan(await world.contacts(1));
  const zombie = newWorker();
  await zombie.turn();
  await clock.advance(25 * SECOND);
  const successor = newLeases();
  await successor.beat();
  await drain(newWorker(undefined, successor));
  expect(await world.states()).toEqual({ "uncertain(worker_died)": 1 });
  answer();
  await zombie.settled();
  expect(await world.states()).toEqual({ accepted: 1 });
  expect(server.taken.length).toBe(1);
});

test("a contact folded into another while its message is on the wire: the outcome follows it to its new bucket", async () => {
  let answer: () => void = () => undefined;
  const late = new Promise<Answer>((resolve) => {
    answer = () => resolve(undefined);
  });
  await scripted((moment) => (moment.stage === "dot" ? late : undefined), { connections: 1 });
  const [loser, winner] = await world.contacts(2);
  await world.plan([loser!]);
  const worker = newWorker();
  await worker.turn();
  await database.db.query(
    sql`update sends set bucket = ${bucketOf(winner!)}::smallint, contact_id = ${winner!} where contact_id = ${loser!}`,
  );
  answer();
  await worker.settled();
  expect(await world.states()).toEqual({ accepted: 1 });
  expect(
    await database.db.query(
      sql`select contact_id as contact from inbox where workspace_id = ${world.workspace} and kind = 'send.changed' order by id`,
    ),
  ).toEqual([{ contact: winner }]);
});

test("two workers share the buckets and nobody is mailed twice", async () => {
  const server = await realServer();
  await world.plan(await world.contacts(500));
  const second = newLeases();
  for (let round = 0; round < 3; round++) {
    await leases.beat();
    await second.beat();
  }
  expect(second.held("delivery").size).toBe(128);
  const workers = [newWorker(), newWorker(undefined, second)];
  await Promise.all(workers.map((worker) => drain(worker)));
  expect(await world.states()).toEqual({ accepted: 500 });
  expect(
    await brokenFarBooks(
      database.db,
      world.workspace,
      server.taken.map((one) => one.messageId),
    ),
  ).toEqual([]);
});

async function untilState(state: string): Promise<void> {
  for (let i = 0; i < 400; i++) if ((await world.states())[state] !== undefined) return;
  throw new Error(`Never ${state}: ${JSON.stringify(await world.states())}`);
}
