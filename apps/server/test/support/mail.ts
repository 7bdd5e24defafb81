import { simpleParser } from "mailparser";

/** The HTML a reader's program would show of a mail's bytes. */
export async function htmlOf(raw: Buffer): Promise<string> {
  return (await simpleParser(raw)).html || "";
}
