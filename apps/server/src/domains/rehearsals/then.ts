import { bucketOf, toIso, type Id, type Instant } from "@relance/model/base";
import { upgradeGraph } from "@relance/model/journeys";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import type { Listener } from "../../platform/engine.ts";
import { currentContact } from "../contacts/index.ts";
import { findJourney, whyNot } from "../journeys/index.ts";
import { openWorld } from "./world.ts";

/**
 * Why a contact was, or was not, in a journey at a moment of the past: the same conditions as `whyNot`, asked of what was known then
 * (version, pauses, runs, events, fields, consents, segments), on a stage that stands at that moment.
 */
export async function whyNotThen(
  deps: Deps,
  input: { workspace: Id; journey: Id; contact: Id; at: Instant; listeners: readonly Listener[] },
): ReturnType<typeof whyNot> {
  const { workspace, at } = input;
  const { sql: db } = deps.ports;
  const row = await findJourney(db, { workspace, id: input.journey });
  const contact = (await currentContact(db, { workspace, id: input.contact })).id;
  const [version] = await db.query<{ graph: unknown; published_at: Instant }>(sql`
    select v.graph, v.published_at from journey_versions v where v.journey_id = ${row.id} and v.workspace_id = ${workspace} and v.published_at <= ${ts(at)}::timestamptz order by v.version desc limit 1`);
  if (!version) {
    const message = {
      fr: "Le scénario n’était pas encore publié à ce moment-là.",
      en: "The journey had not been published yet at that moment.",
    };
    return {
      verdict: "not_published",
      at: toIso(at),
      checks: [{ about: "journey", ok: false, code: "not_published", message, facts: {} }],
    };
  }
  const world = await openWorld(deps, {
    listeners: input.listeners,
    workspace,
    from: at,
    until: at,
    only: [contact],
    played: { journey: row.id, name: row.name, graph: upgradeGraph(version.graph) },
    prepare: (stage) => layRuns(stage.db, { journey: row.id, contact, at, publishedAt: version.published_at }),
  });
  try {
    return await whyNot(world.stage.deps, { workspace, journey: row.id, contact });
  } finally {
    await world.stage.close();
  }
}

/** Runs, pauses and the publication as they stood. Runs under way then stand still: nobody is moved here. */
async function layRuns(db: Db, input: { journey: Id; contact: Id; at: Instant; publishedAt: Instant }): Promise<void> {
  const { journey, contact } = input;
  const at = sql`${ts(input.at)}::timestamptz`;
  await db.query(sql`update journey_versions set published_at = ${ts(input.publishedAt)}::timestamptz where journey_id = ${journey}`);
  await db.query(sql`
    insert into runs select n.* from public.runs r cross join lateral jsonb_populate_record(r, case when r.ended_at is null or r.ended_at > ${at} then jsonb_build_object('state', 'waiting', 'ended_at', null, 'outcome', null, 'wake_at', ${at} + interval '10 years') else '{}' end) n
    where r.bucket = ${bucketOf(contact)}::smallint and r.contact_id = ${contact} and r.journey_id = ${journey} and r.entered_at <= ${at}`);
  const paused = await db.query(sql`
    insert into journey_pauses (journey_id, paused_at, workspace_id, paused_by, reason)
    select p.journey_id, p.paused_at, p.workspace_id, p.paused_by, p.reason from public.journey_pauses p where p.journey_id = ${journey} and p.paused_at <= ${at} and (p.resumed_at is null or p.resumed_at > ${at}) order by p.paused_at desc limit 1 returning journey_id`);
  if (paused.length > 0) await db.query(sql`update journeys set state = 'paused' where id = ${journey}`);
}
