/** Where most people have their mailbox, and neighbours in spelling that are real: those are never "corrected". */
const MAILBOXES = [
  "gmail.com",
  "googlemail.com",
  "yahoo.com",
  "yahoo.fr",
  "yahoo.ca",
  "yahoo.co.uk",
  "yahoo.de",
  "yahoo.it",
  "yahoo.es",
  "ymail.com",
  "rocketmail.com",
  "hotmail.com",
  "hotmail.fr",
  "hotmail.be",
  "hotmail.ca",
  "hotmail.co.uk",
  "hotmail.de",
  "hotmail.it",
  "hotmail.es",
  "outlook.com",
  "outlook.fr",
  "outlook.be",
  "outlook.es",
  "outlook.de",
  "live.com",
  "live.fr",
  "live.be",
  "live.ca",
  "live.co.uk",
  "live.nl",
  "msn.com",
  "icloud.com",
  "me.com",
  "mac.com",
  "aol.com",
  "aol.fr",
  "orange.fr",
  "wanadoo.fr",
  "free.fr",
  "sfr.fr",
  "neuf.fr",
  "laposte.net",
  "bbox.fr",
  "numericable.fr",
  "club-internet.fr",
  "cegetel.net",
  "aliceadsl.fr",
  "gmx.fr",
  "gmx.com",
  "gmx.net",
  "gmx.de",
  "web.de",
  "t-online.de",
  "proton.me",
  "protonmail.com",
  "skynet.be",
  "telenet.be",
  "proximus.be",
  "scarlet.be",
  "voo.be",
  "videotron.ca",
  "sympatico.ca",
  "bell.net",
  "rogers.com",
  "shaw.ca",
  "telus.net",
  "cogeco.ca",
  "bluewin.ch",
  "comcast.net",
  "verizon.net",
  "att.net",
  "bellsouth.net",
  "sbcglobal.net",
  "cox.net",
  "charter.net",
  "earthlink.net",
  "juno.com",
  "optonline.net",
  "btinternet.com",
  "btopenworld.com",
  "virginmedia.com",
  "virgin.net",
  "ntlworld.com",
  "sky.com",
  "talktalk.net",
  "hushmail.com",
  "mail.com",
  "email.com",
  "fastmail.com",
  "zoho.com",
] as const;
const KNOWN: ReadonlySet<string> = new Set(MAILBOXES);
/** Ends people mistype, for any domain. */
const ENDS: readonly (readonly [RegExp, string])[] = [
  [/\.com\.com$/, ".com"],
  [/\.(con|cmo|ocm|vom|xom|comm|coom|c0m|copm|comi|cim|cpm)$/, ".com"],
  [/\.(ffr|frr|fe)$/, ".fr"],
  [/\.(nett|ner|nte)$/, ".net"],
];

/**
 * The domain someone most likely meant; null when the one given is a well-known one or like none. A slip or two in a long name, one in
 * a short one: two letters wrong in `me.com` are another domain.
 * @param domain in lower case
 */
export function meantDomain(domain: string): string | null {
  if (KNOWN.has(domain)) return null;
  // A million addresses have some thousand domains.
  const known = answers.get(domain);
  if (known !== undefined) return known;
  if (answers.size >= MOST_ANSWERS) answers.clear();
  const answer = meant(domain);
  answers.set(domain, answer);
  return answer;
}
const answers = new Map<string, string | null>();
const MOST_ANSWERS = 20_000;

function meant(domain: string): string | null {
  // Without an end: the first mailbox of that name.
  if (!domain.includes(".")) return MAILBOXES.find((one) => one.startsWith(`${domain}.`)) ?? null;
  const mended = ENDS.reduce((text, [wrong, right]) => text.replace(wrong, right), domain);
  if (KNOWN.has(mended)) return mended;
  let best: string | null = null;
  let least = Infinity;
  for (const one of MAILBOXES) {
    const far = Math.min(slips(domain, one), mended === domain ? Infinity : 1 + slips(mended, one));
    if (far <= (one.length < 8 ? 1 : 2) && far < least && alike(domain, one)) [best, least] = [one, far];
  }
  return best ?? (mended === domain ? null : mended);
}

// Two slips are believed only where the name begins or ends the same and is not that of another country.
function alike(domain: string, one: string): boolean {
  const [name, ...end] = domain.split(".");
  const [right, ...rightEnd] = one.split(".");
  if (name === right) return end.join(".").length > 2 || rightEnd.join(".").length > 2 ? !/^[a-z]{2}$/.test(end.at(-1)!) : false;
  return slips(name!, right!) <= (right!.length < 5 ? 1 : 2) && (end.join(".") === rightEnd.join(".") || slips(name!, right!) <= 1);
}

/** Letters to add, drop, change or swap with the next to get from one text to the other (optimal string alignment). */
export function slips(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 4;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let n = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) n = Math.min(n, before[j - 2]! + 1);
      next.push(n);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
