import type { Id } from "@relance/model/base";
import { usableZone } from "@relance/model/consent";
import { references, type Place, type Rule, type ZoneChoice } from "@relance/model/rules";
import type { Db } from "../../../platform/db/database.ts";
import { empty, json, sql, type Sql } from "../../../platform/db/sql.ts";

export type ZonePlace = Pick<Place, "zone" | "zones">;
export const NOWHERE: ZonePlace = { zone: "UTC", zones: new Set() };

/**
 * What a zone makes of a question, for the contact of a row: calendar work is done in TypeScript, once per zone, and looked up by the
 * contact's zone. `c` is the contact. `jsonb` stays as it is, anything else is read from text.
 */
export function byZone(
  choice: ZoneChoice,
  place: ZonePlace,
  of: (zone: string) => unknown,
  type: "text" | "int" | "timestamptz" | "jsonb",
): Sql {
  const typed = { text: sql`text`, int: sql`int`, timestamptz: sql`timestamptz`, jsonb: sql`jsonb` }[type];
  const one = (value: unknown) => sql`${type === "jsonb" ? json(value) : String(value)}::${typed}`;
  if (choice === "workspace") return one(of(place.zone));
  const each = json(Object.fromEntries([...place.zones].map((zone) => [zone, of(zone)])));
  return sql`coalesce(${type === "jsonb" ? sql`${each}::jsonb -> c.time_zone` : sql`(${each}::jsonb ->> c.time_zone)::${typed}`}, ${one(of(place.zone))})`;
}

/** The zone itself. */
export function zoneName(choice: ZoneChoice, place: ZonePlace): Sql {
  return byZone(choice, place, (zone) => zone, "text");
}

let known: Promise<ReadonlySet<string>> | null = null;

/** Zones that both this process and the database can count in. */
async function zonesOfDatabase(db: Db): Promise<ReadonlySet<string>> {
  known ??= db.query<{ name: string }>(sql`select name from pg_timezone_names order by name`).then(
    (rows) => new Set(rows.map((row) => row.name)),
    (error: unknown) => {
      known = null;
      throw error;
    },
  );
  return known;
}

/** Where days begin in a workspace and for its contacts, as far as a rule asks. @param contacts a relation `(bucket, contact_id)`; null for all */
export async function zonePlace(
  db: Db,
  input: { workspace: Id; rules: readonly Rule[]; contacts: Sql | null; buckets?: readonly number[] | undefined },
): Promise<ZonePlace> {
  const asked = input.rules.flatMap(references);
  if (!asked.some((one) => one.kind === "zone")) return NOWHERE;
  const own = asked.some((one) => one.kind === "attribute" && one.name === "time_zone");
  const within = input.buckets ? sql`and c.bucket = any(${input.buckets as number[]}::smallint[])` : empty;
  const people = input.contacts ? sql`${input.contacts} s join contacts c on c.bucket = s.bucket and c.id = s.contact_id` : sql`contacts c`;
  const names = own
    ? sql`array(select distinct c.time_zone from ${people} where c.workspace_id = ${input.workspace}::uuid and c.time_zone is not null ${within})`
    : sql`array[]::text[]`;
  const [row] = await db.query<{ zone: string; names: string[] }>(
    sql`select w.time_zone as zone, ${names} as names from workspaces w where w.id = ${input.workspace}::uuid`,
  );
  const database = await zonesOfDatabase(db);
  const usable = (zone: string) => database.has(zone) && usableZone(zone) === zone;
  const zone = row?.zone ?? "UTC";
  return { zone: usable(zone) ? zone : "UTC", zones: new Set(row?.names.filter(usable)) };
}
