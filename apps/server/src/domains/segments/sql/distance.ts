import { drawing, EARTH_KM, SAMPLE_PRIME, type DistanceRule, type SampleRule } from "@relance/model/rules";
import { sql, type Sql } from "../../../platform/db/sql.ts";

/** Kilometres as the crow flies, by the haversine formula, as a condition that is never null. */
export function distanceSql(rule: DistanceRule, name: Sql): { joins: Sql[]; truth: Sql } {
  const store = "store" in rule.to;
  const [latitude, longitude] =
    "store" in rule.to
      ? [sql`${name}.latitude`, sql`${name}.longitude`]
      : [sql`${rule.to.latitude}::double precision`, sql`${rule.to.longitude}::double precision`];
  const joins = store
    ? [
        sql`left join stores ${name} on ${name}.id = ${"store" in rule.to && rule.to.store !== null ? sql`${rule.to.store}::uuid` : sql`c.store_id`} and ${name}.workspace_id = c.workspace_id`,
      ]
    : [];
  const half = sql`power(sin(radians(${latitude} - c.latitude) / 2), 2) + cos(radians(c.latitude)) * cos(radians(${latitude})) * power(sin(radians(${longitude} - c.longitude) / 2), 2)`;
  const km = sql`${2 * EARTH_KM}::double precision * asin(sqrt(least(1, h)))`;
  return {
    joins,
    truth: sql`coalesce((select ${km} ${rule.within ? sql`<=` : sql`>`} ${rule.km}::double precision from (select ${half} as h) as halves where h is not null), false)`,
  };
}

/** The twin of `isDrawn`: 24 random bits of the contact's id, hashed with what the seed gives. */
export function sampleSql(rule: SampleRule): Sql {
  const { a, b, below } = drawing(rule);
  return sql`((('x' || substr(replace(s.contact_id::text, '-', ''), 25, 6))::bit(24)::int::bigint * ${a}::bigint + ${b}::bigint) % ${SAMPLE_PRIME}::bigint < ${below}::bigint)`;
}
