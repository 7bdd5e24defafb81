import { Resolver } from "node:dns/promises";

/** The questions asked of DNS; a test answers them itself. */
export type MailAnswers = Pick<Resolver, "resolveMx" | "resolve4" | "resolve6">;

const codeOf = (error: unknown): string => (error as { code?: string } | null)?.code ?? "";

/** See `Net.takesMail`. An answer that says "no such name" or "none" is one; a server that is silent, refuses or fails is none. */
export async function takesMail(
  domain: string,
  timeoutMs: number,
  dns: MailAnswers = new Resolver({ timeout: timeoutMs, tries: 1 }),
): Promise<boolean | null> {
  try {
    const hosts = await dns.resolveMx(domain);
    if (hosts.length > 0) return hosts.some((one) => one.exchange !== "" && one.exchange !== ".");
  } catch (error) {
    if (codeOf(error) === "ENOTFOUND") return false;
    if (codeOf(error) !== "ENODATA") return null;
  }
  const found = await Promise.all(
    [dns.resolve4(domain), dns.resolve6(domain)].map((asked) =>
      asked.then(
        (addresses) => addresses.length > 0,
        (error: unknown) => (["ENODATA", "ENOTFOUND"].includes(codeOf(error)) ? false : null),
      ),
    ),
  );
  return found.includes(true) ? true : found.includes(null) ? null : false;
}
