/** What an e-mail address is by its writing alone. `unusual`: a mail server may take it (RFC 5321), yet hardly any person has one like it. */
export type AddressVerdict =
  | { readonly kind: "valid" }
  | { readonly kind: "unusual"; readonly why: "quoted" | "literal" | "no_dot" | "numeric_end" }
  | { readonly kind: "invalid"; readonly why: "no_at" | "local" | "domain" | "too_long" };

const ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+$/u;
const QUOTED = /^"(?:[ !#-[\]-~]|\\[ -~])*"$/;
const LABEL = /^(?!-)[A-Za-z0-9\u0080-\u{10ffff}-]{1,63}(?<!-)$/u;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;

/**
 * Judges the writing of an address by RFC 5321: what a server may be handed. Comments, folding and what RFC 5322 calls obsolete are
 * refused. Letters outside ASCII are let through (RFC 6531, and domains that have a punycode form).
 */
export function judgeAddress(text: string): AddressVerdict {
  const at = text.startsWith('"') ? text.indexOf("@", text.search(/(?<!\\)"(?=@)/)) : text.lastIndexOf("@");
  if (at < 1 || at === text.length - 1) return { kind: "invalid", why: "no_at" };
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (local.length > 64 || text.length > 254) return { kind: "invalid", why: "too_long" };
  const quoted = local.startsWith('"');
  if (quoted ? !QUOTED.test(local) : !local.split(".").every((part) => ATOM.test(part))) return { kind: "invalid", why: "local" };
  if (domain.startsWith("[")) return isLiteral(domain) ? { kind: "unusual", why: "literal" } : { kind: "invalid", why: "domain" };
  const labels = domain.split(".");
  if (!labels.every((label) => LABEL.test(label))) return { kind: "invalid", why: "domain" };
  if (quoted) return { kind: "unusual", why: "quoted" };
  if (labels.length < 2) return { kind: "unusual", why: "no_dot" };
  return /^\d+$/.test(labels.at(-1)!) ? { kind: "unusual", why: "numeric_end" } : { kind: "valid" };
}

function isLiteral(domain: string): boolean {
  if (!domain.endsWith("]")) return false;
  const inside = domain.slice(1, -1);
  return /^IPv6:/i.test(inside) ? isIpv6(inside.slice(5)) : IPV4.test(inside);
}

// A "::" stands for at least one group; an IPv4 tail for two.
function isIpv6(text: string): boolean {
  const tail = /(^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[2];
  if (tail !== undefined && !IPV4.test(tail)) return false;
  const halves = (tail === undefined ? text : `${text.slice(0, -tail.length)}0:0`).split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (halves.length === 2 ? groups.length <= 7 : groups.length === 8);
}

/** Mailboxes of an office, not of a person. */
const ROLES = new Set([
  "abuse",
  "accounting",
  "accueil",
  "achat",
  "achats",
  "admin",
  "administration",
  "administrator",
  "adv",
  "all",
  "billing",
  "booking",
  "boutique",
  "bureau",
  "careers",
  "commande",
  "commandes",
  "commercial",
  "compta",
  "comptabilite",
  "contact",
  "contacts",
  "direction",
  "dpo",
  "editor",
  "emploi",
  "enquiries",
  "everyone",
  "facturation",
  "feedback",
  "finance",
  "hello",
  "help",
  "helpdesk",
  "hostmaster",
  "hr",
  "info",
  "infos",
  "information",
  "inquiries",
  "it",
  "jobs",
  "legal",
  "livraison",
  "mail",
  "mailer-daemon",
  "marketing",
  "media",
  "news",
  "newsletter",
  "no-reply",
  "noc",
  "noreply",
  "office",
  "orders",
  "postmaster",
  "presse",
  "press",
  "privacy",
  "recrutement",
  "reservation",
  "reservations",
  "rh",
  "root",
  "sales",
  "sav",
  "secretariat",
  "security",
  "service",
  "serviceclient",
  "shop",
  "staff",
  "support",
  "team",
  "tech",
  "usenet",
  "vente",
  "ventes",
  "webmaster",
  "welcome",
]);

/** Whether the mailbox is an office's: `contact@`, `compta+shop@`. @param local what stands before the at sign */
export const isRole = (local: string): boolean =>
  ROLES.has(
    local
      .toLowerCase()
      .replace(/\+.*$/, "")
      .replace(/[._](fr|be|ca|uk|us|ch)$/, ""),
  );

/** Domains that exist for examples and tests only (RFC 2606, RFC 6761): nothing is asked about them. */
export const isReserved = (domain: string): boolean => /(^|\.)(example\.(com|net|org)|example|test|invalid|localhost)$/i.test(domain);
