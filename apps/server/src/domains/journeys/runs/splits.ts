import { bucketOf, DAY, type Id, type Instant } from "@relance/model/base";
import {
  bestPathShares,
  chooses,
  countedBy,
  stepOf,
  verdictOf,
  type Choosing,
  type ChoiceView,
  type Graph,
  type Verdict,
  type WayCount,
} from "@relance/model/journeys";
import type { Deps } from "../../../deps.ts";
import type { Db, Tx } from "../../../platform/db/database.ts";
import { json, sql, ts } from "../../../platform/db/sql.ts";
import { selectGraphs } from "../queries.ts";
import type { RunState, Wish } from "./state.ts";

type Assigning = Wish & { readonly effect: Extract<Wish["effect"], { kind: "assign" }> };
type Counts = Readonly<Record<string, readonly [people: number, converted: number]>>;

/** What runs ask at splits that choose by results: the way their contact has, and what was decided. */
export async function answerChoices(
  tx: Tx,
  asking: readonly { state: RunState; choice: { readonly step: string; readonly counts: string } }[],
): Promise<void> {
  if (asking.length === 0) return;
  const rows = await tx.query<{ run_id: Id; assigned: string | null; winner: string | null; shares: Record<string, number> | null }>(sql`
    select q.run_id, p.exit as assigned, c.winner, c.shares
    from unnest(${asking.map(({ state }) => state.run.bucket)}::smallint[], ${asking.map(({ state }) => state.run.contact)}::uuid[], ${asking.map(({ state }) => state.run.id)}::uuid[], ${asking.map(({ state }) => state.run.journey)}::uuid[],
      ${asking.map(({ choice }) => choice.step)}::text[], ${asking.map(({ choice }) => choice.counts)}::text[]) as q (bucket, contact_id, run_id, journey_id, step_id, counts)
    left join split_people p on p.bucket = q.bucket and p.contact_id = q.contact_id and p.journey_id = q.journey_id and p.step_id = q.step_id
    left join split_choices c on c.journey_id = q.journey_id and c.step_id = q.step_id and c.counts = q.counts
    order by q.run_id`);
  const found = new Map(rows.map(({ run_id, ...view }): [Id, ChoiceView] => [run_id, view]));
  for (const { state } of asking) state.input = { ...state.input, choice: found.get(state.run.id)! };
}

/** Notes the way each person took; one who has a way that is no more gets another. */
export async function assignWays(tx: Tx, wishes: readonly Assigning[], now: Instant): Promise<void> {
  if (wishes.length === 0) return;
  // Two runs of a contact that come to a split in one turn take the same way.
  const rows = [...new Map(wishes.map((wish) => [`${wish.state.run.contact} ${wish.state.run.journey} ${wish.step}`, wish])).values()];
  await tx.query(sql`
    insert into split_people (bucket, contact_id, journey_id, step_id, workspace_id, run_id, exit, arrived_at)
    select b, c, j, s, w, r, x, ${ts(now)}::timestamptz
    from unnest(${rows.map(({ state }) => bucketOf(state.run.contact))}::smallint[], ${rows.map(({ state }) => state.run.contact)}::uuid[], ${rows.map(({ state }) => state.run.journey)}::uuid[], ${rows.map(({ step }) => step)}::text[],
      ${rows.map(({ state }) => state.run.workspace)}::uuid[], ${rows.map(({ state }) => state.run.id)}::uuid[], ${rows.map(({ effect }) => effect.exit)}::text[]) as n (b, c, j, s, w, r, x)
    order by b, c, j, s on conflict (bucket, contact_id, journey_id, step_id) do update set exit = excluded.exit, run_id = excluded.run_id, arrived_at = excluded.arrived_at`);
}

