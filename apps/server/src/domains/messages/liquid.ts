import { Liquid, type Template } from "liquidjs";
import { FILTERS, place, type Place } from "./filters.ts";
import { escapeAttribute, withoutSlots } from "./slots.ts";

/** What is written: HTML and the strings of JSON have signs of their own to keep apart from values. */
export type Writing = "html" | "text" | "json";

const TAGS = ["assign", "capture", "case", "comment", "echo", "for", "if", "unless", "raw", "break", "continue", "cycle", "#", "liquid"];
const MOST_OUTPUT = 2_000_000;

/**
 * Liquid without its back doors (SECURITY #4, #5): only our filters, no tag that reads files or other templates, own properties only,
 * every output of HTML escaped and no filter that says otherwise. Limits inside, the time in ms; the thread that renders has harder ones.
 */
function engine(kind: Writing): Liquid {
  const liquid = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    cache: false,
    relativeReference: false,
    dynamicPartials: false,
    parseLimit: 1_000_000,
    renderLimit: 1_000,
    memoryLimit: 20_000_000,
    templates: {},
    outputEscape: {
      html: (value: unknown) => escapeAttribute(plain(value)),
      text: plain,
      json: (value: unknown) => JSON.stringify(plain(value)).slice(1, -1),
    }[kind],
  });
  for (const name of Object.keys(liquid.filters)) delete liquid.filters[name];
  for (const [name, filter] of Object.entries(FILTERS)) liquid.registerFilter(name, filter);
  liquid.registerFilter("escape", kind !== "text" ? (value: unknown) => plain(value) : (value: unknown) => escapeAttribute(plain(value)));
  // A whole value, quotes and all. In a mail it would show a person everything that is known of somebody.
  if (kind === "json") liquid.registerFilter("json", { handler: (value: unknown) => JSON.stringify(value ?? null), raw: true });
  for (const name of Object.keys(liquid.tags)) if (!TAGS.includes(name)) delete liquid.tags[name];
  return liquid;
}

function plain(value: unknown): string {
  if (value == null) return "";
  if (Array.isArray(value)) return value.map(plain).join("");
  return typeof value === "object" ? "" : String(value as string | number | boolean);
}

const engines = { html: engine("html"), text: engine("text"), json: engine("json") };
export const FILTER_NAMES = [...Object.keys(FILTERS), "escape", "json"].toSorted();

export type Parsed = Template[];

/** @throws with Liquid's own sentence when the source is wrong */
export function parse(kind: Writing, source: string): Parsed {
  return engines[kind].parse(source);
}

/** Names of the variables a source reads and does not make itself, e.g. `contact.first_name`. */
export function variablesOf(kind: Writing, parsed: Parsed): string[] {
  return engines[kind].globalFullVariablesSync(parsed);
}

/** @param data must come from `safeData` */
export function renderParsed(kind: Writing, parsed: Parsed, data: object, where: Place): string {
  place.now = where;
  const output = String(engines[kind].renderSync(parsed, data));
  if (output.length > MOST_OUTPUT) throw new Error("the message is larger than 2 MB");
  return output;
}

/** What JSON says. @throws in words for who wrote it */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The body is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * A deep copy that holds values only: null prototypes, no functions, no slot characters, no `__proto__` and friends.
 * What is deeper than 12 levels or beyond 50,000 values is left out.
 */
export function safeData(value: unknown): object {
  let budget = 50_000;
  const copy = (one: unknown, depth: number): unknown => {
    if (budget-- <= 0) return null;
    if (typeof one === "string") return withoutSlots(one.length > 100_000 ? one.slice(0, 100_000) : one);
    if (typeof one === "number" || typeof one === "boolean") return one;
    if (typeof one !== "object" || one === null || depth > 12) return null;
    if (Array.isArray(one)) return one.map((item) => copy(item, depth + 1));
    const made = Object.create(null) as Record<string, unknown>;
    for (const key of Object.keys(one))
      if (key !== "__proto__" && key !== "constructor" && key !== "prototype")
        made[withoutSlots(key)] = copy((one as Record<string, unknown>)[key], depth + 1);
    return made;
  };
  return copy(value, 0) as object;
}
