import { getTimeline, TIMELINE_KINDS, type TimelineItem } from "@relance/contract/contacts";
import { bucketOf, fromIso, toIso, type Id, type Instant } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import { currentContact } from "../contacts/index.ts";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { join, sql, ts, type Sql } from "../../platform/db/sql.ts";
import { invalid } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";

type Kind = (typeof TIMELINE_KINDS)[number];
interface Row {
  at: Instant;
  key: string;
  kind: Kind;
  title: string;
  data: Record<string, unknown>;
}
interface Of {
  readonly workspace: Id;
  readonly contact: Id;
  readonly before: { readonly at: Instant; readonly key: string } | null;
  readonly limit: number;
}

/**
 * One line of time over the tables of every domain: read only, each part by its index of (bucket, contact, time), each giving at most
 * one page, so that a contact with a million events costs what any other does.
 */
export function timelineRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, getTimeline, async ({ actor, params, query }) => {
    const { workspace } = actor;
    const { id: contact } = await currentContact(db, { workspace, id: params.id });
    const rows = await timeline(db, kindsOf(query.kinds), { workspace, contact, before: readCursor(query.after), limit: query.limit + 1 });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return { items: shown.map(viewOf), next: rows.length > query.limit && last ? `${toIso(last.at)}~${last.key}` : null };
  });
}

async function timeline(db: Db, kinds: readonly Kind[], of: Of): Promise<Row[]> {
  return db.query<Row>(sql`
    select t.at, t.key, t.kind, t.title, t.data from (${join(
      kinds.map((kind) => sql`(${SOURCES[kind](of)})`),
      " union all ",
    )}) t (at, key, kind, title, data)
    order by t.at desc, t.key desc limit ${of.limit}`);
}

const older = (of: Of, at: Sql, key: Sql): Sql =>
  of.before === null
    ? sql`true`
    : sql`${at} <= ${ts(of.before.at)}::timestamptz and (${at}, ${key}) < (${ts(of.before.at)}::timestamptz, ${of.before.key})`;
const own = (of: Of, bucket: Sql, contact: Sql, workspace: Sql): Sql =>
  sql`${bucket} = ${bucketOf(of.contact)}::smallint and ${contact} = ${of.contact}::uuid and ${workspace} = ${of.workspace}::uuid`;

