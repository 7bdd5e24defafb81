import { bucketOf, MINUTE, SECOND, type Id, type Instant } from "@relance/model/base";
import type { Database } from "../../src/platform/db/database.ts";
import { sql, ts } from "../../src/platform/db/sql.ts";
import type { Listener } from "../../src/platform/engine.ts";
import { fence, type Leases } from "../../src/platform/engine/index.ts";
import { addToCounters } from "../../src/platform/counters.ts";
import { writeFacts } from "../../src/platform/inbox.ts";
import type { Chance } from "../../src/platform/ports.ts";

/**
 * The smallest product of our shape, over the real platform: an event starts a run that waits, time ends it and plans a send, a delivery
 * worker hands the send to a far side. Written as the real domains are, relying on ownership and on one transaction per turn.
 */
export async function makeToyTables(db: Database): Promise<void> {
  await db.query(
    sql`create table toy_messages (bucket smallint not null, message uuid not null, contact uuid not null, primary key (bucket, message))`,
  );
  await db.query(
    sql`create table toy_runs (bucket smallint not null, id uuid not null, fact uuid not null, contact uuid not null, wake_at timestamptz not null, entered_at timestamptz not null, fired_at timestamptz, lease_epoch bigint not null, primary key (bucket, id))`,
  );
  await db.query(sql`create index toy_runs_due on toy_runs (bucket, wake_at) where fired_at is null`);
  await db.query(
    sql`create table toy_sends (bucket smallint not null, id uuid not null, run_id uuid not null, state text not null, planned_at timestamptz not null, claimed_until timestamptz, lease_epoch bigint not null, primary key (bucket, id))`,
  );
}

export interface ToyRequest {
  readonly messages: readonly { readonly message: Id; readonly contact: Id }[];
  /** A request no transaction can store. */
  readonly broken?: boolean;
}

/** What stands for ingest: many requests, one transaction; a message already stored is not news. */
export async function storeToyRequests(
  db: Database,
  deps: { chance: Chance; now: Instant; workspaceOf: (contact: Id) => Id },
  requests: readonly ToyRequest[],
): Promise<number[]> {
  return db.transaction(async (tx) => {
    if (requests.some((request) => request.broken)) throw new Error("a message that cannot be stored");
    const all = requests
      .flatMap((request) => request.messages)
      .sort((a, b) => bucketOf(a.contact) - bucketOf(b.contact) || (a.message < b.message ? -1 : 1));
    const fresh = await tx.query<{ message: Id; contact: Id }>(sql`
      with fresh as (
        insert into toy_messages (bucket, message, contact)
        select r.bucket, r.message, r.contact from unnest(${all.map((one) => bucketOf(one.contact))}::smallint[], ${all.map((one) => one.message)}::uuid[], ${all.map((one) => one.contact)}::uuid[]) as r (bucket, message, contact)
        order by r.bucket, r.message
        on conflict (bucket, message) do nothing returning message, contact
      ) select message, contact from fresh order by message`);
    await writeFacts(tx, {
      chance: deps.chance,
      now: deps.now,
      facts: fresh.map((one) => ({
        workspace: deps.workspaceOf(one.contact),
        contact: one.contact,
        occurredAt: deps.now,
        kind: "event" as const,
        data: { event: one.message, name: "seen", live: true },
      })),
    });
    return requests.map((request) => request.messages.length);
  });
}

/** A contact whose facts cannot be worked off. */
export const isPoison = (contact: Id) => contact.startsWith("0", 20) && contact[21] === "0";
const waitOf = (fact: Id) => (1 + (Number.parseInt(fact.slice(-4, -2), 16) % 90)) * MINUTE;

