/** Things that rules, steps, starts and settings name by id, and files by a stable name. */
export type Referred = "group" | "template" | "segment" | "journey" | "store" | "pool" | "webhook";
export type Path = readonly (string | number)[];

const TEMPLATE = { template: "template" } as const;
/** Which keys of an object hold a name, by the object's `kind`; the same for rules, steps, starts and days of the calendar. */
const HOLDERS: Readonly<Record<string, Readonly<Record<string, Referred>>>> = {
  segment: { segment: "segment" },
  schedule: { segment: "segment" },
  group: { group: "group", from: "group" },
  audience: { group: "group" },
  journey: { journey: "journey" },
  coupon: { pool: "pool" },
  message: { journey: "journey", template: "template" },
  email: TEMPLATE,
  sms: TEMPLATE,
  web_push: TEMPLATE,
  push: TEMPLATE,
  whatsapp: TEMPLATE,
  onsite: TEMPLATE,
  webhook: { webhook: "webhook", template: "template" },
  on: { store: "store" },
  off: { store: "store" },
};

/**
 * The value with every name in it replaced: of a rule, a graph, settings, or their documents. What stands where a name does not is left.
 * @param swap is told the kind of thing, the name and where it stands
 */
export function swapReferences(value: unknown, swap: (of: Referred, name: string, path: Path) => string, path: Path = []): unknown {
  if (Array.isArray(value)) return value.map((one, index) => swapReferences(one, swap, [...path, index]));
  if (value === null || typeof value !== "object") return value;
  const kind = (value as { kind?: unknown }).kind;
  const holds: Readonly<Record<string, Referred>> | undefined =
    typeof kind === "string" && Object.hasOwn(HOLDERS, kind)
      ? HOLDERS[kind]
      : path.at(-1) === "to" && "store" in value
        ? { store: "store" }
        : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => {
      const of = holds !== undefined && Object.hasOwn(holds, key) ? holds[key] : undefined;
      return [
        key,
        of !== undefined && typeof inside === "string" ? swap(of, inside, [...path, key]) : swapReferences(inside, swap, [...path, key]),
      ];
    }),
  );
}