/** Each kind's rows, newest first, one page at most. `key` is kind and id: unique, and the tie-breaker of equal moments. */
const SOURCES: Readonly<Record<Kind, (of: Of) => Sql>> = {
  event: (of) => sql`
    select e.occurred_at as at, 'event:' || e.id as key, 'event' as kind, e.name as title, jsonb_build_object('event', e.id, 'type', e.type, 'amount', e.amount, 'currency', e.currency, 'properties', e.properties) as data
    from events e where ${own(of, sql`e.bucket`, sql`e.contact_id`, sql`e.workspace_id`)} and ${older(of, sql`e.occurred_at`, sql`'event:' || e.id`)} order by e.occurred_at desc, e.id desc limit ${of.limit}`,
  order: (of) => sql`
    select o.placed_at, 'order:' || o.id, 'order', o.external_id, jsonb_build_object('order', o.id, 'kind', o.kind, 'status', o.status, 'total', o.total, 'refunded', o.refunded, 'currency', o.currency)
    from orders o where ${own(of, sql`o.bucket`, sql`o.contact_id`, sql`o.workspace_id`)} and ${older(of, sql`o.placed_at`, sql`'order:' || o.id`)} order by o.placed_at desc, o.id desc limit ${of.limit}`,
  send: (of) => sql`
    select s.created_at, 'send:' || s.id, 'send', s.channel, jsonb_build_object('send', s.id, 'state', s.state, 'reason', s.reason, 'template', s.template_id, 'journey', s.journey_id, 'step', s.step_id, 'run', s.run_id, 'delivery', s.delivery)
    from sends s where ${own(of, sql`s.bucket`, sql`s.contact_id`, sql`s.workspace_id`)} and ${older(of, sql`s.created_at`, sql`'send:' || s.id`)} order by s.created_at desc, s.id desc limit ${of.limit}`,
  engagement: (of) => sql`
    select g.at, 'engagement:' || g.id, 'engagement', g.kind, jsonb_build_object('send', g.send_id, 'machine', g.machine, 'url', g.url)
    from engagements g where ${own(of, sql`g.bucket`, sql`g.contact_id`, sql`g.workspace_id`)} and ${older(of, sql`g.at`, sql`'engagement:' || g.id`)} order by g.at desc, g.id desc limit ${of.limit}`,
  segment: (of) => sql`
    select m.moved_at, 'segment:' || m.id, 'segment', coalesce((select n.name from segments n where n.id = m.segment_id and n.workspace_id = m.workspace_id), ''), jsonb_build_object('segment', m.segment_id, 'entered', m.entered, 'cause', m.cause)
    from segment_moves m where ${own(of, sql`m.bucket`, sql`m.contact_id`, sql`m.workspace_id`)} and ${older(of, sql`m.moved_at`, sql`'segment:' || m.id`)} order by m.moved_at desc, m.id desc limit ${of.limit}`,
  consent: (of) => sql`
    select p.occurred_at, 'consent:' || p.id, 'consent', p.channel, jsonb_build_object('topic', p.topic, 'state', p.state, 'basis', p.basis, 'source', p.source)
    from consent_proofs p where ${own(of, sql`p.bucket`, sql`p.contact_id`, sql`p.workspace_id`)} and ${older(of, sql`p.occurred_at`, sql`'consent:' || p.id`)} order by p.occurred_at desc, p.id desc limit ${of.limit}`,
  merge: (of) => sql`
    select m.merged_at, 'merge:' || m.id, 'merge', '', jsonb_build_object('loser', m.loser_id, 'evidence', m.evidence)
    from merges m where ${own(of, sql`m.bucket`, sql`m.winner_id`, sql`m.workspace_id`)} and m.undone_at is null and ${older(of, sql`m.merged_at`, sql`'merge:' || m.id`)} order by m.merged_at desc, m.id desc limit ${of.limit}`,
  change: (of) => sql`
    select a.changed_at, 'change:' || a.id, 'change', a.attribute, jsonb_build_object('old', a.old_value, 'new', a.new_value, 'source', a.source)
    from attribute_changes a where ${own(of, sql`a.bucket`, sql`a.contact_id`, sql`a.workspace_id`)} and ${older(of, sql`a.changed_at`, sql`'change:' || a.id`)} order by a.changed_at desc, a.id desc limit ${of.limit}`,
  visit: (of) => sql`
    select v.arrived_at, 'visit:' || v.run_id || ':' || lpad(v.visit::text, 8, '0'), 'visit', v.step_id, jsonb_build_object('journey', v.journey_id, 'run', v.run_id, 'visit', v.visit, 'exit', v.exit, 'reason', v.reason)
    from runs r join visits v on v.bucket = r.bucket and v.run_id = r.id
    where ${own(of, sql`r.bucket`, sql`r.contact_id`, sql`r.workspace_id`)} and ${older(of, sql`v.arrived_at`, sql`'visit:' || v.run_id || ':' || lpad(v.visit::text, 8, '0')`)} order by v.arrived_at desc, v.run_id desc, v.visit desc limit ${of.limit}`,
};

const viewOf = (row: Row): TimelineItem => ({ id: row.key, at: toIso(row.at), kind: row.kind, title: row.title, data: row.data });

function kindsOf(text: string | undefined): readonly Kind[] {
  if (text === undefined || text === "") return TIMELINE_KINDS;
  const asked = text.split(",");
  const unknown = asked.find((kind) => !(TIMELINE_KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined)
    throw invalid({ message: `kinds holds ${unknown}, which is none of ${TIMELINE_KINDS.join(", ")}` }, { field: "kinds" });
  return [...new Set(asked)] as Kind[];
}

function readCursor(after: string | undefined): { at: Instant; key: string } | null {
  if (after === undefined) return null;
  const split = after.indexOf("~");
  const at = fromIso(after.slice(0, Math.max(split, 0)));
  if (at === null) throw invalid({ message: "after is not the next of a page" }, { field: "after" });
  return { at, key: after.slice(split + 1) };
}
