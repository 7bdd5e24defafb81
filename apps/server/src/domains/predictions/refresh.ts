/**
 * A refresh appraises every customer of a workspace. Two passes over the orders, bucket by bucket, so that memory holds one slice:
 * the first gathers what the models are fitted to, the second writes each customer's numbers, one transaction per slice. The arithmetic is
 * done in a thread of its own. States: waiting → running → done | failed | cancelled. A process that dies leaves it `running`; the job is
 * tried again, begins at the beginning, and finds what was written unchanged.
 */
import { BUCKETS, bucketOf, DAY, MINUTE, type Id, type LocalDate } from "@relance/model/base";
import {
  holdOutDays,
  MOVES_DAYS,
  settle,
  type Appraisal,
  type AppraiserSettings,
  type CustomerFacts,
  type Fitted,
  type Kept,
  type Summary,
} from "@relance/model/predictions";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { holdBuckets } from "../../platform/engine/index.ts";
import type { NewFact } from "../../platform/engine.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { Thread } from "../../platform/workers/thread.ts";
import { findWorkspace } from "../team/index.ts";
import {
  customerFacts,
  deleteRows,
  endRefresh,
  firstDay,
  forgetRefreshes,
  keptRows,
  leaseRefresh,
  leftOut,
  releaseRefresh,
  writeRows,
  type Counting,
  type KeptRow,
  type Refresh,
} from "./queries.ts";
import { settingsOf } from "./settings.ts";

/** Buckets in one slice: of a million customers some 8,000, a quarter of a second. */
const SLICE = 2;
const LEASE = MINUTE;
const HEAP_MB = 1_024;
const KEEP_DAYS = 400;
const WORKER = new URL("./appraise-worker.ts", import.meta.url);

/** Which numbers rules of the workspace mention; asked inside the slice's transaction. */
export type Heard = (db: Db, workspace: Id) => Promise<ReadonlySet<string>>;

interface Plan extends Counting {
  readonly id: Id;
  readonly owner: Id;
  readonly today: number;
}

/** The refresh was cancelled, or another process took it over. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Runs a refresh to its end. @param input.signal stops between two slices, to be run again */
export async function runRefresh(
  deps: Deps,
  input: { workspace: Id; id: Id; heard: Heard; signal?: AbortSignal; lastAttempt?: boolean },
): Promise<void> {
  const { sql: db, clock, chance } = deps.ports;
  const { workspace } = input;
  const now = clock.now();
  const record = await findWorkspace(db, { id: workspace });
  const settings = await settingsOf(db, { workspace });
  const today = dayNumber(now, record.time_zone);
  const first = (await firstDay(db, { workspace, zone: record.time_zone, now })) ?? today;
  const plan: Plan = {
    workspace,
    id: input.id,
    owner: chance.id(now),
    zone: record.time_zone,
    now,
    currency: record.currency,
    rates: settings.rates,
    today,
    cut: today - holdOutDays(today - first),
    before: today - MOVES_DAYS,
  };
  if (!(await renew(deps, plan, "gather", 0))) return;
  const thread = new Thread(WORKER, { heapMb: HEAP_MB });
  try {
    await thread.call("open", { today, cut: plan.cut, bounds: settings.bounds } satisfies AppraiserSettings);
    await eachSlice(deps, plan, "gather", input.signal, async (buckets) => {
      await thread.call(
        "gather",
        (await customerFacts(db, { ...plan, buckets })).map(({ contact: _contact, ...facts }) => facts),
      );
    });
    if (!(await renew(deps, plan, "fit", 0))) throw new Stopped();
    const fitted = await thread.call<Fitted>("fit", null);
    await eachSlice(deps, plan, "write", input.signal, (buckets) => writeSlice(deps, plan, thread, input.heard, buckets));
    const summary = await thread.call<Summary>("summary", null);
    const result = {
      ...fitted,
      ...summary,
      asOf: dayText(today),
      cut: dayText(plan.cut),
      currency: plan.currency,
      leftOut: await leftOut(db, plan),
    };
    await endRefresh(db, { workspace, id: plan.id, state: "done", now: clock.now(), result });
    await forgetRefreshes(db, { workspace, before: now - KEEP_DAYS * DAY });
  } catch (error) {
    if (error instanceof Stopped) return;
    if (input.lastAttempt)
      await endRefresh(db, {
        workspace,
        id: plan.id,
        state: "failed",
        now: clock.now(),
        error: String((error as Error).message).slice(0, 500),
      });
    else await releaseRefresh(db, { workspace, id: plan.id, owner: plan.owner });
    throw error;
  } finally {
    await thread.close();
    deps.poke();
  }
}

