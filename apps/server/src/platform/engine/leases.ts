import { BUCKETS, SECOND, type Id, type Instant } from "@relance/model/base";
import type { Database, Tx } from "../db/database.ts";
import { raw, sql, ts } from "../db/sql.ts";
import type { Clock } from "../ports.ts";

/**
 * Who owns which bucket. A worker proves it lives by one heartbeat row every 3 s; a worker silent for 10 s is dead and its buckets
 * go to others. Per role, each live worker holds its fair share: it gives back what is too much and takes what is free or orphaned.
 * Every change of owner raises the bucket's epoch, and whoever writes as owner first locks its lease rows (`fence`), so a former
 * owner that wakes up late cannot commit (book B19). All instants are the database's clock, the one clock all workers share.
 */
export type LeaseRole = "engine" | "delivery";

export const HEARTBEAT = 3 * SECOND;
export const LEASE = 10 * SECOND;
/** How soon a worker that still lacks part of its share looks again. */
const UNSETTLED = SECOND / 2;
/** A worker silent this long is taken off the list. */
const FORGET = 3600 * SECOND;
/** A transaction of an owner that stopped in the middle is ended by the server after this, or its locks would outlive its lease. */
const STALLED_MS = LEASE;

export interface Leases {
  readonly owner: Id;
  /** Buckets held now with their epochs; empty once our own heartbeat is too old to be sure. */
  held(role: LeaseRole): ReadonlyMap<number, number>;
  /** Whether other processes live that own buckets, as of the last heartbeat. */
  others(): boolean;
  /** One heartbeat: says we live, then gives back and takes. @returns whether every role holds its whole share */
  beat(): Promise<boolean>;
  /** Beats until the signal aborts, then gives everything back. Errors go to `onError` and are tried again. */
  keep(signal: AbortSignal): Promise<void>;
  /** Gives everything back and leaves the list of workers. */
  release(): Promise<void>;
  /** Buckets taken from a worker that died, since the start: `relance_lease_takeovers_total`. */
  takeovers(): number;
  /** Buckets taken from dead workers since this was last asked: what they were doing may have killed them. */
  orphaned(role: LeaseRole): readonly number[];
}

export interface LeaseOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly owner: Id;
  readonly roles: readonly LeaseRole[];
  readonly host: string;
  readonly pid: number;
  readonly onError: (error: unknown) => void;
  /** Told after buckets came or went, so that a sleeping loop looks at once. */
  readonly onChange?: () => void;
}

export function openLeases(options: LeaseOptions): Leases {
  const { db, clock, owner, roles } = options;
  const held = new Map<LeaseRole, ReadonlyMap<number, number>>();
  const startedAt = clock.now();
  let sureUntil = -Infinity; // monotonic
  let takeovers = 0;
  let others = true;
  const orphans = new Map<LeaseRole, number[]>(roles.map((role) => [role, []]));

  const balance = async (role: LeaseRole, now: Instant): Promise<boolean> => {
    const live = await liveWorkers(db, { role, now });
    const share = Math.ceil(BUCKETS / Math.max(1, live.length));
    const mine = await readLeases(db, { role, owner });
    let keep = new Map([...mine].slice(0, share));
    // Forget first, give back second: no new turn may begin on a bucket that is about to be another's.
    const before = held.get(role);
    held.set(role, keep);
    const extras = [...mine.keys()].slice(share);
    if (extras.length > 0) await releaseLeases(db, { role, owner, buckets: extras });
    if (keep.size < share) {
      const taken = await takeLeases(db, { role, owner, live, limit: share - keep.size });
      const orphaned = taken.filter((lease) => lease.orphaned).map((lease) => lease.bucket);
      takeovers += orphaned.length;
      orphans.get(role)!.push(...orphaned);
      keep = new Map([...keep, ...taken.map((lease) => [lease.bucket, lease.epoch] as const)]);
      held.set(role, keep);
    }
    if (!sameLeases(before, keep)) options.onChange?.();
    return keep.size >= Math.min(share, Math.floor(BUCKETS / Math.max(1, live.length)));
  };

  const leases: Leases = {
    owner,
    held: (role) => (clock.monotonic() < sureUntil ? (held.get(role) ?? NONE) : NONE),
    async beat() {
      const asked = clock.monotonic();
      const now = clock.now();
      await writeHeartbeat(db, { owner, roles, host: options.host, pid: options.pid, startedAt, now });
      others = await anyOthers(db, { owner, now });
      let settled = true;
      for (const role of roles) settled = (await balance(role, now)) && settled;
      sureUntil = asked + LEASE;
      return settled;
    },
    async keep(signal) {
      while (!signal.aborted) {
        let settled = false;
        try {
          settled = await leases.beat();
        } catch (error) {
          options.onError(error);
        }
        await clock.sleep(settled ? HEARTBEAT : UNSETTLED, signal);
      }
      await leases.release().catch(options.onError);
    },
    async release() {
      sureUntil = -Infinity;
      held.clear();
      for (const role of roles) await releaseLeases(db, { role, owner, buckets: null });
      await db.query(sql`delete from workers where id = ${owner}`);
    },
    others: () => others,
    takeovers: () => takeovers,
    orphaned: (role) => orphans.get(role)?.splice(0) ?? [],
  };
  return leases;
}

