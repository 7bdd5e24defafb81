import type { Id, Instant } from "@relance/model/base";
import type { Database } from "../../src/platform/db/database.ts";
import type { openPool } from "../../src/platform/db/pool.ts";
import type { Listener } from "../../src/platform/engine.ts";
import type { Leases } from "../../src/platform/engine/index.ts";
import type { Generator } from "../../src/platform/chance/index.ts";
import type { Chance, Clock } from "../../src/platform/ports.ts";
import type { Life } from "./world.ts";

export type Pool = ReturnType<typeof openPool>;

/** What one life of an actor's process holds: its ports, under the world's hand. */
export interface Own {
  readonly name: string;
  readonly life: Life;
  readonly db: Database;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Which slot of the spread counters it writes. */
  readonly slot: number;
}

/** What a client may do: send a request until it is acknowledged. */
export interface Door<Request> {
  /** Resolves once it is stored; rejects with a coded error, 503 meaning "again later". */
  submit(request: Request): Promise<unknown>;
}

/** What is left to do; all zero is rest. Leaps of time are made while only `timers` are left. */
export interface Rest {
  readonly inbox: number;
  readonly timers: number;
  readonly sends: number;
}

/** A product to be simulated: how its processes are started, what its client sends, what must hold. */
export interface Workload<Request> {
  prepare(real: Pool): Promise<void>;
  http(own: Own): Door<Request>;
  listeners(own: Own): readonly Listener[];
  /** Starts the delivery worker of this process. */
  deliver(own: Own, leases: Leases): void;
  /** The next thing a client sends. */
  request(draw: Generator, now: Instant): Request;
  /** Told when a request was answered. @returns what is wrong with the answer, if anything */
  answered(request: Request, answer: { stored: unknown } | { error: { code?: string; message: string } }): string | null;
  /** Something else a client does now and then; null for nothing. */
  aside?(own: Own, draw: Generator): Promise<void>;
  rest(real: Pool): Promise<Rest>;
  /** The books that hold at every committed snapshot. @throws Finding */
  checkLive(real: Pool): Promise<void>;
  /** What must hold besides, at rest. @throws Finding */
  checkAtRest(real: Pool, now: Instant): Promise<void>;
  /** For the report. */
  numbers(real: Pool): Promise<{ messages: number; sends: number; uncertain: number }>;
}

/** What the far side of the network took, in its own book. */
export interface FarBook {
  readonly key: Id;
  readonly at: Instant;
}
