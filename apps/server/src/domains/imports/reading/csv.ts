import { reformula } from "../../../platform/csv/index.ts";
import { fileUnreadable } from "../errors.ts";
import { MOST_RECORD_BYTES, type Layout } from "./source.ts";
import { decode } from "./text.ts";

const SEPARATORS = [",", ";", "\t", "|"];

/** The separator that cuts the header into the most cells. */
export function detectSeparator(text: string): string {
  const header = text.replace(/^\ufeff/, "").trimStart();
  const outside = header.slice(0, header.search(/\r?\n|\r|$/)).replace(/"[^"]*"/g, "");
  return SEPARATORS.map((separator) => ({ separator, count: outside.split(separator).length })).sort((a, b) => b.count - a.count)[0]!
    .separator;
}

/** The records of a text, its header first, as many at a time as came together. Memory stays flat whatever its size. */
export async function* csvRecords(
  bytes: AsyncIterable<Uint8Array>,
  layout: Pick<Layout, "encoding" | "separator">,
): AsyncGenerator<string[][]> {
  const cutter = new CsvCutter(layout.separator ?? ",");
  for await (const text of decode(bytes, layout.encoding ?? "utf-8")) {
    const records = cutter.add(text);
    if (records.length > 0) yield records;
  }
  const rest = cutter.end();
  if (rest.length > 0) yield rest;
}

/**
 * Cuts a text that comes in pieces into records (RFC 4180): cells in quotes may hold separators, line ends and doubled quotes; lines end by LF, CRLF
 * or, where the first one does, CR; empty lines are none. Lines without a quote, nearly all of them, are cut by the machine's own search.
 */
class CsvCutter {
  readonly #separator: string;
  #lineEnd: "\n" | "\r" | null = null;
  #text = "";
  #line = 1;

  constructor(separator: string) {
    this.#separator = separator;
  }

  add(piece: string): string[][] {
    this.#text += piece;
    return this.#cut(false);
  }

  end(): string[][] {
    return this.#cut(true);
  }

  #cut(isEnd: boolean): string[][] {
    const text = this.#text;
    this.#lineEnd ??= lineEndOf(text, isEnd);
    const records: string[][] = [];
    let at = 0;
    let quote = text.indexOf(QUOTE);
    while (this.#lineEnd !== null && at < text.length) {
      const found = text.indexOf(this.#lineEnd, at);
      const stop = found < 0 ? text.length : found;
      if (quote >= 0 && quote < at) quote = text.indexOf(QUOTE, at);
      if (quote >= 0 && quote < stop) {
        const record = this.#quoted(text, at, isEnd);
        if (record === null) break;
        records.push(record.cells);
        at = record.next;
      } else {
        if (found < 0 && !isEnd) break;
        const line = text.slice(at, text.charCodeAt(stop - 1) === CR && stop > at ? stop - 1 : stop);
        if (line !== "") records.push(cellsOf(this.#within(line), this.#separator));
        at = stop + 1;
        this.#line += 1;
      }
    }
    this.#text = this.#within(text.slice(at));
    return records;
  }

  /** The record that begins at a place and has a quote somewhere; null when its end has not come yet. */
  #quoted(text: string, from: number, isEnd: boolean): { readonly cells: string[]; readonly next: number } | null {
    const cells: string[] = [];
    for (let at = from; ; at++) {
      const cell = text[at] === QUOTE ? this.#quotedCell(text, at, isEnd) : this.#bareCell(text, at, isEnd);
      if (cell === null) return null;
      cells.push(reformula(cell.value));
      at = cell.stop;
      if (text[at] === this.#separator) continue;
      if (at >= text.length && !isEnd) return null;
      const isPair = text[at] === "\r" && text[at + 1] === "\n";
      if (at < text.length && !isPair && text[at] !== this.#lineEnd)
        throw fileUnreadable({ why: "after_quote", line: this.#line, separator: this.#separator });
      this.#within(text.slice(from, at));
      this.#line += text.slice(from, at + 1).split(this.#lineEnd!).length - 1;
      return { cells, next: at + (isPair ? 2 : 1) };
    }
  }

  #quotedCell(text: string, from: number, isEnd: boolean): { readonly value: string; readonly stop: number } | null {
    for (let close = text.indexOf(QUOTE, from + 1); ; close = text.indexOf(QUOTE, close + 2)) {
      if (close < 0 && isEnd) throw fileUnreadable({ why: "quote_open", line: this.#line });
      // At the end of what came it cannot be told whether the quote is one of two, or what follows it.
      if (close < 0 || (close + 2 >= text.length && !isEnd)) return null;
      if (text[close + 1] !== QUOTE) return { value: text.slice(from + 1, close).replaceAll('""', QUOTE), stop: close + 1 };
    }
  }

  #bareCell(text: string, from: number, isEnd: boolean): { readonly value: string; readonly stop: number } | null {
    let stop = from;
    while (stop < text.length && text[stop] !== this.#separator && text[stop] !== this.#lineEnd) stop += 1;
    if (stop >= text.length && !isEnd) return null;
    const isPair = text[stop] === "\n" && text[stop - 1] === "\r" && stop > from;
    const value = text.slice(from, isPair ? stop - 1 : stop);
    if (value.includes(QUOTE)) throw fileUnreadable({ why: "quote_inside", line: this.#line });
    return { value, stop: isPair ? stop - 1 : stop };
  }

  #within(text: string): string {
    if (text.length > MOST_RECORD_BYTES) throw fileUnreadable({ why: "record_too_long", line: this.#line, most: MOST_RECORD_BYTES });
    return text;
  }
}

function cellsOf(line: string, separator: string): string[] {
  const cells = line.split(separator);
  return line.includes("'") ? cells.map(reformula) : cells;
}

const QUOTE = '"';
const CR = 13;

/** How the lines of a text end, by the first that does outside of quotes; null when none has yet. */
function lineEndOf(text: string, isEnd: boolean): "\n" | "\r" | null {
  const bare = text.replace(/"[^"]*"/g, "x");
  const at = bare.search(/[\r\n]/);
  if (at < 0 || (bare[at] === "\r" && at + 1 === bare.length)) return isEnd ? "\n" : null;
  return bare[at] === "\r" && bare[at + 1] !== "\n" ? "\r" : "\n";
}
