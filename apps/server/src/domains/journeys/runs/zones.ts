import { bucketOf, type Id, type TimeZone } from "@relance/model/base";
import { zoneOfPlace } from "@relance/model/time";
import type { Tx } from "../../../platform/db/database.ts";
import { sql } from "../../../platform/db/sql.ts";

/** The time zone of contacts: their own, else that of their country or postcode, else their store's; missing where none is known. */
export async function zonesOf(tx: Tx, input: { contacts: readonly Id[] }): Promise<Map<Id, TimeZone>> {
  if (input.contacts.length === 0) return new Map();
  const rows = await tx.query<{
    id: Id;
    time_zone: string | null;
    country: string | null;
    region: string | null;
    postal_code: string | null;
    store_zone: string | null;
  }>(sql`
    select c.id, c.time_zone, c.country, c.region, c.postal_code, s.time_zone as store_zone
    from contacts c join unnest(${input.contacts.map(bucketOf)}::smallint[], ${input.contacts as Id[]}::uuid[]) as x (b, i) on c.bucket = x.b and c.id = x.i
    left join stores s on s.id = c.store_id and s.workspace_id = c.workspace_id order by c.id`);
  return new Map(
    rows.flatMap((row) => {
      const zone =
        usable(row.time_zone) ??
        zoneOfPlace({ country: row.country, region: row.region, postalCode: row.postal_code }) ??
        usable(row.store_zone);
      return zone === null ? [] : [[row.id, zone] as const];
    }),
  );
}

/** A zone name that this runtime knows; contacts bring whatever their shop stored. */
function usable(zone: string | null): TimeZone | null {
  if (!zone) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
