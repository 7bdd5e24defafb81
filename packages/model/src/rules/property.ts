import type { FactEvent } from "./facts.ts";

export type Scalar = string | number | boolean;

/** What a property leads to. `listed`: it went through a list, so there may be any number of values. */
export interface Read {
  readonly values: readonly unknown[];
  readonly listed: boolean;
}

/** A property of an event: `amount`, `currency`, or a path of names inside its properties. A list on the way is looked through. */
export function readProperty(event: FactEvent, property: string): Read {
  if (property === "amount") return { values: [event.amount], listed: false };
  if (property === "currency") return { values: [event.currency], listed: false };
  const names = property.split(".");
  let values: unknown[] = [event.properties];
  for (const name of names)
    values = values
      .flatMap((one) => (Array.isArray(one) ? one : [one]))
      .filter((one) => typeof one === "object" && one !== null && !Array.isArray(one) && Object.hasOwn(one, name))
      .map((one) => (one as Record<string, unknown>)[name]);
  return { values, listed: names.length > 1 };
}

/** Every scalar a property leads to, through lists: `products.category` gives one for each product. Empty texts are none. */
export function propertyScalars(event: FactEvent, property: string): Scalar[] {
  return readProperty(event, property)
    .values.flatMap((one) => (Array.isArray(one) ? one : [one]))
    .filter(
      (value): value is Scalar => (typeof value === "string" || typeof value === "number" || typeof value === "boolean") && value !== "",
    );
}

/** The first value a property leads to. */
export const propertyValue = (event: FactEvent, property: string): unknown => readProperty(event, property).values[0];
