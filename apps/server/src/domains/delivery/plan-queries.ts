import type { Id, Instant } from "@relance/model/base";
import { USUAL_ATTENTION } from "@relance/model/journeys";
import type { Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, ts, tsArray } from "../../platform/db/sql.ts";
import type { PlannedSend, SendAttention } from "./plan.ts";

/** Inserts sends that are not there yet. @returns those that were not, in no order that matters */
export async function insertSends(
  tx: Tx,
  input: { readonly rows: readonly { readonly key: string; readonly id: Id; readonly bucket: number; readonly send: PlannedSend }[]; readonly now: Instant },
): Promise<{ key: string; id: Id }[]> {
  const { rows, now } = input;
  const column = <T>(pick: (send: PlannedSend) => T) => rows.map(({ send }) => pick(send));
  const attention = <T>(pick: (of: SendAttention) => T) => column((send) => pick(send.attention ?? USUAL_ATTENTION));
  const ofRun = <T>(pick: (origin: Extract<PlannedSend["origin"], { kind: "journey" }>) => T) =>
    rows.map(({ send }) => (send.origin.kind === "journey" ? pick(send.origin) : null));
  return tx.query(sql`
    insert into sends (bucket, id, workspace_id, contact_id, channel, class, topic, template_id, template_version,
      journey_id, journey_version, step_id, run_id, visit, campaign_id, webhook_id, key, state, due_at, patience_until, data, priority, exclusive_group, tags, at_once, lease_epoch, created_at)
    select bucket, id, workspace_id, contact_id, channel, class, topic, template_id, template_version,
      journey_id, journey_version, step_id, run_id, visit, campaign_id, webhook_id, key, 'waiting', due_at, patience_until, data, priority, exclusive_group, string_to_array(tags, ','), at_once, 0, ${ts(now)}::timestamptz
    from unnest(
      ${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${column((send) => send.workspace)}::uuid[],
      ${column((send) => send.contact)}::uuid[], ${column((send) => send.channel)}::text[], ${column((send) => send.class)}::text[],
      ${column((send) => send.topic)}::text[], ${column((send) => send.template)}::uuid[], ${column((send) => send.templateVersion)}::int[],
      ${ofRun((run) => run.journey)}::uuid[], ${ofRun((run) => run.version)}::int[], ${ofRun((run) => run.step)}::text[],
      ${ofRun((run) => run.run)}::uuid[], ${ofRun((run) => run.visit)}::int[],
      ${column((send) => (send.origin.kind === "campaign" ? send.origin.campaign : null))}::uuid[], ${column((send) => send.webhook ?? null)}::uuid[],
      ${rows.map((row) => row.key)}::text[], ${tsArray(column((send) => send.dueAt))}::timestamptz[],
      ${tsArray(column((send) => send.patienceUntil))}::timestamptz[], ${jsonArray(column((send) => send.data))}::jsonb[],
      ${attention((one) => one.priority)}::smallint[], ${attention((one) => one.group)}::text[], ${attention((one) => one.tags.join(","))}::text[], ${attention((one) => one.atOnce)}::boolean[]
    ) as planned (bucket, id, workspace_id, contact_id, channel, class, topic, template_id, template_version,
      journey_id, journey_version, step_id, run_id, visit, campaign_id, webhook_id, key, due_at, patience_until, data, priority, exclusive_group, tags, at_once)
    on conflict (bucket, key) do nothing
    returning key, id`);
}
