import type { ContactFacts } from "./facts.ts";
import type { DistanceRule } from "./rule.ts";

/** The earth's mean radius R1 in kilometres (IUGG). */
export const EARTH_KM = 6371.0088;

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Kilometres as the crow flies (haversine formula on a sphere of that radius; within 0.6 % of the ellipsoid’s). */
export function kilometres(a: Point, b: Point): number {
  const rad = Math.PI / 180;
  const half =
    Math.sin(((b.latitude - a.latitude) * rad) / 2) ** 2 +
    Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * Math.sin(((b.longitude - a.longitude) * rad) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, half)));
}

/** Whether they live so near, or so far; false both ways for who, or what, has no coordinates. */
export function judgeDistance(rule: DistanceRule, { columns, place }: ContactFacts): { truth: boolean; fact: unknown } {
  const { latitude, longitude } = columns;
  const store = "store" in rule.to ? (rule.to.store ?? columns["store_id"]) : null;
  const to = "store" in rule.to ? (typeof store === "string" ? place.stores.get(store) : undefined) : rule.to;
  if (typeof latitude !== "number" || typeof longitude !== "number" || to === undefined) return { truth: false, fact: null };
  const km = kilometres({ latitude, longitude }, to);
  return { truth: km <= rule.km === rule.within, fact: Math.round(km * 10) / 10 };
}
