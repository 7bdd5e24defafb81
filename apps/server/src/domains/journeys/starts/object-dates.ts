import { bucketOf, toIso, type Id, type Instant } from "@relance/model/base";
import type { JsonObject } from "@relance/model/events";
import { objectField } from "@relance/model/journeys";
import { objectEvent, readObject } from "@relance/model/objects";
import type { Tx } from "../../../platform/db/database.ts";
import { sql } from "../../../platform/db/sql.ts";
import { selectTypes } from "../../objects/index.ts";
import type { RunState } from "../runs/state.ts";

/**
 * Dates of contacts' objects that steps ask for, by run and field: of the object whose news started the run, else the next to come, else
 * the last one past; null where there is none. Told from the events of objects, so that a rehearsal sees those of its own day.
 */
export async function objectDatesOf(
  tx: Tx,
  input: { workspace: Id; asking: readonly { readonly state: RunState; readonly fields: readonly string[] }[]; now: Instant },
): Promise<(state: RunState, field: string) => string | null> {
  const { workspace, asking, now } = input;
  const keys = new Set(asking.flatMap(({ fields }) => fields.flatMap((field) => objectField(field)?.object ?? [])));
  if (keys.size === 0) return () => null;
  const types = (await selectTypes(tx, { workspace })).filter((type) => keys.has(type.key));
  const contacts = [...new Set(asking.map(({ state }) => state.run.contact))].sort();
  const rows = await tx.query<{ contact_id: Id; name: string; occurred_at: Instant; properties: JsonObject }>(sql`
    select distinct on (e.bucket, e.contact_id, e.name, e.properties ->> 'id') e.contact_id, e.name, e.occurred_at, e.properties
    from unnest(${contacts.map(bucketOf)}::smallint[], ${contacts}::uuid[]) as c (b, i) join events e on e.bucket = c.b and e.contact_id = c.i and e.name = any(${types.map((type) => objectEvent(type.key))}::text[])
    order by e.bucket, e.contact_id, e.name, e.properties ->> 'id', e.occurred_at desc, e.id desc`);
  const objects = rows.flatMap((row) => {
    const type = types.find((one) => objectEvent(one.key) === row.name)!;
    const seen = readObject({ name: row.name, properties: row.properties, occurredAt: row.occurred_at }, type);
    return seen === null || seen.removed ? [] : [{ contact: row.contact_id, ...seen }];
  });
  return (state, field) => {
    const of = objectField(field);
    if (of === null) return null;
    const started = state.memory.event?.name === objectEvent(of.object) ? String(state.memory.event.properties["id"]) : null;
    const dates = objects
      .filter((one) => one.contact === state.run.contact && one.type === of.object && (started === null || one.externalId === started))
      .flatMap((one) => {
        const date = one.fields[of.field];
        return typeof date === "string" ? [date] : [];
      })
      .sort();
    return dates.find((date) => date >= toIso(now).slice(0, 10)) ?? dates.at(-1) ?? null;
  };
}
