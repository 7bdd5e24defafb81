/** What the typed columns of a contact hold; an attribute not listed here is `attributes.<name>` and holds any JSON. */
export const COLUMNS = {
  external_id: "text",
  email: "text",
  phone: "text",
  first_name: "text",
  last_name: "text",
  locale: "text",
  time_zone: "text",
  country: "text",
  region: "text",
  postal_code: "text",
  city: "text",
  store_id: "text",
  customer_type: "text",
  birth_date: "date",
  created_at: "instant",
  last_seen_at: "instant",
  latitude: "number",
  longitude: "number",
  known: "boolean",
} as const satisfies Record<string, "text" | "date" | "instant" | "number" | "boolean">;
export type Column = keyof typeof COLUMNS;

export function isColumn(attribute: string): attribute is Column {
  return Object.hasOwn(COLUMNS, attribute);
}

/** The name inside `attributes` of an attribute that is no column; null when it is neither. */
export function customName(attribute: string): string | null {
  return attribute.startsWith("attributes.") && attribute.length > "attributes.".length ? attribute.slice("attributes.".length) : null;
}
