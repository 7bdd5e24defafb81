/**
 * A changed rule is computed in a generation beside the one in force, bucket by bucket, by the bucket's owner inside its turns; news keeps
 * both true meanwhile. When the last bucket is done the new generation comes into force for everyone at once, and the difference is told in
 * batches, each contact once. Both have a budget of time per turn, so that news never waits long for them (decision 14).
 */
import { bucketOf, BUCKETS, type Id } from "@relance/model/base";
import { references } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact, Turn } from "../../platform/engine.ts";
import { computeMembers, type Moved } from "./compute.ts";
import * as generations from "./generations.ts";
import * as moveQueries from "./move-queries.ts";
import * as queries from "./queries.ts";
import { factOf, settle } from "./settle.ts";
import { SegmentOrder, Touched } from "./touched.ts";

/** Milliseconds of a turn after which no further slice begins. */
const BUDGET = 100;
/** Contacts in the first slice of a turn, in whole buckets: of a million those of four buckets. Each slice costs some fifteen statements, however few it holds. */
const FIRST = 16_000;
const LEAST = 4;
/** Contacts told of together, in times what time's work takes of others: a bucket of a million contacts, half of them members, is told whole. */
const TOLD = 2;
/** Buckets whose difference is looked at together. */
const ANNOUNCED = 64;

/** Slices of growing size while the budget lasts, `times` the first; at least one, so that nothing starves them either. */
async function inSlices(turn: Turn, slice: (times: number) => Promise<boolean>): Promise<boolean> {
  const start = turn.elapsed?.() ?? 0;
  for (let times = 1; ; times = Math.min(32, times * 2)) {
    if (!(await slice(times))) return false;
    // The next slice is twice this one: it must fit too.
    if (((turn.elapsed?.() ?? 0) - start) * 3 > BUDGET) return true;
  }
}

export async function build(tx: Tx, turn: Turn): Promise<{ facts: NewFact[]; more: boolean }> {
  const facts: NewFact[] = [];
  const more = await inSlices(turn, async (times) => {
    const units = await generations.nextBuild(tx, { buckets: turn.buckets, limit: BUCKETS });
    const [first] = units;
    if (!first) return false;
    const each = await queries.countInBucket(tx, { workspace: first.workspace_id, bucket: first.bucket, most: FIRST / LEAST });
    facts.push(...(await buildSome(tx, turn, units.slice(0, times * Math.max(LEAST, Math.floor(FIRST / Math.max(each, 1)))))));
    return true;
  });
  return { facts, more };
}

async function buildSome(tx: Tx, turn: Turn, units: Awaited<ReturnType<typeof generations.nextBuild>>): Promise<NewFact[]> {
  const first = units[0]!;
  const buckets = units.map((unit) => unit.bucket);
  const all = await queries.selectLive(tx, { workspaces: [first.workspace_id] });
  const segment = all.find((one) => one.id === first.segment_id && one.generation === first.generation);
  const facts: NewFact[] = [];
  if (segment) {
    if (!segment.in_force) await generations.dropStale(tx, { segment: segment.id, buckets });
    const moved = await computeBuckets(tx, turn, segment, buckets);
    // A generation that is not in force yet is nobody's news.
    if (segment.in_force) facts.push(...(await tell(tx, turn, all, segment.id, moved, "build")));
  }
  const flipped = await generations.finishBuild(tx, {
    segment: first.segment_id,
    generation: first.generation,
    buckets,
    owned: turn.buckets,
    now: turn.now,
  });
  if (flipped && segment)
    await queries.writeReferences(tx, {
      workspace: segment.workspace_id,
      segment: segment.id,
      references: references(segment.rule.root),
      keep: false,
    });
  return facts;
}

