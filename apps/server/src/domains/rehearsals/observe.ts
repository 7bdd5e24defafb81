import type { Walk, WalkMoment } from "@relance/contract/rehearsals";
import { bucketOf, toIso, type Id, type Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";

/** Looks at one contact after each halt and tells what is new: steps, waits, messages with what the gate said. */
export interface Observer {
  readonly moments: WalkMoment[];
  /** @returns whether anything was new */
  look(at: Instant): Promise<boolean>;
  waiting(): Promise<Walk["waiting"]>;
}

interface VisitRow {
  readonly run: Id;
  readonly visit: number;
  readonly step: string;
  readonly left_at: Instant | null;
  readonly exit: string | null;
  readonly reason: Record<string, unknown>;
}
interface SendRow {
  readonly id: Id;
  readonly step: string;
  readonly channel: string;
  readonly state: string;
  readonly reason: string | null;
  readonly due_at: Instant;
  readonly decision: unknown;
  readonly template: Id;
  readonly address: string | null;
}
const SEND_KINDS: Readonly<Record<string, WalkMoment["kind"]>> = {
  waiting: "planned",
  held: "held",
  accepted: "sent",
  skipped: "skipped",
  failed: "failed",
};

export function observer(db: Db, of: { readonly journey: Id; readonly contact: Id }): Observer {
  const bucket = bucketOf(of.contact);
  const moments: WalkMoment[] = [];
  const told = new Set<string>();

  return {
    moments,
    async look(at) {
      const before = moments.length;
      const say = (key: string, kind: WalkMoment["kind"], step: string | null, facts: Record<string, unknown>) => {
        if (told.has(key)) return;
        told.add(key);
        moments.push({ at: toIso(at), kind, step, facts });
      };
      const runs = await db.query<{
        id: Id;
        key: string;
        state: string;
        outcome: string | null;
        step_id: string;
        memory: Record<string, unknown>;
      }>(sql`
        select r.id, r.key, r.state, r.outcome, r.step_id, r.memory from runs r where r.bucket = ${bucket}::smallint and r.contact_id = ${of.contact} and r.journey_id = ${of.journey} order by r.entered_at, r.id`);
      const visits = await db.query<VisitRow>(sql`
        select v.run_id as run, v.visit, v.step_id as step, v.left_at, v.exit, v.reason from visits v where v.bucket = ${bucket}::smallint and v.contact_id = ${of.contact} and v.journey_id = ${of.journey} order by v.arrived_at, v.run_id, v.visit`);
      const sends = await db.query<SendRow & { run: Id; visit: number }>(sql`
        select s.id, s.run_id as run, s.visit, s.step_id as step, s.channel, s.state, s.reason, s.due_at, s.decision, s.template_id as template, s.address from sends s where s.bucket = ${bucket}::smallint and s.contact_id = ${of.contact} and s.journey_id = ${of.journey} order by s.created_at, s.id`);
      for (const run of runs) {
        say(`run ${run.id}`, "entered", null, { key: run.key, ...run.memory });
        for (const visit of visits.filter((one) => one.run === run.id)) {
          const key = `${run.id} ${visit.visit}`;
          if (visit.left_at === null)
            say(
              `wait ${key} ${JSON.stringify(visit.reason)}`,
              visit.reason["why"] === "arrived" ? "arrived" : "waits",
              visit.step,
              visit.reason,
            );
          else if (visit.exit !== null) say(`left ${key}`, "left", visit.step, { exit: visit.exit, ...visit.reason });
          for (const send of sends.filter((one) => one.run === run.id && one.visit === visit.visit))
            say(
              `send ${send.id} ${send.state} ${send.reason ?? ""} ${send.state === "held" ? send.due_at : ""}`,
              SEND_KINDS[send.state] ?? "planned",
              send.step,
              factsOf(send),
            );
        }
        if (run.state !== "waiting")
          say(`end ${run.id}`, "ended", run.step_id, {
            state: run.state,
            outcome: run.outcome,
            ...visits.filter((one) => one.run === run.id).at(-1)?.reason,
          });
      }
      return moments.length > before;
    },
    async waiting() {
      const [run] = await db.query<{ step_id: string; wake_at: Instant | null; listens: string[] | null }>(sql`
        select r.step_id, r.wake_at, r.listens from runs r where r.bucket = ${bucket}::smallint and r.contact_id = ${of.contact} and r.journey_id = ${of.journey} and r.state = 'waiting' order by r.entered_at desc limit 1`);
      return run ? { step: run.step_id, until: run.wake_at === null ? null : toIso(run.wake_at), listens: run.listens ?? [] } : null;
    },
  };
}

function factsOf(send: SendRow): Record<string, unknown> {
  return {
    channel: send.channel,
    template: send.template,
    reason: send.reason,
    checks: send.decision,
    ...(send.state === "held" && { until: toIso(send.due_at) }),
  };
}
