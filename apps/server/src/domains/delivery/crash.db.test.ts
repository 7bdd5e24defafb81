import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { SECOND } from "@relance/model/base";
import { crashSweep } from "../../../test/support/crash-sweep.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { brokenBooks, brokenFarBooks, deliveryWorld, testWorker, type DeliveryWorld } from "../../../test/support/delivery-world.ts";
import { mailServer, type MailServer } from "../../../test/support/smtp.ts";
import { virtualClock, type VirtualClock } from "../../../test/support/virtual-clock.ts";
import { systemSleep } from "../../platform/clock/index.ts";
import { sql } from "../../platform/db/sql.ts";
import { openLeases, type Leases } from "../../platform/engine/leases.ts";
import type { Database } from "../../platform/db/database.ts";
import type { DeliveryWorker } from "./index.ts";

const test_ = testDatabase();
let server: MailServer;
let clock: VirtualClock;
let world: DeliveryWorld;
let worlds = 0;
beforeEach(async () => {
  server = await mailServer();
});
afterEach(async () => {
  await server.close();
});
afterAll(async () => {
  await test_.db.query(sql`update bucket_leases set owner = null`);
});

// Every fifth case a run of the suite, another fifth each day; `npm run sweep` takes all of them.
const SHARD = process.env["RELANCE_FULL_SWEEP"] === "1" ? { of: 1, take: 0 } : { of: 5, take: new Date().getUTCDate() % 5 };

const PEOPLE = 8;

async function beat(db: Database): Promise<Leases> {
  const leases = openLeases({
    db,
    clock,
    owner: world.chance.id(clock.now()),
    roles: ["delivery"],
    host: "test",
    pid: 1,
    onError: () => undefined,
  });
  await leases.beat();
  return leases;
}

/**
 * Works until nothing is left that a worker could do. The clock moves only between tries, so a fault that leaves rows to their time
 * (a claim to expire, a message on the wire) is waited for. Errors of one turn are what `run` survives: the next turn goes on.
 */
async function workOn(worker: DeliveryWorker, dead: () => boolean): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const failed = await worker.turn().then(
      () => false,
      (error: unknown) => {
        if (/ProcessDied/.test(String((error as Error).name))) throw error;
        return true;
      },
    );
    await settle(worker, dead);
    const [open] = await test_.db.query<{ n: number }>(
      sql`select count(*) as n from sends where workspace_id = ${world.workspace} and state in ('waiting', 'claimed', 'handing', 'held')`,
    );
    if (open!.n === 0 && !failed) return;
    await clock.advance(3 * SECOND);
  }
  throw new Error(`no rest: ${JSON.stringify(await world.states())}`);
}

/** Lets outcomes arrive and be written; a recorder that met a fault sleeps a second of the test's clock first. */
async function settle(worker: DeliveryWorker, dead: () => boolean): Promise<void> {
  let done = false;
  void worker.settled().then(() => {
    done = true;
  });
  for (let i = 0; i < 1000 && !done; i++) {
    await systemSleep(1); // the far side lives in real time
    if (i % 10 === 9) await clock.advance(SECOND);
    if (dead()) return;
  }
}

for (const where of ["an SMTP server", "the outbox"] as const) {
  test(
    `to ${where}: a crash or fault at any statement of the delivery worker loses nobody and mails nobody twice`,
    { timeout: 400_000 },
    async () => {
      const report = await crashSweep(
        test_.db,
        {
          async prepare() {
            clock = virtualClock();
            await test_.db.query(sql`update bucket_leases set owner = null`);
            await test_.db.query(sql`delete from workers`);
            world = await deliveryWorld(test_.db, clock, `crash ${worlds++}`);
            if (where === "an SMTP server") await world.useSmtp(server.port);
            const contacts = await world.contacts(PEOPLE);
            await world.plan(contacts.slice(0, 6));
            await world.plan(contacts.slice(6, 7), { class: "transactional", origin: { kind: "request", key: "order 1" } });
            await world.plan(contacts.slice(7));
            await world.withdraw(contacts[7]!);
          },
          async work(db, life) {
            if (life === "restarted") await clock.advance(11 * SECOND); // the dead one's lease runs out
            // Leases are kept over a line of their own: their faults are swept in their own tests.
            const leases = await beat(test_.db);
            const held = leases.held("delivery");
            const worker = testWorker({ db, clock, leases: { owner: leases.owner, held: () => held }, chance: world.chance });
            await workOn(worker, () => (db as { dead?: boolean }).dead === true);
          },
          async check() {
            const states = await world.states();
            const far = server.taken.filter((one) => one.messageId !== "").map((one) => one.messageId);
            const mine = new Set(
              (
                await test_.db.query<{ m: string | null }>(
                  sql`select s.message_id as m from sends s where s.workspace_id = ${world.workspace} order by s.id`,
                )
              ).map((row) => row.m),
            );
            const ours = far.filter((id) => mine.has(id));
            const wrong = [
              ...(await brokenBooks(test_.db, world.workspace)),
              ...(where === "an SMTP server" ? await brokenFarBooks(test_.db, world.workspace, ours) : []),
            ];
            if (wrong.length > 0) throw new Error(JSON.stringify(wrong));
            const ended = (states["accepted"] ?? 0) + (states["uncertain(worker_died)"] ?? 0);
            if (ended !== PEOPLE - 1 || states["skipped(no_consent)"] !== 1) throw new Error(`somebody is lost: ${JSON.stringify(states)}`);
            if (where === "the outbox") {
              const [row] = await test_.db.query<{ n: number }>(
                sql`select count(*) as n from outbox_messages where workspace_id = ${world.workspace}`,
              );
              if (row!.n !== PEOPLE - 1 || states["accepted"] !== PEOPLE - 1)
                throw new Error(`the outbox is not exact: ${row!.n} ${JSON.stringify(states)}`);
            }
          },
        },
        SHARD,
      );
      expect(report.runs).toBeGreaterThan(20);
      console.log(`crash sweep to ${where}: ${report.statements} statements, ${report.runs} faults`);
    },
  );
}
