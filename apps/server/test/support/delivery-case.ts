import { afterEach, beforeEach, expect } from "vitest";
import { sql } from "../../src/platform/db/sql.ts";
import { openLeases, type Leases } from "../../src/platform/engine/leases.ts";
import type { DeliveryDoors, DeliveryWorker } from "../../src/domains/delivery/index.ts";
import { testDatabase } from "./db.ts";
import { brokenBooks, deliveryWorld, drain, testWorker, type DeliveryWorld } from "./delivery-world.ts";
import { mailServer, scriptedServer, type Answer, type MailServer, type Moment } from "./smtp.ts";
import { virtualClock, type VirtualClock } from "./virtual-clock.ts";

/** What each test of the delivery worker has anew: a workspace, a clock and the leases of one process; after it the books must add up. */
export let database: ReturnType<typeof testDatabase>;
export let clock: VirtualClock;
export let world: DeliveryWorld;
export let leases: Leases;
let worlds = 0;
const toClose: { close(): Promise<unknown> }[] = [];

export function useDelivery(): void {
  database = testDatabase();
  beforeEach(async () => {
    clock = virtualClock();
    world = await anotherWorld();
    await anotherProcess();
  });
  afterEach(async () => {
    expect(await brokenBooks(database.db, world.workspace)).toEqual([]);
    await Promise.all(toClose.splice(0).map((one) => one.close()));
    await database.db.query(sql`update bucket_leases set owner = null`);
    await database.db.query(sql`delete from workers`);
    await database.db.query(sql`delete from sends`);
  });
}

export const anotherWorld = (): Promise<DeliveryWorld> => deliveryWorld(database.db, clock, worlds++);

export const newLeases = (): Leases =>
  openLeases({
    db: database.db,
    clock,
    owner: world.chance.id(clock.now()),
    roles: ["delivery"],
    host: "test",
    pid: 1,
    onError: (error) => {
      throw error;
    },
  });

/** From now on the worker of a process that has just started. */
export async function anotherProcess(): Promise<void> {
  leases = newLeases();
  await leases.beat();
}

export const newWorker = (doors?: DeliveryDoors, on: Leases = leases): DeliveryWorker =>
  testWorker({ db: database.db, clock, leases: on, chance: world.chance, ...(doors && { doors }) });

export async function realServer(options = {}): Promise<MailServer> {
  const server = await mailServer(options);
  toClose.push(server);
  await world.useSmtp(server.port);
  return server;
}

export async function scripted(behave: (moment: Moment) => Answer | Promise<Answer>, settings = {}) {
  const server = await scriptedServer(behave);
  toClose.push(server);
  await world.useSmtp(server.port, settings);
  return server;
}

/** Time passes; nobody else wants the buckets meanwhile. */
export async function pass(ms: number, worker: DeliveryWorker): Promise<void> {
  await clock.advance(ms);
  await leases.beat();
  await drain(worker);
}
