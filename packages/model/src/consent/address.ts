/**
 * The form of an address that suppressions are kept by: the same mailbox, however it was typed, has one form.
 * E-mail: lower case without surrounding blanks (dots and plus parts are the mailbox's own business). Phone: digits.
 */
export function normalizeAddress(channel: string, address: string): string {
  const clean = address.normalize("NFKC").trim();
  return channel === "sms" || channel === "whatsapp" ? clean.replace(/[^\d+]/g, "") : channel === "push" ? clean : clean.toLowerCase();
}

/** An address to show on a page anyone with the link may see: `j•••@e•••.com`. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf("@");
  if (at < 1) return `•••${address.slice(-2)}`;
  const domain = address.slice(at + 1);
  const dot = domain.lastIndexOf(".");
  return `${address.slice(0, 1)}•••@${domain.slice(0, 1)}•••${dot > 0 ? domain.slice(dot) : ""}`;
}