/** The lease was taken over: everything of this transaction must be rolled back, and the bucket left alone. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
  readonly buckets: readonly number[];

  constructor(role: LeaseRole, buckets: readonly number[]) {
    super(`The ${role} lease of ${buckets.length} bucket(s) is another worker's now`);
    this.buckets = buckets;
  }
}

/**
 * Proves, first thing in a transaction, that these buckets are still the owner's under these epochs, and keeps it so until the commit:
 * the rows are locked for share, and taking a bucket over needs them for update. With `alone`, two transactions of the same owner also
 * exclude each other: one whose commit was cut off may still be under way at the server, and must end before the next begins.
 * @throws LeaseLost naming the buckets that are not
 */
export async function fence(
  tx: Tx,
  input: { readonly role: LeaseRole; readonly owner: Id; readonly epochs: ReadonlyMap<number, number>; readonly alone?: boolean },
): Promise<void> {
  const { role, owner, epochs } = input;
  // JIT costs 100 ms and more where the planner overrates a batch of a thousand; what follows in this transaction takes a few.
  const rows = await tx.query<{ bucket: number; epoch: number }>(sql`
    select l.bucket, l.epoch, (select set_config('idle_in_transaction_session_timeout', ${String(STALLED_MS)}, true) || set_config('jit', 'off', true)) as settings
    from bucket_leases l
    where l.role = ${role} and l.bucket = any(${[...epochs.keys()]}::smallint[]) and l.owner = ${owner}
    order by l.bucket
    ${input.alone ? raw("for no key update of l") : raw("for share of l")}`);
  const sure = new Map(rows.map((row) => [row.bucket, row.epoch]));
  const lost = [...epochs].filter(([bucket, epoch]) => sure.get(bucket) !== epoch).map(([bucket]) => bucket);
  if (lost.length > 0) throw new LeaseLost(role, lost);
}

/**
 * Keeps every owner out of these buckets until the transaction ends, and waits for the turn under way in them: for the few who must move
 * rows between buckets without owning them (a merge). Call it before touching what turns write, once per transaction.
 */
export async function holdBuckets(tx: Tx, input: { readonly buckets: readonly number[] }): Promise<void> {
  await tx.query(sql`
    select l.role, l.bucket from bucket_leases l where l.bucket = any(${[...new Set(input.buckets)]}::smallint[])
    order by l.role, l.bucket for no key update of l`);
}

const NONE: ReadonlyMap<number, number> = new Map();

function sameLeases(a: ReadonlyMap<number, number> | undefined, b: ReadonlyMap<number, number>): boolean {
  return a !== undefined && a.size === b.size && [...a].every(([bucket, epoch]) => b.get(bucket) === epoch);
}

async function writeHeartbeat(
  db: Database,
  worker: { owner: Id; roles: readonly string[]; host: string; pid: number; startedAt: Instant; now: Instant },
): Promise<void> {
  await db.query(sql`
    insert into workers (id, roles, host, pid, started_at, heartbeat_at)
    values (${worker.owner}, ${worker.roles}::text[], ${worker.host}, ${worker.pid}, ${ts(worker.startedAt)}::timestamptz, ${ts(worker.now)}::timestamptz)
    on conflict (id) do update set heartbeat_at = excluded.heartbeat_at`);
}

async function liveWorkers(db: Database, input: { role: LeaseRole; now: Instant }): Promise<Id[]> {
  const rows = await db.query<{ id: Id }>(sql`
    select id from workers where ${input.role} = any(roles) and heartbeat_at > ${ts(input.now - LEASE)}::timestamptz order by id`);
  return rows.map((row) => row.id);
}

async function anyOthers(db: Database, input: { owner: Id; now: Instant }): Promise<boolean> {
  return (
    (
      await db.query(
        sql`select 1 as one from workers where id <> ${input.owner} and roles && ${["engine", "delivery"]}::text[] and heartbeat_at > ${ts(input.now - LEASE)}::timestamptz limit 1`,
      )
    ).length > 0
  );
}

/** Takes long-dead workers off the list. */
export async function forgetDeadWorkers(db: Database, input: { readonly now: Instant }): Promise<void> {
  await db.query(sql`delete from workers where heartbeat_at < ${ts(input.now - FORGET)}::timestamptz`);
}

async function readLeases(db: Database, input: { role: LeaseRole; owner: Id }): Promise<Map<number, number>> {
  const rows = await db.query<{ bucket: number; epoch: number }>(sql`
    select bucket, epoch from bucket_leases where role = ${input.role} and owner = ${input.owner} order by bucket`);
  return new Map(rows.map((row) => [row.bucket, row.epoch]));
}

/** Free buckets and those of workers not among the living. One another worker is taking this moment, or a stopped owner still locks, is left for the next beat. */
async function takeLeases(
  db: Database,
  input: { role: LeaseRole; owner: Id; live: readonly Id[]; limit: number },
): Promise<{ bucket: number; epoch: number; orphaned: boolean }[]> {
  return db.query(sql`
    with free as (
      select role, bucket, owner is not null as orphaned from bucket_leases
      where role = ${input.role} and (owner is null or owner <> all(${input.live}::uuid[]))
      order by bucket limit ${input.limit} for update skip locked
    ), taken as (
      update bucket_leases l set owner = ${input.owner}, epoch = l.epoch + 1
      from free f where f.role = l.role and f.bucket = l.bucket
      returning l.bucket, l.epoch, f.orphaned
    )
    select bucket, epoch, orphaned from taken order by bucket`);
}

async function releaseLeases(db: Database, input: { role: LeaseRole; owner: Id; buckets: readonly number[] | null }): Promise<void> {
  await db.query(sql`
    update bucket_leases set owner = null
    where role = ${input.role} and owner = ${input.owner} and (${input.buckets}::smallint[] is null or bucket = any(${input.buckets}::smallint[]))`);
}