async function eachSlice(
  deps: Deps,
  plan: Plan,
  phase: Refresh["phase"],
  signal: AbortSignal | undefined,
  work: (buckets: number[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < BUCKETS; from += SLICE) {
    signal?.throwIfAborted();
    if (!(await renew(deps, plan, phase, from))) throw new Stopped();
    await work(Array.from({ length: SLICE }, (_none, offset) => from + offset));
  }
}

function renew(deps: Deps, plan: Plan, phase: Refresh["phase"], done: number): Promise<boolean> {
  const now = deps.ports.clock.now();
  return leaseRefresh(deps.ports.sql, { workspace: plan.workspace, id: plan.id, owner: plan.owner, now, until: now + LEASE, phase, done });
}

/**
 * One slice: what customers are worth now beside what is kept, and only what moved is written. The buckets are held, so that no turn reads
 * between the rows and the question who listens: a segment is either told, or built on the new rows.
 */
async function writeSlice(deps: Deps, plan: Plan, thread: Thread, heard: Heard, buckets: number[]): Promise<void> {
  const { sql: db, chance, clock } = deps.ports;
  const customers = await customerFacts(db, { ...plan, buckets });
  const appraisals = await thread.call<Appraisal[]>(
    "appraise",
    customers.map(({ contact: _contact, ...facts }) => facts),
  );
  const today = dayText(plan.today);
  await db.transaction(async (tx) => {
    await holdBuckets(tx, { buckets });
    if (!(await renewWithin(tx, deps, plan, buckets[0]!))) throw new Stopped();
    const before = new Map((await keptRows(tx, { workspace: plan.workspace, buckets })).map((row) => [row.contact, row]));
    const listened = await heard(tx, plan.workspace);
    const now = clock.now();
    const rows: KeptRow[] = [];
    const facts: NewFact[] = [];
    const tell = (contact: Id, changed: readonly string[]) => {
      const fields = changed.filter((field) => listened.has(field));
      if (fields.length > 0)
        facts.push({ workspace: plan.workspace, contact, occurredAt: now, kind: "prediction.changed", data: { fields } });
    };
    customers.forEach((customer, place) => {
      const old = before.get(customer.contact) ?? null;
      const { row, changed } = settled(customer, appraisals[place]!, old, plan, today);
      before.delete(customer.contact);
      if (old && same(old, row)) return;
      rows.push(row);
      tell(customer.contact, changed);
    });
    // Who has no order any more: refunded, cancelled, or gone.
    for (const contact of before.keys()) tell(contact, [...listened]);
    await deleteRows(tx, { workspace: plan.workspace, buckets, contacts: [...before.keys()] });
    await writeRows(tx, { workspace: plan.workspace, now, bucketOf, rows });
    await writeFacts(tx, { chance, now, facts });
  });
}

function renewWithin(tx: Db, deps: Deps, plan: Plan, done: number): Promise<boolean> {
  const now = deps.ports.clock.now();
  return leaseRefresh(tx, { workspace: plan.workspace, id: plan.id, owner: plan.owner, now, until: now + LEASE, phase: "write", done });
}

function settled(
  customer: CustomerFacts & { contact: Id },
  { scores, worth, group, before, forecast }: Appraisal,
  old: KeptRow | null,
  plan: Plan,
  today: LocalDate,
): { row: KeptRow; changed: string[] } {
  const after: Kept = {
    alive: forecast?.alive ?? null,
    orders30: forecast?.orders30 ?? null,
    orders90: forecast?.orders90 ?? null,
    orders365: forecast?.orders365 ?? null,
    churn: forecast?.churn ?? null,
    nextOn: forecast?.nextIn == null ? null : dayText(plan.today + forecast.nextIn),
    value365: forecast?.value365 ?? null,
    total: forecast?.total ?? null,
  };
  const { kept, changed } = settle(old, after, today);
  const row: KeptRow = {
    contact: customer.contact,
    orders: customer.orders,
    firstOn: dayText(customer.first),
    lastOn: dayText(customer.last),
    spent: Math.round(customer.spent * 1e4) / 1e4,
    valued: customer.valued,
    meanValue: customer.meanValue,
    ...scores,
    worth,
    group,
    before,
    ...kept,
  };
  const moved = old === null || old.r !== row.r || old.f !== row.f || old.m !== row.m || old.group !== row.group;
  return { row, changed: [...changed, ...(moved ? ["rfm"] : [])] };
}

const same = (a: KeptRow, b: KeptRow): boolean => (Object.keys(b) as (keyof KeptRow)[]).every((key) => a[key] === b[key]);

/** The calendar day of an instant in a zone, in days from 1970-01-01. */
function dayNumber(now: number, zone: string): number {
  const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  return Math.round(Date.UTC(year, month - 1, day) / DAY);
}

const dayText = (day: number): LocalDate => new Date(day * DAY).toISOString().slice(0, 10);
