/**
 * Journeys inside the engine turn. Facts (`facts.ts`) and due timers (`due.ts`) of the owned buckets come in; runs begin, move on or end;
 * what their steps ask for (sends, group changes) is written for all of them at once, in the turn's transaction (`work.ts`). A crash before
 * the commit changes nothing.
 */
import { takeNews } from "../../catalog/index.ts";
import type { Listener } from "../../../platform/engine.ts";
import * as changes from "../changes.ts";
import { applyChanges, buildDates, hearCatalogue, lookBack, settleSchedule, startByDate, startByTimer, wake } from "./due.ts";
import { takeFacts } from "./facts.ts";
import { nextLookbacks } from "../starts/lookback.ts";
import * as queries from "../queries.ts";
import { dueSchedules } from "../starts/schedules.ts";
import * as timers from "./timers.ts";
import { Work } from "./work.ts";

const BUCKETS_PER_DATE_BUILD = 32;
const BUCKETS_PER_CHANGE = 32;
const BUCKETS_PER_NEWS = 64;
const BUCKETS_PER_LOOKBACK = 32;

export const journeyListener: Listener = {
  name: "journeys",
  kinds: [
    "event",
    "contact.changed",
    "contact.merged",
    "contact.separated",
    "group.joined",
    "segment.entered",
    "segment.left",
    "journey.asked",
    "send.changed",
    "engaged",
    "run.ended",
  ],
  async onFacts(tx, turn, facts) {
    const work = await Work.open(
      tx,
      turn,
      facts.map((fact) => fact.workspace),
    );
    await takeFacts(work, facts);
    await work.finish();
    return [];
  },
  async onTime(tx, turn, limit) {
    const due = await queries.selectDueRuns(tx, { buckets: turn.buckets, now: turn.now, limit });
    const dates = await queries.selectDueDates(tx, { buckets: turn.buckets, now: turn.now, limit });
    const timed = await timers.takeDueTimers(tx, { buckets: turn.buckets, now: turn.now, limit });
    const builds = await queries.nextDateBuilds(tx, { buckets: turn.buckets, limit: BUCKETS_PER_DATE_BUILD });
    const units = await changes.nextChanges(tx, { buckets: turn.buckets, limit: BUCKETS_PER_CHANGE });
    const news = await takeNews(tx, { buckets: turn.buckets, limit: BUCKETS_PER_NEWS });
    const past = await nextLookbacks(tx, { buckets: turn.buckets, limit: BUCKETS_PER_LOOKBACK });
    const days = await dueSchedules(tx, { buckets: turn.buckets, now: turn.now, limit: BUCKETS_PER_NEWS });
    if (due.length + dates.length + timed.length + builds.length + units.length + news.length + days.length + past.length === 0)
      return { facts: [], more: false };
    const work = await Work.open(
      tx,
      turn,
      [...due, ...dates, ...timed, ...builds, ...units, ...news, ...days, ...past].map((row) => row.workspace_id),
    );
    await wake(work, await queries.lockDueRuns(tx, { runs: due, now: turn.now }));
    await startByDate(work, dates);
    await startByTimer(work, timed);
    await buildDates(work, builds);
    await applyChanges(work, units, limit);
    await settleSchedule(work, days);
    await lookBack(work, past);
    await work.finish();
    // Last: who was told of a product in this very turn is in its runs.
    await hearCatalogue(work, news);
    return {
      facts: [],
      more:
        due.length === limit ||
        dates.length === limit ||
        timed.length === limit ||
        builds.length + units.length + news.length + days.length + past.length > 0,
    };
  },
  async nextDue(db, buckets) {
    const { due, building } = await queries.firstDue(db, { buckets });
    return building ? -Infinity : due;
  },
};
