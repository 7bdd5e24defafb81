import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { classify } from "./outcome.ts";
import { BadReply, ReplyReader } from "./reply.ts";

const FOLDER = [process.env["RELANCE_TEST_DATA"], "../shared/data"]
  .map((folder) => `${folder}/bounce-corpus`)
  .find((folder) => existsSync(folder));
const rowsOf = (file: string): Record<string, string>[] => parse(readFileSync(`${FOLDER}/${file}`), { columns: true });
/** A message with LF ends and folded lines joined; some of the corpus have CRLF or bare CR. */
const messageOf = (file: string): string =>
  readFileSync(`${FOLDER}/${file}`)
    .toString("latin1")
    .replace(/\r\n?/g, "\n")
    .replace(/\n[ \t]+/g, " ");

/** What the far server had said to the nth recipient of a bounce, read as if it said so to us; null where the bounce does not quote it. */
function saidTo(file: string, recipient: number) {
  const quoted = [...messageOf(file).matchAll(/^Diagnostic-Code:\s*[^;\n]*;\s*(.*)$/gim)][recipient - 1]?.[1];
  const reply = quoted && /\b([45]\d\d)[ -](.*)$/.exec(quoted);
  if (!reply) return null;
  const reader = new ReplyReader();
  reader.push(Buffer.from(`${reply[1]} ${reply[2]}\r\n`));
  const outcome = classify("rcpt", reader.next()!);
  return outcome.kind === "refused" ? outcome : null;
}

// Nothing is ever sent to an address of these messages: only what servers said of them is read.
describe.skipIf(FOLDER === undefined)("525 real bounces (needs RELANCE_TEST_DATA or ../shared/data)", () => {
  test("all are there, and any of them thrown at us as an answer is read or refused, never more", () => {
    const files = rowsOf("manifest.csv").map((row) => row["file"]!);
    const [sisimai, flufl] = [rowsOf("expected_sisimai.csv"), rowsOf("expected_flufl.csv")];
    expect([files.length, sisimai.length, new Set(sisimai.map((row) => row["file"])).size, flufl.length]).toEqual([525, 375, 361, 53]);
    for (const file of files) {
      const reader = new ReplyReader();
      reader.push(readFileSync(`${FOLDER}/${file}`));
      try {
        for (let reply = reader.next(); reply !== null; reply = reader.next()) classify("rcpt", reply);
      } catch (error) {
        expect(error).toBeInstanceOf(BadReply);
      }
    }
  });

  test("an address that Sisimai calls dead is dead to us; of those it spares, only the disabled and the unknown by their words", () => {
    const told = rowsOf("expected_sisimai.csv").flatMap((row) => {
      const outcome = saidTo(row["file"]!, Number(row["recipient_index"]));
      return outcome
        ? [
            {
              reason: row["reason"]!,
              dead: row["hard_bounce"] === "true",
              ours: outcome.lasting && ["address_unknown", "domain_unknown"].includes(outcome.reason),
            },
          ]
        : [];
    });
    const count = (rows: typeof told) =>
      Object.fromEntries(Object.entries(Object.groupBy(rows, (row) => row.reason)).map(([reason, of]) => [reason, of!.length]));
    expect(told.length).toBe(176);
    expect(count(told.filter((row) => row.dead && row.ours))).toEqual({ userunknown: 56, hasmoved: 6, hostunknown: 4, notaccept: 1 });
    // The safe side: a code of "later", "access denied" and a bare "rejected" say too little.
    expect(count(told.filter((row) => row.dead && !row.ours))).toEqual({ userunknown: 3 });
    // 5.2.1 (disabled) is dead by our table; "filtered" and "rejected" are called so against their words, "user unknown".
    expect(count(told.filter((row) => !row.dead && row.ours))).toEqual({ filtered: 17, suspend: 9, rejected: 2 });
  });
});
