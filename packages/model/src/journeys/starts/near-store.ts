import { z } from "zod";
import { kilometres, type FactEvent } from "../../rules/index.ts";
import { MOVED } from "./events.ts";
import type { Place, StartKind } from "./kind.ts";

/** The event `Location Updated` told that the contact is within so many kilometres of a store; of several, the nearest. `stores`: codes, none: any. One run per store. */
export type NearStoreStart = { readonly kind: "near_store"; readonly km: number; readonly stores: readonly string[] };
export const nearStoreShape = z.strictObject({
  kind: z.literal("near_store"),
  km: z.number().min(0.05).max(500),
  stores: z.array(z.string().min(1).max(50)).max(100),
});

export const nearStore: StartKind<NearStoreStart> = {
  events: () => [MOVED],
  hear(start, event, _now, places = []) {
    const near = event.name === MOVED ? nearest(start, event, places) : null;
    return near !== null && near.km <= start.km
      ? [{ do: "enter", key: near.code, with: { store: near.code, distance_km: Math.round(near.km * 100) / 100 } }]
      : [];
  },
  keysIn: () => [],
  problems: () => [],
  describe(start) {
    const which =
      start.stores.length === 0
        ? { fr: "d’une boutique", en: "a store" }
        : { fr: `de ${start.stores.join(", ")}`, en: start.stores.join(", ") };
    return { fr: `À moins de ${start.km.toLocaleString("fr")}\u00a0km ${which.fr}`, en: `Within ${start.km} km of ${which.en}` };
  },
};

/** The nearest of the stores a start names; null when the event carries no place, or there is none. */
export function nearest(
  start: Pick<NearStoreStart, "stores">,
  event: FactEvent,
  places: readonly Place[],
): { readonly code: string; readonly km: number } | null {
  const at = placeOf(event);
  const among = places.filter((one) => start.stores.length === 0 || start.stores.includes(one.code));
  if (at === null || among.length === 0) return null;
  return among
    .map((one) => ({ code: one.code, km: kilometres(at, one) }))
    .reduce((best, one) => (one.km < best.km || (one.km === best.km && one.code < best.code) ? one : best));
}

function placeOf(event: FactEvent): Omit<Place, "code"> | null {
  const nested = event.properties["location"];
  const from = (nested !== null && typeof nested === "object" ? nested : event.properties) as Record<string, unknown>;
  const latitude = degrees(from["latitude"] ?? from["lat"], 90);
  const longitude = degrees(from["longitude"] ?? from["lng"] ?? from["lon"], 180);
  return latitude === null || longitude === null ? null : { latitude, longitude };
}

function degrees(value: unknown, most: number): number | null {
  const n = typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  return Number.isFinite(n) && Math.abs(n) <= most ? n : null;
}
