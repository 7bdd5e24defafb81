import type { Instant } from "../base/index.ts";
import { formatAddress, type MailAddress } from "./mime-address.ts";
import { MailBytes } from "./mime-body.ts";
import { cleanHeader, encodeName, encodeText } from "./mime-header.ts";

/** What all mails of one template version have in common. */
export interface MailSkeleton {
  readonly from: { readonly name: string; readonly address: MailAddress };
  readonly replyTo: MailAddress | null;
  /** `campaign:store:channel:workspace`, for the mailbox providers' reports; '' for none. */
  readonly feedbackId: string;
  /** The topic as a list, e.g. name `Soldes` and id `soldes.example.com`; null on mail that is no list. */
  readonly list: { readonly name: string; readonly id: string } | null;
  /** An answer of a machine: out-of-office replies must not answer it. */
  readonly automatic: boolean;
}

/** What differs from mail to mail in the head. */
export interface MailHead {
  readonly to: MailAddress;
  readonly subject: string;
  readonly date: Instant;
  /** The text between the angle brackets, e.g. `019a…@example.com`. */
  readonly messageId: string;
  /** HTTPS address of the one-click unsubscribe (RFC 8058); null: no List-Unsubscribe. */
  readonly unsubscribeUrl: string | null;
  readonly unsubscribeMail: MailAddress | null;
}

/** What differs from mail to mail. */
export interface Mail extends MailHead {
  readonly text: string;
  readonly html: string | null;
}

/** Cannot occur in a quoted-printable body, whose `=` is always followed by two hex digits or CRLF: no need to look for it. */
const BOUNDARY = "=_relance_part";
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const TEXT_HEAD = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
const HTML_HEAD = `--${BOUNDARY}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`;
const END = `--${BOUNDARY}--\r\n`;

/** One message writer: fixed headers are encoded once, `write` only fills the slots. */
export interface MailWriter {
  /** The header fields of a mail that providers other than SMTP want, by name. */
  headers(mail: Pick<Mail, "messageId" | "unsubscribeUrl" | "unsubscribeMail">): Record<string, string>;
  /** The message as it goes on the wire: CRLF only, lines of at most 998, 7 bit, none beginning with a dot. */
  write(mail: Mail): Uint8Array;
  /** The same behind what `out` holds already, for who makes many: the bodies are written by `text` and `html`, with `out.text` and `out.piece`. */
  writeInto(out: MailBytes, mail: MailHead, text: () => void, html: (() => void) | null): void;
}

/**
 * Compiles what mails of a version share. Every value passes the one header cleaner: no CR, LF or NUL reaches a header,
 * names of fields are ours alone, addresses are built from their parsed parts (SECURITY #20–22).
 */
export function mailWriter(skeleton: MailSkeleton): MailWriter {
  const name = encodeName(skeleton.from.name);
  const from = formatAddress(skeleton.from.address);
  const fixed: [string, string][] = [["From", name ? folded(name, `<${from}>`) : from]];
  if (skeleton.replyTo) fixed.push(["Reply-To", formatAddress(skeleton.replyTo)]);
  const feedbackId = token(skeleton.feedbackId);
  if (feedbackId) fixed.push(["Feedback-ID", feedbackId]);
  if (skeleton.list) {
    const listName = encodeName(skeleton.list.name);
    const id = `<${token(skeleton.list.id)}>`;
    fixed.push(["List-Id", listName ? folded(listName, id) : id]);
  }
  if (skeleton.automatic) fixed.push(["Auto-Submitted", "auto-generated"]);
  const head = fixed.map(([field, value]) => `${field}: ${value}\r\n`).join("");
  return {
    headers: (mail) =>
      Object.fromEntries(
        [...fixed.filter(([field]) => field !== "From" && field !== "Reply-To"), ...variable(mail)].map(([field, value]) => [
          field,
          value.replace(/\r\n /g, " "),
        ]),
      ),
    write(mail) {
      const out = new MailBytes();
      const { html } = mail;
      writeMail(out, head, mail, () => out.text(mail.text), html === null ? null : () => out.text(html));
      return out.bytes.slice(0, out.at);
    },
    writeInto: (out, mail, text, html) => writeMail(out, head, mail, text, html),
  };
}

function variable(mail: Pick<Mail, "messageId" | "unsubscribeUrl" | "unsubscribeMail">): [string, string][] {
  const fields: [string, string][] = [["Message-ID", `<${token(mail.messageId)}>`]];
  const ways = [
    ...(mail.unsubscribeUrl ? [`<${token(mail.unsubscribeUrl)}>`] : []),
    ...(mail.unsubscribeMail ? [`<mailto:${formatAddress(mail.unsubscribeMail)}?subject=unsubscribe>`] : []),
  ];
  if (ways.length > 0) fields.push(["List-Unsubscribe", ways.join(",\r\n ")]);
  if (mail.unsubscribeUrl) fields.push(["List-Unsubscribe-Post", "List-Unsubscribe=One-Click"]);
  return fields;
}

function writeMail(out: MailBytes, head: string, mail: MailHead, text: () => void, html: (() => void) | null): void {
  out.ascii(
    `${head}To: ${formatAddress(mail.to)}\r\nSubject: ${encodeText(mail.subject, 9)}\r\nDate: ${rfc5322Date(mail.date)}\r\n` +
      variable(mail)
        .map(([field, value]) => `${field}: ${value}\r\n`)
        .join("") +
      "MIME-Version: 1.0\r\n" +
      (html ? `Content-Type: multipart/alternative; boundary="${BOUNDARY}"\r\n\r\n--${BOUNDARY}\r\n` : "") +
      TEXT_HEAD,
  );
  text();
  out.endBody();
  if (!html) return;
  out.ascii(HTML_HEAD);
  html();
  out.endBody();
  out.ascii(END);
}

/** A value that is one word of printable ASCII; anything else is dropped, so nothing can be added to it. */
function token(text: string): string {
  return cleanHeader(text)
    .replace(/[^\x21-\x7e]|[<>]/g, "")
    .slice(0, 900);
}

/** Name and address on one line while it is short, else folded between them. */
function folded(name: string, address: string): string {
  return name.length + address.length > 60 ? `${name}\r\n ${address}` : `${name} ${address}`;
}

/** `Mon, 23 Nov 2026 22:40:00 +0000`: the numeric zone is the form the standard asks for. */
export function rfc5322Date(instant: Instant): string {
  const at = new Date(instant);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${DAYS[at.getUTCDay()]}, ${two(at.getUTCDate())} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}