async function computeBuckets(tx: Tx, turn: Turn, segment: queries.LiveSegment, buckets: readonly number[]): Promise<readonly Moved[]> {
  const of = { workspace: segment.workspace_id, segment: segment.id, generation: segment.generation };
  const { moved, more } = await computeMembers(tx, { ...of, rule: segment.rule.root, at: turn.now, buckets, told: segment.in_force });
  await queries.addTotals(tx, { totals: [{ segment: segment.id, generation: segment.generation, n: more }], slot: turn.slot });
  if (!segment.announcing || !segment.in_force) return moved;
  const untold = await generations.takeUntold(tx, { ...of, contacts: moved.map((move) => move.contact), now: turn.now });
  if (!untold) return moved;
  return [
    ...moved.filter((move) => !untold.buckets.has(bucketOf(move.contact))),
    ...untold.entered.map((contact) => ({ contact, entered: true })),
    ...untold.left.map((contact) => ({ contact, entered: false })),
  ];
}

/** Writes moves down and passes them on. */
async function tell(
  tx: Tx,
  turn: Turn,
  all: readonly queries.LiveSegment[],
  segment: Id,
  moved: readonly Moved[],
  cause: "build" | "change",
): Promise<NewFact[]> {
  const { workspace_id: workspace } = all.find((one) => one.id === segment)!;
  await moveQueries.writeMoves(tx, {
    moves: moved.map((move): moveQueries.Move => ({ ...move, id: turn.chance.id(turn.now), workspace, segment, cause })),
    now: turn.now,
  });
  return passOn(tx, turn, all, segment, moved, cause);
}

/** Hands moves on to the segments made from this one, and returns the news. */
async function passOn(
  tx: Tx,
  turn: Turn,
  all: readonly queries.LiveSegment[],
  segment: Id,
  moved: readonly Moved[],
  cause: "build" | "change",
): Promise<NewFact[]> {
  const { workspace_id: workspace } = all.find((one) => one.id === segment)!;
  const touched = new Touched(new SegmentOrder(all));
  const dependents = touched.order.dependents[touched.order.segments.findIndex((one) => one.id === segment && one.in_force)] ?? [];
  for (const move of moved) touched.touch(move.contact, dependents, cause);
  const news = factOf(turn);
  return [
    ...moved.map(({ contact, entered }) => news({ workspace, segment, contact, entered, cause })),
    ...(await settle(tx, turn, workspace, touched)),
  ];
}

/** Tells the differences that generations made when they came into force. */
export async function announce(tx: Tx, turn: Turn, limit: number): Promise<{ facts: NewFact[]; more: boolean }> {
  const facts: NewFact[] = [];
  const more = await inSlices(turn, async () => {
    const units = await generations.nextAnnouncements(tx, { buckets: turn.buckets, limit: ANNOUNCED });
    const [first] = units;
    if (!first) return false;
    const moved = await takeDifference(tx, turn, units, TOLD * limit);
    if (moved.length > 0)
      facts.push(
        ...(await passOn(
          tx,
          turn,
          await queries.selectLive(tx, { workspaces: [first.workspace_id] }),
          first.segment_id,
          moved,
          first.cause,
        )),
      );
    return true;
  });
  return { facts, more };
}

/** What is told now, in the history already. Buckets are told whole and are done with; only of one that holds more than `limit` it is written down who was told. */
async function takeDifference(tx: Tx, turn: Turn, units: readonly generations.Announcing[], limit: number): Promise<Moved[]> {
  const { segment_id: segment, workspace_id: workspace, generation, cause } = units[0]!;
  const buckets = units.map((unit) => unit.bucket);
  const rows = await generations.tellDifference(tx, {
    workspace,
    segment,
    generation,
    buckets,
    cause,
    limit,
    seed: turn.chance.id(turn.now),
    now: turn.now,
  });
  const open = rows[0]?.open ?? Infinity;
  const whole = buckets.filter((bucket) => bucket < open);
  if (whole.length > 0) await generations.finishAnnouncements(tx, { segment, buckets: whole });
  else await generations.takeUntold(tx, { segment, generation, contacts: rows.map((row) => row.contact_id), now: turn.now });
  return rows.map((row) => ({ contact: row.contact_id, entered: row.entered }));
}