export function toyListener(): Listener {
  return {
    name: "toy journeys",
    kinds: ["event"],
    async onFacts(tx, turn, facts) {
      if (facts.some((fact) => isPoison(fact.contact))) throw new Error("poison");
      const runs = facts.map((fact) => ({
        bucket: bucketOf(fact.contact),
        id: `${turn.chance.id(turn.now).slice(0, -2)}${fact.contact.slice(-2)}`,
        fact: fact.kind === "event" ? fact.data.event : fact.id,
        contact: fact.contact,
        wake: turn.now + waitOf(fact.id),
      }));
      await tx.query(sql`
        insert into toy_runs (bucket, id, fact, contact, wake_at, entered_at, lease_epoch)
        select r.bucket, r.id, r.fact, r.contact, r.wake, ${ts(turn.now)}::timestamptz, r.epoch
        from unnest(${runs.map((run) => run.bucket)}::smallint[], ${runs.map((run) => run.id)}::uuid[], ${runs.map((run) => run.fact)}::uuid[], ${runs.map((run) => run.contact)}::uuid[], ${runs.map((run) => ts(run.wake))}::timestamptz[], ${runs.map((run) => turn.epochs.get(run.bucket)!)}::bigint[]) as r (bucket, id, fact, contact, wake, epoch)`);
      await addToCounters(
        tx,
        turn.slot,
        facts.map((fact) => ({ workspace: fact.workspace, name: "toy.entered", n: 1 })),
      );
      return [];
    },
    async onTime(tx, turn, limit) {
      const due = await tx.query<{ bucket: number; id: Id }>(sql`
        select bucket, id from toy_runs where bucket = any(${turn.buckets}::smallint[]) and fired_at is null and wake_at <= ${ts(turn.now)}::timestamptz
        order by wake_at, id limit ${limit}`);
      if (due.length === 0) return { facts: [], more: false };
      const rows = due.map((run) => ({
        ...run,
        send: `${turn.chance.id(turn.now).slice(0, -2)}${run.id.slice(-2)}`,
        epoch: turn.epochs.get(run.bucket)!,
      }));
      await tx.query(sql`
        update toy_runs r set fired_at = ${ts(turn.now)}::timestamptz, lease_epoch = d.epoch
        from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.epoch)}::bigint[]) as d (bucket, id, epoch)
        where r.bucket = d.bucket and r.id = d.id`);
      await tx.query(sql`
        insert into toy_sends (bucket, id, run_id, state, planned_at, lease_epoch)
        select d.bucket, d.send, d.id, 'waiting', ${ts(turn.now)}::timestamptz, d.epoch
        from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.send)}::uuid[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.epoch)}::bigint[]) as d (bucket, send, id, epoch)`);
      return { facts: [], more: due.length === limit };
    },
    async nextDue(db, buckets) {
      const [row] = await db.query<{ due: Instant | null }>(
        sql`select min(wake_at) as due from toy_runs where bucket = any(${buckets}::smallint[]) and fired_at is null`,
      );
      return row!.due;
    },
  };
}

/** The far side of the network: what it took, in its own book. */
export interface FarSide {
  readonly took: { readonly key: Id; readonly at: Instant }[];
  /** Resolves when it said yes; rejects with `taken` unknown to the caller when the line broke. */
  take(key: Id): Promise<"accepted" | "refused">;
}

const CLAIM = 30 * SECOND;

/** One round of the toy's delivery: recover what dead workers held, claim, hand over side by side, record. @returns sends touched */
export async function deliverToy(db: Database, leases: Leases, now: () => Instant, far: FarSide): Promise<number> {
  const epochs = leases.held("delivery");
  if (epochs.size === 0) return 0;
  const fenced = { role: "delivery" as const, owner: leases.owner, epochs };
  const buckets = [...epochs.keys()];
  const at = now();
  const claimed = await db.transaction(async (tx) => {
    await fence(tx, fenced);
    // Cut off before the wire: back to waiting. Cut off on the wire: nobody knows, never repeated.
    await tx.query(sql`
      update toy_sends set state = case state when 'claimed' then 'waiting' else 'uncertain' end, claimed_until = null
      where bucket = any(${buckets}::smallint[]) and state in ('claimed', 'handing') and claimed_until < ${ts(at)}::timestamptz`);
    return tx.query<{ bucket: number; id: Id }>(sql`
      with due as (
        select bucket, id from toy_sends where bucket = any(${buckets}::smallint[]) and state = 'waiting' order by planned_at, id limit 8
      ), claimed as (
        update toy_sends s set state = 'claimed', claimed_until = ${ts(at + CLAIM)}::timestamptz from due d where s.bucket = d.bucket and s.id = d.id and s.state = 'waiting' returning s.bucket, s.id
      ) select bucket, id from claimed order by id`);
  });
  const hand = async (send: { bucket: number; id: Id }) => {
    const epoch = new Map([[send.bucket, epochs.get(send.bucket)!]]);
    const move = (from: string, to: string) =>
      db.transaction(async (tx) => {
        await fence(tx, { ...fenced, epochs: epoch });
        return (
          await tx.query(sql`
        update toy_sends set state = ${to}, lease_epoch = ${epochs.get(send.bucket)!}, claimed_until = ${to === "handing" ? ts(now() + CLAIM) : null}::timestamptz
        where bucket = ${send.bucket} and id = ${send.id} and state = ${from} and (${to} <> 'handing' or claimed_until > ${ts(now())}::timestamptz) returning id`)
        ).length;
      });
    if ((await move("claimed", "handing")) === 0) return;
    const answer = await far.take(send.id).catch(() => "unknown" as const);
    await move("handing", answer === "accepted" ? "accepted" : answer === "refused" ? "waiting" : "uncertain");
  };
  // One that fails leaves its row as it is: the claim runs out.
  await Promise.allSettled(claimed.map(hand));
  return claimed.length;
}