/** After a publish: splits that choose are counted from now on, those that count the same go on, the others are forgotten. */
export async function noteSplits(tx: Tx, input: { workspace: Id; journey: Id; graph: Graph; now: Instant }): Promise<void> {
  const { workspace, journey, now } = input;
  const splits = input.graph.steps.filter(chooses);
  await tx.query(sql`delete from split_choices where journey_id = ${journey} and step_id <> all(${splits.map((step) => step.id)}::text[])`);
  if (splits.length === 0) return;
  await tx.query(sql`
    insert into split_choices (journey_id, step_id, workspace_id, counts, since, counted_to, ways, look_at)
    select ${journey}::uuid, s, ${workspace}::uuid, c, ${ts(now)}::timestamptz, ${ts(now - 1)}::timestamptz, '{}'::jsonb, ${ts(now + DAY)}::timestamptz
    from unnest(${splits.map((step) => step.id)}::text[], ${splits.map(countedBy)}::text[]) as n (s, c) order by s
    on conflict (journey_id, step_id) do update set counts = excluded.counts, since = excluded.since, counted_to = excluded.counted_to, ways = excluded.ways, look_at = excluded.look_at,
      shares = null, winner = null, decided_at = null, decision = null, looked_at = null where split_choices.counts <> excluded.counts`);
}

interface Due {
  readonly journey_id: Id;
  readonly step_id: string;
  readonly counts: string;
  readonly version: number;
  readonly counted_to: Instant;
  readonly ways: Counts;
}

// Enough for any day; what is left is looked at half a minute later.
const MOST_LOOKS = 200;

/** Looks once a day at each split that chooses: counts those whose time to convert is over, decides, or moves the shares. */
export async function lookAtSplits(deps: Deps): Promise<void> {
  for (let looked = 0; looked < MOST_LOOKS; looked++) if (!(await deps.ports.sql.transaction((tx) => lookAtOne(tx, deps)))) return;
}

async function lookAtOne(tx: Tx, deps: Deps): Promise<boolean> {
  const { clock, chance } = deps.ports;
  const now = clock.now();
  const [due] = await tx.query<Due>(sql`
    select c.journey_id, c.step_id, c.counts, j.live_version as version, c.counted_to, c.ways from split_choices c join journeys j on j.id = c.journey_id
    where c.winner is null and c.look_at <= ${ts(now)}::timestamptz and j.state in ('live', 'paused') and j.live_version is not null order by c.look_at, c.journey_id, c.step_id limit 1 for update of c skip locked`);
  if (!due) return false;
  const graph = (await selectGraphs(tx, { keys: [{ journey: due.journey_id, version: due.version }] })).get(
    `${due.journey_id}:${due.version}`,
  );
  const step = graph && stepOf(graph, due.step_id);
  // Nobody comes to it any more, or it was changed: what a publish wrote stands until the next.
  if (!step || !chooses(step) || countedBy(step) !== due.counts) {
    await tx.query(
      sql`update split_choices set look_at = ${ts(now + DAY)} where journey_id = ${due.journey_id} and step_id = ${due.step_id}`,
    );
    return true;
  }
  const to = Math.max(due.counted_to, now - step.choose.days * DAY);
  const counts = added(
    due.ways,
    await countConverted(tx, { journey: due.journey_id, step: due.step_id, after: due.counted_to, to, choose: step.choose, graph }),
  );
  const ways = countsOf(step, counts);
  const verdict = verdictOf(ways);
  const winner = step.choose.how === "winner" ? verdict.winner : null;
  await tx.query(sql`
    update split_choices set ways = ${json(counts)}, counted_to = ${ts(to)}, looked_at = ${ts(now)}, look_at = ${ts(now + DAY)}, winner = ${winner}, decided_at = ${winner === null ? null : ts(now)},
      decision = ${winner === null ? null : json({ ...verdict })}, shares = ${step.choose.how === "best" ? json(bestPathShares(ways, step.choose.explore / 100, () => chance.float())) : null}
    where journey_id = ${due.journey_id} and step_id = ${due.step_id}`);
  return true;
}

const countsOf = (step: { readonly arms: readonly { readonly exit: string }[] }, counts: Counts): WayCount[] =>
  step.arms.map(({ exit }) => ({ exit, people: counts[exit]?.[0] ?? 0, converted: counts[exit]?.[1] ?? 0 }));

