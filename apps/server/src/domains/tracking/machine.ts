/** Agents that fetch for machines: proxies of mailbox providers, scanners of companies, libraries, crawlers; what names a page or an address to ask about it is none of a reader. CUBOT makes phones. */
const MACHINES =
  /https?:|www\.|@|\.(?:com|org|net|io)\b|compatible;(?! msie)|check|inspect|uptime|favicon|lighthouse|(?<!\bcu)bots?\b|crawl|spider|slurp|preview|fetch|scan|monitor|proxy|curl\/|wget\/|python|java\/|go-http|okhttp|axios|node|headless|phantom|lua-|ruby|perl|php|apache-http|libwww|barracuda|mimecast|proofpoint|symantec|messagelabs|trendmicro|fireeye|forcepoint|ironport|sophos|safelinks|bingpreview|facebookexternalhit|whatsapp|slack|telegram|discord|skypeuri/i;

/** Whether an agent is certainly not a person reading. Apple's privacy proxy shows the bare `Mozilla/5.0`; no agent at all is a script. */
export function isMachineAgent(agent: string | undefined): boolean {
  const name = (agent ?? "").trim();
  return name === "" || name === "Mozilla/5.0" || name.length < 12 || MACHINES.test(name);
}

/** Whether a browser fetches ahead of its reader. */
export function isPrefetch(headers: Readonly<Record<string, unknown>>): boolean {
  return [headers["purpose"], headers["sec-purpose"], headers["x-purpose"], headers["x-moz"]].some(
    (one) => typeof one === "string" && /prefetch|preview|prerender/i.test(one),
  );
}

/** So many different links of one mail in so short a time are a scanner's doing. */
export const BURST = { links: 3, ms: 5_000 } as const;
/** A follower of the hidden link is a machine, and so is what was pressed so close to it. */
export const HONEYPOT_MS = 10_000;
