/** A mailbox in its parts; nothing else is ever written on the wire or into a header. */
export interface MailAddress {
  readonly local: string;
  readonly domain: string;
}

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * Reads an address by a strict grammar of our own: ASCII, no quotes, comments, groups, routes or literals (SECURITY #21), so that no
 * two readers see two recipients. An international domain must already be in its `xn--` form. Linear time.
 * @returns null when it is not such an address
 */
export function parseAddress(text: string): MailAddress | null {
  if (text.length > 254) return null;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (at < 1 || local.length > 64 || !LOCAL.test(local)) return null;
  const labels = domain.split(".");
  if (!labels.every((label) => LABEL.test(label))) return null;
  // "localhost" is fine between machines of one house; a number as the last label is an IP address.
  if (/^\d+$/.test(labels.at(-1)!)) return null;
  return { local, domain };
}

/** `local@domain`, built from the parts. */
export function formatAddress(address: MailAddress): string {
  return `${address.local}@${address.domain}`;
}
