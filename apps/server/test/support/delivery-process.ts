import { hostname } from "node:os";
import { openDeliveryWorker } from "../../src/domains/delivery/index.ts";
import { systemChance } from "../../src/platform/chance/index.ts";
import { databaseClock } from "../../src/platform/clock/index.ts";
import { openPool } from "../../src/platform/db/pool.ts";
import { openLeases } from "../../src/platform/engine/leases.ts";
import { createLog } from "../../src/platform/log/index.ts";
import { systemNet } from "../../src/platform/net/index.ts";
import { plainDoors, testSecrets } from "./delivery-world.ts";

/**
 * A delivery process of its own, for tests that kill it: the worker as the product runs it, with real clock, leases and sockets.
 * Argument: the database's connection string. Says "ready" on standard output when it holds buckets; stops on SIGTERM.
 */
const db = openPool({
  connection: { connectionString: process.argv[2]! },
  size: 6,
  name: "relance delivery",
  onIdleError: () => undefined,
});
const clock = await databaseClock(db);
const chance = systemChance();
const log = createLog("silent");
const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort());

const leases = openLeases({
  db,
  clock,
  owner: chance.id(clock.now()),
  roles: ["delivery"],
  host: hostname(),
  pid: process.pid,
  onError: () => undefined,
  onChange: () => worker.poke(),
});
const worker = openDeliveryWorker({
  ports: { sql: db, clock, chance, net: systemNet({ allow: ["127.0.0.1"] }), files: null as never },
  log,
  config: { publicUrl: "http://relance.example" },
  secrets: testSecrets(),
  leases,
  doors: plainDoors,
  slot: 1 + (process.pid % 60),
});
const keeping = leases.keep(stopping.signal);
process.stdout.write("ready\n");
await worker.run(stopping.signal);
await keeping;
clock.stop();
await db.close();
