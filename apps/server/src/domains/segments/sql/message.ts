import { isMeasured, type MessageRule } from "@relance/model/rules";
import { empty, join, sql, type Sql } from "../../../platform/db/sql.ts";

/** The rows in which something happened with messages: `g` with bucket, contact_id, send_id and workspace_id, when, and which of them. */
export function happenings(rule: MessageRule): { table: Sql; moment: Sql; condition: Sql } {
  const of = (d: Sql) => [
    ...(rule.channel === null ? [] : [sql`${d}.channel = ${rule.channel}`]),
    ...(rule.journey === null ? [] : [sql`${d}.journey_id = ${rule.journey}::uuid`]),
    ...(rule.template === null ? [] : [sql`${d}.template_id = ${rule.template}::uuid`]),
  ];
  const all = (conditions: readonly Sql[]) => (conditions.length === 0 ? sql`true` : join([...conditions], " and "));
  if (rule.what === "opened" || rule.what === "clicked" || rule.what === "unsubscribed") {
    const measured = isMeasured(rule.what) && rule.by !== "any" ? sql`and g.machine = ${rule.by === "machine"}` : empty;
    const link = rule.link === "" ? empty : sql`and strpos(g.url, ${rule.link}) > 0`;
    const sent = of(sql`d`);
    const sends = sent.length === 0 ? empty : sql`join sends d on d.bucket = g.bucket and d.id = g.send_id`;
    return {
      table: sql`engagements g ${sends}`,
      moment: sql`g.at`,
      condition: sql`g.kind = ${rule.what} ${measured} ${link} and ${all(sent)}`,
    };
  }
  // What the far side told of a message is kept with the send; it counts at the moment the message was accepted.
  const told = {
    sent: sql`true`,
    delivered: sql`g.delivery in ('delivered', 'complained')`,
    bounced: sql`g.delivery = 'bounced'`,
    complained: sql`g.delivery = 'complained'`,
  }[rule.what];
  return {
    table: sql`(select d.bucket, d.contact_id, d.id as send_id, d.workspace_id, d.accepted_at, d.delivery, d.channel, d.journey_id, d.template_id from sends d) g`,
    moment: sql`g.accepted_at`,
    condition: sql`g.accepted_at is not null and ${told} and ${all(of(sql`g`))}`,
  };
}
