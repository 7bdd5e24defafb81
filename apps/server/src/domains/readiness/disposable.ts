/**
 * Whether a domain gives out mailboxes to throw away: a list of 121,570 names that comes with the product, and 399 of which any
 * sub-domain counts. Read when first needed: it takes some 12 MB.
 */
export async function loadDisposable(): Promise<(domain: string) => boolean> {
  loaded ??= (async () => {
    const [{ default: names }, { default: ends }] = await Promise.all([
      import("disposable-email-domains/index.json", JSON_FILE),
      import("disposable-email-domains/wildcard.json", JSON_FILE),
    ]);
    const [whole, wild] = [new Set(names), new Set(ends)];
    return (domain: string) => whole.has(domain) || domain.split(".").some((_, from, labels) => wild.has(labels.slice(from).join(".")));
  })();
  return loaded;
}
const JSON_FILE = { with: { type: "json" } } as const;
let loaded: Promise<(domain: string) => boolean> | null = null;
