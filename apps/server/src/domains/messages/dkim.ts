import { createHash, createPrivateKey, sign, type KeyObject } from "node:crypto";

/** What signs the mails of one sender's domain (RFC 6376). */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  /** RSA, PKCS #8 in PEM. */
  readonly privateKey: string;
}

/** Fields that are signed when the mail has them: all that a reader sees or a mailbox provider acts on. */
const SIGNED = [
  "from",
  "reply-to",
  "to",
  "subject",
  "date",
  "message-id",
  "mime-version",
  "content-type",
  "content-transfer-encoding",
  "list-id",
  "list-unsubscribe",
  "list-unsubscribe-post",
  "feedback-id",
  "auto-submitted",
];
const CR = 13,
  LF = 10,
  SPACE = 32,
  TAB = 9;

/**
 * The DKIM-Signature field of a mail, with its CRLF, to stand before it: rsa-sha256, relaxed/relaxed. From is named once more than it
 * occurs, so that a second one added on the way breaks the signature.
 * @param mail whole, CRLF only
 */
export function signatureOf(mail: Uint8Array, by: { readonly domain: string; readonly selector: string; readonly key: KeyObject }): string {
  const bytes = Buffer.from(mail.buffer, mail.byteOffset, mail.byteLength);
  const end = bytes.indexOf("\r\n\r\n");
  const head = end < 0 ? bytes.length : end;
  const body = relaxedBody(bytes.subarray(end < 0 ? bytes.length : end + 4));
  const fields = bytes
    .toString("latin1", 0, head)
    .split(/\r\n(?![ \t])/)
    .map((field) => ({ name: field.slice(0, field.indexOf(":")).trim().toLowerCase(), field }));
  const signed = SIGNED.flatMap((name) => fields.filter((one) => one.name === name).toReversed());
  const names = [...signed.map((one) => one.name), "from"];
  const unsigned = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${by.domain};\r\n s=${by.selector}; h=${folded(names.join(":"), ":")};\r\n bh=${createHash("sha256").update(body).digest("base64")};\r\n b=`;
  const data = signed.map((one) => `${relaxedHeader(one.field)}\r\n`).join("") + relaxedHeader(unsigned);
  const signature = sign("sha256", Buffer.from(data, "latin1"), by.key).toString("base64");
  return `${unsigned}${signature.replace(/.{70}(?=.)/g, "$&\r\n ")}\r\n`;
}

/** One mail with its signature before it. */
export function signMail(mail: Uint8Array, by: DkimKey): Uint8Array {
  return Buffer.concat([Buffer.from(signatureOf(mail, { ...by, key: createPrivateKey(by.privateKey) }), "latin1"), mail]);
}

/** RFC 6376 §3.4.2: name in lower case, unfolded, blanks as one, none at the end or beside the colon. */
function relaxedHeader(field: string): string {
  const colon = field.indexOf(":");
  return `${field.slice(0, colon).trim().toLowerCase()}:${field
    .slice(colon + 1)
    .replace(/\r\n/g, "")
    .replace(/[ \t]+/g, " ")
    .trim()}`;
}

/** RFC 6376 §3.4.4: blanks as one, none at the end of a line, no empty lines at the end. A body that is so already is not copied. */
function relaxedBody(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length + 2);
  let to = 0;
  let last = 0; // behind the last line that is not empty
  for (let i = 0; i < body.length; i++) {
    const byte = body[i]!;
    if (byte === SPACE || byte === TAB) {
      while (body[i + 1] === SPACE || body[i + 1] === TAB) i++;
      if (body[i + 1] !== CR && i + 1 < body.length) out[to++] = SPACE;
    } else if (byte === CR && body[i + 1] === LF) {
      i++;
      const empty = to === 0 || out[to - 1] === LF;
      out[to++] = CR;
      out[to++] = LF;
      if (!empty) last = to;
    } else out[to++] = byte;
  }
  // The last line has its end, whether it came with one or not.
  if (to > 0 && out[to - 1] !== LF) {
    out[to++] = CR;
    out[to++] = LF;
    last = to;
  }
  return out.subarray(0, last);
}

function folded(text: string, at: string): string {
  let line = 0;
  return text
    .split(at)
    .map((word, n) => {
      const piece = (n > 0 ? at : "") + word;
      if (line + piece.length <= 60) {
        line += piece.length;
        return piece;
      }
      line = word.length;
      return `${n > 0 ? at : ""}\r\n ${word}`;
    })
    .join("");
}
