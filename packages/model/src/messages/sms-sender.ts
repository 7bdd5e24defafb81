import { z } from "zod";

/** A name of letters and digits (not digits alone, at most eleven), a number, or a short code. */
const smsFrom = z
  .string()
  .regex(
    /^(\+[1-9]\d{6,14}|\d{3,8}|[A-Za-z][A-Za-z0-9]{0,10}|\d{1,5}[A-Za-z][A-Za-z0-9]{0,5})$/,
    "must be a number such as +33756000000, a short code, or a name of at most 11 letters and digits",
  );

/** Who texts to one country, and how one stops them. */
export const smsSender = z.strictObject({
  /** ISO 3166-1 code; '' for every other country. */
  country: z.union([z.literal(""), z.string().regex(/^[A-Z]{2}$/, "must be a country code such as FR")]),
  from: smsFrom,
  /** The number a STOP is sent to when it is not the sender's own (36111 in France); '' otherwise. */
  stopTo: z.union([z.literal(""), z.string().regex(/^\d{3,8}$/, "must be a short code such as 36111")]).default(""),
});
export type SmsSender = z.output<typeof smsSender>;

/** @param country of the number; null when it is not known */
export function senderTo(senders: readonly SmsSender[], country: string | null): SmsSender | null {
  return senders.find((one) => one.country !== "" && one.country === country) ?? senders.find((one) => one.country === "") ?? null;
}

/** Whether an answer reaches who wrote: a name has no number to answer to. */
export const canAnswer = (from: string): boolean => /^\+?\d+$/.test(from);

/**
 * What a marketing text says about leaving, in the shortest words that say it: a free STOP, to the sender or to the number the operators
 * gave; where nobody can answer, an address to open.
 */
export function stopLine(sender: SmsSender, language: string, leaveUrl: string): string {
  const french = language.toLowerCase().startsWith("fr");
  if (sender.stopTo !== "") return french ? `STOP au ${sender.stopTo}` : `STOP to ${sender.stopTo}`;
  if (canAnswer(sender.from)) return french ? "STOP pour arreter" : "Reply STOP to end";
  return `STOP: ${leaveUrl}`;
}

/** The text with its way out, unless it tells one itself. */
export function withStop(text: string, line: string): string {
  return /\bSTOP\b/.test(text) ? text : `${text.trimEnd()}\n${line}`;
}