function added(before: Counts, rows: readonly { exit: string; people: number; converted: number }[]): Counts {
  return {
    ...before,
    ...Object.fromEntries(
      rows.map(({ exit, people, converted }) => [exit, [(before[exit]?.[0] ?? 0) + people, (before[exit]?.[1] ?? 0) + converted]]),
    ),
  };
}

/**
 * People who came to a split in some time, by way, and those of them who converted within their days: by a human click in a message of the
 * run, or by the journey's goal: a goal step passed, the run ended by a goal, or an event happened that is an exit to the goal without
 * further conditions, also after the run is over.
 */
async function countConverted(
  tx: Tx,
  input: { journey: Id; step: string; after: Instant; to: Instant; choose: Choosing; graph: Graph },
): Promise<{ exit: string; people: number; converted: number }[]> {
  const { graph, choose } = input;
  const until = sql`p.arrived_at + make_interval(hours => ${choose.days * 24}::integer)`;
  const goals = graph.steps.filter((step) => step.kind === "goal").map((step) => step.id);
  const events = graph.settings.exits.filter((exit) => exit.goal && exit.where.length === 0).map((exit) => exit.event);
  const converted =
    choose.on === "click"
      ? sql`exists (select 1 from sends s join engagements e on e.bucket = s.bucket and e.send_id = s.id where s.bucket = p.bucket and s.contact_id = p.contact_id and s.run_id = p.run_id and s.created_at >= p.arrived_at
        and e.kind = 'clicked' and not e.machine and e.at <= ${until})`
      : sql`(exists (select 1 from runs r where r.bucket = p.bucket and r.id = p.run_id and r.outcome = 'goal' and r.ended_at <= ${until})
        or exists (select 1 from visits v where v.bucket = p.bucket and v.run_id = p.run_id and v.step_id = any(${goals}::text[]) and v.arrived_at >= p.arrived_at and v.arrived_at <= ${until})
        or exists (select 1 from events e where e.bucket = p.bucket and e.contact_id = p.contact_id and e.name = any(${events}::text[]) and e.occurred_at >= p.arrived_at and e.occurred_at <= ${until}))`;
  return tx.query(sql`
    select p.exit, count(*)::integer as people, count(*) filter (where ${converted})::integer as converted from split_people p
    where p.journey_id = ${input.journey} and p.step_id = ${input.step} and p.arrived_at > ${ts(input.after)}::timestamptz and p.arrived_at <= ${ts(input.to)}::timestamptz
    group by p.exit order by p.exit`);
}

export interface SplitState {
  readonly step: string;
  readonly since: Instant;
  readonly lookedAt: Instant | null;
  readonly countedTo: Instant;
  readonly choose: Choosing;
  readonly verdict: Verdict;
  readonly shares: Readonly<Record<string, number>> | null;
  readonly winner: string | null;
  readonly decidedAt: Instant | null;
}

/** Where the splits of a journey stand that choose by results, as last looked at. */
export async function splitStates(db: Db, input: { workspace: Id; journey: Id; graph: Graph }): Promise<SplitState[]> {
  const rows = await db.query<{
    step_id: string;
    counts: string;
    since: Instant;
    counted_to: Instant;
    ways: Counts;
    shares: Record<string, number> | null;
    winner: string | null;
    decided_at: Instant | null;
    looked_at: Instant | null;
    decision: Verdict | null;
  }>(sql`
    select step_id, counts, since, counted_to, ways, shares, winner, decided_at, looked_at, decision from split_choices where workspace_id = ${input.workspace} and journey_id = ${input.journey} order by step_id`);
  return rows.flatMap((row) => {
    const step = stepOf(input.graph, row.step_id);
    if (!step || !chooses(step)) return [];
    return [
      {
        step: row.step_id,
        since: row.since,
        lookedAt: row.looked_at,
        countedTo: row.counted_to,
        choose: step.choose,
        verdict: row.decision ?? verdictOf(countsOf(step, row.ways)),
        shares: row.shares,
        winner: row.winner,
        decidedAt: row.decided_at,
      },
    ];
  });
}
