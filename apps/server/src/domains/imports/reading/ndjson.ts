import { fileUnreadable } from "../errors.ts";
import { MOST_COLUMNS, MOST_RECORD_BYTES, type Cell } from "./source.ts";
import { decode } from "./text.ts";
import type { Layout } from "./source.ts";

const MOST_DEPTH = 32;
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

/** One object a line; values inside objects are named by their path (`address.city`), lists are kept as JSON. */
export async function* jsonRecords(bytes: AsyncIterable<Uint8Array>, layout: Pick<Layout, "encoding">): AsyncGenerator<Map<string, Cell>> {
  let number = 0;
  for await (const line of lines(decode(bytes, layout.encoding ?? "utf-8"))) {
    number += 1;
    if (line.trim() === "") continue;
    yield flat(line, number);
  }
}

/** The columns of records, in the order they were first seen. */
export function columnsOf(records: readonly ReadonlyMap<string, Cell>[]): string[] {
  return [...new Set(records.flatMap((record) => [...record.keys()]))];
}

async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of text) {
    const parts = (rest + piece).split("\n");
    rest = parts.pop()!;
    yield* parts.map((part) => (part.length > MOST_RECORD_BYTES ? tooLong() : part));
    if (rest.length > MOST_RECORD_BYTES) tooLong();
  }
  if (rest !== "") yield rest;
}

function tooLong(): never {
  throw fileUnreadable({ why: "line_too_long", most: MOST_RECORD_BYTES });
}

function flat(line: string, number: number): Map<string, Cell> {
  let value: unknown;
  try {
    value = JSON.parse(line.replace(/^\ufeff/, ""));
  } catch (error) {
    throw fileUnreadable({ why: "line_not_json", line: number, detail: (error as Error).message.slice(0, 100) }, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw fileUnreadable({ why: "line_not_object", line: number });
  const cells = new Map<string, Cell>();
  gather(value as Record<string, unknown>, "", 1, number, cells);
  return cells;
}

function gather(object: Readonly<Record<string, unknown>>, prefix: string, depth: number, number: number, into: Map<string, Cell>): void {
  if (depth > MOST_DEPTH) throw fileUnreadable({ why: "line_too_deep", line: number, most: MOST_DEPTH });
  for (const [key, value] of Object.entries(object)) {
    if (RESERVED.has(key)) throw fileUnreadable({ why: "line_forbidden_key", line: number, key });
    const name = `${prefix}${key}`.slice(0, 200);
    if (value === null) continue;
    if (typeof value === "object" && !Array.isArray(value)) gather(value as Record<string, unknown>, `${name}.`, depth + 1, number, into);
    else into.set(name, typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value));
    if (into.size > MOST_COLUMNS) throw fileUnreadable({ why: "line_too_many", line: number, most: MOST_COLUMNS });
  }
}
