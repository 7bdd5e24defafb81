import type { Language } from "./language.ts";

export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Output {
  readonly json: boolean;
  /** A line for a person; nothing with --json. */
  line(text: string): void;
  /** The answer of a command: as JSON with --json, otherwise as `words` tells it. */
  answer(value: unknown, words: () => void): void;
  table(heads: readonly string[], rows: readonly (readonly (string | number | null)[])[]): void;
  /** Shown in one place on a terminal, line by line elsewhere; never mixed with the answer. */
  progress(text: string): void;
  number(value: number): string;
  moment(iso: string | null): string;
}

export function openOutput(options: {
  readonly json: boolean;
  readonly language: Language;
  readonly out: Stream;
  readonly err: Stream;
}): Output {
  const { json, language, out, err } = options;
  const numbers = new Intl.NumberFormat(language === "fr" ? "fr-FR" : "en-GB", { maximumFractionDigits: 2 });
  const moments = new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", { dateStyle: "short", timeStyle: "short" });
  let shown = "";
  const clear = () => {
    if (shown !== "" && err.isTTY) err.write("\r\u001b[2K");
    shown = "";
  };
  const line = (text: string) => {
    clear();
    if (!json) out.write(`${plain(text)}\n`);
  };
  return {
    json,
    line,
    answer(value, words) {
      clear();
      if (json) out.write(`${JSON.stringify(value, null, 2)}\n`);
      else words();
    },
    table(heads, rows) {
      const cells = [heads, ...rows].map((row) =>
        row.map((cell) => plain(cell === null ? "–" : typeof cell === "number" ? numbers.format(cell) : cell.replace(/\s+/g, " "))),
      );
      const widths = heads.map((_head, column) => Math.max(...cells.map((row) => width(row[column] ?? ""))));
      for (const row of cells)
        line(
          row
            .map((cell, column) => padded(cell, widths[column]!, typeof rows[0]?.[column] === "number", column === heads.length - 1))
            .join("  "),
        );
    },
    progress(text) {
      if (text === shown) return;
      clear();
      err.write(err.isTTY ? plain(text) : `${plain(text)}\n`);
      shown = text;
    },
    number: (value) => numbers.format(value),
    moment: (iso) => (iso === null ? "–" : moments.format(Date.parse(iso))),
  };
}

/** What others wrote (names, subjects) must not steer the terminal: control characters, and marks that turn the direction of text, go. */
export function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "");
}

const segmenter = new Intl.Segmenter();
const width = (text: string) => [...segmenter.segment(text)].length;

function padded(cell: string, wanted: number, right: boolean, last: boolean): string {
  const space = " ".repeat(Math.max(0, wanted - width(cell)));
  if (right) return space + cell;
  return last ? cell : cell + space;
}
