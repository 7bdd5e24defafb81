import type { Channel } from "@relance/contract/delivery";
import type { Id, Instant } from "@relance/model/base";
import { USUAL_ATTENTION, type Attention } from "@relance/model/journeys";
import type { Tx } from "../../platform/db/database.ts";
import { rowSet } from "../../platform/db/row-set.ts";
import { sql, ts } from "../../platform/db/sql.ts";

/** Why a send exists; what makes it unique comes from here. */
type SendOrigin =
  | {
      readonly kind: "journey";
      readonly journey: Id;
      readonly version: number;
      readonly step: string;
      readonly run: Id;
      readonly visit: number;
    }
  | { readonly kind: "campaign"; readonly campaign: Id; readonly variant: string }
  /** Asked for by a program or a person: `key` is theirs (an idempotency key, a test's id). */
  | { readonly kind: "request"; readonly key: string };

/** What a send keeps of its journey's attention settings, as they were when it was planned. */
type SendAttention = Pick<Attention, "priority" | "group" | "tags" | "atOnce">;

/** One message to one contact, to be decided by the gate and handed over when its time comes. */
export interface PlannedSend {
  readonly workspace: Id;
  readonly contact: Id;
  readonly channel: Channel;
  readonly class: "marketing" | "transactional";
  /** '' when the message belongs to no topic. */
  readonly topic: string;
  readonly template: Id;
  readonly templateVersion: number;
  readonly origin: SendOrigin;
  /** Not before. */
  readonly dueAt: Instant;
  /** Still held at this instant, it is skipped with the reason that held it. */
  readonly patienceUntil: Instant;
  /** How it stands beside other messages to the same contact; absent: the usual. */
  readonly attention?: SendAttention;
  /** Whom a message of the channel `webhook` is for. */
  readonly webhook?: Id;
  /** Variables of the run for the template; they are stored with the send. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Inserts sends that are not there yet. @returns those that were not, in no order that matters */
export async function insertSends(
  tx: Tx,
  input: {
    readonly rows: readonly { readonly key: string; readonly id: Id; readonly bucket: number; readonly send: PlannedSend }[];
    readonly now: Instant;
  },
): Promise<{ key: string; id: Id }[]> {
  const { rows, now } = input;
  const run = ({ send: { origin } }: (typeof rows)[number]) => (origin.kind === "journey" ? origin : null);
  const attention = ({ send }: (typeof rows)[number]): SendAttention => send.attention ?? USUAL_ATTENTION;
  return tx.query(sql`
    insert into sends (bucket, id, workspace_id, contact_id, channel, class, topic, template_id, template_version,
      journey_id, journey_version, step_id, run_id, visit, campaign_id, webhook_id, key, state, due_at, patience_until, data, priority, exclusive_group, tags, at_once, lease_epoch, created_at)
    select bucket, id, workspace_id, contact_id, channel, class, topic, template_id, template_version,
      journey_id, journey_version, step_id, run_id, visit, campaign_id, webhook_id, key, 'waiting', due_at, patience_until, data, priority, exclusive_group, string_to_array(tags, ','), at_once, 0, ${ts(now)}::timestamptz
    from ${rowSet(rows, {
      bucket: ["smallint", (row) => row.bucket],
      id: ["uuid", (row) => row.id],
      workspace_id: ["uuid", (row) => row.send.workspace],
      contact_id: ["uuid", (row) => row.send.contact],
      channel: ["text", (row) => row.send.channel],
      class: ["text", (row) => row.send.class],
      topic: ["text", (row) => row.send.topic],
      template_id: ["uuid", (row) => row.send.template],
      template_version: ["integer", (row) => row.send.templateVersion],
      journey_id: ["uuid", (row) => run(row)?.journey],
      journey_version: ["integer", (row) => run(row)?.version],
      step_id: ["text", (row) => run(row)?.step],
      run_id: ["uuid", (row) => run(row)?.run],
      visit: ["integer", (row) => run(row)?.visit],
      campaign_id: ["uuid", ({ send: { origin } }) => (origin.kind === "campaign" ? origin.campaign : null)],
      webhook_id: ["uuid", (row) => row.send.webhook],
      key: ["text", (row) => row.key],
      due_at: ["timestamptz", (row) => row.send.dueAt],
      patience_until: ["timestamptz", (row) => row.send.patienceUntil],
      data: ["jsonb", (row) => row.send.data],
      priority: ["smallint", (row) => attention(row).priority],
      exclusive_group: ["text", (row) => attention(row).group],
      tags: ["text", (row) => attention(row).tags.join(",")],
      at_once: ["boolean", (row) => attention(row).atOnce],
    })} as planned
    on conflict (bucket, key) do nothing
    returning key, id`);
}
